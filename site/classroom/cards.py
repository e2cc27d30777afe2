"""How do people without a phone vote? They hold up a printed card, and the instructor counts the letters."""

from __future__ import annotations

from collections.abc import Mapping

from django.db import transaction

from classroom import bus
from classroom.asked import asked_of
from classroom.models import Participant, Vote
from classroom.rooms import Room
from classroom.services import Refused, vote_cast

CARDS_MAX = 200


def cards_read(room: Room, posted: Mapping[str, str]) -> list[str]:
    """The option of each card held up. Raises Refused."""
    asked = asked_of(room, room.state.question_id) if room.state.question_id else None
    if asked is None or asked.form_kind != "one" or not room.state.open_ballots:
        raise Refused("Cards are counted while one question with letters is open.")
    given: list[str] = []
    for value, _ in asked.options:
        text = posted.get(f"card-{value}", "").strip() or "0"
        if not (text.isascii() and text.isdigit() and len(text) <= 3):
            raise Refused("Give a whole number of cards for each letter.")
        given += [value] * int(text)
    if len(given) > CARDS_MAX:
        raise Refused(f"Up to {CARDS_MAX} cards can be counted in.")
    return given


@transaction.atomic
def cards_count(*, room: Room, given: list[str]) -> None:
    """Stores the cards of this vote in place of those counted before. The first card of each count is one person."""
    state, asked = room.state, asked_of(room, room.state.question_id)
    assert asked is not None, "the cards were read for this question"
    people = list(room.session.participants.filter(by_hand=True).order_by("pk"))
    people += [
        Participant.objects.create(session=room.session, pseudonym=f"card {number}", by_hand=True)
        for number in range(len(people) + 1, len(given) + 1)
    ]
    Vote.objects.filter(
        participant__in=people, question_id=asked.id, round=state.round, attempt=state.attempt(asked.id)
    ).delete()
    for person, one in zip(people, given, strict=False):
        vote_cast(
            room=room,
            participant=person,
            question_id=asked.id,
            round=state.round,
            version=asked.version,
            given=one,
            right=asked.right(one),
        )
    transaction.on_commit(lambda: bus.counted(room.session.code))
