"""What does a run of the failover lens answer? Times are seconds from the fault; what never happens is None."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from lessons.simulator.engine.happenings import Happening, Phase


@dataclass(frozen=True, eq=False)
class Result:
    """One failover, as users and as people on duty see it.

    `series` holds one array per name, one value a second, and `share_by_region`, a dict of such arrays. `spread` has a
    distribution per field over the runs (empty when there is one run only).
    """

    detected_at_s: float | None
    decided_at_s: float | None
    promoted_at_s: float | None
    traffic_shifted_at_s: float | None
    recovered_at_s: float | None
    failback_at_s: float | None
    rto_s: float | None
    rpo_s: float
    lost_writes: int
    failed_requests: int
    availability_fraction: float
    error_budget_spent_fraction: float
    write_downtime_s: float
    two_sided_writes: float
    client_moved_at_s: dict[str, float] | None
    phases: tuple[Phase, ...]
    events: tuple[Happening, ...]
    series: dict[str, Any]
    spread: dict[str, dict[str, float] | None]
