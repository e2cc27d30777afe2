"""Eight readers who ask for one lesson page after the other, without a pause. `python readers.py PORT PATH...`"""

from __future__ import annotations

import asyncio
import sys
from itertools import cycle

from people import Browser

READERS = 8


async def main(port: int, paths: list[str]) -> None:
    """Reads until it is ended."""
    following = cycle(paths)

    async def read() -> None:
        browser = Browser(port)
        while True:
            await browser.get(next(following))
            print(".", end="", flush=True)  # whoever started this counts the pages

    await asyncio.gather(*(read() for _ in range(READERS)))


if __name__ == "__main__":
    asyncio.run(main(int(sys.argv[1]), sys.argv[2:]))
