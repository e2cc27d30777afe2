"""Are counts said at once, seldom enough, and never forgotten?"""

import asyncio
import time
from itertools import pairwise

from classroom.bus import AtMost, Bus


def test_the_first_count_is_said_at_once_the_next_within_an_interval_and_none_twice():
    said = []

    async def told():
        at_most = AtMost(lambda code: said.append((time.monotonic(), code)), 0.1)
        started = time.monotonic()
        at_most("ONE")
        assert [code for _, code in said] == ["ONE"]
        while time.monotonic() - started < 0.55:
            at_most("ONE")
            await asyncio.sleep(0.002)
        last = time.monotonic()
        await asyncio.sleep(0.25)
        return last

    last = asyncio.run(told())
    times = [at for at, _ in said]
    gaps = [later - earlier for earlier, later in pairwise(times)]
    assert min(gaps) > 0.095, "more often than once in an interval"
    assert 5 <= len(times) <= 7
    assert times[-1] >= last - 0.003, "the last one is never forgotten"


def test_one_room_never_waits_for_another():
    said = []

    async def told():
        at_most = AtMost(said.append, 60)
        for code in ("ONE", "TWO", "ONE"):
            at_most(code)

    asyncio.run(told())
    assert said == ["ONE", "TWO"]


def test_saying_something_while_nobody_listens_does_nothing(db):
    bus = Bus()
    bus.changed("ABCDEF")
    bus.counted("ABCDEF")
    heard = []

    def hear(code, kind, told, part):
        heard.append((code, kind, part))
        if told:
            told()

    async def opened():
        bus.open(hear, lambda room: (7, room))
        await asyncio.to_thread(bus.changed, "ABCDEF", b"a room")
        await asyncio.to_thread(bus.counted, "ABCDEF")
        await asyncio.sleep(0)

    asyncio.run(opened())
    assert heard == [("ABCDEF", "changed", (7, b"a room")), ("ABCDEF", "counted", None)]
    bus.changed("ABCDEF")  # the loop has ended
    assert len(heard) == 2
