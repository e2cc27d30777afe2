"""What could be asked of this learner in review, what is left of today, and which ideas are held?"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from lessons.quizzes.ideas import Idea
from lessons.quizzes.prompts import Prompt
from lessons.review import (
    ITEMS_A_DAY_MAX,
    CardState,
    Pile,
    Recall,
    Standing,
    ask_again,
    minutes,
    plan,
    standing,
)
from quizzes.bank import bank
from quizzes.prompts import ideas, prompts
from study.models import Answer, Learner, StudyPlan
from study.recall import answers_of, cards_of, lessons_done_by, recalls_of, study_plan_of


@dataclass(frozen=True)
class Recalled:
    """One try at a prompt, as the evidence for what is said of its idea."""

    prompt: Prompt
    held: bool
    on: date


@dataclass(frozen=True)
class IdeaHeld:
    """An idea with what is known of it."""

    idea: Idea
    standing: Standing
    evidence: tuple[Recalled, ...]  # latest first


@dataclass(frozen=True)
class ReviewDay:
    """The review of one learner on one day. `left` is in the order asked; `coming` counts the days after."""

    left: tuple[Prompt, ...]
    done: int
    coming: tuple[int, ...]
    begun: bool
    study_plan: StudyPlan | None
    ideas: Mapping[str, IdeaHeld]  # all of the course
    ideas_met: tuple[IdeaHeld, ...]  # those of today's prompts

    @property
    def total(self) -> int:
        """Prompts of today, those done among them."""
        return self.done + len(self.left)

    @property
    def minutes(self) -> int:
        """How long what is left takes."""
        return minutes(len(self.left))

    @property
    def minutes_tomorrow(self) -> int:
        """How long tomorrow takes, as far as it is known."""
        return minutes(self.coming[0])

    @property
    def full(self) -> bool:
        """Whether today had all that a day takes."""
        return self.done >= ITEMS_A_DAY_MAX


def review_day(learner: Learner | None, now: datetime) -> ReviewDay:
    """What is left of today, and what is held."""
    today = now.date()
    recalls, answers, cards = recalls_of(learner), answers_of(learner), _known(cards_of(learner))
    begun = lessons_begun(lessons_done_by(learner), answers, recalls)
    study_plan = study_plan_of(learner)
    of_today = [one for found in recalls.values() for one in found if one.on == today and one.prompt_id in prompts()]
    pile = Pile(
        cards=cards,
        new=[prompt.id for prompt in prompts().values() if prompt.lesson in begun and prompt.id not in recalls],
        urgent=_urgent(answers.values(), recalls),
        target_on=study_plan.target_on if study_plan else None,
    )
    asked = {recall.prompt_id for recall in of_today}
    first, *after = plan(pile, today=today, asked_today=asked)
    again = ask_again(of_today)
    held = ideas_held(recalls, cards, today)
    return ReviewDay(
        left=tuple(prompts()[name] for name in (*first, *again)),
        done=len(asked - set(again)),
        coming=tuple(map(len, after)),
        begun=bool(begun),
        study_plan=study_plan,
        ideas=held,
        ideas_met=tuple(held[slug] for slug in dict.fromkeys(prompts()[one.prompt_id].idea for one in of_today)),
    )


def lessons_begun(
    done: Collection[str], answers: Mapping[str, Answer], recalls: Mapping[str, Sequence[Recall]]
) -> set[str]:
    """Lessons of which the learner marked, answered or recalled something: their prompts may be asked."""
    answered = {bank().questions[name].lesson for name in answers if name in bank().questions}
    return {*done, *answered, *(prompts()[name].lesson for name in recalls if name in prompts())}


def ideas_held(
    recalls: Mapping[str, Sequence[Recall]], cards: Mapping[str, CardState], today: date
) -> dict[str, IdeaHeld]:
    """Every idea of the course with what is known of it, in the order of the course."""
    forms: dict[str, list[Prompt]] = {slug: [] for slug in ideas()}
    for prompt in prompts().values():
        forms[prompt.idea].append(prompt)
    made = {}
    for slug, idea in ideas().items():
        asked = [prompt for prompt in forms[slug] if recalls.get(prompt.id)]
        tries = [one for prompt in asked for one in recalls[prompt.id]]
        found = standing(
            tries,
            today=today,
            states=[cards[prompt.id] for prompt in asked if prompt.id in cards],
            forms_unmet=len(forms[slug]) - len(asked),
        )
        latest = sorted(tries, key=lambda one: one.at, reverse=True)
        evidence = tuple(Recalled(prompts()[one.prompt_id], one.held, one.on) for one in latest)
        made[slug] = IdeaHeld(idea, found, evidence)
    return made


def _known(cards: Mapping[str, CardState]) -> dict[str, CardState]:
    """Without the cards of prompts that the course no longer has."""
    return {name: state for name, state in cards.items() if name in prompts()}


def _urgent(answers: Collection[Answer], recalls: Mapping[str, Sequence[Recall]]) -> set[str]:
    """Prompts of ideas that the learner was sure about and wrong, until the prompt is recalled after that."""
    wrong_at: dict[str, datetime] = {}
    for answer in answers:
        question = bank().questions.get(answer.question_id)
        if question and question.idea and answer.confidence == Answer.Confidence.HIGH and not answer.right:
            wrong_at[question.idea] = max(answer.at, wrong_at.get(question.idea, answer.at))
    return {
        prompt.id
        for prompt in prompts().values()
        if prompt.idea in wrong_at
        and not any(one.held and one.at > wrong_at[prompt.idea] for one in recalls.get(prompt.id, ()))
    }
