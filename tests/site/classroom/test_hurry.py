"""Do readers wait while a step is on its way, never long, and nobody else at all?"""

import asyncio
import time

import pytest
from django.urls import reverse

from classroom import hurry as module
from classroom.hurry import Hurry


def scope(method: str, path: str) -> dict[str, str]:
    return {"method": method, "path": path}


STEP = scope("POST", "/teach/ABCDEF/step/")
NO_STEPS = [
    scope("GET", "/teach/ABCDEF/step/"),
    scope("POST", "/teach/"),
    scope("POST", "/teach/ABCDEF/rehearsal/"),
    scope("POST", "/teach/A/B/step/"),
    scope("POST", "/lessons/teach/ABCDEF/step/"),
    scope("POST", "/j/ABCDEF/vote/"),
]


async def took(hurry, of) -> float:
    """Seconds until it was the turn of a request."""
    started = time.perf_counter()
    async with hurry.turn(of):
        return time.perf_counter() - started


@pytest.mark.parametrize("path", ["/lessons/one/", "/j/ABCDEF/", "/teach/ABCDEF/"])
@pytest.mark.parametrize("method", ["GET", "HEAD"])
def test_who_reads_waits_until_every_step_is_answered(path, method):
    async def scene():
        hurry = Hurry()
        assert await took(hurry, scope(method, path)) < 0.005
        async with hurry.turn(STEP):
            reader = asyncio.ensure_future(took(hurry, scope(method, path)))
            with hurry.going():  # another step, heard from another process
                await asyncio.sleep(0.02)
            assert not reader.done()
        assert 0.015 < await reader < module.PATIENCE_S / 2
        assert await took(hurry, scope(method, path)) < 0.005

    asyncio.run(scene())


@pytest.mark.parametrize("path", ["/j/ABCDEF/vote/", "/j/ABCDEF/", "/teach/ABCDEF/step/", "/questions/one/"])
def test_who_sends_something_never_waits(path):
    async def scene():
        hurry = Hurry()
        async with hurry.turn(STEP):
            assert await took(hurry, scope("POST", path)) < 0.005

    asyncio.run(scene())


@pytest.mark.parametrize("other", NO_STEPS, ids=lambda one: f"{one['method']} {one['path']}")
def test_nobody_waits_for_anything_but_a_step(other):
    async def scene():
        hurry = Hurry()
        async with hurry.turn(other):
            assert await took(hurry, scope("GET", "/")) < 0.005

    asyncio.run(scene())


def test_the_addresses_of_steps_are_those_of_the_console():
    for name in ("step", "improvise"):
        assert module.STEP.fullmatch(reverse(f"classroom:{name}", args=["ABCDEF"]))


def test_a_step_that_hangs_holds_nobody_for_long(monkeypatch):
    monkeypatch.setattr(module, "PATIENCE_S", 0.05)

    async def scene():
        hurry = Hurry()
        with hurry.going():
            assert 0.045 < await took(hurry, scope("GET", "/")) < 1.0
        assert not hurry._waiting

    asyncio.run(scene())


def test_a_step_that_fails_or_a_reader_who_leaves_holds_nobody():
    async def scene():
        hurry = Hurry()
        with pytest.raises(RuntimeError):
            async with hurry.turn(STEP):
                reader = asyncio.ensure_future(took(hurry, scope("GET", "/")))
                await asyncio.sleep(0)
                reader.cancel()
                raise RuntimeError("no such step")
        assert await took(hurry, scope("GET", "/")) < 0.005
        assert reader.cancelled() or await asyncio.wait([reader])
        assert not hurry._waiting

    asyncio.run(scene())
