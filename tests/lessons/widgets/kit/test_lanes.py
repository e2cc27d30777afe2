"""Does a timeline with lanes give each stretch a bar at its place, and a clock below?"""

import re
from xml.etree import ElementTree

import pytest

from lessons.widgets.kit import Event, Phase, Timeline
from lessons.widgets.kit.plotly import figure
from lessons.widgets.kit.roles import State
from lessons.widgets.kit.svg import draw
from lessons.widgets.kit.svg_lanes import LEFT, RIGHT

HOUR = 3600.0


def timeline(*lanes: Phase, ticks: tuple[tuple[float, str], ...] = ()) -> Timeline:
    return Timeline(
        title="A day",
        phases=(Phase("all of it", 0.0, 24 * HOUR, "degraded"),),
        events=(Event(6 * HOUR, "entry", "At six."),),
        series=(),
        y_title="",
        starts_s=0.0,
        ends_s=24 * HOUR,
        x_title="time of day",
        lanes=lanes,
        ticks=ticks,
    )


def bars(svg: str) -> list[ElementTree.Element]:
    """The bars of the lanes, without the strip on top."""
    found = [one for one in ElementTree.fromstring(svg).iter() if one.tag.endswith("rect") and one.get("class")]
    return found[1:]


def test_a_bar_lies_where_its_stretch_does_and_is_as_long() -> None:
    early, late = bars(draw(timeline(Phase("a", 0, 12 * HOUR, "down"), Phase("b", 18 * HOUR, 24 * HOUR, "down"))))
    assert float(early.get("x", "")) == pytest.approx(LEFT)
    assert float(early.get("width", "")) == pytest.approx((RIGHT - LEFT) / 2)
    assert float(late.get("x", "")) == pytest.approx(LEFT + (RIGHT - LEFT) * 0.75)
    assert float(late.get("width", "")) == pytest.approx((RIGHT - LEFT) / 4)
    assert float(late.get("y", "")) > float(early.get("y", ""))


def test_bars_that_overlap_have_rows_of_their_own() -> None:
    lanes = [Phase(name, 0, 12 * HOUR, "down") for name in "abc"]
    drawn = bars(draw(timeline(*lanes)))
    assert len({one.get("y") for one in drawn}) == 3


def test_what_lasts_seconds_of_a_day_can_still_be_seen() -> None:
    (bar,) = bars(draw(timeline(Phase("a blink", HOUR, HOUR + 43, "down"))))
    assert float(bar.get("width", "")) >= 2.5


@pytest.mark.parametrize(("state", "sign"), [("down", "mark-down"), ("degraded", "mark-degraded")])
def test_the_state_of_a_bar_is_a_shape_too(state: State, sign: str) -> None:
    svg = draw(timeline(Phase("a", 0, 12 * HOUR, state)))
    assert svg.count(f'class="{sign}"') == (2 if sign == "mark-degraded" else 1)


def test_no_name_leaves_the_picture_and_every_lane_adds_to_its_height() -> None:
    long = Phase("a name that is as long as names get here", 23.9 * HOUR, 24 * HOUR, "down")
    svg = draw(timeline(long))
    at = re.search(r'<text class="label" x="([\d.]+)"[^>]*>a name', svg)
    assert at is not None and LEFT <= float(at.group(1)) < 400
    taller = ElementTree.fromstring(draw(timeline(long, long)))
    heights = [int(str(one.get("viewBox")).split()[3]) for one in (ElementTree.fromstring(svg), taller)]
    assert heights[0] < heights[1]


def test_the_clock_says_what_it_is_given_and_otherwise_counts_hours() -> None:
    lane = Phase("a", 0, 12 * HOUR, "down")
    assert ">18:00<" in draw(timeline(lane, ticks=((18 * HOUR, "18:00"),)))
    assert "time of day (h)" in draw(timeline(lane))


def test_a_timeline_with_lanes_stays_a_drawing() -> None:
    assert figure(timeline(Phase("a", 0, 12 * HOUR, "down"))) is None
    assert figure(timeline()) is not None
