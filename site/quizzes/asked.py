"""What does a template need to show one question, answered or not?"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

from django.urls import reverse

from lessons.quizzes.bank import BankError
from lessons.quizzes.marking import AnswerError, UnfinishedError, answer_form, fits, mark, read_answer
from lessons.quizzes.question import Question
from lessons.quizzes.variants import SEED_MAX
from quizzes.bank import bank
from study.models import KEY, Answer, Learner, QuestionFlag

OWN_SEEDS = 9_999  # variants that readers are given; a link may ask for any other
GIVEN_LENGTH_MAX = 2_000
CONFIDENCES = (("low", "not sure"), ("middle", "fairly sure"), ("high", "sure"))


def question_context(
    question: Question,
    answer: Answer | None,
    *,
    problem: str = "",
    again: bool = False,
    back: str = "",
    posted: Mapping[str, list[str]] | None = None,
    action: str = "",
    carried: Mapping[str, str] | None = None,
    ask_confidence: bool = False,
    can_retry: bool = True,
) -> dict[str, Any]:
    """The context of quizzes/_question.html. An answer to an older version is kept, and marked as such.

    `posted` is a form that could not be taken, or that has a step to come: what was filled in stays filled in.
    The form goes to `action` (the question's own page unless said otherwise) with the hidden fields of `carried`.
    """
    question = variant_asked(question, answer)
    given = None if answer is None or again else answer.given
    changed = answer is not None and is_outdated(question, answer)
    feedback = mark(question, given) if given is not None and not changed else None
    if again and question.setting and answer is not None and answer.given is not None and not changed:
        posted = answer_form(question, answer.given)  # a setting is turned further, not set anew
    comparing = _is_unfinished(question, posted)
    return {
        "question": question,
        "kind_form": f"quizzes/kinds/{question.kind}.html",
        "feedback": feedback,
        "unknown": answer is not None and answer.given is None,
        "changed": changed,
        "problem": "" if comparing else problem,
        "comparing": comparing,
        "places": range(1, len(question.options) + 1),
        "back": back,
        "posted": posted or {},
        "action": action or reverse("quizzes:question", args=[question.id]),
        "carried": carried or {},
        "ask_confidence": ask_confidence,
        "confidences": CONFIDENCES,
        "can_retry": can_retry,
        # A learner's own words stay out of a flag: they could say who it was.
        "flag_given": "" if question.kind == "short" else json.dumps(given),
        **_links(question, back),
    }


def asked_of(question_id: str, seed: int | None, learner: Learner | None) -> tuple[Question, Answer | None]:
    """The question to show, with the last answer to it. Raises LookupError for what is not asked.

    Without a seed a question that varies comes in the variant answered last, else in one that is the learner's own.
    """
    question = bank().questions[question_id]
    # By time: what waited without a network is older than its row.
    answers = learner.answers.filter(question_id=question_id) if learner else Answer.objects.none()
    answers = answers.order_by("-at", "-id")
    if question.seed is None:
        return question, answers.first()
    kept = answers.first() if seed is None else answers.filter(seed=seed).first()
    if seed is None:
        seed = own_seed(learner, question_id) if kept is None or kept.seed is None else kept.seed
    try:
        return bank().variant(question_id, seed), kept
    except BankError as error:
        raise LookupError(str(error)) from None


def own_seed(learner: Learner | None, question_id: str) -> int:
    """The variant that this learner meets first, always the same one; 1 for a reader who has answered nothing yet."""
    if learner is None:
        return 1
    digest = hashlib.sha256(f"{learner.key}/{question_id}".encode()).digest()
    return 1 + int.from_bytes(digest[:6]) % OWN_SEEDS


def variant_asked(question: Question, answer: Answer | None) -> Question:
    """The question in the variant that was answered."""
    if answer is None or answer.seed is None or question.seed is None or answer.seed == question.seed:
        return question
    try:
        return bank().variant(question.id, answer.seed)
    except BankError:
        return question


def is_outdated(question: Question, answer: Answer) -> bool:
    """Whether the question has changed since this answer."""
    return answer.version != question.version or (answer.given is not None and not fits(question, answer.given))


def read_seed(text: str | None) -> int | None:
    """The seed in a link or a form, None where there is none. Raises LookupError for what is no seed."""
    if not text:
        return None
    if text.isascii() and text.isdigit() and len(text) <= len(str(SEED_MAX)) and int(text) <= SEED_MAX:
        return int(text)
    raise LookupError(f"{text[:20]!r} is no variant (allowed: 0 to {SEED_MAX})")


def read_confidence(text: str) -> str:
    """How sure the learner was; nothing where it was not asked."""
    return text if text in dict(CONFIDENCES) else ""


def read_key(text: str) -> str | None:
    """The key of an answer, which makes it one however often it is sent; an answer without one counts all the same."""
    return text if KEY.fullmatch(text) else None


def read_flag(texts: Mapping[str, str]) -> tuple[str, int]:
    """What is said of a question, and of which version. Raises LookupError."""
    kind, version = texts.get("kind", ""), texts.get("version", "")
    if kind not in QuestionFlag.Kind.values or not (version.isascii() and version.isdigit() and len(version) <= 6):
        raise LookupError("a flag says wrong or unclear, of one version")
    return kind, int(version)


def read_given(question: Question, text: str) -> Any:
    """The answer that came along with a flag, as it would be kept; None for anything else."""
    try:
        given = json.loads(text) if len(text) <= GIVEN_LENGTH_MAX else None
    except (ValueError, RecursionError):
        return None
    return given if question.kind != "short" and given is not None and fits(question, given) else None


def _is_unfinished(question: Question, posted: Mapping[str, list[str]] | None) -> bool:
    try:
        if posted:
            read_answer(question, posted)
    except UnfinishedError:
        return posted is not None and posted.get("action") != ["unknown"]
    except AnswerError:
        pass
    return False


def _links(question: Question, back: str) -> dict[str, str]:
    page = reverse("quizzes:question", args=[question.id])
    carried = {"back": back} if back else {}
    if question.seed is None:
        own = {"own_link": f"#question-{question.id}", "other_link": ""}
        return own | {"again_link": f"{page}?{urlencode({'again': 1} | carried)}"}
    following = (question.seed + 1) % (SEED_MAX + 1)
    return {
        "own_link": f"{page}?{urlencode({'seed': question.seed})}",
        "again_link": f"{page}?{urlencode({'again': 1, 'seed': question.seed} | carried)}",
        "other_link": f"{page}?{urlencode({'again': 1, 'seed': following} | carried)}",
    }
