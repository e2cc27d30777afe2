"""The course is read when the site starts, so that a fault in the content stops it with file and line."""

from typing import Any

from django.apps import AppConfig
from django.core.checks import CheckMessage, Error, register


class CoursesConfig(AppConfig):
    """Registers the check of the content."""

    name = "courses"

    def ready(self) -> None:
        register(content_is_right)


def content_is_right(**_: Any) -> list[CheckMessage]:
    """One error for each fault of the content."""
    from courses.checks import faults

    return [Error(fault, id="courses.E001") for fault in faults()]
