"""How is each question answered? `manage.py item_statistics`, the owner's page as text."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.core.management.base import BaseCommand

from lessons.quizzes.statistics import PEOPLE_MIN, ItemStatistics
from quizzes.items import flags, statistics

HIDDEN = f"<{PEOPLE_MIN}"


class Command(BaseCommand):
    """`manage.py item_statistics`."""

    help = "Write how each question is answered; counts of fewer than five people are not shown."

    def handle(self, *args: Any, **options: Any) -> None:
        items = statistics()
        for item in items:
            for line in _lines(item):
                self.stdout.write(line)
        for flag in flags():
            variant = "" if flag["seed"] is None else f", variant {flag['seed']}"
            asked = f"{flag['question_id']} (version {flag['version']}{variant})"
            self.stdout.write(f"called {flag['kind']} {flag['times']} times: {asked}")
        if not items:
            self.stdout.write("No question has been answered yet.")


def _lines(item: ItemStatistics) -> Iterator[str]:
    state = "" if item.current else ", no longer asked"
    yield (
        f"{item.question_id} (version {item.version}{state}): {_count(item.answers)} answers, "
        f"right {_share(item.right_share)}, sure {_count(item.sure)}, sure and wrong {_count(item.sure_and_wrong)}"
    )
    for cell in item.cells if item.answers else ():
        note = "  picked by nobody: replace it" if cell.nobody else ""
        yield f"  {'+' if cell.right else '-'} {_share(cell.share):>5}  {cell.text}{note}"


def _count(count: int | None) -> str:
    return HIDDEN if count is None else f"{count:,}"


def _share(share: float | None) -> str:
    return HIDDEN if share is None else f"{share:.0%}"
