"""What do the votes suggest, and what does the lesson hold ready for it? Never done by itself."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import parse_qs, urlsplit

from classroom.asked import Asked, beyond_page, lesson_of, on_page
from classroom.results import votes_on
from classroom.rooms import Room
from courses.blocks import AskedHere, Experiment, Lesson, Prose
from courses.notes import Notes
from lessons.classroom.tally import advice, advice_again, right_fraction
from lessons.quizzes.question import Question

SMALLER, DRESS, BRIEF = "take a smaller step", "explain, then ask it in another dress", "explain briefly"
PREPARED = {  # which line of the notes fits
    "teach again": "under_30",
    SMALLER: "under_30",
    "discuss and vote again": "between",
    DRESS: "between",
    BRIEF: "above_70",
}
TWINS_MAX = 2


@dataclass(frozen=True)
class Advised:
    """A suggestion with its reason, what the notes say for it, and steps that are ready to be taken."""

    action: str
    reason: str
    prepared: str = ""
    twins: tuple[Question, ...] = ()
    experiment: Experiment | None = None


def advised_for(room: Room, asked: Asked | None, notes: Notes | None) -> Advised | None:
    """What the last closed vote suggests; None while a vote is open, and where nothing is right or wrong."""
    state = room.state
    if asked is None or state.open_ballots:
        return None
    rights = [[one.right for one in votes_on(room, asked.id, n) if one.right is not None] for n in (1, 2)]
    if not rights[state.round - 1]:
        return None
    first, second = (right_fraction(one) for one in rights)
    found = advice_again(first, second, state.shares) if state.round == 2 else advice(first, state.shares)
    return Advised(
        found.action,
        found.reason,
        _prepared(notes, asked, found.action),
        twins_of(room, asked.question) if state.round == 2 or found.action == BRIEF else (),
        experiment_for(lesson_of(room), asked.question) if found.action in (SMALLER, "teach again") else None,
    )


def twins_of(room: Room, question: Question | None) -> tuple[Question, ...]:
    """Questions of the same idea that this room has not been asked."""
    if question is None or not question.idea:
        return ()
    lesson = lesson_of(room)
    found = (one for one in (*beyond_page(lesson), *on_page(lesson)) if one.idea == question.idea)
    return tuple(one for one in found if one.id != question.id and one.id not in room.state.asked)[:TWINS_MAX]


def experiment_for(lesson: Lesson, question: Question | None) -> Experiment | None:
    """The experiment that a reason of the question leads to, else the nearest one before it, else the first."""
    if question is None:
        return None
    links = [link for link in (question.link, *(option.link for option in question.options)) if "/widgets/" in link]
    for same_preset in (True, False):
        for link in map(urlsplit, links):
            slug, preset = link.path.strip("/").removeprefix("widgets/"), parse_qs(link.query).get("preset", [""])[0]
            for block in lesson.experiments:
                if block.slug == slug and (block.preset == preset or not same_preset):
                    return block
    before = [block for block in lesson.blocks[: _place(lesson, question)] if isinstance(block, Experiment)]
    return before[-1] if before else next(iter(lesson.experiments), None)


def _place(lesson: Lesson, question: Question) -> int:
    """Where in its lesson a question stands, or the text that it is about."""
    for place, block in enumerate(lesson.blocks):
        if isinstance(block, AskedHere) and block.question_id == question.id:
            return place
    for place, block in enumerate(lesson.blocks, 1):
        if isinstance(block, Prose) and question.section in {one.anchor for one in block.sections}:
            return place
    return len(lesson.blocks)


def _prepared(notes: Notes | None, asked: Asked, action: str) -> str:
    """What the lesson's notes say for this outcome."""
    found = next((one for one in notes.advice if one.question.id == asked.id), None) if notes else None
    return str(getattr(found, PREPARED[action])) if found and action in PREPARED else ""
