"""Is a message written at once, in order, and no line held up by another that is slow or broken?"""

import asyncio
import itertools

import pytest

from classroom.box import BEAT, Box, begun


class Line:
    """The other end of a stream: what it was given, and whether it takes more."""

    def __init__(self) -> None:
        self.free = asyncio.Event()
        self.free.set()
        self.messages: list[dict] = []
        self.ended = 0
        self.box = Box("phone", 0)

    async def send(self, message) -> None:
        await self.free.wait()
        self.messages.append(message)

    def open(self) -> None:
        self.box.open(self.send, ended=self._over)

    def _over(self) -> None:
        self.ended += 1

    @property
    def said(self) -> bytes:
        return b"".join(message.get("body", b"") for message in self.messages)


def test_what_came_before_the_line_was_open_goes_out_first_and_the_rest_without_a_task():
    async def scene():
        line = Line()
        line.box.put_part(1, b"one ")
        assert not line.messages and not line.box.waits
        line.open()
        line.box.put_part(2, b"two ")
        line.box.put_part(1, b"old ")
        line.box.put_counts(b"counts ")
        line.box.put_beat()
        assert line.messages[0]["type"] == "http.response.start"
        assert line.said.replace(b": hello\n\n", b"") == b"one two counts " + BEAT
        assert line.box.waits and len(asyncio.all_tasks()) == 1

    asyncio.run(scene())


def test_a_line_that_is_slow_gets_the_newest_of_each_once_it_takes_more():
    async def scene():
        line = Line()
        line.open()
        line.free.clear()
        for number in range(1, 40):
            line.box.put_part(number, b"part %d " % number)
            line.box.put_counts(b"counts %d " % number)
        assert line.box.stuck and not line.box.waits
        line.free.set()
        await asyncio.sleep(0)
        await asyncio.sleep(0)
        assert line.said == b": hello\n\npart 1 part 39 counts 39 "
        line.box.put_part(40, b"part 40 ")
        assert line.said.endswith(b"part 40 ") and line.box.waits

    asyncio.run(scene())


@pytest.mark.parametrize("slow", [False, True])
def test_a_stream_that_is_closed_ends_after_what_waits_and_takes_no_more(slow):
    async def scene():
        line = Line()
        line.open()
        if slow:
            line.free.clear()
        line.box.put_part(1, b"last ")
        line.box.close()
        line.free.set()
        await asyncio.sleep(0.01)
        line.box.put_part(2, b"after ")
        assert line.said.endswith(b"last ") and line.ended == 1
        assert [message.get("more_body", False) for message in line.messages[-2:]] == [True, False]

    asyncio.run(scene())


def test_a_stuck_line_can_be_dropped_and_a_dropped_one_takes_nothing():
    async def scene():
        line = Line()
        line.open()
        line.free.clear()
        line.box.put_part(1, b"never ")
        await line.box.drop()
        line.free.set()
        line.box.put_part(2, b"never ")
        await asyncio.sleep(0.01)
        assert b"never" not in line.said and line.ended and len(asyncio.all_tasks()) == 1

    asyncio.run(scene())


@pytest.mark.parametrize("slow", [False, True])
def test_a_line_that_breaks_ends_and_says_so_once(slow, caplog):
    async def scene():
        line = Line()
        line.open()

        async def broken(message):
            if slow:
                await asyncio.sleep(0)
            raise ConnectionError("the line is cut")

        line.box._send = broken
        line.box.put_part(1, b"one ")
        await asyncio.sleep(0.01)
        line.box.put_part(2, b"two ")
        assert line.ended == 1 and caplog.text.count("could not be written to") == 1

    asyncio.run(scene())


def test_work_that_was_begun_goes_on_as_if_it_had_been_awaited():
    """Whatever waits within, how often, and whether it is done already."""

    async def work(found, waits):
        for number, what in enumerate(waits):
            if what == "sleep":
                await asyncio.sleep(0.001)
            elif what == "turn":
                await asyncio.sleep(0)
            elif what == "task":
                await asyncio.ensure_future(asyncio.sleep(0))
            found.append(number)

    async def scene():
        for waits in itertools.product(("none", "turn", "sleep", "task"), repeat=3):
            found: list[int] = []
            rest = begun(work(found, waits))
            assert (rest is None) == (set(waits) == {"none"})
            if rest is not None:
                await rest
            assert found == [0, 1, 2]

    asyncio.run(scene())


def test_work_that_was_begun_can_be_cancelled_where_it_waits():
    async def work(found):
        try:
            await asyncio.sleep(10)
        except asyncio.CancelledError:
            found.append("cancelled")
            await asyncio.sleep(0.001)
            found.append("tidied")
            raise

    async def scene():
        found: list[str] = []
        rest = begun(work(found))
        await asyncio.sleep(0)
        rest.cancel()
        with pytest.raises(asyncio.CancelledError):
            await rest
        assert found == ["cancelled", "tidied"]

    asyncio.run(scene())
