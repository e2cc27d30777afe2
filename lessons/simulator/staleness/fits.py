"""Which delays did people measure? The fits of table 3 of the PBS paper, in ms, each for one way.

A fit is a Pareto body with an exponential tail: [share, body], [rest, tail].
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from lessons.simulator.engine.distributions import Delay, read_delay

# Passport staleness-wan: what an ocean adds to every message of every replica but the local one.
WAN_ONE_WAY_MS: Final = 75.0


def _fit(*, body_share: float, min_ms: float, alpha: float, tail_rate_per_ms: float) -> dict[str, Any]:
    body = {"kind": "pareto", "min_ms": min_ms, "alpha": alpha}
    tail = {"kind": "exponential", "rate_per_ms": tail_rate_per_ms}
    return {"kind": "mixture", "parts": [[body_share, body], [1 - body_share, tail]]}


# Passports staleness-fit-ssd, -disk, -ymmr-write and -ymmr-other.
_SSD: Final = _fit(body_share=0.9122, min_ms=0.235, alpha=10, tail_rate_per_ms=1.66)
_DISK: Final = _fit(body_share=0.38, min_ms=1.05, alpha=1.51, tail_rate_per_ms=0.183)
# The paper's table prints alpha 3.35. Its authors' program has 3.5, and only 3.5 gives the paper's results: one
# write in a thousand takes 10.75 ms (published 10.73) where 3.35 gives 11.2. So 3.5 it is.
_YMMR_WRITE: Final = _fit(body_share=0.939, min_ms=3, alpha=3.5, tail_rate_per_ms=0.0028)
_YMMR_OTHER: Final = _fit(body_share=0.982, min_ms=1.5, alpha=3.8, tail_rate_per_ms=0.0217)

FITS: Final[Mapping[str, tuple[dict[str, Any], dict[str, Any]]]] = {
    "lnkd_ssd": (_SSD, _SSD),
    "lnkd_disk": (_DISK, _SSD),
    "ymmr": (_YMMR_WRITE, _YMMR_OTHER),
    "wan": (_DISK, _SSD),
}
FIT_CHOICES: Final = {
    "lnkd_ssd": "LinkedIn, solid-state disks",
    "lnkd_disk": "LinkedIn, spinning disks",
    "ymmr": "Yammer",
    "wan": "spinning disks, replicas an ocean apart",
    "custom": "your own",
}


@dataclass(frozen=True)
class Wars:
    """The four delays of one replica, and what every replica but the local one adds to each of them."""

    write: Delay
    ack: Delay
    read: Delay
    response: Delay
    remote_ms: float = 0.0

    @property
    def work(self) -> float:
        """What drawing all four once costs, in exponential draws."""
        return self.write.work + self.ack.work + self.read.work + self.response.work


def published(fit: str) -> Wars:
    """The delays of a named fit: the write has its own, the other three messages share one."""
    write, other = (read_delay("fit", plain) for plain in FITS[fit])
    return Wars(write, other, other, other, WAN_ONE_WAY_MS if fit == "wan" else 0.0)
