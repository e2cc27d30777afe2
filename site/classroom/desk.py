"""What does each stream of a room get next? The newest part of its view and the newest counts, and nothing older."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable

import orjson
from django.template.loader import render_to_string

from classroom.box import Box
from classroom.bus import AtMost, several_processes
from classroom.hurry import hurry
from classroom.models import Vote
from classroom.news import Kind, Part
from classroom.rooms import Room, room_of
from classroom.shown import phone_context, screen_context, teacher_context
from classroom.threads import in_thread

OTHERS_S = 0.015  # other processes are still writing to their phones, and may have to share a core with this one
TEMPLATES = {"phone": "_phone.html", "screen": "_screen.html", "teacher": "_console.html"}
logger = logging.getLogger(__name__)
_working: set[asyncio.Task[None]] = set()  # the loop alone would let a task go whose desk is gone


class Desk:
    """The streams of one room in this process. Lives in the event loop; renders in threads, one thing at a time."""

    def __init__(self, code: str) -> None:
        self.code = code
        self.boxes: set[Box] = set()
        self._due: set[str] = set()
        self._told: list[Callable[[], None]] = []
        self._work: asyncio.Task[None] | None = None
        self._counted = AtMost(lambda code: self._deliver("counts"))
        self._phones: Part = (-1, b"")

    def hear(self, kind: Kind, told: Callable[[], None] | None = None, part: Part | None = None) -> None:
        """A step goes to everybody at once; counts go to console and screen at most five times a second. `told` is
        called once the phones have been sent the step, and `part` is what they are sent where that was made already."""
        if kind == "counted":
            if any(box.view != "phone" for box in self.boxes):
                self._counted(self.code)
            return
        self._told += [told] if told else []
        if part is None:
            self._deliver(*TEMPLATES)
            return
        self._part_out("phone", part)
        if several_processes():
            asyncio.get_running_loop().call_later(OTHERS_S, self._go_on)
        else:
            self._go_on()

    def _go_on(self) -> None:
        """With what had to wait until the phones were sent a step: the instructor's page, screen and console."""
        self._phones_sent()
        self._deliver("screen", "teacher")

    def welcome(self, box: Box, number: int) -> None:
        """The first message of a stream whose client is behind."""
        box.seen = min(box.seen, number)
        if box.view != "phone":
            self._counted(self.code)
        if box.seen == number:
            return
        if box.view == "phone" and self._phones[0] == number:
            box.put_part(*self._phones)
        else:
            self._deliver(box.view)

    def _deliver(self, *due: str) -> None:
        self._due.update(due)
        if self._work is None or self._work.done():
            self._work = asyncio.ensure_future(self._delivered())
            _working.add(self._work)
            self._work.add_done_callback(_working.discard)

    async def _delivered(self) -> None:
        """Renders what is due, phones first, until nothing is."""
        while self._due:
            due = next(one for one in (*TEMPLATES, "counts") if one in self._due)
            self._due.discard(due)
            try:
                if due == "phone":
                    with hurry.going():
                        await self._made(due)
                    self._phones_sent()
                else:
                    await self._made(due)
            except Exception:  # one view that cannot be made keeps no other from its news
                logger.exception("No %s could be made for a room", due)
                self._close(due)

    async def _made(self, due: str) -> None:
        if due == "counts":
            self._counts_out(await in_thread(lambda: counts_message(self.code)))
            return
        seen = [box.seen for box in self.boxes if box.view == due]
        if seen:
            self._part_out(due, await in_thread(lambda: part_message(self.code, due, min(seen))))

    def _phones_sent(self) -> None:
        told, self._told = self._told, []
        for call in told:
            call()

    def _close(self, *views: str) -> None:
        """Ends the streams of these views: their pages come back, or ask for themselves."""
        for box in self.boxes:
            if box.view in views:
                box.close()

    def _part_out(self, view: str, made: Part | None) -> None:
        if made is None:
            self._close(*TEMPLATES)
            return
        if not made[1]:
            return
        if view == "phone":
            self._phones = max(self._phones, made)
        for box in self.boxes:
            if box.view == view:
                box.put_part(*made)

    def _counts_out(self, message: bytes) -> None:
        for box in self.boxes:
            if box.view != "phone":
                box.put_counts(message)


def part_message(code: str, view: str, seen: int = -1) -> Part | None:
    """The part of a view as it is now: b"" when everybody has seen it, and None when the session is gone."""
    room = room_of(code)
    if room is None:
        return None
    return part_of(room, view) if room.state.number > seen else (room.state.number, b"")


def part_of(room: Room, view: str) -> Part:
    """The number of the last event of a room, and the part of a view as a message."""
    context = {"phone": lambda: phone_context(room, None), "screen": lambda: screen_context(room)}.get(
        view, lambda: teacher_context(room)
    )()
    html = render_to_string(f"classroom/{TEMPLATES[view]}", context)
    return room.state.number, message("part", html, room.state.number)


def counts_message(code: str) -> bytes:
    """How many have joined, and how many voted on what is asked now: nothing about what they said."""
    room = room_of(code)
    if room is None:
        return b""
    state = room.state
    names = state.several or ((state.question_id,) if state.question_id else ())
    votes = Vote.objects.filter(participant__session=room.session, round=state.round)
    voted = [votes.filter(question_id=name, attempt=state.attempt(name)).count() for name in names]
    counts = {"joined": room.session.participants.count(), "voted": max(voted, default=0)}
    return message("counts", orjson.dumps(counts).decode())


def message(event: str, text: str, number: int | None = None) -> bytes:
    """One message as the wire wants it: every line of the text behind `data:`. Only a part has a number to resume
    after; counts that come first must not make a client believe that it has the part."""
    lines = "".join(f"data: {line}\n" for line in text.splitlines() or [""])
    name = "" if number is None else f"id: {number}\n"
    return f"{name}event: {event}\n{lines}\n".encode()
