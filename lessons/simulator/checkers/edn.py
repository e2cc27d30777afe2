"""How is EDN read? As far as recorded histories use it: maps, vectors, lists, sets, texts, numbers, keywords, nil."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from lessons.simulator.checkers.operations import HistoryError, short

DEPTH_MAX = 20
_TOKEN = re.compile(
    r"""(?P<space>[\s,]+|;[^\n]*)
      | (?P<text>"(?:[^"\\]|\\.)*")
      | (?P<open>\#?\{|[\[(])
      | (?P<close>[\])}])
      | (?P<drop>\#_)
      | (?P<tag>\#[A-Za-z][^\s,;"()\[\]{}]*)
      | (?P<letter>\\\S+)
      | (?P<word>[^\s,;"()\[\]{}\\\#]+)""",
    re.VERBOSE | re.DOTALL,
)
_NUMBER = re.compile(r"[+-]?\d+(N|M)?|[+-]?\d+(\.\d*)?([eE][+-]?\d+)?M?")
_ESCAPES = {"n": "\n", "t": "\t", "r": "\r", '"': '"', "\\": "\\"}
_ENDS = {"[": "]", "(": ")", "{": "}", "#{": "}"}


@dataclass(frozen=True)
class Keyword:
    """A keyword or a symbol, without its colon."""

    name: str


@dataclass(frozen=True)
class Form:
    """A value and the line it starts at. Maps are dicts (keywords as plain texts), everything else in brackets a list
    of Forms."""

    value: Any
    line: int


@dataclass(frozen=True)
class _Token:
    kind: str
    text: str
    line: int


def read_forms(text: str, *, first_line: int = 1) -> list[Form]:
    """Every form of a text. Raises HistoryError with the line where it is wrong."""
    return _Reader(text, first_line).every()


class _Reader:
    def __init__(self, text: str, first_line: int) -> None:
        self.tokens = _tokens(text, first_line)
        self.line = first_line

    def every(self) -> list[Form]:
        found = []
        for token in self.tokens:
            form = self.form(token, 0)
            if form is not None:
                found.append(form)
        return found

    def form(self, token: _Token, depth: int) -> Form | None:
        """The form that begins with this token; None for one that is commented out."""
        self.line = token.line
        if depth > DEPTH_MAX:
            raise HistoryError(f"line {token.line}", f"holds brackets more than {DEPTH_MAX} deep", allowed="fewer")
        if token.kind == "open":
            return self.bracketed(token, depth)
        if token.kind == "close":
            raise HistoryError(f"line {token.line}", f"has {token.text} too many", allowed="matching brackets")
        if token.kind == "drop":
            self.following(token, depth)
            return None
        if token.kind == "tag":
            return self.following(token, depth)
        return Form(_single(token), token.line)

    def following(self, token: _Token, depth: int) -> Form:
        """The form after a tag or a sign that drops it."""
        for other in self.tokens:
            form = self.form(other, depth + 1)
            if form is not None:
                return form
        raise HistoryError(f"line {token.line}", f"ends after {short(token.text)}", allowed="a value after it")

    def bracketed(self, token: _Token, depth: int) -> Form:
        inside: list[Form] = []
        for other in self.tokens:
            if other.kind == "close":
                if other.text != _ENDS[token.text]:
                    raise HistoryError(
                        f"line {other.line}",
                        f"has {other.text} where line {token.line} opened {token.text}",
                        allowed=_ENDS[token.text],
                    )
                return Form(_map(inside, token) if token.text == "{" else inside, token.line)
            form = self.form(other, depth + 1)
            if form is not None:
                inside.append(form)
        raise HistoryError(f"line {token.line}", f"opens {token.text} and never closes it", allowed="matching brackets")


def _tokens(text: str, line: int) -> Iterator[_Token]:
    place = 0
    while place < len(text):
        found = _TOKEN.match(text, place)
        if found is None:
            raise HistoryError(
                f"line {line}", f"has {short(text[place : place + 20])}, which is not EDN", allowed="EDN"
            )
        kind = found.lastgroup or ""
        if kind != "space":
            yield _Token(kind, found.group(), line)
        line += found.group().count("\n")
        place = found.end()


def _map(inside: list[Form], token: _Token) -> dict[str, Form]:
    if len(inside) % 2:
        raise HistoryError(f"line {token.line}", "has a map with a key that has no value", allowed="{:key value ...}")
    found = {}
    for key, value in zip(inside[::2], inside[1::2], strict=True):
        name = key.value.name if isinstance(key.value, Keyword) else key.value
        if isinstance(name, (str, int, float, bool)):
            found[str(name)] = value
    return found


def _single(token: _Token) -> Any:
    if token.kind == "text":
        return re.sub(r"\\(.)", lambda found: _ESCAPES.get(found[1], found[1]), token.text[1:-1], flags=re.DOTALL)
    if token.kind == "letter":
        return token.text[1:]
    word = token.text
    if word in ("nil", "true", "false"):
        return {"nil": None, "true": True, "false": False}[word]
    if _NUMBER.fullmatch(word):
        plain = word.rstrip("NM")
        if len(plain) > 300:
            raise HistoryError(f"line {token.line}", "has a number of more than 300 digits", allowed="a shorter one")
        return int(plain) if re.fullmatch(r"[+-]?\d+", plain) else float(plain)
    return Keyword(word.removeprefix(":"))
