"""Does every stream of a room get what happened, once, in time, and nothing that it may not see?"""

import asyncio
import resource
import threading
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor

import orjson
import pytest
from django.core import signing
from django.db import connections

from classroom import bus, desk, feed, threads
from classroom.rooms import VIEW_SALT, cookie_for, view_cookie
from classroom.services import event_append, participant_join, session_delete, session_open
from classroom.threads import in_thread
from config.asgi import application
from courses.catalogue import catalogue

pytestmark = pytest.mark.django_db(transaction=True)
SECONDS_MAX = 10.0


class Stream:
    """A client of one stream: what the server sent it, and a line that can be slow or cut."""

    def __init__(self, code: str, view: str, cookies: dict[str, str], **headers: str) -> None:
        given = headers | {"cookie": "; ".join(f"{name}={text}" for name, text in cookies.items())}
        self.scope = {
            "type": "http",
            "method": "GET",
            "path": f"/live/{code}/{view}",
            "query_string": b"",
            "headers": [(name.replace("_", "-").encode(), text.encode()) for name, text in given.items()],
        }
        self.status = 0
        self.bodies: list[bytes] = []
        self.ended = False
        self._came = asyncio.Event()
        self._cut = asyncio.Event()
        self.line = asyncio.Event()
        self.line.set()
        self.task = asyncio.ensure_future(application(self.scope, self._receive, self._send))

    async def _receive(self):
        await self._cut.wait()
        return {"type": "http.disconnect"}

    async def _send(self, message):
        await self.line.wait()
        if message["type"] == "http.response.start":
            self.status = message["status"]
        else:
            self.bodies.append(message["body"])
            self.ended = not message.get("more_body", False)
        self._came.set()

    async def until(self, true) -> None:
        """Waits until something is true of what came."""
        async with asyncio.timeout(SECONDS_MAX):
            while not true(self):
                self._came.clear()
                await self._came.wait()

    async def number(self, number: int) -> None:
        """Waits for the part after this event."""
        await self.until(lambda one: one.numbers[-1:] == [number])

    async def answered(self) -> int:
        """The status, once there is one."""
        await self.until(lambda one: one.status)
        return self.status

    async def leave(self) -> None:
        """The client is gone."""
        self._cut.set()
        await self.task

    @property
    def messages(self) -> list[dict[str, str]]:
        """The fields of every message that came; a comment is none."""
        found = []
        for text in b"".join(self.bodies).decode().split("\n\n"):
            lines = [line.partition(": ")[::2] for line in text.splitlines() if not line.startswith(":")]
            data = "\n".join(value for name, value in lines if name == "data")
            if lines:
                found.append(dict(lines) | {"data": data})
        return found

    @property
    def numbers(self) -> list[int]:
        """The numbers of the parts that came."""
        return [int(one["id"]) for one in self.messages if one["event"] == "part"]


@pytest.fixture(autouse=True)
def one_thread(monkeypatch):
    """One thread in place of two: connections to the tests' database in memory do not wait for one another."""
    with ThreadPoolExecutor(max_workers=1) as alone:
        monkeypatch.setattr(threads, "_threads", alone)
        monkeypatch.setattr(bus, "TOLD_S", 0)  # that thread also takes the steps, and must not wait for itself
        yield
        alone.submit(connections.close_all).result()


@pytest.fixture
def rendered(monkeypatch) -> Counter:
    """Small parts in place of the real ones, and how often each was made."""
    made: Counter = Counter()

    def render(name, context):
        made[name, context["state"].number] += 1
        return f"<div id=part>\n{context['state'].phase}\n</div>"

    monkeypatch.setattr(desk, "render_to_string", render)
    return made


@pytest.fixture
def session(rendered):
    """A session that stands at event 1."""
    return _opened()


def _opened():
    made, _, _ = session_open(lesson=next(iter(catalogue().lessons)))
    event_append(code=made.code, kind="read", data={"section": "one"})
    return made


def _phone(session) -> dict[str, str]:
    return {"classroom": cookie_for(participant_join(session=session))}


def _view(session, view: str) -> dict[str, str]:
    return dict([view_cookie(session, view)])


def play(scene) -> None:
    """Runs a scene inside the running application, and looks that nothing of it is left over."""

    async def played():
        async with application.router.lifespan_context(application):
            async with asyncio.timeout(3 * SECONDS_MAX):
                await scene()
            for task in asyncio.all_tasks() - {asyncio.current_task()}:
                task.cancel()

    asyncio.run(played())


async def step(session, kind: str = "read", **data) -> None:
    """The instructor does something."""
    await in_thread(lambda: event_append(code=session.code, kind=kind, data=data or {"section": "two"}))


@pytest.mark.parametrize("view", ["phone", "screen", "teacher"])
def test_a_stream_opens_to_the_right_cookie_of_the_right_session_alone(session, view):
    other = _opened()
    name, text = view_cookie(session, "teacher")
    cookies = {
        "none": {},
        "participant": _phone(session),
        "screen": _view(session, "screen"),
        "teacher": _view(session, "teacher"),
        "other participant": _phone(other),
        "other screen": _view(other, "screen"),
        "other teacher": _view(other, "teacher"),
        "renamed": {name: view_cookie(other, "teacher")[1]},
        "screen as teacher": {name: view_cookie(session, "screen")[1]},
        "forged": {name: text[:-4] + "AAAA", "classroom": "x:y:z"},
        "other salt": {name: signing.dumps(f"{session.pk}/teacher", salt=VIEW_SALT + "x")},
    }
    right = {"phone": {"participant"}, "screen": {"screen", "teacher"}, "teacher": {"teacher"}}[view]

    async def scene():
        streams = {who: Stream(session.code, view, given) for who, given in cookies.items()}
        found = {who: await stream.answered() for who, stream in streams.items()}
        assert {who for who, status in found.items() if status == 200} == right
        assert {status for who, status in found.items() if who not in right} == {404}
        for who, stream in streams.items():
            if who not in right:
                await stream.task
                assert stream.ended and b"part" not in b"".join(stream.bodies)

    play(scene)


@pytest.mark.parametrize("address", ["AAAAAA/phone", "nonsense/phone", "{}/nothing", "{}/Phone"])
def test_a_stream_that_is_not_there_is_not_found(session, address):
    code, view = address.format(session.code).split("/")

    async def scene():
        cookies = _phone_cookies | _view_cookies
        assert await Stream(code, view, cookies).answered() == 404
        assert not feed.feed.desks

    _phone_cookies, _view_cookies = _phone(session), _view(session, "teacher")
    play(scene)


def test_who_is_behind_first_gets_the_state_of_now_and_who_is_not_gets_nothing(session):
    cookies = _phone(session)

    async def scene():
        fresh = Stream(session.code, "phone", cookies)
        behind = Stream(session.code, "phone", cookies, last_event_id="0")
        newest = Stream(session.code, "phone", cookies, last_event_id="1")
        ahead = Stream(session.code, "phone", cookies, last_event_id="77")  # of a database that is gone
        odd = Stream(session.code, "phone", cookies, last_event_id="٣")
        for stream in (fresh, behind, odd):
            await stream.number(1)
        await asyncio.sleep(0.2)
        assert newest.messages == ahead.messages == []
        await step(session)
        for stream in (fresh, behind, odd, newest, ahead):
            await stream.number(2)
        assert fresh.numbers == [1, 2] and newest.numbers == ahead.numbers == [2]
        assert fresh.messages[0]["data"] == "<div id=part>\nreading\n</div>"

    play(scene)


def test_who_comes_back_resumes_after_the_last_part_they_had(session):
    cookies = _phone(session)

    async def scene():
        first = Stream(session.code, "phone", cookies)
        await first.number(1)
        await first.leave()
        await step(session)
        await step(session, "ask", question="made-up")
        second = Stream(session.code, "phone", cookies, last_event_id="1")
        await second.number(3)
        assert second.numbers == [3], "the state of now, not one message for each step"

    play(scene)


def test_no_step_is_lost_between_opening_a_stream_and_the_look_at_the_session(session):
    people = [_phone(session) for _ in range(20)]

    async def scene():
        streams = []
        for number in range(2, 12):
            streams += [Stream(session.code, "phone", cookies) for cookies in people[number % 2 :: 4]]
            await step(session, section=f"part {number}")
            streams += [Stream(session.code, "phone", cookies) for cookies in people[number % 2 + 2 :: 4]]
        for stream in streams:
            await stream.number(11)
            assert stream.numbers == sorted(set(stream.numbers)), "in order, none twice"

    play(scene)


def test_a_step_reaches_every_stream_and_is_rendered_once_for_each_view(session, rendered):
    people = [_phone(session) for _ in range(200)]
    screen, teacher = _view(session, "screen"), _view(session, "teacher")

    async def scene():
        phones = [Stream(session.code, "phone", phone, last_event_id="1") for phone in people]
        others = [
            Stream(session.code, view, cookies, last_event_id="1")
            for view, cookies in (("screen", screen), ("teacher", teacher))
        ]
        for stream in phones + others:
            await stream.answered()
        assert not rendered
        await step(session)
        for stream in phones + others:
            await stream.number(2)
        assert len({b"".join(stream.bodies) for stream in phones}) == 1
        assert rendered == {
            ("classroom/_phone.html", 2): 1,
            ("classroom/_screen.html", 2): 1,
            ("classroom/_console.html", 2): 1,
        }

    play(scene)


def test_a_step_of_another_process_is_sent_as_it_was_drawn_there(session, rendered, monkeypatch):
    monkeypatch.setattr(bus, "changed", lambda *news: None)
    phone, screen = _phone(session), _view(session, "screen")

    async def scene():
        phones = [Stream(session.code, "phone", phone, last_event_id="1") for _ in range(5)]
        shown = Stream(session.code, "screen", screen, last_event_id="1")
        for stream in [*phones, shown]:
            await stream.answered()
        await step(session)
        await asyncio.sleep(0.1)
        assert not rendered and not shown.numbers
        feed.feed.hear(session.code, "changed", part=(2, desk.message("part", "drawn elsewhere", 2)))
        assert [stream.messages[-1]["data"] for stream in phones] == ["drawn elsewhere"] * 5, "at once"
        await shown.number(2)
        late = Stream(session.code, "phone", phone)
        await late.number(2)
        assert rendered == {("classroom/_screen.html", 2): 1}
        feed.feed.hear(session.code, "changed", part=(1, desk.message("part", "older", 1)))
        feed.feed.hear(session.code, "changed", part=(2, desk.message("part", "twice", 2)))
        await asyncio.sleep(0.1)
        assert [stream.numbers for stream in [*phones, late]] == [[2]] * 6

    play(scene)


def test_a_step_of_which_no_word_came_is_found(session, monkeypatch):
    """As when the process that stored it was killed before it could say so."""
    monkeypatch.setattr(bus, "changed", lambda *news: None)
    monkeypatch.setattr(feed, "several_processes", lambda: True)
    monkeypatch.setattr(feed, "TEND_S", 0.05)
    cookies = _phone(session)

    async def scene():
        stream = Stream(session.code, "phone", cookies)
        await stream.number(1)
        await step(session)
        await stream.number(2)

    play(scene)


def test_a_page_waits_until_the_phones_have_been_sent_the_step(session, monkeypatch):
    monkeypatch.setattr(bus, "TOLD_S", SECONDS_MAX)
    people = [_phone(session) for _ in range(50)]

    async def scene():
        streams = [Stream(session.code, "phone", cookies, last_event_id="1") for cookies in people]
        for stream in streams:
            await stream.answered()

        def stepped_elsewhere():
            try:
                event_append(code=session.code, kind="read", data={"section": "two"})
                return [stream.numbers for stream in streams]
            finally:
                connections.close_all()

        assert await asyncio.to_thread(stepped_elsewhere) == [[2]] * 50

    play(scene)


def test_a_step_of_one_session_is_news_to_no_other(session):
    other = _opened()
    cookies = _phone(other)

    async def scene():
        stream = Stream(other.code, "phone", cookies)
        await stream.number(1)
        await step(session)
        await asyncio.sleep(0.2)
        assert stream.numbers == [1]

    play(scene)


def test_counts_come_five_times_a_second_at_most_to_console_and_screen_and_never_to_a_phone(session):
    phone, screen, teacher = _phone(session), _view(session, "screen"), _view(session, "teacher")

    async def scene():
        phones = Stream(session.code, "phone", phone)
        views = [Stream(session.code, "screen", screen), Stream(session.code, "teacher", teacher)]
        for stream in [phones, *views]:
            await stream.number(1)
        await asyncio.sleep(0.5)
        before = [len(stream.bodies) for stream in views]
        started = time.monotonic()
        while time.monotonic() - started < 2.0:
            await asyncio.to_thread(bus.bus.counted, session.code)
            await asyncio.sleep(0.002)
        last = await in_thread(lambda: participant_join(session=session)) and 2
        for stream in views:
            await stream.until(lambda one: orjson.loads(one.messages[-1]["data"])["joined"] == last)
        await asyncio.sleep(0.3)
        seconds = time.monotonic() - started
        for stream, count in zip(views, before, strict=True):
            assert 5 <= len(stream.bodies) - count <= 5 * seconds + 1
            counts = [one for one in stream.messages if one["event"] == "counts"]
            assert {frozenset(orjson.loads(one["data"])) for one in counts} == {frozenset({"joined", "voted"})}
            assert not any("id" in one for one in counts), "counts never make a client believe it has a newer part"
        assert phones.numbers == [1] and len(phones.messages) == 1

    play(scene)


def test_a_slow_client_skips_what_it_missed_and_ends_with_the_state_of_now(session):
    cookies = _phone(session)

    async def scene():
        slow, quick = (Stream(session.code, "phone", cookies) for _ in range(2))
        await slow.number(1)
        slow.line.clear()
        for number in range(2, 42):
            await step(session)
            await quick.number(number)
        (box,) = [box for box in feed.feed.desks[session.code].boxes if box._part]
        assert len(box._part) < 200, "one part waits, not forty"
        slow.line.set()
        await slow.number(41)
        assert len(slow.numbers) <= 3, "the first, the one on its way, the newest"

    play(scene)


def test_a_client_that_takes_nothing_for_too_long_is_let_go(session, monkeypatch):
    monkeypatch.setattr(feed, "SLOW_S", 0.1)
    monkeypatch.setattr(feed, "TEND_S", 0.02)
    cookies = _phone(session)

    async def scene():
        stuck, quick = (Stream(session.code, "phone", cookies) for _ in range(2))
        await stuck.number(1)
        await quick.number(1)
        stuck.line.clear()
        await step(session)
        async with asyncio.timeout(SECONDS_MAX):
            await stuck.task
        await quick.number(2)
        assert feed.feed.streams == 1 and not quick.task.done()

    play(scene)


def test_a_quiet_stream_is_kept_alive_by_beats_that_a_page_can_hear(session, monkeypatch):
    monkeypatch.setattr(feed, "PING_S", 0.05)
    monkeypatch.setattr(feed, "TEND_S", 0.02)
    cookies = _phone(session)

    async def scene():
        stream = Stream(session.code, "phone", cookies, last_event_id="1")
        await stream.until(lambda one: len(one.bodies) == 4)
        assert stream.messages == [{"event": "beat", "data": "."}] * 3

    play(scene)


def test_a_thousand_streams_need_no_thread_of_their_own_and_leave_nothing_behind(session):
    cookies = [_phone(session) for _ in range(200)]

    async def scene():
        first = Stream(session.code, "phone", cookies[0])
        await first.number(1)
        before = threading.active_count()
        streams = [first] + [Stream(session.code, "phone", cookies[place % 200]) for place in range(1, 1000)]
        for stream in streams:
            await stream.number(1)
        assert threading.active_count() == before
        assert feed.feed.streams == 1000 == len(feed.feed.desks[session.code].boxes)
        for stream in streams:
            await stream.leave()
        assert feed.feed.streams == 0 and not feed.feed.desks and not feed.feed.of_each

    play(scene)


def test_a_participant_with_too_many_streams_keeps_the_newest_and_takes_nobody_elses(session):
    greedy, other = _phone(session), _phone(session)

    async def scene():
        beside = Stream(session.code, "phone", other)
        await beside.number(1)
        streams = []
        for _ in range(40):
            streams.append(Stream(session.code, "phone", greedy))
            await streams[-1].number(1)
        async with asyncio.timeout(SECONDS_MAX):
            await asyncio.gather(*(stream.task for stream in streams[: -feed.STREAMS_EACH_MAX]))
        assert feed.feed.streams == feed.STREAMS_EACH_MAX + 1
        await step(session)
        for stream in [beside, *streams[-feed.STREAMS_EACH_MAX :]]:
            await stream.number(2)
        assert all(stream.ended for stream in streams[: -feed.STREAMS_EACH_MAX])

    play(scene)


def test_a_full_house_says_so_and_takes_the_next_once_somebody_left(session, monkeypatch):
    monkeypatch.setattr(feed, "STREAMS_MAX", 1)
    cookies = _phone(session)

    async def scene():
        first = Stream(session.code, "phone", cookies)
        assert await first.answered() == 200
        assert await Stream(session.code, "phone", cookies).answered() == 503
        await first.leave()
        assert await Stream(session.code, "phone", cookies).answered() == 200

    play(scene)


def test_the_streams_of_a_deleted_session_end(session):
    cookies = _phone(session)

    async def scene():
        stream = Stream(session.code, "phone", cookies)
        await stream.number(1)
        await in_thread(lambda: session_delete(session=session))
        async with asyncio.timeout(SECONDS_MAX):
            await stream.task
        assert stream.ended and not feed.feed.desks
        assert await Stream(session.code, "phone", cookies).answered() == 404

    play(scene)


def test_when_the_server_ends_every_stream_ends_well(session):
    cookies = _phone(session)

    async def scene():
        stream = Stream(session.code, "phone", cookies)
        await stream.number(1)
        stream.task.cancel()
        await stream.task
        assert stream.ended and not feed.feed.desks

    play(scene)


def test_a_view_that_cannot_be_made_ends_its_own_streams_and_no_others(session, monkeypatch, caplog):
    render = desk.render_to_string
    screen, phone = _view(session, "screen"), _phone(session)

    def sometimes(name, context):
        if name == "classroom/_screen.html" and context["state"].number == 2:
            raise RuntimeError("no such tag")
        return render(name, context)

    monkeypatch.setattr(desk, "render_to_string", sometimes)

    async def scene():
        shown, phones = Stream(session.code, "screen", screen), Stream(session.code, "phone", phone)
        await shown.number(1)
        await phones.number(1)
        await step(session)
        async with asyncio.timeout(SECONDS_MAX):
            await shown.task
        await step(session)
        await phones.number(3)
        assert "no such tag" in caplog.text

    play(scene)


def test_a_running_server_may_open_a_file_for_each_stream(session):
    limits = resource.getrlimit(resource.RLIMIT_NOFILE)
    low = min(256, limits[1])

    async def scene():
        assert resource.getrlimit(resource.RLIMIT_NOFILE)[0] > feed.STREAMS_MAX

    try:
        resource.setrlimit(resource.RLIMIT_NOFILE, (low, limits[1]))
        play(scene)
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, limits)


def test_a_message_keeps_every_line_of_its_text():
    assert desk.message("part", "one\r\ntwo\rthree\n\nfour", 7) == (
        b"id: 7\nevent: part\ndata: one\ndata: two\ndata: three\ndata: \ndata: four\n\n"
    )
    assert desk.message("counts", "") == b"event: counts\ndata: \n\n"
