"""A session led from the front: who is in the room, what was asked, what was voted. The pure rules are in lessons."""
