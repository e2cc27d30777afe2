"""How is each question answered? Counts for the one who writes questions, none of them about fewer than five people."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from lessons.quizzes.bank import Bank, BankError
from lessons.quizzes.feedback import Reason
from lessons.quizzes.marking import fits, mark, picks, solution
from lessons.quizzes.question import Question

PEOPLE_MIN = 5  # a count of fewer people, or one that leaves fewer over, is not shown
ANSWERS_TO_JUDGE_A_LURE = 30  # from here on a wrong answer that nobody picks is one that nobody believes
UNKNOWN = "unknown"


@dataclass(frozen=True)
class AnswerFact:
    """One answer as it was kept. `learner` only tells people apart; None as `given` is "I don't know"."""

    learner: int
    question_id: str
    version: int
    seed: int | None
    given: Any
    right: bool
    confidence: str = ""


@dataclass(frozen=True)
class Cell:
    """One thing that an answer can pick. `count` is None where it would be about too few people.

    `nobody` marks a wrong one that nobody picked in enough answers: it should be replaced.
    """

    id: str
    text: str
    right: bool
    count: int | None
    share: float | None
    misconception: str = ""
    nobody: bool = False


@dataclass(frozen=True)
class ItemStatistics:
    """One version of one question. Counts are None where they would be about too few people.

    `sure` counts answers that came with high confidence, `sure_and_wrong` those of them that were not right.
    """

    question_id: str
    version: int
    prompt: str
    current: bool
    answers: int | None
    right: int | None
    sure: int | None
    sure_and_wrong: int | None
    cells: tuple[Cell, ...]

    @property
    def right_share(self) -> float | None:
        """The share of right answers."""
        return None if self.right is None or not self.answers else self.right / self.answers

    @property
    def lures_to_replace(self) -> tuple[Cell, ...]:
        """The wrong answers that nobody picks."""
        return tuple(cell for cell in self.cells if cell.nobody)


@dataclass
class _Tally:
    answers: int = 0
    right: int = 0
    sure: int = 0
    sure_and_wrong: int = 0
    picked: Counter[str] = field(default_factory=Counter)

    def add(self, fact: AnswerFact, picked: Iterable[str]) -> None:
        self.answers += 1
        self.right += fact.right
        self.sure += fact.confidence == "high"
        self.sure_and_wrong += fact.confidence == "high" and not fact.right
        self.picked.update(picked)


def item_statistics(bank: Bank, facts: Iterable[AnswerFact]) -> list[ItemStatistics]:
    """Every version of every question that was answered; what people are sure of and wrong about comes first.

    `facts` stand in the order in which they were given: of each learner only the first answer to a version counts.
    """
    tallies: dict[tuple[str, int], _Tally] = {}
    seen: set[tuple[int, str, int]] = set()
    for fact in facts:
        if (fact.learner, fact.question_id, fact.version) in seen:
            continue
        seen.add((fact.learner, fact.question_id, fact.version))
        tallies.setdefault((fact.question_id, fact.version), _Tally()).add(fact, _picked(bank, fact))
    made = [_item(bank, *named, tally) for named, tally in tallies.items()]
    return sorted(made, key=lambda item: (-(item.sure_and_wrong or 0), item.right_share or 1, item.question_id))


def shown(part: int, whole: int) -> int | None:
    """A count of people, unless it or what it leaves of the whole is about fewer than five of them."""
    left = whole - part
    return part if part >= PEOPLE_MIN and (left == 0 or left >= PEOPLE_MIN) else None


def _picked(bank: Bank, fact: AnswerFact) -> tuple[str, ...]:
    if fact.given is None:
        return (UNKNOWN,)
    question = bank.questions.get(fact.question_id)
    if question is None or question.version != fact.version or not _has_cells(question):
        return ()
    try:
        asked = bank.variant(fact.question_id, fact.seed)
    except BankError:
        return ()
    return picks(asked, fact.given) if fits(asked, fact.given) else ()


def _item(bank: Bank, question_id: str, version: int, tally: _Tally) -> ItemStatistics:
    question = bank.questions.get(question_id)
    current = question is not None and question.version == version
    return ItemStatistics(
        question_id=question_id,
        version=version,
        prompt=question.prompt if question else "",
        current=current,
        answers=tally.answers if tally.answers >= PEOPLE_MIN else None,
        right=shown(tally.right, tally.answers),
        sure=shown(tally.sure, tally.answers),
        sure_and_wrong=shown(tally.sure_and_wrong, tally.sure),
        cells=_cells(question, tally) if question and current and _has_cells(question) else (),
    )


def _cells(question: Question, tally: _Tally) -> tuple[Cell, ...]:
    unknown = Reason("I don’t know", False, False, "", id=UNKNOWN)
    reasons = (*mark(question, solution(question)).reasons, unknown)
    right = {reason.id for reason in reasons if reason.right}
    counts = _counts({reason.id: tally.picked[reason.id] for reason in reasons}, right, tally.answers)
    judged = tally.answers >= ANSWERS_TO_JUDGE_A_LURE
    cells = []
    for reason in reasons:
        lure = not reason.right and reason is not unknown
        nobody = judged and lure and tally.picked[reason.id] == 0
        count = 0 if nobody else counts[reason.id]
        share = None if count is None else count / tally.answers
        cells.append(Cell(reason.id, reason.text, reason.right, count, share, reason.misconception, nobody))
    return tuple(cells)


def _counts(picked: Mapping[str, int], right: set[str], answers: int) -> dict[str, int | None]:
    """The counts that may be shown. One hidden count alone would follow from the others, so it never is alone.

    Nor is the right one chosen to keep it company: how many were right is said elsewhere.
    """
    counts = {name: shown(count, answers) for name, count in picked.items()}
    hidden = [name for name, count in counts.items() if count is None and picked[name]]
    if len(hidden) == 1 and sum(picked.values()) == answers:
        seen = [name for name, count in counts.items() if count is not None and name not in right]
        if seen:
            counts[min(seen, key=lambda name: picked[name])] = None
    return counts


def _has_cells(question: Question) -> bool:
    """Whether answers pick something that can be counted; a setting or a text does not."""
    return bool(picks(question, solution(question)))
