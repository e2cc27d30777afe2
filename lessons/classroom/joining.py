"""How does a room find its session? A code without look-alikes, and a friendly name that nobody has to give."""

from __future__ import annotations

import secrets

# No 0 O, 1 I L, 2 Z, 5 S, 8 B, U V: letters that look or sound alike from the back row.
CODE_LETTERS = "ACDEFGHJKMNPQRTWXY34679"
CODE_LENGTH = 6
_FIRST = (
    "amber",
    "brisk",
    "calm",
    "clever",
    "coral",
    "eager",
    "fern",
    "gentle",
    "golden",
    "happy",
    "indigo",
    "jolly",
    "keen",
    "lilac",
    "lucky",
    "mellow",
    "misty",
    "nimble",
    "olive",
    "patient",
    "quiet",
    "rapid",
    "silver",
    "sunny",
    "swift",
    "tidy",
    "violet",
    "warm",
    "wise",
    "witty",
)
_SECOND = (
    "badger",
    "beaver",
    "bison",
    "crane",
    "dolphin",
    "falcon",
    "ferret",
    "finch",
    "fox",
    "gecko",
    "hare",
    "heron",
    "ibis",
    "jay",
    "kestrel",
    "lark",
    "lemur",
    "lynx",
    "magpie",
    "marten",
    "mole",
    "moth",
    "newt",
    "otter",
    "owl",
    "panda",
    "puffin",
    "quail",
    "raven",
    "robin",
    "salmon",
    "seal",
    "stork",
    "swan",
    "tapir",
    "tern",
    "toad",
    "trout",
    "wren",
    "yak",
)


def code_drawn() -> str:
    """A code nobody can guess: about 148 million of them."""
    return "".join(secrets.choice(CODE_LETTERS) for _ in range(CODE_LENGTH))


def code_read(text: str) -> str:
    """The code in what somebody typed; "" when it can be none. Case, spaces and hyphens do not matter."""
    bare = "".join(text.upper().split()).replace("-", "")
    return bare if len(bare) == CODE_LENGTH and set(bare) <= set(CODE_LETTERS) else ""


def pseudonym_drawn() -> str:
    """A name to be called by, if one likes."""
    return f"{secrets.choice(_FIRST)} {secrets.choice(_SECOND)}"
