"""Do pictures say by shape what they say by colour, and the same in SVG and in Plotly?"""

from xml.etree import ElementTree

import numpy as np
import pytest

from lessons.predictions import Prediction
from lessons.widgets.kit import Bars, Frame, Link, Phase, Place, Plot, Series, Timeline, Topology
from lessons.widgets.kit.compare import with_before
from lessons.widgets.kit.frames import frames_json
from lessons.widgets.kit.output import Output, Table
from lessons.widgets.kit.plotly import figure
from lessons.widgets.kit.prediction_marks import with_guess
from lessons.widgets.kit.roles import Role, State
from lessons.widgets.kit.scale import thin, ticks, time_ticks
from lessons.widgets.kit.svg import draw

ROLES: tuple[Role, ...] = ("a", "b", "c", "d", "e")
STATES: tuple[State, ...] = ("healthy", "degraded", "down", "unknown")
TABLE = Table("t", ("Outcome", "Value"), (("lost", "3"),))
GUESS = Prediction(id="p", prompt="?", kind="number", answer=lambda result: 1.0, unit="s", axis="x")


def plot(*roles: Role) -> Plot:
    return Plot("Title", "x (s)", "y", tuple(Series(role, (0, 1, 2), (1, 2, 3), role) for role in roles))


def topology(state: State, flow: float = 1.0) -> Topology:
    places = (Place("one", "store", "one", 0.2, 0.5, "a"), Place("two", "store", "two", 0.8, 0.5, "b"))
    return Topology(
        "Map", places, (Link("l", "one", "two", "traffic"),), (Frame(0.0, "Now.", {"one": state}, {"l": flow}),)
    )


def timeline(*, ends_s: float = 100.0, level: float = 1.0) -> Timeline:
    phases = tuple(Phase(state, at * 25.0, at * 25.0 + 25, state) for at, state in enumerate(STATES))
    return Timeline("Run", phases, (), (Series("s", (0, ends_s), (level, level), "a"),), "y", 0.0, ends_s)


def dashes(svg: str) -> list[str | None]:
    return [
        element.get("stroke-dasharray")
        for element in ElementTree.fromstring(svg).iter()
        if element.tag.endswith("path") and "line" in element.get("class", "").split()
    ]


def test_every_role_has_a_dash_of_its_own() -> None:
    drawn = dashes(draw(plot(*ROLES)))
    assert len(set(drawn)) == len(ROLES)
    made = figure(plot(*ROLES))
    assert made is not None
    assert len({trace["line"]["dash"] for trace in made["data"]}) == len(ROLES)
    assert len({trace["marker"]["symbol"] for trace in made["data"]}) == len(ROLES)


@pytest.mark.parametrize("state", STATES)
def test_a_state_is_a_shape_too(state: State) -> None:
    svg = draw(topology(state), standalone=True)
    marks = [name for name in ("mark-degraded", "mark-down", "mark-unknown") if name in svg]
    assert marks == ([] if state == "healthy" else [f"mark-{state}"])


def test_a_page_holds_the_marks_of_every_state_and_hides_all_but_one() -> None:
    root = ElementTree.fromstring(draw(topology("down")))
    marks = {
        element.get("class"): element.get("visibility")
        for element in next(one for one in root if one.get("data-place") == "one")
        if (element.get("class") or "").startswith("mark-")
    }
    assert marks == {"mark-degraded": "hidden", "mark-down": None, "mark-unknown": "hidden"}


def test_arrows_point_the_way_that_requests_flow() -> None:
    assert "flow-forward" in draw(topology("healthy", 0.4))
    assert "flow-back" in draw(topology("healthy", -0.4))
    assert "flow-none" in draw(topology("healthy", 0.0))
    assert (
        frames_json(topology("healthy", 1.0))[0]["widths"]["l"]
        > frames_json(topology("healthy", 0.2))[0]["widths"]["l"]
    )


def test_the_playhead_finds_its_pixel_on_a_timeline() -> None:
    root = ElementTree.fromstring(draw(timeline()))
    assert (float(root.get("data-t0", "")), float(root.get("data-t1", ""))) == (0.0, 100.0)
    assert 0 < float(root.get("data-x0", "")) < float(root.get("data-x1", "")) <= 720


def test_words_in_a_picture_cannot_become_markup() -> None:
    nasty = Plot("<b>&\"'", "<x>", "&y", (Series("<script>", (0, 1), (0, 1), "a"),))
    svg = draw(nasty)
    assert "<script" not in svg and "<b>" not in svg
    ElementTree.fromstring(svg)


def test_a_guess_is_drawn_on_its_axis_and_only_there() -> None:
    assert "your guess" in draw(with_guess(timeline(), GUESS, 60.0))
    marked = figure(with_guess(timeline(), GUESS, 60.0))
    assert marked is not None and marked["layout"]["shapes"][0]["x0"] == 60.0
    assert with_guess(timeline(), GUESS, None) == timeline()
    assert with_guess(topology("down"), GUESS, 60.0) == topology("down")


def test_a_guess_beyond_the_axis_is_at_its_edge_with_an_arrow() -> None:
    assert "your guess →" in draw(with_guess(timeline(), GUESS, 1e9))


def test_the_other_run_is_pale_and_its_numbers_stand_beside() -> None:
    one = Output(timeline(), (timeline(),), "One.", TABLE, TABLE, "S.")
    other = Output(timeline(), (timeline(ends_s=200.0, level=2.0),), "Two.", TABLE, TABLE, "S.")
    both = with_before(one, other)
    svg = draw(both.views[0])
    assert 'class="line pale role-a"' in svg
    assert 'data-t1="200"' in svg
    assert both.table.columns == ("Outcome", "Value", "before")
    assert both.table.rows == (("lost", "3", "3"),)


def test_what_never_ends_is_an_open_bar_with_its_word() -> None:
    bars = Bars("Title", "seconds", ("one", "two"), (None, 5.0), ("never", "5 s"), ("a", "b"))
    svg = draw(bars)
    assert ">never</text>" in svg and 'fill-opacity="0"' in svg
    made = figure(bars)
    assert made is not None and made["data"][0]["x"] == [None]


def test_thinning_keeps_ends_and_extremes() -> None:
    x = np.arange(10_000.0)
    y = np.sin(x / 50)
    y[4_321] = 9.0
    thin_x, thin_y = thin(Series("s", x, y, "a"), 100)
    assert len(thin_x) <= 100
    assert thin_y.max() == 9.0
    assert (thin_x[0], thin_x[-1]) == (0.0, 9_999.0)


def test_thinning_keeps_a_drop_upright() -> None:
    x = np.arange(3_600.0)
    y = np.where(x < 1_234, 1_000.0, 0.0) + np.sin(x)
    thin_x, thin_y = thin(Series("s", x, y, "a"), 240)
    place = int(np.flatnonzero(thin_y < 500)[0])
    assert thin_x[place] - thin_x[place - 1] <= 3_600 / 60
    assert abs(thin_x[place] - 1_234) <= 3_600 / 60


def test_ticks_are_round_and_few() -> None:
    assert ticks(0, 1_050, 3) == [0, 500, 1_000]
    labelled, unit = time_ticks(-30, 600)
    assert unit == "min" or unit == "s"
    assert 3 <= len(labelled) <= 8
    assert time_ticks(0, 86_400)[1] == "h"
