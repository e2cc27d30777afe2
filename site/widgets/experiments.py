"""What does a template need to show one experiment? The same for a page of its own, a lesson and an embed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.urls import reverse

from lessons.predictions import Guess, Prediction
from lessons.simulator import ENGINE_VERSION
from lessons.widgets.kit.controls import followed
from lessons.widgets.kit.prediction_marks import with_guess
from widgets.carry import carried
from widgets.drawing import Drawing, Figure, figures_of, presets_of
from widgets.own_numbers import takes_numbers

PRESETS_SHOWN_FIRST = 4


@dataclass(frozen=True)
class Bet:
    """What the reader has said before the run: a guess, or None for "just run it". `why` explains the answer."""

    prediction: Prediction
    made: bool = False
    guess: Guess | None = None
    why: str = ""
    problem: str = ""


def experiment_context(
    drawing: Drawing,
    *,
    bet: Bet,
    anchor: str = "experiment",
    question: str = "",
    caption: str = "",
    back: str = "",
    shown: bool = False,
    alone: bool = False,
    numbers_text: str = "",
) -> dict[str, Any]:
    """The context of widgets/_experiment.html. `alone` is a page of its own: the address follows the controls.

    `numbers_text` is the reader's own file, which each further run has to carry.
    """
    page = reverse("widgets:page", args=[drawing.widget.slug])
    link = f"{page}?{drawing.query}"
    shown = shown or bet.made
    presets_first, presets_more = _presets(drawing)
    return {
        "drawing": drawing,
        "widget": drawing.widget,
        "anchor": anchor,
        "question": question or drawing.widget.question,
        "caption": caption,
        "bet": bet,
        "shown": shown,
        "alone": alone,
        "back": back or link,
        "page": page,
        "link": link,
        "versioned_link": f"{link}&{urlencode({'engine': ENGINE_VERSION})}",
        "situation": figures_of((drawing.output.situation,), drawing.output.settings)[0],
        "presets_first": presets_first,
        "presets_more": presets_more,
        "followed": followed(drawing.widget, drawing.scenario, {*drawing.preset.values, *drawing.changed}),
        "controls_first": [control for control in drawing.controls if control.shown_first],
        "control_groups": control_groups(drawing),
        # In a lesson, what hardly anybody opens is fetched when opened; what it would change stays hidden in place.
        "more_later": not alone and not numbers_text,
        "controls_changed": [one for one in drawing.controls if not one.shown_first and one.name in drawing.changed],
        "numbers_text": numbers_text if drawing.numbers else "",
        "takes_numbers": takes_numbers(drawing.widget) and not drawing.numbers,
        "reset_link": f"{page}?{urlencode({'preset': drawing.preset.name})}",
        "again_link": f"{page}?{_with(drawing.query, seed=str(drawing.seed + 1))}",
        "freeze_link": f"{page}?{_with(drawing.query, against=drawing.query)}",
        "swap_link": f"{page}?{_with(drawing.against, against=drawing.query)}" if drawing.against else "",
        **result_context(drawing, bet=bet),
    }


def result_context(drawing: Drawing, *, bet: Bet) -> dict[str, Any]:
    """The context of widgets/_result.html alone, for an update in place."""
    page = reverse("widgets:page", args=[drawing.widget.slug])
    first, *more = _figures(drawing, bet)
    return {
        "drawing": drawing,
        "widget": drawing.widget,
        "bet": bet,
        "figure_main": first,
        "figures_more": more,
        "link": f"{page}?{drawing.query}",
        "comparison": _comparison(drawing, bet),
        "carried": () if drawing.numbers else carried(drawing),
        "data_links": {
            kind: f"{reverse(f'widgets:{kind}', args=[drawing.widget.slug])}?{drawing.query}"
            for kind in ("json", "csv", "svg")
        },
        "embed_link": f"{reverse('widgets:embed', args=[drawing.widget.slug])}?{drawing.query}",
        # A page carries pictures alone; what redraws one is fetched when a reader comes to it. No link holds a guess.
        "figures_link": ""
        if bet.guess is not None or drawing.numbers
        else f"{reverse('widgets:figures', args=[drawing.widget.slug])}?{drawing.query}"
        + (f"&{urlencode({'against': drawing.against})}" if drawing.against else ""),
    }


def _presets(drawing: Drawing) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """Situations to choose from: a few at once, the chosen one always among them, the rest behind one disclosure."""
    known = presets_of(drawing.widget.lens)
    names = list(drawing.widget.presets)
    if drawing.preset.name not in names[:PRESETS_SHOWN_FIRST]:
        names = [drawing.preset.name, *(name for name in names if name != drawing.preset.name)]
    made = [{"name": name, "title": known[name].title, "chosen": name == drawing.preset.name} for name in names]
    return made[:PRESETS_SHOWN_FIRST], made[PRESETS_SHOWN_FIRST:]


def _figures(drawing: Drawing, bet: Bet) -> tuple[Figure, ...]:
    first, *others = drawing.output.views
    if bet.made and bet.prediction.axis and isinstance(bet.guess, float):
        first = with_guess(first, bet.prediction, bet.guess)
    page = reverse("widgets:page", args=[drawing.widget.slug])
    return figures_of((first, *others), drawing.output.settings, drawing.link_to(page))


def _comparison(drawing: Drawing, bet: Bet) -> str:
    if not bet.made:
        return ""
    answer = bet.prediction.words(bet.prediction.answer(drawing.result))
    if bet.guess is None:
        return f"You ran it without a prediction. The run says: {answer}."
    near = "Near enough" if bet.prediction.near(bet.guess, bet.prediction.answer(drawing.result)) else "Not near"
    return f"You said: {bet.prediction.words(bet.guess)}. The run says: {answer}. {near}."


def control_groups(drawing: Drawing) -> list[tuple[str, list[Any]]]:
    """The controls behind the disclosure, under their headings."""
    groups: dict[str, list[Any]] = {}
    for control in drawing.controls:
        if not control.shown_first:
            groups.setdefault(control.group or "More", []).append(control)
    return list(groups.items())


def _with(query: str, **more: str) -> str:
    kept = "&".join(pair for pair in query.split("&") if pair and pair.split("=")[0] not in more)
    return f"{kept}&{urlencode(more)}" if kept else urlencode(more)
