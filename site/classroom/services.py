"""Every change to a class session. Keyword-only, one transaction each; a change is announced once it is stored."""

from __future__ import annotations

import datetime
import secrets
from collections.abc import Mapping
from typing import Any

import orjson
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from classroom import bus
from classroom.clock import more_s_of
from classroom.models import (
    ClassEvent,
    ClassSession,
    MoreTime,
    Participant,
    ReviewsCounted,
    Signal,
    Vote,
    WallQuestion,
    WallVote,
)
from classroom.rooms import Room, digest_of, room_after, room_keep, room_locked
from lessons.classroom.joining import code_drawn, pseudonym_drawn
from lessons.classroom.phases import Event, ballot_for

CODES_TRIED_MAX = 20
EVENTS_MAX = 2_000
PARTICIPANTS_MAX = 2_000
WALL_MAX = 200
WALL_EACH_MAX = 10
SIGNALS = ("lost", "slower", "faster")
SIGNAL_AGAIN = datetime.timedelta(seconds=30)


_FIELDS = [field for field in Vote._meta.concrete_fields if not field.primary_key]
_COLUMNS = [field.column for field in _FIELDS]
_KEY = ("participant_id", "question_id", "round", "attempt")
_UPSERT = f"""INSERT INTO {Vote._meta.db_table} ({", ".join(f'"{name}"' for name in _COLUMNS)})
    VALUES ({", ".join(["%s"] * len(_COLUMNS))}) ON CONFLICT ({", ".join(_KEY)})
    DO UPDATE SET {", ".join(f'"{name}" = excluded."{name}"' for name in _COLUMNS if name not in _KEY)}"""


class Refused(ValueError):
    """A change that is not taken; the message says why, and is fit for a person."""


@transaction.atomic
def session_open(
    *, lesson: str, plan: Mapping[str, Any] | None = None, lends_shares: bool = True
) -> tuple[ClassSession, str, str]:
    """A new session with the tokens of the instructor's and the projector's links. `plan` is one that was read."""
    teacher, screen = secrets.token_urlsafe(24), secrets.token_urlsafe(16)
    for _ in range(CODES_TRIED_MAX):
        code = code_drawn()
        if not ClassSession.objects.filter(code=code).exists():
            made = ClassSession.objects.create(
                code=code,
                lesson=lesson,
                plan=dict(plan or {}),
                teacher_digest=digest_of(teacher),
                screen_digest=digest_of(screen),
                lends_shares=lends_shares,
            )
            return made, teacher, screen
    raise Refused("No code was free. Try again.")


def event_append(*, code: str, kind: str, data: Mapping[str, Any], expected: int | None = None) -> Room:
    """One step. Raises NotNow for one that does not fit, Refused for one that comes on top of another's.

    `expected` is the number of the last event that the instructor had seen; a second tap on the same button is refused
    instead of being done twice.
    """
    with transaction.atomic():
        session = ClassSession.objects.select_for_update().get(code=code)
        room = room_locked(session)
        if expected is not None and expected != session.last_number:
            raise Refused("Something else has happened since. Look at the page, then choose again.")
        if session.last_number >= EVENTS_MAX:
            raise Refused(f"A session has at most {EVENTS_MAX} steps.")
        now = timezone.now()
        event = Event(session.last_number + 1, kind, now.timestamp(), orjson.loads(orjson.dumps(data)))
        session.last_number = event.number
        room = room_after(room, session, event)
        ClassEvent.objects.create(session=session, number=event.number, kind=kind, data=event.data, at=now)
        if room.state.phase == "ended":
            session.ended_at = now
        session.save(update_fields=["last_number", "ended_at"])
        transaction.on_commit(lambda: _stepped(room))
    return room


def _stepped(room: Room) -> None:
    room_keep(room)
    bus.changed(room.session.code, room)


def participant_join(*, session: ClassSession, simulated: bool = False) -> Participant:
    """One more in the room."""
    if session.ended_at is not None:
        raise Refused("This session has ended.")
    if session.participants.count() >= PARTICIPANTS_MAX:
        raise Refused(f"This room is full: {PARTICIPANTS_MAX} people have joined.")
    made = Participant.objects.create(session=session, pseudonym=pseudonym_drawn(), simulated=simulated)
    bus.counted(session.code)
    return made


def vote_cast(
    *,
    room: Room,
    participant: Participant,
    question_id: str,
    round: int,
    version: int,
    given: Any,
    right: bool | None,
    confidence: str = "",
    now: datetime.datetime | None = None,
) -> Vote:
    """The participant's vote, stored before this returns; the same one again changes nothing. Raises Refused."""
    now = now or timezone.now()
    more_s = more_s_of(room, participant, now)
    ballot = ballot_for(room.state, question_id=question_id, round=round, at_s=now.timestamp(), more_s=more_s)
    if ballot is None:
        raise Refused("Voting on this question is closed. Your earlier vote, if any, still counts.")
    made = Vote(
        participant=participant,
        question_id=question_id,
        round=round,
        attempt=ballot.attempt,
        version=version,
        given=given,
        right=right,
        confidence=confidence,
        seconds=max(0.0, now.timestamp() - ballot.opened_at_s),
        at=now,
    )
    _upsert(made)
    bus.counted(room.session.code)
    return made


def _upsert(vote: Vote) -> None:
    """One statement: a second tap, or a retry after a lost answer, writes the same row. Written out, for in a burst of
    votes the ORM's way to the same statement takes most of the time."""
    values = [field.get_db_prep_save(getattr(vote, field.attname), connection) for field in _FIELDS]
    with connection.cursor() as cursor:
        cursor.execute(_UPSERT, values)


@transaction.atomic
def words_hold(*, room: Room, participant: Participant, question_id: str, held: bool) -> None:
    """What the writer of an answer in words says of it, once the model answer is there to compare it with."""
    if question_id not in room.state.revealed or question_id in {one.question_id for one in room.state.open_ballots}:
        raise Refused("The room has not seen the answer yet.")
    votes = participant.votes.select_for_update().filter(
        question_id=question_id, attempt=room.state.attempt(question_id)
    )
    vote = votes.order_by("-round").first()
    if vote is None or not isinstance(vote.given, dict) or "text" not in vote.given:
        raise Refused("You wrote no answer to this question.")
    vote.given, vote.right = {"text": vote.given["text"], "held": held}, held
    vote.save(update_fields=["given", "right"])
    transaction.on_commit(lambda: bus.counted(room.session.code))


def more_time_take(*, room: Room, participant: Participant, now: datetime.datetime | None = None) -> None:
    """As much time again as was announced, once for each participant and countdown. Asking twice is asking once."""
    countdown, now = room.state.countdown, now or timezone.now()
    if countdown is None or room.state.phase in ("pause", "ended"):
        raise Refused("No countdown runs.")
    if countdown.is_up(now.timestamp(), more_s=countdown.more_s):
        raise Refused("This comes too late: more time would be over, too.")
    MoreTime.objects.get_or_create(participant=participant, number=countdown.number)
    bus.counted(room.session.code)


def signal_give(*, session: ClassSession, participant: Participant, kind: str) -> None:
    """Lost, slower, faster. The same one again within half a minute is the same signal."""
    if kind not in SIGNALS:
        raise Refused(f"The signals are {', '.join(SIGNALS)}.")
    since = timezone.now() - SIGNAL_AGAIN
    if Signal.objects.filter(participant=participant, kind=kind, at__gt=since).exists():
        return
    Signal.objects.create(session=session, participant=participant, kind=kind)
    bus.counted(session.code)


def wall_ask(*, session: ClassSession, participant: Participant, text: str) -> WallQuestion:
    """A question from the room."""
    text = " ".join(text.split())
    if not 3 <= len(text) <= 280:
        raise Refused("A question has 3 to 280 characters.")
    if session.wall.count() >= WALL_MAX or session.wall.filter(participant=participant).count() >= WALL_EACH_MAX:
        raise Refused("The wall is full. Raise your hand.")
    made = WallQuestion.objects.create(session=session, participant=participant, text=text)
    bus.counted(session.code)
    return made


def wall_vote(*, question: WallQuestion, participant: Participant) -> None:
    """One up-vote each."""
    try:
        with transaction.atomic():
            WallVote.objects.get_or_create(question=question, participant=participant)
    except IntegrityError:
        return  # the other of two taps was quicker
    bus.counted(question.session.code)


def wall_mark(*, question: WallQuestion, hidden: bool, answered: bool) -> None:
    """What the instructor does with a question of the wall."""
    question.hidden, question.answered = hidden, answered
    question.save(update_fields=["hidden", "answered"])
    bus.counted(question.session.code)


def votes_forget(*, participant: Participant) -> int:
    """Deletes everything that a participant gave, on their own request; how many votes that were."""
    votes, _ = participant.votes.all().delete()
    WallQuestion.objects.filter(participant=participant).delete()
    Signal.objects.filter(participant=participant).delete()
    participant.more_times.all().delete()
    reviews_count_set(participant=participant, counted=False)
    bus.counted(participant.session.code)
    return votes


def reviews_count_set(*, participant: Participant, counted: bool) -> None:
    """Whether this participant's later reviews count in the report, as a part of a number."""
    if counted:
        ReviewsCounted.objects.get_or_create(participant=participant)
    else:
        ReviewsCounted.objects.filter(participant=participant).delete()


def simulated_remove(*, session: ClassSession) -> None:
    """Sends the simulated participants of a rehearsal away, with everything they gave."""
    session.participants.filter(simulated=True).delete()
    bus.counted(session.code)


def keep_set(*, session: ClassSession, keep: bool) -> None:
    """Whether a session is kept when its time has come."""
    session.keep_aggregate = keep
    session.save(update_fields=["keep_aggregate"])


def lend_set(*, session: ClassSession, lends: bool) -> None:
    """Whether later sessions are told how this one's first votes split."""
    session.lends_shares = lends
    session.save(update_fields=["lends_shares"])


def session_delete(*, session: ClassSession) -> None:
    """Deletes a session with everything in it."""
    code = session.code
    session.delete()
    bus.changed(code)


def sessions_expire(*, before: datetime.datetime) -> int:
    """Deletes sessions made before a moment, unless their instructor keeps the aggregate; how many."""
    old = ClassSession.objects.filter(made_at__lt=before, keep_aggregate=False)
    count = old.count()
    old.delete()
    return count
