"""Which words did somebody type? They are shown as they stand, and never read as Markdown or as a directive."""

from __future__ import annotations


class Typed(str):
    """Words of a visitor, among the words of the course."""


def typed_like(text: str, made: str) -> str:
    """What was made of a text is typed if the text was."""
    return Typed(made) if isinstance(text, Typed) else made
