"""Takes answers that waited in a browser for a network. Each is checked by itself and kept once; the others stand."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import orjson
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from lessons.quizzes.bank import BankError
from lessons.quizzes.feedback import MISSED, RIGHT
from lessons.quizzes.marking import AnswerError, mark, read_answer
from lessons.quizzes.question import Question
from quizzes.asked import read_confidence
from quizzes.bank import bank
from quizzes.views import TOO_MANY
from study.learners import TooManyLearners, learner_begin, learner_of, learner_remember
from study.models import KEY, Answer, Learner
from study.services import answer_record

BODY_BYTES_MAX = 64 * 1024
ANSWERS_MAX = 20
FIELDS_MAX = 40
TEXTS_MAX = 20
TEXT_LENGTH_MAX = 2_000
AGE_MAX = timedelta(days=365)  # an older time, or one still to come, is a clock that is wrong
HINT = "The hint stands with the question."
CHANGED = "The question has changed since; answer it afresh."
NOT_OURS = "This is not an answer as the pages of this site keep it."


class Refused(ValueError):
    """One answer that cannot be kept: why, and where its question is, if it is still asked."""

    def __init__(self, words: str, link: str = "") -> None:
        super().__init__(words)
        self.link = link


class BadRequest(ValueError):
    """A request that holds no answers at all, with the status that says so."""

    def __init__(self, words: str, status: int) -> None:
        super().__init__(words)
        self.status = status


@dataclass(frozen=True)
class Waiting:
    """An answer that can be kept. `given` None is "I don't know"."""

    key: str
    question: Question
    given: Any
    confidence: str
    at: datetime


@require_POST
@never_cache
def merge(request: HttpRequest) -> HttpResponse:
    """Keeps what waited, each answer once by its key, and says of each what became of it."""
    here = learner = learner_of(request)
    try:
        sent = _sent(request)
        known = _known(here, sent)
        read = [known.get(_text(one, "key")) or _checked(one) for one in sent]
        if any(isinstance(one, Waiting) for one in read):
            learner = learner_begin(request)
    except BadRequest as problem:
        return _json({"problem": str(problem)}, status=problem.status)
    except TooManyLearners:
        return _json({"problem": TOO_MANY}, status=429)
    results = [{"key": _text(one, "key")} | _result(learner, found) for one, found in zip(sent, read, strict=True)]
    response = _json({"answers": results})
    # This request runs by itself: one that ends after the reader let go of the device must not bring the key back.
    return learner_remember(response, learner) if learner and here is None else response


def _sent(request: HttpRequest) -> list[Any]:
    if int(request.META.get("CONTENT_LENGTH") or 0) > BODY_BYTES_MAX:
        raise BadRequest(f"more than {BODY_BYTES_MAX // 1024} KiB at once", 413)
    try:
        answers = orjson.loads(request.body)["answers"]
    except (ValueError, KeyError, TypeError):
        raise BadRequest('not {"answers": [...]}', 400) from None
    if not isinstance(answers, list):
        raise BadRequest("answers is no list", 400)
    if len(answers) > ANSWERS_MAX:
        raise BadRequest(f"{len(answers)} answers at once (allowed: {ANSWERS_MAX})", 413)
    return answers


def _known(learner: Learner | None, sent: list[Any]) -> Mapping[str, Answer]:
    """By their keys: answers that were kept before, whose acknowledgement was lost."""
    if learner is None:
        return {}
    keys = [key for key in (_text(one, "key") for one in sent) if KEY.fullmatch(key)]
    return {str(answer.key): answer for answer in learner.answers.filter(key__in=keys)}


def _checked(sent: Any) -> Waiting | Refused:
    try:
        return _read(sent)
    except Refused as reason:
        return reason


def _read(sent: Any) -> Waiting:
    """One answer, checked against the course. Raises Refused."""
    if not isinstance(sent, dict) or not KEY.fullmatch(_text(sent, "key")):
        raise Refused(NOT_OURS)
    asked = _question(_text(sent, "question"), sent.get("seed"))
    if sent.get("version") != asked.version:
        raise Refused(CHANGED, _link(asked.id, asked.seed))
    fields = _fields(sent.get("fields"))
    try:
        given = None if fields.get("action") == ["unknown"] else read_answer(asked, fields)
    except AnswerError as problem:
        raise Refused(str(problem), _link(asked.id, asked.seed)) from None
    confidence = read_confidence("".join(fields.get("confidence", [])))
    return Waiting(sent["key"], asked, given, confidence, _time(sent.get("at")))


def _question(question_id: str, seed: Any) -> Question:
    asked = bank().questions.get(question_id)
    if asked is None:
        raise Refused("The course does not ask this question any more.")
    if (asked.seed is None) != (seed is None):
        raise Refused(CHANGED, _link(asked.id, asked.seed))
    if seed is not None and type(seed) is not int:
        raise Refused(NOT_OURS)
    try:
        return bank().variant(question_id, seed)
    except BankError:
        raise Refused("There is no such variant of the question.", _link(asked.id, asked.seed)) from None


def _fields(sent: Any) -> dict[str, list[str]]:
    """A form as the browser held it: texts by name."""
    if not isinstance(sent, dict) or len(sent) > FIELDS_MAX:
        raise Refused(NOT_OURS)
    for texts in sent.values():
        if not isinstance(texts, list) or len(texts) > TEXTS_MAX:
            raise Refused(NOT_OURS)
        if not all(isinstance(text, str) and len(text) <= TEXT_LENGTH_MAX for text in texts):
            raise Refused(NOT_OURS)
    return sent


def _time(sent: Any) -> datetime:
    """When the browser says it was, from milliseconds since 1970; now, when its clock cannot be right."""
    if type(sent) is not int:
        raise Refused(NOT_OURS)
    now = timezone.now()
    earliest = (now - AGE_MAX).timestamp() * 1000
    return datetime.fromtimestamp(sent / 1000, UTC) if earliest <= sent <= now.timestamp() * 1000 else now


def _result(learner: Learner | None, found: Answer | Waiting | Refused) -> dict[str, Any]:
    """What became of one answer: kept or not, right or not, a sentence, and where to read on."""
    if isinstance(found, Refused):
        return {"kept": False, "message": str(found), "link": found.link or reverse("courses:front")}
    kept = _keep(learner, found) if isinstance(found, Waiting) else found
    said = HINT if kept.given is None else RIGHT if kept.right else MISSED
    return {"kept": True, "right": kept.right, "message": said, "link": _link(kept.question_id, kept.seed)}


def _keep(learner: Learner | None, waiting: Waiting) -> Answer:
    assert learner, "an answer that can be kept has begun a learner"
    return answer_record(
        learner=learner,
        question_id=waiting.question.id,
        version=waiting.question.version,
        seed=waiting.question.seed,
        given=waiting.given,
        right=waiting.given is not None and mark(waiting.question, waiting.given).right,
        confidence=waiting.confidence,
        asked_in=Answer.AskedIn.OFFLINE,
        key=waiting.key,
        at=waiting.at,
    )


def _link(question_id: str, seed: int | None) -> str:
    page = reverse("quizzes:question", args=[question_id])
    return page if seed is None else f"{page}?{urlencode({'seed': seed})}"


def _text(sent: Any, name: str) -> str:
    """A text of an answer as it was sent; nothing where there is none."""
    text = sent.get(name) if isinstance(sent, dict) else None
    return text if isinstance(text, str) else ""


def _json(content: Mapping[str, Any], status: int = 200) -> HttpResponse:
    return HttpResponse(orjson.dumps(content), content_type="application/json", status=status)
