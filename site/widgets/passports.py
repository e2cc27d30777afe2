"""Where does each constant come from? Read once from content/passports/."""

from functools import cache

from django.conf import settings

from lessons.simulator.engine.passports import Passport, read_passports


@cache
def passports() -> dict[str, Passport]:
    """Every passport by id."""
    return read_passports(settings.CONTENT)
