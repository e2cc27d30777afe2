"""One run, from the texts of an address to everything a page shows of it. Cached, and bounded before it runs."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import Any
from urllib.parse import parse_qsl, urlencode

import orjson
from django.conf import settings

from lessons.numbers import Numbers
from lessons.simulator import ENGINE_VERSION
from lessons.simulator.engine.params import CheckedScenario, params, read_texts
from lessons.simulator.engine.passports import Passport
from lessons.simulator.engine.rng import seeds_asked
from lessons.simulator.errors import ScenarioError
from lessons.simulator.presets import Preset, presets
from lessons.widgets.kit import Output, Pick, View, Widget
from lessons.widgets.kit.compare import with_before
from lessons.widgets.kit.controls import ControlField, fields, without_followed
from lessons.widgets.kit.frames import frames_json
from lessons.widgets.kit.plotly import figure
from lessons.widgets.kit.svg import draw as draw_svg
from lessons.widgets.kit.svg_pen import LinkTo
from lessons.widgets.kit.widget import COST_MS_MAX
from lessons.widgets.registry import widget as widget_by_slug
from widgets.passports import passports

SEED_MAX = 2**32 - 1
QUERY_LENGTH_MAX = 1_500
DRAWINGS_KEPT = 256
AROUND_THE_RUN = ("preset", "seed", "engine", "against", "shown", "theme", "anchor", "alone", "whole", "numbers")


@dataclass(frozen=True)
class Figure:
    """One view of a run: the picture that needs no script, and what a script redraws it from."""

    svg: str
    plotly: dict[str, Any] | None
    title: str
    place: int = 0
    frames: tuple[dict[str, Any], ...] = ()

    @property
    def choosable(self) -> bool:
        """Whether parts of the picture are links that change the run."""
        return 'class="pick"' in self.svg


@dataclass(frozen=True)
class Drawing:
    """A run and what is shown of it. `query` is the shortest link that repeats it; problems name what was ignored.

    Without `by_chance` every seed gives the same run.
    """

    widget: Widget
    preset: Preset
    scenario: CheckedScenario
    seed: int
    result: Any
    output: Output
    problems: tuple[ScenarioError, ...]
    notices: tuple[str, ...]
    query: str
    against: str
    controls: tuple[ControlField, ...]
    passports: tuple[tuple[str, str, Passport], ...]
    by_chance: bool
    numbers: Numbers | None = None

    @property
    def changed(self) -> dict[str, str]:
        """The fields that differ from the preset, as texts."""
        return {name: text for name, text in parse_qsl(self.query) if name not in AROUND_THE_RUN}

    def link_to(self, page: str) -> LinkTo:
        """The address at which a part of a picture leads to the run with that choice."""

        def link(pick: Pick) -> str:
            kept = [pair for pair in parse_qsl(self.query) if pair[0] not in dict(pick.sets)]
            return f"{page}?{urlencode([*kept, *pick.sets, ('shown', '1')])}"

        return link


@dataclass(frozen=True)
class _Run:
    scenario: CheckedScenario
    result: Any
    output: Output
    by_chance: bool


@cache
def presets_of(lens_name: str) -> dict[str, Preset]:
    """The presets of a lens, read once."""
    return presets(settings.CONTENT, lens_name)


def draw(widget: Widget, texts: Mapping[str, str], numbers: Numbers | None = None) -> Drawing:
    """The run that the texts ask for. What is wrong with them is listed in `problems` and takes its default.

    `numbers` are a reader's own: they stand on top of the preset, and a run with them is not kept.
    """
    texts = without_followed(texts)
    own = numbers.values_for(widget.scenario) if numbers else {}
    if "rtt_ms" in own:
        texts.pop("rtt_ms", None)  # the file holds it; a form only repeats it
    problems: list[ScenarioError] = []
    notices: list[str] = []
    known = presets_of(widget.lens)
    name = texts.get("preset", widget.presets[0])
    if name not in known:
        problems.append(ScenarioError("preset", f"is {name[:60]!r}", allowed=", ".join(known)))
        name = widget.presets[0]
    preset = known[name]
    seed = _seed(texts, preset, problems)
    engine = texts.get("engine", ENGINE_VERSION)
    if engine != ENGINE_VERSION:
        notices.append(
            f"This link was made with version {engine[:20]} of the simulator; version {ENGINE_VERSION} drew this."
        )
    values, wrong = read_texts(widget.scenario, {k: v for k, v in texts.items() if k not in AROUND_THE_RUN})
    problems += wrong
    scenario = _scenario(widget, preset, own, values, problems)
    try:
        run = (_run.__wrapped__ if own else _run)(widget.slug, preset.name, _frozen(scenario), seed)
    except ScenarioError as problem:
        # Some rules show only while they are played out that they cannot be kept.
        problems.append(problem)
        values.clear()
        own.clear()
        seed = preset.seed
        run = _run(widget.slug, preset.name, _frozen(widget.scenario(**preset.values)), seed)
    output = run.output
    against = texts.get("against", "")[:QUERY_LENGTH_MAX]
    if against:
        other = draw(widget, {k: v for k, v in parse_qsl(against) if k != "against"}, numbers)
        output = with_before(output, other.output)
        against = other.query
        problems += [ScenarioError("against", str(problem)) for problem in other.problems]
    return Drawing(
        widget=widget,
        preset=preset,
        scenario=run.scenario,
        seed=seed,
        result=run.result,
        output=output,
        problems=tuple(problems),
        notices=tuple(notices),
        query=_query(widget, preset, values, seed),
        against=against,
        controls=fields(widget, run.scenario),
        passports=_passports(widget),
        by_chance=run.by_chance,
        numbers=numbers if own else None,
    )


def figures_of(views: tuple[View, ...], words: str, link_to: LinkTo | None = None) -> tuple[Figure, ...]:
    """Views as pictures; `words` say the settings for those who cannot see them, `link_to` where a choice leads."""
    return tuple(
        Figure(
            draw_svg(view, label=f"{view.title}. {words}", link_to=link_to),
            figure(view),
            view.title,
            place,
            tuple(frames_json(view)),
        )
        for place, view in enumerate(views)
    )


def _seed(texts: Mapping[str, str], preset: Preset, problems: list[ScenarioError]) -> int:
    text = texts.get("seed", str(preset.seed)).strip()
    if text.isascii() and text.isdigit() and len(text) <= 10 and int(text) <= SEED_MAX:
        return int(text)
    problems.append(ScenarioError("seed", f"is {text[:40]!r}", allowed=f"a whole number from 0 to {SEED_MAX}"))
    return preset.seed


def _scenario(
    widget: Widget, preset: Preset, own: dict[str, Any], values: dict[str, Any], problems: list[ScenarioError]
) -> CheckedScenario:
    """The scenario of the preset with the values on top, or the preset's own when they do not go together."""
    try:
        scenario = widget.scenario(**{**preset.values, **own, **values})
        if widget.cost_ms(scenario) <= COST_MS_MAX:
            return scenario
        field = widget.costly_field(scenario)
        problems.append(
            ScenarioError(
                field,
                f"makes this run take about {widget.cost_ms(scenario):,.0f} ms",
                allowed=f"runs of up to {COST_MS_MAX:.0f} ms; lower it",
            )
        )
    except ScenarioError as problem:
        problems.append(problem)
    values.clear()
    own.clear()
    return widget.scenario(**preset.values)


def _frozen(scenario: CheckedScenario) -> bytes:
    return orjson.dumps(scenario.as_dict())


@lru_cache(maxsize=DRAWINGS_KEPT)
def _run(slug: str, preset: str, frozen: bytes, seed: int) -> _Run:
    widget = widget_by_slug(slug)
    scenario = widget.scenario(**orjson.loads(frozen))
    with seeds_asked() as seeds:
        result = widget.run(scenario, seed=seed)
    return _Run(scenario, result, widget.present(scenario, result), seed in seeds)


def _query(widget: Widget, preset: Preset, values: dict[str, Any], seed: int) -> str:
    known = params(widget.scenario)
    plain = widget.scenario(**preset.values).as_dict()
    changed = {name: known[name].write(value) for name, value in values.items() if value != plain[name]}
    pairs = {"preset": preset.name} | changed
    if seed != preset.seed:
        pairs["seed"] = str(seed)
    return urlencode(pairs)


def _passports(widget: Widget) -> tuple[tuple[str, str, Passport], ...]:
    """Field, label and passport of every constant of the widget."""
    kept = passports()
    return tuple(
        (known.name, known.label, kept[known.passport])
        for known in params(widget.scenario).values()
        if known.passport in kept
    )
