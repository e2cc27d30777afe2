"""What is kept of one learner? `manage.py export_learner NUMBER` writes the same file that the learner could save."""

from __future__ import annotations

from typing import Any

from study.owner import LearnerCommand
from study.record import record_of, written


class Command(LearnerCommand):
    """The record on standard output."""

    help = "Write everything kept of one learner as JSON."

    def handle(self, *args: Any, **options: Any) -> None:
        self.stdout.write(written(record_of(self.learner(options))), ending="")
