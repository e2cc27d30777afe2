"""What do the commands of the one who runs the site have in common? One learner meant, one line when refused."""

from __future__ import annotations

import sys
import uuid
from typing import Any, NoReturn

from django.core.management.base import BaseCommand, CommandParser

from study.models import Learner
from study.phrase import phrase_find


class OwnerCommand(BaseCommand):
    """Exit status 2 and one line on standard error when the input is wrong; never a traceback."""

    requires_system_checks = ()

    def create_parser(self, prog_name: str, subcommand: str, **kwargs: Any) -> CommandParser:
        parser = super().create_parser(prog_name, subcommand, **kwargs)
        parser.error = lambda message: refuse("arguments", message)  # type: ignore[method-assign]
        return parser


class LearnerCommand(OwnerCommand):
    """A command about one learner, by the number of the record, the address of an account or a phrase."""

    def add_arguments(self, parser: CommandParser) -> None:
        which = parser.add_mutually_exclusive_group(required=True)
        which.add_argument("number", nargs="?", help="the number of the record, as its progress page shows it")
        which.add_argument("--email", help="the address of an account")
        which.add_argument("--phrase", action="store_true", help="read a resume phrase from standard input")

    def learner(self, options: dict[str, Any]) -> Learner:
        """The learner that the arguments mean."""
        if options["phrase"]:
            found = phrase_find(sys.stdin.readline(), address="the owner")
        elif options["email"]:
            found = Learner.objects.filter(user__email__iexact=options["email"]).first()
        else:
            try:
                found = Learner.objects.filter(key=uuid.UUID(options["number"])).first()
            except ValueError:
                refuse("number", f"is {options['number'][:60]!r} (allowed: as the progress page shows it)")
        if found is None:
            refuse("learner", "is not known here")
        return found


def refuse(name: str, problem: str) -> NoReturn:
    """Says what is wrong in one line, and ends."""
    print(f"error: {name}: {problem}", file=sys.stderr)
    raise SystemExit(2)
