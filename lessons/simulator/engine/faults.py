"""What breaks, where, when, and for how long?"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

FaultKind = Literal["region_loss", "zone_loss", "gray_failure", "partition", "switchover"]


@dataclass(frozen=True, kw_only=True)
class Fault:
    """One fault. `place` is the id of a region or zone; a switchover is planned, so it has no end of its own."""

    kind: FaultKind
    place: str
    starts_s: float
    duration_s: float

    @property
    def ends_s(self) -> float:
        return self.starts_s + self.duration_s

    @property
    def planned(self) -> bool:
        return self.kind == "switchover"

    @property
    def silent(self) -> bool:
        """Whether the side answers nobody at all while the fault lasts."""
        return self.kind in ("region_loss", "zone_loss")
