"""How does every page look? Pictures at three widths, light and dark, into shots/."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any, Literal

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from config.every_page import every_page
from config.served import served

WIDTHS = (360, 800, 1440)
SCHEMES: tuple[Literal["light", "dark"], ...] = ("light", "dark")
HEIGHT = 900
BROWSERS = ("chromium", "chromium-browser", "google-chrome")


class Command(BaseCommand):
    help = "Take a picture of every page at 360, 800 and 1440 px, light and dark."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("names", nargs="*", help="only pages whose name starts so, such as front or lesson")
        parser.add_argument("--width", type=int, choices=WIDTHS, action="append", help="only this width")
        parser.add_argument("--scheme", choices=SCHEMES, action="append", help="only this scheme")

    def handle(self, *args: Any, **options: Any) -> None:
        browser = next(filter(None, map(shutil.which, BROWSERS)), None)
        if not browser:
            raise CommandError("no Chromium found; install it (for example `apt-get install chromium`)")
        pages = {
            name: path
            for name, path in every_page().items()
            if not options["names"] or name.startswith(tuple(options["names"]))
        }
        folder = settings.ROOT / "shots"
        with served() as address:
            taken = take(
                browser,
                {name: address + path for name, path in pages.items()},
                folder,
                widths=options["width"] or WIDTHS,
                schemes=options["scheme"] or SCHEMES,
            )
        self.stdout.write(f"{taken} pictures in {folder.relative_to(settings.ROOT)}/")


def take(browser: str, pages: dict[str, str], folder: Path, *, widths: Any, schemes: Any) -> int:
    """Takes the pictures as folder/WIDTH-SCHEME/NAME.png; returns how many."""
    from playwright.sync_api import sync_playwright  # only the tools have it, a server does not

    taken = 0
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=browser, args=["--no-sandbox"])
        for width in widths:
            for scheme in schemes:
                context = chromium.new_context(
                    viewport={"width": width, "height": HEIGHT}, color_scheme=scheme, reduced_motion="reduce"
                )
                page = context.new_page()
                for name, address in pages.items():
                    page.goto(address, wait_until="load")
                    page.screenshot(path=folder / f"{width}-{scheme}" / f"{name}.png", full_page=True)
                    taken += 1
                context.close()
        chromium.close()
    return taken
