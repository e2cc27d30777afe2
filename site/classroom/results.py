"""What is shown of a question once it is revealed? Vote 2 first, then vote 1, who moved, the run's answer, reasons."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from classroom.asked import Asked
from classroom.ballots import LETTERS
from classroom.flow import flow_svg
from classroom.models import Vote
from classroom.rooms import Room
from classroom.typed import typed_like
from lessons.classroom.tally import chosen, counts, guesses, shift
from lessons.quizzes.feedback import Reason
from lessons.quizzes.marking import mark
from lessons.widgets.kit import Band, Bars, Mark, Plot, Series
from lessons.widgets.kit.svg import draw as draw_svg
from lessons.widgets.registry import widget
from widgets.drawing import draw, figures_of

RIGHT, OTHER = "right", "other"
GROUPS = {  # what the two groups are called where an answer is right as a whole, or not
    "short": {RIGHT: "had it", OTHER: "did not have it yet"},
    "set": {RIGHT: "every condition holds", OTHER: "not every condition holds"},
    "order": {RIGHT: "as it should be", OTHER: "in another order"},
    "match": {RIGHT: "as it should be", OTHER: "in another way"},
}
TEXTS_MAX = 60
# Nobody scrolls a screen: so many lines, in columns of so many letters, have room below a long model answer.
SCREEN_LINES, LINE_LETTERS = 22, 42


@dataclass(frozen=True)
class Figure:
    """One picture with the table that says the same."""

    title: str
    svg: str
    head: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


@dataclass(frozen=True)
class Text:
    """What one person wrote. `number` is that of the vote: for the console alone."""

    number: int
    words: str
    hidden: bool


@dataclass(frozen=True)
class Ran:
    """A run with a setting that does it."""

    words: str
    figure_title: str
    svg: str
    sentence: str
    link: str


@dataclass(frozen=True)
class Result:
    """Everything about a revealed question; `key` tells it from another attempt at it.

    `confident` counts the sure and wrong by what they chose (L12).

    `texts` are the words of the room once the instructor shows them, `on_screen` those of them that a screen has room
    for, `texts_left` and `screen_left` how many more there are. `compared` people have held theirs against the model
    answer, and `held` of them say that they had it. `own` is the vote of whoever the page is for.
    """

    key: str
    asked: Asked
    voted: int
    figures: tuple[Figure, ...]
    flow: str = ""
    moves: tuple[tuple[str, str, int], ...] = ()
    answer: str = ""
    within: str = ""
    why: str = ""
    reasons: tuple[Reason, ...] = ()
    confident: tuple[tuple[str, int], ...] = ()
    comparable: bool = False
    texts: tuple[Text, ...] = ()
    texts_left: int = 0
    on_screen: tuple[Text, ...] = ()
    screen_left: int = 0
    compared: int = 0
    held: int = 0
    ran: Ran | None = None
    own: Vote | None = None


def votes_on(room: Room, name: str, round: int) -> list[Vote]:
    """The votes that count, of this attempt. In a rehearsal those of simulated participants are among them."""
    return list(
        Vote.objects.filter(
            participant__session=room.session, question_id=name, round=round, attempt=room.state.attempt(name)
        )
    )


def result_of(room: Room, asked: Asked) -> Result:
    """The result of a question that was revealed, and of no other."""
    assert asked.id in room.state.revealed, "a result is made for the reveal"
    rounds = {number: votes_on(room, asked.id, number) for number in (1, 2)}
    last = rounds[2] or rounds[1]
    both = bool(rounds[1] and rounds[2])
    made: dict[str, Any] = {"confident": _confident(asked, answer_names(asked), last)}
    if asked.form_kind == "short":
        made |= _words(room, asked, last)
    else:
        if both and not room.state.compared:
            rounds[1] = []  # the second vote stands alone first
        made["comparable"] = both and not room.state.compared
        made |= _number(asked, rounds) if asked.is_number else _chosen(asked, rounds)
    if asked.question is not None and asked.solution() is not None:
        made["reasons"] = tuple(one for one in mark(asked.question, asked.solution()).reasons if one.reason)
    key = f"{asked.id}/{room.state.attempt(asked.id)}"
    return Result(key=key, asked=asked, voted=len(last), why=asked.why, ran=_ran(asked), **made)


def _chosen(asked: Asked, rounds: dict[int, list[Vote]]) -> dict[str, Any]:
    names = answer_names(asked)
    moves = shift(*({str(v.participant_id): group(asked, v) for v in rounds[number]} for number in (1, 2)))
    shorts = _shorts(asked, names, moves)
    said = shorts if asked.form_kind in ("one", "many") else names
    return {
        "figures": tuple(_bars(asked, names, rounds[number], number) for number in (2, 1) if rounds[number]),
        "flow": flow_svg(moves, shorts),
        "moves": tuple((said[one.before], said[one.after], one.people) for one in moves),
        "answer": _answer(asked),
    }


def _words(room: Room, asked: Asked, last: list[Vote]) -> dict[str, Any]:
    """The model answer first; the words of the room once they are shown; how many say that they had it."""
    marked = [vote for vote in last if vote.right is not None]
    texts = [one for one in texts_of(room, last) if not one.hidden]
    shown = texts if room.state.compared else []
    on_screen = _for_screen(shown)
    return {
        "figures": (_bars(asked, answer_names(asked), marked, 2 if last[0].round == 2 else 1),) if marked else (),
        "answer": asked.question.model if asked.question else "",
        "texts": tuple(shown[:TEXTS_MAX]),
        "texts_left": len(shown[TEXTS_MAX:]),
        "on_screen": on_screen,
        "screen_left": len(shown) - len(on_screen),
        "compared": len(marked),
        "held": sum(vote.right is True for vote in marked),
        "comparable": bool(texts) and not room.state.compared,
    }


def texts_of(room: Room, votes: list[Vote]) -> list[Text]:
    """What people wrote, in an order that says nothing of when or who."""
    hidden = set(room.state.hidden_texts)
    kept = sorted(votes, key=lambda vote: sha256(f"{vote.pk}/{vote.given['text']}".encode()).digest())
    return [Text(vote.pk, vote.given["text"], vote.pk in hidden) for vote in kept]


def _for_screen(texts: list[Text]) -> tuple[Text, ...]:
    """As many as a screen has room for, in the order of all; one that is too long makes way for the next."""
    left, chosen = float(SCREEN_LINES), []
    for one in texts:
        lines = 0.55 + sum(1 + len(part) // LINE_LETTERS for part in one.words.splitlines())
        if lines <= left:
            left -= lines
            chosen.append(one)
    return tuple(chosen)


def _ran(asked: Asked) -> Ran | None:
    """One setting that does what a question asks for, and its run."""
    setting = asked.question.setting if asked.question else None
    if setting is None:
        return None
    link = setting.link(setting.solution)
    drawing = draw(widget(setting.widget), dict(parse_qsl(urlsplit(link).query)))
    figure = figures_of(drawing.output.views[:1], drawing.output.settings)[0]
    return Ran(setting.words(setting.solution), figure.title, figure.svg, drawing.output.sentence, link)


def group(asked: Asked, vote: Vote) -> Any:
    """What a vote is counted as: the options chosen; right or not where an answer is one as a whole."""
    if asked.form_kind in ("one", "many"):
        return vote.given
    right = vote.right if vote.right is not None else vote.given == asked.solution()
    return RIGHT if right else OTHER


def answer_names(asked: Asked) -> dict[str, str]:
    """What the counted answers are called, in the order of the page."""
    if asked.form_kind in ("one", "many"):
        return {
            value: typed_like(text, f"{LETTERS[place]}  {text}") for place, (value, text) in enumerate(asked.options)
        }
    return GROUPS.get(asked.form_kind, GROUPS["match"])


def _shorts(asked: Asked, names: dict[str, str], moves: Sequence[Any]) -> dict[str, str]:
    """A letter for each answer, and for each set of answers that was chosen."""
    if asked.form_kind not in ("one", "many"):
        return {RIGHT: RIGHT, OTHER: OTHER}  # beside a band there is room for one word
    letters = {value: LETTERS[place] for place, value in enumerate(names)}
    met = sorted({side for move in moves for side in (move.before, move.after)})
    return {one: " + ".join(letters.get(part, part) for part in one.split(" + ")) for one in [*letters, *met]}


def _bars(asked: Asked, names: dict[str, str], votes: list[Vote], number: int) -> Figure:
    found = counts(list(names), [group(asked, vote) for vote in votes])
    right = set(chosen(asked.solution())) if asked.solution() is not None else set()
    if asked.form_kind not in ("one", "many"):
        right = {RIGHT}
    signs = {value: " ✓" if value in right else "" for value in names}
    said = [f"{100 * one.share_fraction:.0f}\u2009%" for one in found]
    counted = f"{len(votes)} answer{'' if len(votes) == 1 else 's'}"
    title = f"Vote {number}: {counted}" if asked.form_kind != "short" else f"{counted} compared with it"
    view = Bars(
        title=title,
        x_title=f"share of those who {'compared' if asked.form_kind == 'short' else 'answered'} (%)",
        categories=tuple(_cut(names[one.option]) + signs[one.option] for one in found),
        values=tuple(100 * one.share_fraction for one in found),
        labels=tuple(f"{one.votes} ({share})" for one, share in zip(found, said, strict=True)),
        roles=tuple("good" if one.option in right else "muted" for one in found),
        most=100.0,
    )
    rows = tuple(
        (names[one.option] + signs[one.option], str(one.votes), share) for one, share in zip(found, said, strict=True)
    )
    return Figure(title, draw_svg(view), ("Answer", "People", "Share"), rows)


def _number(asked: Asked, rounds: dict[int, list[Vote]]) -> dict[str, Any]:
    answer, tolerance = asked.answer(), asked.tolerance
    figures = tuple(_guessed(asked, rounds[number], number, answer, tolerance) for number in (2, 1) if rounds[number])
    said = "never" if answer is None else _with_unit(answer, asked.unit)
    within = f"within {_with_unit(tolerance, asked.unit)} counts as near" if tolerance and answer is not None else ""
    return {"figures": figures, "answer": said, "within": within}


def _guessed(asked: Asked, votes: list[Vote], number: int, answer: float | None, tolerance: float) -> Figure:
    numbers = [float(vote.given) for vote in votes]
    found = guesses(numbers, answer=answer)
    x, y = list(found.edges), [float(count) for count in found.counts] + [0.0]
    title = (
        f"Vote {number}: {len(numbers)} predictions" if asked.prediction else f"Vote {number}: {len(numbers)} answers"
    )
    bands = []
    if answer is not None and tolerance:
        bands.append(Band(max(x[0], answer - tolerance), min(x[-1], answer + tolerance), "near", "good"))
    view = Plot(
        title=title,
        x_title=f"answers ({asked.unit})" if asked.unit else "answers",
        y_title="people",
        series=(Series("predictions" if asked.prediction else "answers", x, y, "a", "step"),),
        marks=_marks(asked, answer, found.median or 0.0, x[-1] - x[0]),
        bands=tuple(bands),
        x_range=(x[0], x[-1]),
        y_range=(0.0, 1.3 * max(y)),  # what is written at the top stands above the curve
    )
    rows = tuple(
        (f"{_plain(low)} to {_plain(high)}", str(count))
        for low, high, count in zip(x, x[1:], found.counts, strict=False)
        if count
    )
    return Figure(title, draw_svg(view), (asked.unit or "Answer", "People"), rows)


def _marks(asked: Asked, answer: float | None, median: float, width: float) -> tuple[Mark, ...]:
    """The answer and the middle of the room; one line for both where two would lie on each other."""
    said = "the run" if asked.prediction else "the answer"
    if answer is None:
        return (Mark(median, "middle of the room", "muted"),)
    if abs(answer - median) < 0.03 * width:
        return (Mark(answer, f"{said} and the middle of the room", "ink"),)
    return (Mark(answer, said, "ink"), Mark(median, "middle of the room", "muted"))


def _confident(asked: Asked, names: dict[str, str], votes: list[Vote]) -> tuple[tuple[str, int], ...]:
    sure = [vote for vote in votes if vote.confidence == "high" and vote.right is False]
    if asked.is_number:
        return (("another number", len(sure)),) if sure else ()
    found = Counter(option for vote in sure for option in chosen(group(asked, vote)))
    return tuple((names.get(option, option), people) for option, people in found.most_common())


def _answer(asked: Asked) -> str:
    """The answer of a run in words; the reasons of a question say it otherwise."""
    if asked.prediction is None:
        return ""
    return asked.prediction.words(asked.answer())


def _cut(text: str) -> str:
    return text if len(text) <= 44 else text[:42].rsplit(" ", 1)[0] + " …"


def _plain(value: float) -> str:
    return f"{value:,.0f}" if abs(value) >= 100 else f"{value:,.3g}"


def _with_unit(value: float, unit: str) -> str:
    return f"{_plain(value)}\u2009{unit}".strip()
