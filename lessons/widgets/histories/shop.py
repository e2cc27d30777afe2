"""What does an operation mean to a customer? The same history, told of one household that shops at Tally."""

from __future__ import annotations

from typing import Final

from lessons.simulator.checkers import Operation

WHO: Final = (
    "Mia’s phone",
    "Mia’s laptop",
    "Tom’s phone",
    "the help desk",
    "the warehouse",
    "the courier",
    "the branch",
    "the night job",
)
# For each key: what it is, how writing it sounds, how reading it sounds, and reading it when nothing is there.
THINGS: Final = {
    "x": ("the cart", "puts item {} into the cart", "sees item {} in the cart", "sees an empty cart"),
    "y": ("the order", "places order {}", "sees order {}", "sees no order"),
    "z": ("the address", "sets address {}", "sees address {}", "sees no address"),
    "u": ("the wish list", "wishes for item {}", "sees item {} wished for", "sees an empty wish list"),
    "v": ("the voucher", "redeems voucher {}", "sees voucher {} redeemed", "sees no voucher redeemed"),
}


def who(client: str) -> str:
    """The name behind a client's number."""
    return WHO[int(client) - 1]


def told(operation: Operation) -> str:
    """An operation as the household meets it, without a full stop: "Mia’s phone sees an empty cart"."""
    thing, written, read, nothing = THINGS[operation.key]
    value = operation.value
    if operation.op == "read":
        said = nothing if value is None else read.format(value)
        if operation.unknown:
            said = f"looks for {thing} and gets no answer"
    elif operation.op == "cas":
        before, after = ("nothing" if part is None else str(part) for part in value)
        said = f"changes {thing} from {before} to {after}"
        if not operation.ok:
            said = f"may not change {thing} from {before} to {after}, because it has changed"
    else:
        said = written.format(value)
    unanswered = ", and never hears back" if operation.unknown and operation.op != "read" else ""
    return f"{who(operation.client)} {said}{unanswered}"


def capital(text: str) -> str:
    """The text as the beginning of a sentence."""
    return text[:1].upper() + text[1:]
