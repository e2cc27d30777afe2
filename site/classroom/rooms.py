"""In which state is a session, and who is asking? Events folded once, and again only when there are newer ones."""

from __future__ import annotations

import hmac
import uuid
from collections import OrderedDict
from collections.abc import Mapping
from copy import copy
from dataclasses import dataclass
from hashlib import sha256
from threading import Lock
from time import monotonic

from django.conf import settings
from django.core import signing
from django.db import connection
from django.http import HttpRequest

from classroom.models import ClassEvent, ClassSession, Participant
from lessons.classroom.phases import Event, State, after

COOKIE = "classroom"
VIEWS = ("phone", "screen", "teacher")
VIEW_SALT = "classroom.view"
COOKIE_AGE_S = 3 * 24 * 3600
SALT = "classroom.participant"
ROOMS_KEPT = 200
PEOPLE_KEPT, PEOPLE_KEPT_S = 5_000, 600.0


@dataclass(frozen=True)
class Room:
    """A session with the state after its last event, and the improvised questions asked so far."""

    session: ClassSession
    state: State
    improvised: dict[str, dict[str, object]]


_VERSION = f"SELECT id, last_number, keep_aggregate FROM {ClassSession._meta.db_table} WHERE code = %s"
_rooms: OrderedDict[str, tuple[tuple[int, int, bool], Room]] = OrderedDict()
_people: OrderedDict[tuple[str, int], tuple[float, Participant]] = OrderedDict()
_lock = Lock()


def room_of(code: str) -> Room | None:
    """The room of a code, or None. One small query while nothing new has happened, another for what is new."""
    version = _version(code)
    return _room_at(code, version) if version is not None else None


def room_locked(session: ClassSession) -> Room:
    """The room of a session that was read just now, in a transaction that lets nobody else change it."""
    room = _room_at(session.code, (session.pk, session.last_number, session.keep_aggregate))
    assert room is not None, "the session was just found"
    return room


def room_after(room: Room, session: ClassSession, event: Event) -> Room:
    """The room after one more event; `session` is as it is stored then. Raises NotNow."""
    return Room(session, after(room.state, event), room.improvised | _improvised(event))


def room_keep(room: Room) -> None:
    """Keeps a room that is as it is stored, unless a newer one was kept already."""
    if room.state.number != room.session.last_number:
        return  # a step fell between two queries
    with _lock:
        _, kept = _rooms.get(room.session.code, (None, None))
        if kept is None or kept.session.pk != room.session.pk or kept.state.number <= room.state.number:
            _rooms[room.session.code] = (room.session.pk, room.state.number, room.session.keep_aggregate), room
        while len(_rooms) > ROOMS_KEPT:
            _rooms.popitem(last=False)


def _room_at(code: str, version: tuple[int, int, bool]) -> Room | None:
    with _lock:
        version_kept, kept = _rooms.get(code, (None, None))
        if kept is not None and version_kept == version:
            _rooms.move_to_end(code)
            return kept
    room = _continued(kept, version) if kept is not None else None
    room = room or _read(code)
    if room is not None:
        room_keep(room)
    return room


def _read(code: str) -> Room | None:
    """A room from its first event on."""
    session = ClassSession.objects.filter(code=code).first()
    if session is None:
        return None
    room = Room(session, State(), {})
    for one in session.events.all():
        room = room_after(room, session, _plain(one))
    return room


def _continued(kept: Room, version: tuple[int, int, bool]) -> Room | None:
    """A room from where it was left: with every step the whole session would take longer. None where it has to be read
    again, as after the step that ends it, for that changes the session itself."""
    key, number, keep = version
    if key != kept.session.pk or number < kept.state.number:
        return None
    session = copy(kept.session)
    session.last_number, session.keep_aggregate = number, keep
    room = Room(session, kept.state, kept.improvised)
    for one in ClassEvent.objects.filter(session_id=key, number__gt=kept.state.number, number__lte=number):
        room = room_after(room, session, _plain(one))
    return room if room.state.number == number and room.state.phase != "ended" else None


def _improvised(event: Event) -> dict[str, dict[str, object]]:
    return {event.data["question"]: event.data["improvised"]} if "improvised" in event.data else {}


def _plain(one: ClassEvent) -> Event:
    return Event(one.number, one.kind, one.at.timestamp(), one.data)


def _version(code: str) -> tuple[int, int, bool] | None:
    """Everything of a session that ever changes. Asked before each vote, and so without the ORM, which costs five times
    as much as the query."""
    with connection.cursor() as cursor:
        cursor.execute(_VERSION, [code])
        found = cursor.fetchone()
    return (found[0], found[1], bool(found[2])) if found else None


def digest_of(token: str) -> str:
    """What is kept of a link's token. Keyed, so that a copy of the database opens no session."""
    return hmac.new(settings.SECRET_KEY.encode(), token.encode(), sha256).hexdigest()


def is_teacher(session: ClassSession, token: str) -> bool:
    """Whether this token belongs to the instructor's link."""
    return hmac.compare_digest(session.teacher_digest, digest_of(token))


def is_screen(session: ClassSession, token: str) -> bool:
    """Whether this token belongs to the projector's link (the instructor may see that, too)."""
    return hmac.compare_digest(session.screen_digest, digest_of(token)) or is_teacher(session, token)


def participant_of(request: HttpRequest, session: ClassSession) -> Participant | None:
    """The participant whose cookie came along, in this session; None otherwise, and for a cookie we did not sign."""
    return participant_by_cookie(request.COOKIES.get(COOKIE, ""), session)


def participant_by_cookie(text: str, session: ClassSession) -> Participant | None:
    """The participant that a cookie names, in this session alone. Participants never change, so those of the last
    minutes are kept: in a burst of votes each would cost as much as the vote."""
    with _lock:
        found_at, kept = _people.get((text, session.pk), (0.0, None))
    if kept is not None and monotonic() - found_at < PEOPLE_KEPT_S:
        return kept
    found = _participant(text, session)
    if found is not None:
        with _lock:
            _people[text, session.pk] = monotonic(), found
            while len(_people) > PEOPLE_KEPT:
                _people.popitem(last=False)
    return found


def _participant(text: str, session: ClassSession) -> Participant | None:
    try:
        key = uuid.UUID(signing.loads(text, salt=SALT, max_age=COOKIE_AGE_S))
    except (signing.BadSignature, ValueError, TypeError):
        return None
    return Participant.objects.filter(key=key, session=session).first()


def cookie_for(participant: Participant) -> str:
    """The text of the cookie that names a participant."""
    return signing.dumps(str(participant.key), salt=SALT)


def view_cookie(session: ClassSession, view: str) -> tuple[str, str]:
    """Name and text of the cookie that opens the screen or the console of one session, once its link was followed."""
    return f"{view}-{session.code.lower()}", signing.dumps(f"{session.pk}/{view}", salt=VIEW_SALT)


def opens(session: ClassSession, view: str, cookies: Mapping[str, str]) -> bool:
    """Whether these cookies open a view of this session. The console's cookie opens the screen, too."""
    if view == "phone":
        return participant_by_cookie(cookies.get(COOKIE, ""), session) is not None
    for allowed in {view, "teacher"}:
        name, _ = view_cookie(session, allowed)
        try:
            if signing.loads(cookies.get(name, ""), salt=VIEW_SALT, max_age=COOKIE_AGE_S) == f"{session.pk}/{allowed}":
                return True
        except signing.BadSignature:
            continue
    return False
