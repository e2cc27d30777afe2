"""Delete one learner: `manage.py delete_learner NUMBER` says what would go, and with `--yes` it goes."""

from __future__ import annotations

from typing import Any

from django.core.management.base import CommandParser

from study.owner import LearnerCommand
from study.recall import counts_of
from study.services import learner_forget


class Command(LearnerCommand):
    """First a list, then the deed."""

    help = "Delete everything kept of one learner, and their account."

    def add_arguments(self, parser: CommandParser) -> None:
        super().add_arguments(parser)
        parser.add_argument("--yes", action="store_true", help="delete, and do not only list")

    def handle(self, *args: Any, **options: Any) -> None:
        learner = self.learner(options)
        kept = counts_of(learner)
        account = f", the account {kept.account}" if kept.account else ""
        listed = (
            f"{kept.answers} answers, {kept.predictions} predictions, {kept.reviews} recalls, "
            f"{kept.sittings} sittings, {kept.lessons_done} lesson marks{account}"
        )
        if options["yes"]:
            learner_forget(learner=learner)
            self.stdout.write(f"Deleted: {listed}.")
        else:
            self.stdout.write(f"Would delete: {listed}. Say --yes to do it.")
