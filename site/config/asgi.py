"""One process, one port: live routes run here natively, every page goes to Django's WSGI handler in a small pool.

Pages through Django's own ASGI handler would be several times slower, and a stream served by a Django view pins a
thread.
"""

import gc
import sys

from starlette.applications import Starlette
from starlette.routing import Mount, Route

from config.bridge import Bridge
from config.wsgi import application as pages

from classroom.feed import feed, listened  # isort: skip - needs the applications that config.wsgi sets up
from classroom.hurry import hurry

# What was read at the start stays: the collector need not look through a whole course while a room waits.
gc.collect()
gc.freeze()
gc.set_threshold(10_000, 20, 50)  # and seldom through a thousand streams
# Every write of a stream lets another thread run; with Python's own 5 ms, a thousand of them wait long for busy pages.
sys.setswitchinterval(0.0005)
PAGE_THREADS = 2  # rendering is bound by one core; more threads only wait for one another

application = Starlette(
    routes=[
        Route("/live/{code}/{view}", feed, methods=["GET"]),
        Mount("/", app=Bridge(pages, threads=PAGE_THREADS, turn=hurry.turn)),
    ],
    lifespan=listened,
)
