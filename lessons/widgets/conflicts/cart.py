"""What is in the cart when two changes to it meet? One region adds, the other removes; each rule keeps its own.

Which of the two writes a copy holds comes from the simulation; here they are only carried out on a cart.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from lessons.simulator import conflicts as lens
from lessons.simulator.conflicts import Written

Cart = tuple[str, ...]
START: Cart = ("A",)
EMPTY = "empty"


@dataclass(frozen=True)
class Moment:
    """What the copy of each region holds from a moment on, under last write wins; `arrivals` are the regions that the
    other's change reaches just then."""

    at_s: float
    carts: tuple[Cart, Cart]
    arrivals: tuple[int, ...]


def changed(cart: Cart, writer: int) -> Cart:
    """The cart after a region's change: the first adds B, the second removes A."""
    return (*cart, "B") if writer == 0 else tuple(item for item in cart if item != "A")


def said(cart: Cart) -> str:
    """ "A and B", "empty": a cart in words."""
    return " and ".join(cart) or EMPTY


def outcomes(rule: str, met: lens.Result) -> tuple[Cart, ...]:
    """The cart in the end: one, or the two that version vectors hand to the application."""
    kept = [write.writer for write in met.history if write.kept]
    if rule == "version_vectors" and met.surfaced_conflicts:
        return tuple(_after([writer]) for writer in kept)
    return (_after(kept),)


def _after(writers: Iterable[int]) -> Cart:
    cart = START
    for writer in writers:
        cart = changed(cart, writer)
    return cart


def moments(met: lens.Result) -> tuple[Moment, ...]:
    """Every moment at which a copy got one of the two writes, under last write wins."""
    values = {write.writer: _after([write.writer]) for write in met.history}
    if not met.conflicts:
        values[1] = _after([0, 1])
    times = sorted({at_s for write in met.history for at_s in write.arrives_at_s})
    return tuple(
        Moment(
            at_s,
            (_held(met, values, 0, at_s), _held(met, values, 1, at_s)),
            tuple(1 - write.writer for write in met.history if write.arrives_at_s[1 - write.writer] == at_s),
        )
        for at_s in times
    )


def _held(met: lens.Result, values: dict[int, Cart], region: int, at_s: float) -> Cart:
    """The value with the highest stamp among those that have arrived; of equal stamps the later write's."""
    here: list[Written] = [write for write in met.history if write.arrives_at_s[region] <= at_s]
    return values[max(here, key=lambda write: (write.stamp_s, write.writer)).writer] if here else START
