"""How much time is left, for the room and for one participant? The server's clock alone decides."""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import datetime

from django.utils import timezone

from classroom.models import MoreTime, Participant
from classroom.rooms import Room
from lessons.classroom.phases import Countdown


@dataclass(frozen=True)
class Clock:
    """A countdown as a page shows it. `taken`: this participant took more time. Times are seconds since 1970."""

    countdown: Countdown
    now_s: float
    taken: bool = False
    can_take: bool = False

    @property
    def number(self) -> int:
        """What tells it from every other countdown of the session."""
        return self.countdown.number

    @property
    def more_s(self) -> int:
        """What asking for more gives."""
        return round(self.countdown.more_s)

    @property
    def own_ends_s(self) -> float:
        """When it ends for whoever the page is for."""
        return self.countdown.ends_s + (self.countdown.more_s if self.taken else 0.0)

    @property
    def left_s(self) -> int:
        """Whole seconds until then, 0 afterwards."""
        return max(0, math.ceil(self.own_ends_s - self.now_s))


def clock_of(room: Room, participant: Participant | None = None) -> Clock | None:
    """The countdown of the open vote, None where none was started."""
    countdown = room.state.countdown
    if countdown is None or room.state.phase in ("pause", "ended"):
        return None
    now_s = timezone.now().timestamp()
    taken = participant is not None and took_more(participant, countdown)
    can_take = not taken and not countdown.is_up(now_s, more_s=countdown.more_s)
    return Clock(countdown, now_s, taken, can_take)


def more_s_of(room: Room, participant: Participant, now: datetime) -> float:
    """What this participant has on top of the countdown. Nothing is asked of the database before it is needed.

    Cards are counted in by the instructor, and simulated people do as they are told: no clock runs for them.
    """
    if participant.by_hand or participant.simulated:
        return math.inf
    found = [one.countdown for one in room.state.ballots if one.countdown is not None]
    if not found or not found[-1].is_up(now.timestamp()) or not took_more(participant, found[-1]):
        return 0.0
    return found[-1].more_s


def took_more(participant: Participant, countdown: Countdown) -> bool:
    """Whether this participant took more time."""
    return MoreTime.objects.filter(participant=participant, number=countdown.number).exists()


def people_with_more(room: Room) -> int:
    """How many took more time in the countdown that runs."""
    countdown = room.state.countdown
    if countdown is None:
        return 0
    return MoreTime.objects.filter(participant__session=room.session, number=countdown.number).count()
