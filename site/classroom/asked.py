"""What can a room be asked? The questions and predictions of the lesson, and what the instructor makes up."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from classroom.rooms import Room
from classroom.typed import Typed, typed_like
from courses.blocks import Experiment, Lesson
from courses.catalogue import catalogue
from lessons.predictions import Prediction
from lessons.quizzes.marking import answer_form, mark, read_answer, solution
from lessons.quizzes.question import Option, Question
from lessons.quizzes.setting import Dial
from lessons.widgets.registry import widget
from quizzes.bank import bank
from widgets.drawing import draw

IMPROVISED = "improvised-"
PROMPT_LENGTH_MAX, OPTION_LENGTH_MAX = 300, 120
VOTABLE = ("choice", "several", "timeline_fault", "number", "order", "match", "short", "set_controls")
LISTED = ("choice", "several", "timeline_fault", "order")
FORM_KINDS = {"choice": "one", "several": "many", "timeline_fault": "many", "set_controls": "set"}


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
        if self.form_kind == "short" and self.question is not None:
            # Who wrote it says after the reveal whether they had it; until then it is a text alone.
            return {"text": read_answer(self.question, {**texts, "held": ["no"]})["text"]}
        if self.question is not None:
            return read_answer(self.question, self._unveiled(texts))
        assert self.prediction is not None, "what is asked is a question or a prediction"
        return self.prediction.read({name: values[0] for name, values in texts.items() if values})

    def form(self, given: Any) -> dict[str, list[str]]:
        """The fields that give this answer."""
        if self.form_kind == "short":
            return {"answer": [given["text"]]}
        if self.question is not None:
            return self._veiled(answer_form(self.question, given))
        if isinstance(given, list):
            return {f"guess-{value}": [str(place)] for place, value in enumerate(given, 1)}
        return {"guess": [f"{given:g}" if isinstance(given, float) else str(given)]}

    @property
    def form_kind(self) -> str:
        """Which fields its form has: one, many, number, order, match, short, set."""
        kind = self.question.kind if self.question else self.prediction.kind if self.prediction else ""
        return FORM_KINDS.get(kind, kind)

    def solution(self) -> Any:
        """A right answer as it would be kept; None where nothing is right. Only for the reveal."""
        if self.id.startswith(IMPROVISED):
            return None
        return solution(self.question) if self.question is not None else self.answer()

    def _veiled(self, form: dict[str, list[str]]) -> dict[str, list[str]]:
        """The right-hand lines of a match are named after the lines they fit: a page before the reveal numbers them."""
        if self.question is None or self.question.kind != "match":
            return form
        places = {line_id: str(place) for place, (line_id, _) in enumerate(self.question.rights, 1)}
        return {name: [places.get(value, "") for value in values] for name, values in form.items()}

    def _unveiled(self, texts: Mapping[str, list[str]]) -> Mapping[str, list[str]]:
        if self.question is None or self.question.kind != "match":
            return texts
        ids = {str(place): line_id for place, (line_id, _) in enumerate(self.question.rights, 1)}
        return {
            name: [ids.get(value, "") for value in values] if name.startswith("pair-") else values
            for name, values in texts.items()
        }

    def right(self, given: Any) -> bool | None:
        """Whether an answer is right; a prediction is only more or less near, and an improvised question has no key.

        Words are held to be right or not by who wrote them, and neither before they have compared them.
        """
        if self.question is None or self.id.startswith(IMPROVISED):
            return None
        if self.form_kind == "short" and "held" not in given:
            return None
        return mark(self.question, given).right

    @property
    def options(self) -> tuple[tuple[str, str], ...]:
        """Ids and words of what may be chosen; none for a number."""
        if self.question is not None:
            listed = self.question.shown if self.question.kind in LISTED else ()
            return tuple((one.id, typed_like(one.text, f"{one.at} {one.text}".strip())) for one in listed)
        assert self.prediction is not None, "what is asked is a question or a prediction"
        return self.prediction.options

    @property
    def conditions(self) -> tuple[str, ...]:
        """What has to hold of a run; nothing for what is no setting."""
        if self.question is None or self.form_kind != "set":
            return ()
        return tuple(option.text for option in self.question.options)

    @property
    def dials(self) -> tuple[Dial, ...]:
        """The controls that may be turned."""
        setting = self.question.setting if self.question else None
        return setting.dials if setting else ()

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

    @property
    def tolerance(self) -> float:
        """How near counts as near, in the unit of the number."""
        if self.question is not None:
            return self.question.tolerance
        answer = self.answer()
        near = self.prediction.tolerance_fraction if self.prediction else 0.0
        return near * abs(answer) if isinstance(answer, (int, float)) else 0.0

    @property
    def why(self) -> str:
        """Why the run of a prediction answers as it does. Only for the reveal."""
        known = bank().predictions.get(self.id) if self.prediction is not None else None
        return known.why if known else ""

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
    question = bank().questions.get(name)
    if question is not None and question.kind in VOTABLE and _belongs(question, lesson):
        return Asked(name, question.version, question.prompt, question=question)
    for block in lesson.experiments:
        if block.prediction == name:
            prediction = bank().predictions[name].prediction
            return Asked(name, 1, prediction.prompt, prediction=prediction, experiment=block)
    return None


def _belongs(question: Question, lesson: Lesson) -> bool:
    return question.lesson == lesson.slug or question.id in {block.question_id for block in lesson.questions}


def on_page(lesson: Lesson) -> list[Question]:
    """The questions on the page of a lesson that a room can vote on."""
    questions = [bank().questions[block.question_id] for block in lesson.questions]
    return [question for question in questions if question.kind in VOTABLE]


def beyond_page(lesson: Lesson) -> list[Question]:
    """The lesson's other questions in the bank: the same ideas in another dress."""
    here = {block.question_id for block in lesson.questions}
    return [
        question
        for question in bank().questions.values()
        if question.lesson == lesson.slug and question.id not in here and question.kind in VOTABLE
    ]


def _improvised(name: str, made: Mapping[str, Any]) -> Asked:
    said = str if "presets" in made else Typed  # a choice of settings is in the words of the course
    options = tuple(Option(str(at), said(text), "") for at, text in enumerate(made["options"], 1))
    prompt = said(made["prompt"])
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
