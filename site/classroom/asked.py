"""What can a room be asked? The questions and predictions of the lesson, and what the instructor makes up."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from classroom.rooms import Room
from courses.blocks import AskedHere, Experiment, Lesson
from courses.catalogue import catalogue
from lessons.predictions import Prediction
from lessons.quizzes.marking import mark, read_answer
from lessons.quizzes.question import Option, Question
from lessons.widgets.registry import widget
from quizzes.bank import bank
from widgets.drawing import draw

IMPROVISED = "improvised-"
PROMPT_LENGTH_MAX, OPTION_LENGTH_MAX = 300, 120


@dataclass(frozen=True)
class Asked:
    """One thing that a room votes on: a question, or a prediction of an experiment. `steps` of both are the same."""

    id: str
    version: int
    prompt: str
    question: Question | None = None
    prediction: Prediction | None = None
    experiment: Experiment | None = None

    def read(self, texts: Mapping[str, list[str]]) -> Any:
        """The answer in a posted form. Raises AnswerError or PredictionError."""
        if self.question is not None:
            return read_answer(self.question, texts)
        assert self.prediction is not None, "what is asked is a question or a prediction"
        return self.prediction.read({name: values[0] for name, values in texts.items() if values})

    def right(self, given: Any) -> bool | None:
        """Whether an answer is right; a prediction is only more or less near, and an improvised question has no key."""
        if self.question is None or self.id.startswith(IMPROVISED):
            return None
        return mark(self.question, given).right

    @property
    def options(self) -> tuple[tuple[str, str], ...]:
        """Ids and words of what may be chosen; none for a number."""
        if self.question is not None:
            return tuple((option.id, option.text) for option in self.question.shown)
        assert self.prediction is not None, "what is asked is a question or a prediction"
        return self.prediction.options

    @property
    def is_number(self) -> bool:
        """Whether the answers are numbers on one axis."""
        if self.question is not None:
            return self.question.kind == "number"
        return self.prediction is not None and self.prediction.kind == "number"

    @property
    def unit(self) -> str:
        """The unit of a number."""
        made = self.question or self.prediction
        return made.unit if made else ""

    def answer(self) -> Any:
        """What the run, or the key, says. Only for the reveal."""
        if self.question is not None:
            return self.question.answer if self.question.kind == "number" else None
        assert self.prediction is not None and self.experiment is not None, "a prediction has its experiment"
        made = widget(self.experiment.slug)
        return self.prediction.answer(draw(made, {"preset": self.experiment.preset, **self.experiment.settings}).result)


def lesson_of(room: Room) -> Lesson:
    """The lesson of a session."""
    return catalogue().lessons[room.session.lesson]


def asked_of(room: Room, name: str) -> Asked | None:
    """What goes by this name in this session; None for what does not belong to it."""
    if name in room.improvised:
        return _improvised(name, room.improvised[name])
    lesson = lesson_of(room)
    if name in {block.question_id for block in lesson.blocks if isinstance(block, AskedHere)}:
        question = bank().questions[name]
        return Asked(name, question.version, question.prompt, question=question)
    for block in lesson.experiments:
        if block.prediction == name:
            prediction = bank().predictions[name].prediction
            return Asked(name, 1, prediction.prompt, prediction=prediction, experiment=block)
    return None


def askable(lesson: Lesson) -> tuple[list[Question], list[Experiment]]:
    """The questions of a lesson that a room can vote on, and its experiments with a prediction."""
    questions = [bank().questions[block.question_id] for block in lesson.questions]
    return questions, [block for block in lesson.experiments if block.prediction]


def _improvised(name: str, made: Mapping[str, Any]) -> Asked:
    options = tuple(Option(str(at), str(text), "") for at, text in enumerate(made["options"], 1))
    prompt = str(made["prompt"])
    question = Question(
        id=name, version=1, kind="choice", prompt=prompt, hint="", section="", lesson="", options=options
    )
    return Asked(name, 1, prompt, question=question)


def improvised_read(texts: Mapping[str, str]) -> dict[str, Any]:
    """A question that the instructor makes up: a prompt, two to six options, one a line. Raises ValueError."""
    prompt = " ".join(texts.get("prompt", "").split())
    options = [" ".join(line.split()) for line in texts.get("options", "").splitlines() if line.strip()]
    if not 3 <= len(prompt) <= PROMPT_LENGTH_MAX:
        raise ValueError(f"A question has 3 to {PROMPT_LENGTH_MAX} characters.")
    if not 2 <= len(options) <= 6 or any(len(option) > OPTION_LENGTH_MAX for option in options):
        raise ValueError(f"Give two to six options, one a line, each up to {OPTION_LENGTH_MAX} characters.")
    return {"prompt": prompt, "options": options}
