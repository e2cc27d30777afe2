"""Commands of class sessions."""
