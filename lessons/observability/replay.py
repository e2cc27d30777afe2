"""What would a scrape see now, if the incident were happening: N times as fast, once, again and again, or held?"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from lessons.observability.openmetrics import prometheus_text
from lessons.observability.signals import GAUGE, Signals, rounded_down
from lessons.simulator.engine.stats import Array

_TREND_S = 60.0


@dataclass(frozen=True, eq=False)
class Replay:
    """A run that plays. Between two scrapes counters grow evenly; gauges keep their last value.

    After the end counters go on growing as in the last minute and gauges stay, so that the end is a state and no
    silence; with `loop` everything starts anew, and counters from where they started, as after a restart.
    """

    signals: Signals
    speed: float
    loop: bool = False

    @property
    def starts_s(self) -> float:
        """The first moment, before the fault."""
        return float(self.signals.times_s[0])

    @property
    def ends_s(self) -> float:
        """The last moment of the run."""
        return float(self.signals.times_s[-1])

    def moment_s(self, elapsed_s: float) -> float:
        """The moment of the incident after so much real time."""
        played_s = elapsed_s * self.speed
        if self.loop:
            played_s %= self.ends_s - self.starts_s
        return self.starts_s + played_s

    def over(self, elapsed_s: float) -> bool:
        """Whether the run has been played to its end."""
        return not self.loop and self.moment_s(elapsed_s) >= self.ends_s

    def values(self, at_s: float) -> Array:
        """The value of every series at a moment, in their order."""
        times_s, table = self.signals.times_s, self._table
        place = int(np.clip(np.searchsorted(times_s, at_s, side="right") - 1, 0, len(times_s) - 1))
        held = table[:, place]
        if place + 1 < len(times_s):
            share = (at_s - times_s[place]) / (times_s[place + 1] - times_s[place])
            grown = held + max(share, 0.0) * (table[:, place + 1] - held)
        else:
            grown = held + self._trend * (at_s - times_s[-1])
        counted = np.where(self._whole, rounded_down(grown), grown)
        return np.where(self._gauges, held, counted)

    def metrics(self, at_s: float) -> str:
        """What /metrics holds at a moment: the text format of Prometheus."""
        return "".join(prometheus_text(self.signals, self.values(at_s).tolist()))

    @cached_property
    def _table(self) -> Array:
        return np.stack([series.values for series in self.signals.series])

    @cached_property
    def _trend(self) -> Array:
        """What every series gains a second at the end of the run."""
        times_s = self.signals.times_s
        place = int(np.searchsorted(times_s, times_s[-1] - _TREND_S))
        return np.asarray((self._table[:, -1] - self._table[:, place]) / (times_s[-1] - times_s[place]))

    @cached_property
    def _gauges(self) -> Array:
        return np.array([series.kind == GAUGE for series in self.signals.series])

    @cached_property
    def _whole(self) -> Array:
        return np.array([not series.name.endswith("_sum") for series in self.signals.series])
