"""Where else can this system be looked at? The same deployment, with the reader's changes, through another widget."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import urlencode

from django.urls import reverse

from lessons.simulator.engine.params import params
from lessons.simulator.errors import ScenarioError
from lessons.widgets.kit import Widget
from lessons.widgets.kit.widget import COST_MS_MAX
from lessons.widgets.registry import widgets
from widgets.drawing import Drawing, presets_of


@dataclass(frozen=True)
class Carried:
    """A link to another widget. `changes` are the labels of the fields that go along."""

    name: str
    question: str
    link: str
    changes: tuple[str, ...]


def carried(drawing: Drawing) -> tuple[Carried, ...]:
    """Links to the other widgets that know this run's deployment; none for a run that stands on no deployment."""
    if not drawing.preset.deployment:
        return ()
    found = (_into(made, drawing) for made in widgets().values() if made.slug != drawing.widget.slug)
    return tuple(one for one in found if one is not None)


def _into(made: Widget, drawing: Drawing) -> Carried | None:
    preset = next(
        (
            presets_of(made.lens)[name]
            for name in made.presets
            if presets_of(made.lens)[name].deployment == drawing.preset.deployment
        ),
        None,
    )
    if preset is None:
        return None
    mine, theirs = params(drawing.widget.scenario), params(made.scenario)
    texts: dict[str, str] = {}
    for name, text in drawing.changed.items():
        if name in theirs and name in mine and theirs[name].kind == mine[name].kind:
            try:
                theirs[name].read(text)
            except ScenarioError:
                continue  # what this field may not have there stays here
            texts[name] = text
    values = {name: theirs[name].read(text) for name, text in texts.items()}
    try:
        if made.cost_ms(made.scenario(**{**preset.values, **values})) > COST_MS_MAX:
            texts = {}
    except ScenarioError:
        texts = {}
    query = urlencode({"preset": preset.name, **texts})
    return Carried(
        name=made.name,
        question=made.question,
        link=f"{reverse('widgets:page', args=[made.slug])}?{query}",
        changes=tuple(theirs[name].label for name in texts),
    )
