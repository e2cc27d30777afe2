"""Which words open a record elsewhere? Seven of 2,048, drawn by chance, shown once, kept as a keyed hash."""

from __future__ import annotations

import math
import re
import secrets
from functools import cache

from django.conf import settings
from django.db import transaction
from django.utils.crypto import salted_hmac

from study.models import Learner, ResumePhrase
from study.throttle import Throttle

WORDS_IN_A_PHRASE = 7
BITS_LEAST = 70
TEXT_LENGTH_MAX = 200
SALT = "study.phrase"
# With 77 bits nobody guesses a phrase; this keeps those who try from costing anything.
TRIES_BY_ADDRESS = Throttle(limit=20, period_s=600)
TRIES_BY_ALL = Throttle(limit=2_000, period_s=600)


class TooManyTries(Exception):
    """More phrases than a person with a piece of paper tries."""


@cache
def words() -> tuple[str, ...]:
    """The words that phrases are made of."""
    lines = (settings.CONTENT / "resume-words.txt").read_text(encoding="utf-8").splitlines()
    found = tuple(line for line in lines if line and not line.startswith("#"))
    assert len(set(found)) == len(found), "a word that is there twice is drawn twice as often"
    assert bits(len(found)) >= BITS_LEAST, "a phrase has to be out of reach of guessing"
    return found


def bits(words_known: int) -> float:
    """How much chance is in one phrase."""
    return WORDS_IN_A_PHRASE * math.log2(words_known)


def normal(text: str) -> str:
    """The phrase as it is hashed: case, and whatever stands between words, do not count."""
    return " ".join(re.findall(r"[a-z]+", text[:TEXT_LENGTH_MAX].lower()))


@transaction.atomic
def phrase_make(*, learner: Learner) -> str:
    """A new phrase for this learner; an older one opens nothing any more. The words are not kept."""
    phrase = " ".join(secrets.choice(words()) for _ in range(WORDS_IN_A_PHRASE))
    ResumePhrase.objects.filter(learner=learner).delete()
    ResumePhrase.objects.create(learner=learner, digest=_digest(phrase))
    return phrase


def phrase_find(text: str, *, address: str) -> Learner | None:
    """The learner whose phrase this is. Raises TooManyTries.

    Every text takes the same way, one hash and one look-up, so that time tells nothing about it.
    """
    allowed = (TRIES_BY_ALL.allows("all"), TRIES_BY_ADDRESS.allows(address))
    if not all(allowed):
        raise TooManyTries
    return Learner.objects.filter(phrase__digest=_digest(text)).first()


def _digest(text: str) -> str:
    return salted_hmac(SALT, normal(text), algorithm="sha256").hexdigest()
