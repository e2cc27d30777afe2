"""How many wrong codes may come from where? So many that a hall can mistype, so few that nobody finds a room.

The sum. There are 23^6 = 148,035,889 codes; say that ten sessions are open day and night.

- One network gives 1,000 wrong codes at once (a hall of a thousand, each mistyping once) and 100 a minute from then on:
  145,000 on its first day, and a chance of 1 % in a day to find one of the ten.
- All networks together: 10,000 at once, 20,000 an hour: 490,000 a day, 3.3 %.
- Once those are used up, a network has 20 at once and 20 an hour: a thousand networks that guess have 500,000 a day,
  and those who only mistype still get in.

A code that was found gives a seat in that room under a made-up name: no console, no answer, nobody's votes. Each
process counts for itself, so several multiply the sum by their number. A right code costs nothing; where nothing is
left it is not looked up either, else a guesser would learn of it.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from ipaddress import IPv6Address, ip_address

from study.throttle import Allowance

EVERYWHERE = ""


class Guesses:
    """What is left to each network, and to all of them together."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self.each = Allowance(at_once=1_000, per_s=100 / 60, clock=clock)
        self.everywhere = Allowance(at_once=10_000, per_s=20_000 / 3600, clock=clock)
        self.few = Allowance(at_once=20, per_s=20 / 3600, clock=clock)

    def left(self, address: str) -> bool:
        """Whether a code from this address is looked up."""
        network = network_of(address)
        return self.each.left(network) and (self.everywhere.left(EVERYWHERE) or self.few.left(network))

    def wrong(self, address: str) -> None:
        """A code from there was none."""
        network = network_of(address)
        self.each.take(network)
        self.everywhere.take(EVERYWHERE)
        self.few.take(network)


def network_of(address: str) -> str:
    """The network that an address belongs to: of the newer addresses everybody has more than there are codes."""
    try:
        known = ip_address(address)
    except ValueError:
        return address
    return known.exploded[:19] if isinstance(known, IPv6Address) else address


GUESSES = Guesses()
