"""Who may see which view? A link with its token once, the cookie it leaves from then on; guessed codes run dry."""

from __future__ import annotations

import segno
from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.request import split_domain_port
from django.utils.safestring import SafeString, mark_safe

from classroom.guesses import GUESSES
from classroom.models import ClassSession, Participant
from classroom.rooms import (
    COOKIE,
    COOKIE_AGE_S,
    Room,
    cookie_for,
    is_screen,
    is_teacher,
    opens,
    participant_of,
    room_of,
    view_cookie,
)
from lessons.classroom.joining import code_read


class TooManyGuesses(Exception):
    """More wrong codes from one network than typing explains."""


def room_guessed(request: HttpRequest, text: str) -> Room | None:
    """The room of a code that somebody typed or followed; None for no such room. Raises TooManyGuesses."""
    address = request.META.get("REMOTE_ADDR", "")
    if not GUESSES.left(address):
        raise TooManyGuesses
    code = code_read(text)
    room = room_of(code) if code else None
    if room is None:
        GUESSES.wrong(address)
    return room


def room_joined(request: HttpRequest, text: str) -> tuple[Room, Participant]:
    """The room that the participant of this cookie has joined. Raises Http404."""
    room = room_of(code_read(text) or "-")
    participant = participant_of(request, room.session) if room else None
    if room is None or participant is None:
        raise Http404("join the session first")
    return room, participant


def room_led(request: HttpRequest, text: str) -> Room:
    """The room whose console this browser may use. Raises Http404."""
    return _room_opened(request, text, "teacher")


def room_projected(request: HttpRequest, text: str) -> Room:
    """The room whose screen this browser may show. Raises Http404."""
    return _room_opened(request, text, "screen")


def _room_opened(request: HttpRequest, text: str, view: str) -> Room:
    room = room_of(code_read(text) or "-")
    if room is None or not opens(room.session, view, request.COOKIES):
        raise Http404("this link opens nothing here")
    return room


def entered(request: HttpRequest, text: str, view: str) -> HttpResponse | None:
    """The answer to a link that carries a token: the cookie, and on to the address without it. None without a token."""
    token = request.GET.get("token")
    if token is None:
        return None
    room = room_of(code_read(text) or "-")
    fits = is_teacher if view == "teacher" else is_screen
    if room is None or not fits(room.session, token):
        raise Http404("this link opens nothing here")
    response = HttpResponseRedirect(request.path, status=303)
    response["Referrer-Policy"] = "no-referrer"
    return view_remember(response, room.session, view)


def view_remember(response: HttpResponse, session: ClassSession, view: str) -> HttpResponse:
    """Gives the browser the cookie of a view of this session, and of no other."""
    name, text = view_cookie(session, view)
    return _cookie(response, name, text)


def participant_remember(response: HttpResponse, participant: Participant) -> HttpResponse:
    """Gives the browser the key of its participant."""
    return _cookie(response, COOKIE, cookie_for(participant))


def _cookie(response: HttpResponse, name: str, text: str) -> HttpResponse:
    response.set_cookie(
        name, text, max_age=COOKIE_AGE_S, httponly=True, samesite="Lax", secure=settings.COOKIES_OVER_HTTPS_ONLY
    )
    return response


def address_of(request: HttpRequest, path: str) -> str:
    """A path of this site as somebody else can open it: on a laptop that serves the room, not by a loopback address."""
    here = request.build_absolute_uri(path)
    if settings.BASE_URL:
        return f"{settings.BASE_URL}{path}"
    if settings.OWN_ADDRESSES and _is_loopback(request):
        return here.replace(request.get_host(), hosts_of_the_room(request)[0], 1)
    return here


def join_host(request: HttpRequest) -> str:
    """What stands before /join in the address of the form for codes, as one says it aloud."""
    return address_of(request, "/").partition("://")[2].rstrip("/")


def other_hosts(request: HttpRequest) -> list[str]:
    """The same at this machine's other networks; nobody can know which one the phones are in."""
    return [host for host in hosts_of_the_room(request) if host != join_host(request)]


def hosts_of_the_room(request: HttpRequest) -> list[str]:
    """This machine's own addresses with the port of this request; none unless it listens at all of them."""
    port = "" if request.get_port() == ("443" if request.is_secure() else "80") else f":{request.get_port()}"
    return [] if settings.BASE_URL else [f"{address}{port}" for address in settings.OWN_ADDRESSES]


def _is_loopback(request: HttpRequest) -> bool:
    host, _ = split_domain_port(request.get_host())
    return host in ("localhost", "[::1]") or host.startswith("127.")


def code_picture(link: str) -> SafeString:
    """A link as a QR code."""
    made = segno.make(link, error="m", micro=False).svg_inline(omitsize=True, border=4)
    return mark_safe(made)  # made here, of a link of ours
