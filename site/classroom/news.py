"""What does one process tell the others? Which room and what kind, and with a step what all phones are now sent.

With two processes on two cores each would otherwise ask and draw the same at the same moment, while a room waits for
both. What does not fit into a message, and what was lost, each process still finds by itself.
"""

from __future__ import annotations

import zlib
from base64 import b85decode, b85encode
from secrets import token_hex
from typing import Literal, NamedTuple

Kind = Literal["changed", "counted"]
Part = tuple[int, bytes]  # the number of the last event, and the part as a message of a stream
OWN = token_hex(8)  # tells this process from the others
BYTES_MAX = 7_900  # PostgreSQL takes up to 8,000


class News(NamedTuple):
    """A message that was heard."""

    code: str
    kind: Kind
    part: Part | None = None
    is_own: bool = False


def written(code: str, kind: Kind, part: Part | None = None) -> str:
    """News as one message."""
    bare = f"{code} {kind} {OWN}"
    if part is None or not part[1]:
        return bare
    whole = f"{bare} {part[0]} {b85encode(zlib.compress(part[1], 1)).decode()}"
    return whole if len(whole) <= BYTES_MAX else bare


def read(message: str) -> News:
    """The news in a message."""
    code, kind, sender, *part = message.split(" ")
    made = (int(part[0]), zlib.decompress(b85decode(part[1]))) if part else None
    return News(code, "changed" if kind == "changed" else "counted", made, sender == OWN)
