"""Do panels under one another share their time, show their thresholds, and leave gaps where nothing was measured?"""

import math
from xml.etree import ElementTree

import numpy as np
import orjson
import plotly.graph_objects as go
import pytest

from lessons.widgets.kit import Event, Mark, Panel, Panels, Series
from lessons.widgets.kit.frames import frames_json
from lessons.widgets.kit.plotly import figure
from lessons.widgets.kit.svg import draw
from lessons.widgets.kit.svg_panels import labels, pieces, span_of

TIMES = np.arange(-60.0, 601.0, 15.0)


def panel(*values: object, **fields: object) -> Panel:
    roles = ("a", "b", "c", "d", "e")
    series = tuple(
        Series(f"line {role}", TIMES, np.broadcast_to(np.asarray(value, dtype=float), TIMES.shape), role)  # type: ignore[arg-type]
        for role, value in zip(roles, values, strict=False)
    )
    return Panel("one", "Requests", "%", series, **fields)  # type: ignore[arg-type]


def wall(*panels: Panel, **fields: object) -> Panels:
    return Panels("Wall", panels, -60.0, 600.0, **fields)  # type: ignore[arg-type]


def elements(svg: str, name: str) -> list[ElementTree.Element]:
    return [one for one in ElementTree.fromstring(svg).iter() if one.get("class") == name]


def test_what_happens_at_one_moment_lies_on_one_upright_line_in_every_panel() -> None:
    drop = np.where(TIMES < 300, 100.0, 50.0)
    svg = draw(wall(panel(drop), panel(drop / 7, 1.0)))
    paths = [one.get("d", "") for one in elements(svg, "line role-a") if "h40" not in one.get("d", "")]
    assert len(paths) == 2
    corners = [
        {float(x) for x in path.replace("H", "L").replace("M", "L").split("L") if x and " " not in x} for path in paths
    ]
    assert corners[0] & corners[1]
    root = ElementTree.fromstring(svg)
    assert (root.get("data-t0"), root.get("data-t1")) == ("-60", "600")


def test_a_moment_without_data_is_a_gap_in_both_drawings() -> None:
    gap = np.where((TIMES > 100) & (TIMES < 200), math.nan, 1.0)
    svg = draw(wall(panel(gap)))
    assert "nan" not in svg.lower().replace("nan=", "")
    assert next(one.get("d", "") for one in elements(svg, "line role-a")).count("M") == 2
    made = figure(wall(panel(gap)))
    assert made is not None and None in made["data"][0]["y"]
    go.Figure(made)


def test_a_panel_of_which_nothing_is_known_is_drawn_empty() -> None:
    empty = wall(panel(math.nan), Panel("none", "Nothing", "", ()))
    assert elements(draw(empty), "line role-a") == []
    made = figure(empty)
    assert made is not None
    go.Figure(made)


def test_a_threshold_is_inside_its_axis_and_drawn_dashed() -> None:
    low, high = span_of(panel(10.0, threshold=14.4))
    assert low < 10.0 < 14.4 < high
    dashes = [one.get("stroke-dasharray") for one in elements(draw(wall(panel(10.0, threshold=14.4))), "mark-line")]
    assert dashes == ["7 4"]


def test_red_stretches_have_a_bar_of_their_length() -> None:
    svg = draw(wall(panel(1.0, red=((0.0, 330.0), (400.0, 400.0)))))
    bars = [float(one.get("width", "")) for one in elements(svg, "fill role-bad")]
    assert bars[0] == pytest.approx((704 - 92) / 2, abs=0.1)
    assert bars[1] >= 3, "a moment can be seen too"


def test_the_first_to_turn_red_carries_a_sign() -> None:
    texts = [one.text for one in ElementTree.fromstring(draw(wall(panel(1.0, marked=True, note="15 s")))).iter()]
    assert "◆ Requests (%)" in texts and "15 s" in texts


def test_marks_go_through_every_panel() -> None:
    svg = draw(wall(panel(1.0), panel(2.0), marks=(Mark(0.0, "fault"),)))
    paths = [one.get("d", "") for one in elements(svg, "mark-line")]
    assert len(paths) == 2 and len({path.partition(" ")[0] for path in paths}) == 1, "one x, once in each graph"


def test_a_wall_stays_small_whatever_it_is_given() -> None:
    noise = np.random.default_rng(1).random((30, len(TIMES)))
    full = wall(*(panel(*noise[row : row + 3]) for row in range(0, 21, 3)))
    assert len(draw(full, standalone=True).encode()) < 16_000
    made = figure(full)
    assert len(orjson.dumps(made)) < 120_000


def test_thinned_lines_keep_their_extremes() -> None:
    values = np.sin(TIMES / 30)
    values[17] = 9.0
    [(_, kept)] = pieces(Series("s", TIMES, values, "a"), 16)
    assert len(kept) <= 16
    assert kept.max() == 9.0


@pytest.mark.parametrize(
    ("low", "high", "said"),
    [
        (99.88, 100.01, ["99.9", "100.0"]),
        (0.0, 4.2, ["0.0", "2.5"]),
        (0.0, 1.06, ["0", "1"]),
        (0.0, 52_000.0, ["0", "50\u2009k"]),
        (-0.02, 1.02, ["0", "1"]),
    ],
)
def test_an_axis_says_its_values_with_the_digits_that_tell_them_apart(low: float, high: float, said: list[str]) -> None:
    assert [text for _, text in labels(low, high)] == said
    assert all(low <= value <= high for value, _ in labels(low, high))


def test_the_playhead_stops_at_every_moment() -> None:
    moments = (Event(0.0, "fault", "It breaks."), Event(75.0, "red", "Health is red."))
    frames = frames_json(wall(panel(1.0), moments=moments))
    assert [(frame["at_s"], frame["text"]) for frame in frames] == [(0.0, "It breaks."), (75.0, "Health is red.")]


def test_a_plotly_wall_has_an_axis_for_each_panel_and_one_of_time() -> None:
    made = figure(wall(panel(1.0, 2.0, threshold=1.5, red=((0.0, 15.0),)), panel(3.0)))
    assert made is not None
    axes = [name for name in made["layout"] if name.startswith("yaxis")]
    assert axes == ["yaxis", "yaxis2"]
    assert made["layout"]["yaxis"]["domain"][0] > made["layout"]["yaxis2"]["domain"][1]
    assert [trace["yaxis"] for trace in made["data"]] == ["y", "y", "y2"]
    assert sum(trace["showlegend"] for trace in made["data"]) == 2
    go.Figure(made)
