"""What does the site's owner see of the questions? How they are answered, and what is said of them."""

from __future__ import annotations

import hmac
from collections.abc import Iterator, Mapping
from typing import Any

from django.conf import settings
from django.db.models import Count
from django.http import HttpRequest

from lessons.quizzes.statistics import AnswerFact, ItemStatistics, item_statistics
from quizzes.bank import bank
from study.models import Answer, QuestionFlag
from study.throttle import Throttle

FLAGS_SHOWN = 200
TRIES = Throttle(limit=60, period_s=900)  # of a token, right or wrong


def statistics() -> list[ItemStatistics]:
    """Every question that was answered."""
    return item_statistics(bank(), _facts())


def flags() -> list[Mapping[str, Any]]:
    """What readers said of questions, the most often said first."""
    said = QuestionFlag.objects.values("question_id", "version", "seed", "kind", "given").annotate(times=Count("id"))
    return [dict(row) for row in said.order_by("-times", "question_id", "seed")[:FLAGS_SHOWN]]


def page_is_on(request: HttpRequest) -> bool:
    """Whether there is anybody whom the owner's page could know."""
    return bool(settings.OWNER_TOKEN) or _is_staff(request)


def door(request: HttpRequest) -> tuple[str, int]:
    """Whether the owner stands at the door: "" for yes, else what is said there, and the status of the answer.

    The token comes in a form or in a header, never in an address, which is written down in many places.
    """
    if _is_staff(request):
        return "", 200
    token = request.POST.get("token", "") or request.headers.get("Authorization", "").removeprefix("Bearer ")
    if not token:
        return "This page is for the site's owner.", 200
    if not TRIES.allows(request.META.get("REMOTE_ADDR", "")):
        return "Too many tries from your address; try again in a quarter of an hour.", 429
    if hmac.compare_digest(token.encode(), settings.OWNER_TOKEN.encode()):
        return "", 200
    return "That is not the owner's token.", 403


def _is_staff(request: HttpRequest) -> bool:
    user = getattr(request, "user", None)
    return bool(user is not None and user.is_active and user.is_staff)


def _facts() -> Iterator[AnswerFact]:
    fields = ("learner_id", "question_id", "version", "seed", "given", "right", "confidence")
    for row in Answer.objects.order_by("id").values_list(*fields).iterator(chunk_size=2_000):
        yield AnswerFact(*row)
