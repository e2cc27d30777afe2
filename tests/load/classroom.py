"""Does a class session of a thousand hold? Joins, votes and steps on loopback; prints goals, exit status 1 on a miss.

First one process on SQLite, then two on PostgreSQL. Everything is done through pages and streams, as people do it.
`make load` runs it; `python tests/load/classroom.py sqlite` runs the first part alone.
"""

from __future__ import annotations

import asyncio
import json
import random
import re
import resource
import sqlite3
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import psycopg
from people import Browser, Failed, Stream, all_at, forms, streams_opened
from servers import Course, Missing, on_postgres, on_sqlite

HERE = Path(__file__).resolve().parent
PEOPLE, VOTERS = 1_000, 500
JOIN_S, VOTE_S = 30.0, 1.0  # over how long the arrivals are spread
STEPS = ("ask", "close", "discuss", "vote_again", "close", "reveal", "read")
ROUNDS = 3  # of the steps, for each measured broadcast
RUN_SECONDS_MAX = 240.0
LESSONS_READ = 6
READ_FIRST = 20  # pages, so that every lesson was drawn once before anything is measured


@dataclass
class Report:
    """The rows so far; each is printed as it comes."""

    run: str
    missed: list[str] = field(default_factory=list)

    def row(self, name: str, value: float, unit: str, goal: float, *, at_least: bool = False) -> None:
        """One measured number beside its goal."""
        ok = value >= goal if at_least else value <= goal
        if not ok:
            self.missed.append(name)
        sign = ">=" if at_least else "<="
        mark = "ok  " if ok else "MISS"
        print(f"{mark} {value:>10,.1f} {unit:<10} goal {sign} {goal:<8,g} {self.run}: {name}", flush=True)


class Class:
    """A session, its instructor and its phones."""

    def __init__(self, course: Course) -> None:
        self.course = course
        self.teacher = Browser(course.port)
        self.phones = [Browser(course.port) for _ in range(PEOPLE)]
        self.code = self.question = ""
        self.lessons: list[str] = []
        self.number = 0

    async def begin(self) -> None:
        """The instructor opens a session and looks for a question with one answer to choose."""
        choices = forms(await self.teacher.get("/teach/"))[0][1]
        self.lessons = [text for name, text in choices if name == "lesson"]
        started = await self.teacher.post("/teach/", {"lesson": self.lessons[0]})
        found = re.search(r'href="/teach/([A-Z0-9]{6})/"', started)
        assert found, "the page of a new session leads to its console"
        self.code = found[1]
        console = await self.teacher.get(f"/teach/{self.code}/")
        asks = [dict(fields) for _, fields in forms(console) if ("kind", "ask") in fields]
        await self.join(self.phones[0])
        for ask in asks:
            self.question = ask["question"]
            await self.step("ask")
            if len(await self.options()) > 1:
                return
        raise Failed("no question of the lesson has one answer to choose")

    async def step(self, kind: str) -> float:
        """One press of the instructor; the moment before it."""
        form = {"kind": kind, "number": str(self.number)} | ({"question": self.question} if kind == "ask" else {})
        started = time.perf_counter()
        await self.teacher.post(f"/teach/{self.code}/step/", form, part=True)
        self.number += 1
        return started

    async def join(self, phone: Browser) -> None:
        """The code, one button, the page."""
        await phone.get(f"/j/{self.code}/")
        await phone.post(f"/j/{self.code}/", {})

    async def options(self) -> list[dict[str, str]]:
        """The forms that a phone could send now, one for each answer; none unless there is one answer to choose."""
        page = await self.phones[0].get(f"/j/{self.code}/")
        for action, fields in forms(page):
            if action.endswith("/vote/"):
                fixed = {name: text for name, text in fields if name in ("question", "round")}
                chosen = [(name, text) for name, text in fields if name not in (*fixed, "confidence")]
                counted = Counter(name for name, _ in chosen)
                return [fixed | {name: text} for name, text in chosen] if len(counted) == 1 else []
        return []


async def spread(seconds: float, calls: list) -> list[float]:
    """Starts every call at a random moment of so many seconds; how long each took from its moment on, in ms."""
    chance = random.Random(len(calls))
    started = time.perf_counter()

    async def one(call, after: float) -> float:
        await asyncio.sleep(max(0.0, started + after - time.perf_counter()))
        await call()
        return 1000 * (time.perf_counter() - started - after)

    return list(await asyncio.gather(*(one(call, chance.uniform(0, seconds)) for call in calls)))


def p95(values: list[float]) -> float:
    """The value that nineteen of twenty do not exceed."""
    ordered = sorted(values)
    return ordered[max(0, -(-95 * len(ordered) // 100) - 1)]


@contextmanager
def script(name: str, *arguments: str) -> Iterator[subprocess.Popen[bytes]]:
    """A script of this folder in a process of its own."""
    process = subprocess.Popen([sys.executable, str(HERE / name), *arguments], stdout=subprocess.PIPE)
    try:
        yield process
    finally:
        process.kill()
        process.wait(timeout=10)


@dataclass
class Broadcast:
    """From the press to the last phone, in ms, beside the same bytes from a bare process."""

    lasts: list[float] = field(default_factory=list)
    floors: list[float] = field(default_factory=list)

    def report(self, report: Report, when: str) -> None:
        """Two rows."""
        report.row(f"step to the last of {PEOPLE} phones, p95{when}", p95(self.lasts), "ms", 150)
        report.row(f"the same, times a bare broadcast{when}", p95(self.lasts) / p95(self.floors), "x", 2.5)


async def broadcasts(room: Class, streams: list[Stream], floor: Browser, bare: list[Stream]) -> Broadcast:
    """Every kind of step a few times; after each the bytes that a phone got, from a process that does nothing else."""
    found = Broadcast()
    phone = streams[0]
    assert phone.kept is not None
    for kind in STEPS * ROUNDS:
        phone.kept.clear()
        started = await room.step(kind)
        found.lasts.append(1000 * (await all_at(streams, room.number) - started))
        await asyncio.sleep(0.3)
        message = bytes(phone.kept)
        started = time.perf_counter()
        await floor.ask("POST", "/", message)
        found.floors.append(1000 * (await all_at(bare, room.number) - started))
        await asyncio.sleep(0.1)
    return found


async def vote_burst(room: Class, url: str, phones: list[Stream]) -> tuple[list[float], float]:
    """How long each of the votes took, and how many of them the database does not have exactly as they were sent."""
    await room.step("ask")
    await all_at(phones, room.number)
    options = await room.options()
    heard = [stream.bytes for stream in phones]
    path = f"/j/{room.code}/vote/"
    sent: Counter[str] = Counter()
    calls = []
    for place, phone in enumerate(room.phones[:VOTERS]):
        form = options[place % len(options)]
        sent[next(text for name, text in form.items() if name not in ("question", "round"))] += 1
        calls.append(lambda phone=phone, form=form: phone.post(path, form, part=True))
    took = await spread(VOTE_S, calls)
    if [stream.bytes for stream in phones] != heard:
        raise Failed("a phone heard of the votes of others")
    stored = votes_stored(url, room.question)
    missing = VOTERS - len({who for who, _ in stored})
    wrong = sum((Counter(given for _, given in stored) - sent).values())
    return took, missing + wrong + (len(stored) - len({who for who, _ in stored}))


def votes_stored(url: str, question: str) -> list[tuple[int, str]]:
    """Participant and answer of every vote of the newest attempt at a question, from the database itself."""
    asked = f"""SELECT participant_id, CAST(given AS text) FROM classroom_vote WHERE question_id = '{question}'
        AND round = 1 AND attempt = (SELECT MAX(attempt) FROM classroom_vote WHERE question_id = '{question}')"""
    with closing(connected(url)) as database:
        return [(who, str(json.loads(given))) for who, given in database.execute(asked).fetchall()]


def connected(url: str) -> Any:
    """A connection beside the server's own."""
    if url.startswith("sqlite"):
        return sqlite3.connect(url.removeprefix("sqlite:///"))
    return psycopg.connect(url, autocommit=True)


async def line_cut(room: Class, url: str, streams: list[Stream]) -> float:
    """Ends every connection of the processes; seconds until a step made right then is on every phone."""
    others = "FROM pg_stat_activity WHERE backend_type = 'client backend' AND pid <> pg_backend_pid()"
    with closing(connected(url)) as database:
        cut = f"SELECT pid, query LIKE 'LISTEN %', pg_terminate_backend(pid) {others}"
        ended = {pid: listened for pid, listened, _ in database.execute(cut).fetchall()}
        if sum(ended.values()) != room.course.processes or len(ended) <= room.course.processes:
            raise Failed(f"{sum(ended.values())} of {len(ended)} connections listened; {room.course.processes} should")
        while ended.keys() & {pid for (pid,) in database.execute(f"SELECT pid {others}").fetchall()}:
            await asyncio.sleep(0.01)  # it was told to end them, and takes a moment
    started = await room.step("read")
    return await all_at(streams, room.number) - started


async def measured(course: Course, url: str, report: Report, *, vote_ms: float) -> None:
    """A whole session."""
    room = Class(course)
    await room.begin()
    started = time.perf_counter()
    joined = await spread(JOIN_S, [lambda phone=phone: room.join(phone) for phone in room.phones[1:]])
    report.row(f"{PEOPLE} people joined within", time.perf_counter() - started, "s", 60)
    report.row("joining (three requests), p95", p95(joined), "ms", 1000)
    for phone in room.phones:
        phone.close()
    memory, threads = course.memory_kb(), course.threads()
    wanted = [(f"/live/{room.code}/phone?seen=0", phone.cookies) for phone in room.phones]
    phones = await streams_opened(course.port, wanted)
    phones[0].kept = bytearray()
    await all_at(phones, room.number)
    report.row("memory for each open phone", (course.memory_kb() - memory) / PEOPLE, "KB", 20)
    report.row(f"threads more for {PEOPLE} phones", course.threads() - threads, "threads", 2 * course.processes)
    views = [(f"/live/{room.code}/{view}", room.teacher.cookies) for view in ("screen", "teacher")]
    others = await streams_opened(course.port, views)
    with script("floor.py") as process:
        assert process.stdout is not None
        port = int(process.stdout.readline())
        floor, bare = Browser(port), await streams_opened(port, [("/", {})] * PEOPLE)
        await asyncio.sleep(1.0)
        (await broadcasts(room, phones, floor, bare)).report(report, "")
        paths = [f"/lessons/{slug}/" for slug in room.lessons[:LESSONS_READ]]
        with script("readers.py", str(course.port), *paths) as readers:
            assert readers.stdout is not None
            await asyncio.to_thread(readers.stdout.read, READ_FIRST)
            (await broadcasts(room, phones, floor, bare)).report(report, ", while eight read lessons")
            if readers.poll() is not None:
                raise Failed("the readers of lessons gave up")
    took, lost = await vote_burst(room, url, phones)
    report.row(f"{VOTERS} votes within {VOTE_S:g} s: lost, doubled or changed", lost, "votes", 0)
    report.row("a vote until it is stored and said so, p95", p95(took), "ms", vote_ms)
    if course.processes > 1:
        await asyncio.sleep(0.5)  # until the last counts are told
        report.row("a step on every phone after every connection was cut", await line_cut(room, url, phones), "s", 3)
    await all_at(others, room.number)
    if any(stream.lost for stream in phones + others):
        raise Failed("a stream was lost on the way")
    for stream in phones + others:
        stream.transport.close()


async def bounded(course: Course, url: str, report: Report, *, vote_ms: float) -> None:
    """The same, within its time."""
    async with asyncio.timeout(RUN_SECONDS_MAX):
        await measured(course, url, report, vote_ms=vote_ms)


def files_for(count: int) -> None:
    """Lets this process hold both ends of what it measures. Raises Missing where the system does not."""
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if hard != resource.RLIM_INFINITY and hard < count:
        raise Missing(f"this user may open {hard} files and needs {count}; raise the limit (`ulimit -Hn`)")
    resource.setrlimit(resource.RLIMIT_NOFILE, (count, hard))


def main(only: str) -> int:
    """Exit status 1 when a goal is missed or something went wrong."""
    reports = []
    try:
        files_for(4 * PEOPLE)
        if only in ("", "sqlite"):
            reports.append(Report("one process, SQLite"))
            with on_sqlite() as (course, url):
                asyncio.run(bounded(course, url, reports[-1], vote_ms=200))
        if only in ("", "postgres"):
            reports.append(Report("two processes, PostgreSQL"))
            with on_postgres(2) as (course, url):
                asyncio.run(bounded(course, url, reports[-1], vote_ms=400))
    except (Failed, Missing, TimeoutError) as fault:
        print(f"error: {fault or 'not done in time'}")
        return 1
    missed = sum(len(report.missed) for report in reports)
    print("every goal is met" if not missed else f"{missed} missed")
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1] if len(sys.argv) > 1 else ""))
