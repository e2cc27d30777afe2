"""How did earlier rooms of this server split at first? Told to the instructor alone, before a question is asked.

A room counts once it is over, if its instructor lends its numbers, and if they stand for five people on each side by
themselves: what one room hides follows from no sum. Simulated people never count.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import timedelta
from time import monotonic

from django.db.models import Count, Q
from django.utils import timezone

from classroom.models import Vote
from classroom.rooms import Room
from lessons.classroom.tally import is_few
from quizzes.bank import bank

KEPT_S = 60.0
OVER_AFTER = timedelta(days=1)  # for sessions that nobody ended


@dataclass(frozen=True)
class Split:
    """The first votes of one room on one question."""

    session_id: int
    right: int
    people: int


@dataclass(frozen=True)
class Expected:
    """The first votes of earlier rooms together."""

    sessions: int
    right_fraction: float

    def __str__(self) -> str:
        rooms = f"{self.sessions} earlier session{'' if self.sessions == 1 else 's'}"
        return f"In {rooms} {100 * self.right_fraction:.0f}\u2009% were right at first."


_kept: dict[str, tuple[float, dict[str, list[Split]]]] = {}


def expected_in(room: Room) -> dict[str, Expected]:
    """For each question of the lesson that earlier rooms were asked."""
    lesson, now = room.session.lesson, monotonic()
    since, splits = _kept.get(lesson, (0.0, {}))
    if not since or now - since > KEPT_S:  # the console is made every other second, and yesterday does not change
        splits = _splits(lesson)
        _kept[lesson] = now, splits
    found = {name: [one for one in rooms if one.session_id != room.session.pk] for name, rooms in splits.items()}
    return {
        name: Expected(len(rooms), sum(one.right for one in rooms) / sum(one.people for one in rooms))
        for name, rooms in found.items()
        if rooms
    }


def _splits(lesson: str) -> dict[str, list[Split]]:
    over = Q(participant__session__ended_at__isnull=False) | Q(
        participant__session__made_at__lt=timezone.now() - OVER_AFTER
    )
    rows = (
        Vote.objects.filter(
            over,
            participant__session__lesson=lesson,
            participant__session__lends_shares=True,
            participant__simulated=False,
            round=1,
            attempt=1,
            right__isnull=False,
        )
        .values_list("question_id", "version", "participant__session")
        .annotate(people=Count("id"), rights=Count("id", filter=Q(right=True)))
        .order_by()
    )
    made: defaultdict[str, list[Split]] = defaultdict(list)
    for name, version, session_id, people, right in rows:
        known = bank().questions.get(name)
        if known is None or known.version != version or is_few(right) or is_few(people - right):
            continue
        made[name].append(Split(session_id, right, people))
    return dict(made)
