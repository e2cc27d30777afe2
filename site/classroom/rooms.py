"""In which state is a session, and who is asking? Events folded once, and again only when there are newer ones."""

from __future__ import annotations

import hmac
import uuid
from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import sha256
from threading import Lock

from django.conf import settings
from django.core import signing
from django.http import HttpRequest

from classroom.models import ClassSession, Participant
from lessons.classroom.phases import Event, State, fold

COOKIE = "classroom"
VIEWS = ("phone", "screen", "teacher")
VIEW_SALT = "classroom.view"
COOKIE_AGE_S = 3 * 24 * 3600
SALT = "classroom.participant"
ROOMS_KEPT = 200


@dataclass(frozen=True)
class Room:
    """A session with the state after its last event, and the improvised questions asked so far."""

    session: ClassSession
    state: State
    improvised: dict[str, dict[str, object]]


_rooms: OrderedDict[str, Room] = OrderedDict()
_lock = Lock()


def room_of(code: str) -> Room | None:
    """The room of a code, or None. One query while nothing new has happened."""
    session = ClassSession.objects.filter(code=code).first()
    if session is None:
        return None
    with _lock:
        kept = _rooms.get(code)
        if kept and kept.session.pk == session.pk and kept.state.number == session.last_number:
            _rooms.move_to_end(code)
            return Room(session, kept.state, kept.improvised)
    events = list(session.events.all())
    state = fold(Event(one.number, one.kind, one.at.timestamp(), one.data) for one in events)
    improvised = {one.data["question"]: one.data["improvised"] for one in events if "improvised" in one.data}
    room = Room(session, state, improvised)
    with _lock:
        _rooms[code] = room
        while len(_rooms) > ROOMS_KEPT:
            _rooms.popitem(last=False)
    return room


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
    """The participant that a cookie names, in this session alone."""
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
