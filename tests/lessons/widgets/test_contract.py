"""What must every widget keep to, whoever wrote it? Found by folder: a new widget is tested without new test code."""

from __future__ import annotations

import math
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import numpy as np
import orjson
import plotly.graph_objects as go
import pytest

from lessons.simulator.engine.params import Param, params, read_texts
from lessons.simulator.errors import ScenarioError
from lessons.simulator.presets import presets
from lessons.simulator.record import as_plain
from lessons.widgets.kit import (
    Bars,
    Boundaries,
    History,
    Log,
    Output,
    Panels,
    PartialOrder,
    Plot,
    Table,
    Timeline,
    Topology,
    View,
    Waterfall,
    Widget,
    WorldMap,
)
from lessons.widgets.kit.compare import BEFORE, with_before
from lessons.widgets.kit.controls import fields
from lessons.widgets.kit.frames import frames_json
from lessons.widgets.kit.plotly import figure
from lessons.widgets.kit.svg import draw
from lessons.widgets.registry import UnknownWidget, widget, widgets

COST_MS_MAX = 250.0
SVG_BYTES_MAX = 16_000
FIGURE_BYTES_MAX = 120_000
SLUGS = tuple(widgets())
STAYS_SVG = (Topology, Boundaries, WorldMap, History, PartialOrder, Waterfall, Log)


def ends(known: Param) -> tuple[Any, ...]:
    """The outermost values that a control can be set to."""
    if known.kind == "choice":
        return known.choices
    if known.kind == "switch":
        return (False, True)
    return (known.min, known.max) if known.kind in ("number", "integer") else ()


def settings_of(slug: str) -> Iterator[tuple[str, str, Any]]:
    made = widgets()[slug]
    for control in made.controls:
        for value in ends(params(made.scenario)[control.field]):
            yield slug, control.field, value


EVERY_END = [setting for slug in SLUGS for setting in settings_of(slug)]


def output_of(made: Widget, scenario: Any, seed: int = 1) -> Output:
    return made.present(scenario, made.run(scenario, seed=seed))


def views_of(output: Output) -> tuple[View, ...]:
    return (output.situation, *output.views)


def numbers_of(view: View) -> Iterator[float]:
    if isinstance(view, Bars):
        yield from (value for value in (*view.values, *view.before) if value is not None)
    if isinstance(view, (Plot, Timeline)):
        for series in (*view.series, *view.before):
            assert len(series.x) == len(series.y), f"{series.name} has as many x as y"
            yield from np.asarray(series.x, dtype=float)
            yield from np.asarray(series.y, dtype=float)
    if isinstance(view, Timeline):
        yield from (at_s for phase in view.phases for at_s in (phase.starts_s, phase.ends_s))
    if isinstance(view, Topology):
        for frame in view.frames:
            yield from (frame.at_s, *frame.flows.values())
    if isinstance(view, History):
        yield from (at_s for deed in view.deeds for at_s in (deed.starts_s, deed.ends_s) if at_s is not None)
    if isinstance(view, Waterfall):
        yield from (at_ms for span in view.spans for at_ms in (span.starts_ms, span.ends_ms))
        yield from (at_ms for span in view.spans for stretch in (*span.pieces, *span.own) for at_ms in stretch)
    if isinstance(view, Log):
        yield from (line.at_s for line in view.lines)
    if isinstance(view, Panels):
        # What is not a number there is a moment without data.
        values = [np.asarray(series.y, dtype=float) for panel in view.panels for series in panel.series]
        yield from (value for part in values for value in part[~np.isnan(part)])
        yield from (at_s for panel in view.panels for stretch in panel.red for at_s in stretch)
        yield from (panel.threshold for panel in view.panels if panel.threshold is not None)
    if isinstance(view, WorldMap):
        yield from (degrees for point in view.points for degrees in (point.latitude, point.longitude))


def check_picks(view: View, made: Widget) -> None:
    """Everything that can be chosen on a picture is a link with words, and sets controls to values they may have."""
    parts: tuple[Any, ...] = ()
    if isinstance(view, Boundaries):
        parts = view.boundaries
    if isinstance(view, WorldMap):
        parts = view.points
    if isinstance(view, PartialOrder):
        parts = view.ranks
    if isinstance(view, Waterfall):
        parts = view.spans
    if isinstance(view, Log):
        parts = view.lines
    picks = [part.pick for part in parts if part.pick]
    if isinstance(view, Bars):
        picks = [pick for pick in view.picks if pick]
        assert not view.picks or len(view.picks) == len(view.categories)
    for pick in picks:
        assert pick.words
        _, problems = read_texts(made.scenario, dict(pick.sets))
        assert not problems
    root = ElementTree.fromstring(draw(view, link_to=lambda pick: "/?" + "&".join("=".join(s) for s in pick.sets)))
    links = [element for element in root.iter() if element.tag.rsplit("}", 1)[-1] == "a"]
    assert len(links) == len(picks)
    assert all(link.get("href") and link.get("aria-label") for link in links)
    assert root.get("role") == ("group" if picks else "img")


def check_svg(text: str) -> None:
    root = ElementTree.fromstring(text)
    assert root.get("role") == "img"
    assert root.get("aria-label")
    assert "NaN" not in text and "nan" not in root.get("viewBox", "") and "inf" not in root.get("viewBox", "")
    assert len(text.encode()) < SVG_BYTES_MAX
    for element in root.iter():
        tag = element.tag.rsplit("}", 1)[-1]
        assert tag in {"svg", "g", "path", "rect", "text"}, f"<{tag}> is not expected"
        assert "style" not in element.attrib and "id" not in element.attrib
        assert not any(name.startswith("on") for name in element.attrib)
        for name, value in element.attrib.items():
            if name in ("x", "y", "d", "width", "height", "stroke-width"):
                assert "nan" not in value and "inf" not in value, f"{name} is {value}"


def check_table(table: Table) -> None:
    assert table.caption and table.rows
    for row in table.rows:
        assert len(row) == len(table.columns)
        assert not any(isinstance(cell, float) and not math.isfinite(cell) for cell in row)
    orjson.dumps(table.rows)


def stays_svg(view: View) -> bool:
    """Whether there is no chart of it to explore."""
    if isinstance(view, Timeline):
        return bool(view.lanes)
    return isinstance(view, STAYS_SVG) or (isinstance(view, Bars) and any(view.picks))


def check_output(output: Output) -> None:
    for words in (output.sentence, output.settings):
        assert words.endswith(".") and words[0].isupper() and "nan" not in words.lower().split()
    assert len(output.views) >= 1
    for view in views_of(output):
        assert view.title
        assert all(math.isfinite(number) for number in numbers_of(view))
        check_svg(draw(view))
        check_svg(draw(view, standalone=True))
        if isinstance(view, Panels):
            check_panels(view)
        if isinstance(view, Log):
            check_log(view)
        made = figure(view)
        if stays_svg(view):
            assert made is None
            if isinstance(view, Topology):
                check_topology(view)
            if isinstance(view, History):
                check_history(view)
            continue
        assert made is not None
        go.Figure(made)
        assert len(orjson.dumps(made)) < FIGURE_BYTES_MAX
    check_table(output.table)
    check_table(output.data)


def check_panels(view: Panels) -> None:
    assert len({panel.id for panel in view.panels}) == len(view.panels) > 0
    for panel in view.panels:
        assert panel.title and len(panel.series) <= 5
        assert all(view.starts_s <= at_s <= view.ends_s for stretch in panel.red for at_s in stretch)
    assert [moment.at_s for moment in view.moments] == sorted(moment.at_s for moment in view.moments)
    assert all(moment.text.endswith(".") for moment in view.moments)
    orjson.dumps(frames_json(view))


def check_log(view: Log) -> None:
    assert [line.at_s for line in view.lines] == sorted(line.at_s for line in view.lines)
    assert all(line.text and line.place for line in view.lines)
    assert sum(line.chosen for line in view.lines) <= 1


def check_history(view: History) -> None:
    lanes = {lane.id for lane in view.lanes}
    assert view.verdict.endswith(".") and view.deeds
    assert {deed.lane for deed in view.deeds} <= lanes
    assert [deed.starts_s for deed in view.deeds] == sorted(deed.starts_s for deed in view.deeds)
    assert view.verdict in (ElementTree.fromstring(draw(view)).get("aria-label") or "")
    frames = frames_json(view)
    assert len(frames) == len(view.deeds) + 1
    assert all(frame["text"].endswith(".") for frame in frames)
    orjson.dumps(frames)


def check_topology(view: Topology) -> None:
    known_places, known_links = {place.id for place in view.places}, {link.id for link in view.links}
    assert view.frames
    assert [frame.at_s for frame in view.frames] == sorted(frame.at_s for frame in view.frames)
    for frame in view.frames:
        assert set(frame.states) <= known_places and set(frame.notes) <= known_places
        assert set(frame.flows) <= known_links
        assert all(-1 <= share <= 1 for share in frame.flows.values())
        assert frame.text.endswith(".")
    orjson.dumps(frames_json(view))


@pytest.mark.parametrize("slug", SLUGS)
def test_every_preset_draws(slug: str, content: Path) -> None:
    made = widgets()[slug]
    known = presets(content, made.lens)
    assert set(made.presets) <= set(known), "every button leads to a preset"
    for view in output_of(made, made.scenario(**known[made.presets[0]].values)).views:
        check_picks(view, made)
    for name in made.presets:
        scenario = made.scenario(**known[name].values)
        assert made.cost_ms(scenario) <= COST_MS_MAX
        result = made.run(scenario, seed=known[name].seed)
        check_output(made.present(scenario, result))
        orjson.dumps(as_plain(result))


@pytest.mark.parametrize(("slug", "field", "value"), EVERY_END)
def test_every_control_draws_at_its_ends(slug: str, field: str, value: Any) -> None:
    made = widgets()[slug]
    try:
        scenario = made.scenario(**{field: value})
    except ScenarioError as problem:
        assert problem.field in params(made.scenario), "a combination that cannot be run names a field"
        return
    if made.cost_ms(scenario) > COST_MS_MAX:
        assert made.costly_field(scenario) in params(made.scenario)
        return
    check_output(output_of(made, scenario))


@pytest.mark.parametrize("slug", SLUGS)
def test_the_same_seed_gives_the_same_output(slug: str) -> None:
    made = widgets()[slug]
    one, other = (output_of(made, made.scenario(), seed=7) for _ in range(2))
    assert [draw(view) for view in views_of(one)] == [draw(view) for view in views_of(other)]
    assert (one.sentence, one.table, one.data) == (other.sentence, other.table, other.data)


@pytest.mark.parametrize("slug", SLUGS)
def test_the_situation_is_the_same_whatever_the_dice_say(slug: str) -> None:
    """It is drawn before a bet is made and may not give the answer away."""
    made = widgets()[slug]
    assert output_of(made, made.scenario(), seed=1).situation == output_of(made, made.scenario(), seed=2).situation


@pytest.mark.parametrize("slug", SLUGS)
def test_bad_text_names_its_field_and_what_is_allowed(slug: str) -> None:
    made = widgets()[slug]
    for control in made.controls:
        known = params(made.scenario)[control.field]
        if known.kind in ("structure", "text"):
            continue
        for text in ("NaN", "1e308", "", "a few", "-1e9"):
            values, problems = read_texts(made.scenario, {control.field: text})
            assert not values
            assert [problem.field for problem in problems] == [control.field]
            assert problems[0].allowed and problems[0].problem
            assert control.label or known.label


@pytest.mark.parametrize("slug", SLUGS)
def test_controls_are_fields_said_once_and_three_come_first(slug: str) -> None:
    made = widgets()[slug]
    names = [control.field for control in made.controls]
    assert len(set(names)) == len(names)
    shown = fields(made, made.scenario())
    assert sum(one.shown_first for one in shown) == min(3, len(shown))
    for one, control in zip(shown, made.controls, strict=True):
        assert one.label
        assert one.shown_first or one.group, f"{one.name} has a group heading"
        assert not control.marks or len(control.marks) in (3, 4, 5)
        for at, text in control.marks:
            assert one.min is not None and one.max is not None
            assert one.min <= at <= one.max and text


@pytest.mark.parametrize("slug", SLUGS)
def test_every_field_of_the_scenario_has_a_control(slug: str) -> None:
    made = widgets()[slug]
    assert set(params(made.scenario)) == {control.field for control in made.controls}


@pytest.mark.parametrize("slug", SLUGS)
def test_the_prediction_has_an_answer_in_the_run(slug: str) -> None:
    made = widgets()[slug]
    answer = made.prediction.answer(made.run(made.scenario(), seed=1))
    if made.prediction.kind == "number":
        assert isinstance(answer, float) and made.prediction.unit
    if made.prediction.kind == "order":
        assert sorted(answer) == sorted(dict(made.prediction.options))
    assert made.prediction.prompt.endswith((".", "?"))
    assert made.prediction.words(answer)


@pytest.mark.parametrize("slug", SLUGS)
def test_words_around_a_widget_are_sentences(slug: str) -> None:
    made = widgets()[slug]
    scenario = made.scenario()
    assert made.question.endswith("?")
    assert made.summary(scenario, made.run(scenario, seed=1)).endswith(".")
    assert made.leaves_out and all(line.endswith(".") for line in made.leaves_out)


@pytest.mark.parametrize("slug", SLUGS)
def test_two_runs_lie_over_one_another(slug: str, content: Path) -> None:
    made = widgets()[slug]
    known = presets(content, made.lens)
    one, other = (output_of(made, made.scenario(**known[name].values)) for name in made.presets[:2])
    both = with_before(one, other)
    check_output(both)
    changed = any(getattr(view, "before", ()) for view in both.views)
    assert changed or all(isinstance(view, STAYS_SVG) for view in both.views) or BEFORE in both.table.columns


def test_an_unknown_widget_is_answered_with_the_known_ones() -> None:
    with pytest.raises(UnknownWidget, match="failover"):
        widget("fail")
