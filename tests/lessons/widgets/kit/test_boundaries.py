"""Are failure domains drawn one inside the other, few enough to be read, each with its sign and its link?"""

from itertools import pairwise
from xml.etree import ElementTree

import pytest

from lessons.widgets.kit import Boundaries, Boundary, Pick
from lessons.widgets.kit.roles import State
from lessons.widgets.kit.svg import draw
from lessons.widgets.kit.svg_boundaries import fitted
from lessons.widgets.kit.svg_pen import text_width

STATES: tuple[State, ...] = ("healthy", "degraded", "down", "unknown")
MARKS = ("mark-degraded", "mark-down", "mark-unknown")


def picked(name: str) -> Pick:
    return Pick((("boundary", name),), f"Break {name}")


def deployment(regions: int, zones: int, cells: int, *, down: str = "", bars: int = 1) -> Boundaries:
    made = []
    for region in range(regions):
        made.append(Boundary(f"r{region}", "region", f"region-{region}", "a", pick=picked("region")))
        for zone in range(zones):
            inside = f"r{region}z{zone}"
            state: State = "down" if down == inside else "healthy"
            made.append(Boundary(inside, "zone", "abcdef"[zone], "a", state, f"r{region}", pick=picked("zone")))
            for cell in range(cells):
                name = f"{inside}c{cell}"
                state = "down" if name == down else "healthy"
                made.append(Boundary(name, "cell", f"cell {cell + 1}", "a", state, inside, pick=picked("cell")))
        made.append(Boundary(f"s{region}", "store", "primary", "a", inside=f"r{region}"))
    made += [Boundary(f"d{bar}", "dependency", "identity", "ink", inside="r0", shared=True) for bar in range(bars)]
    return Boundaries("What runs where", tuple(made))


def boxes(svg: str, kind: str) -> list[tuple[float, float, float, float]]:
    """x, y, width and height of the rectangles of a kind, in the order drawn."""
    groups = [one for one in ElementTree.fromstring(svg).iter() if f"place--{kind}" in one.get("class", "").split()]
    rects = [rect for group in groups for rect in group if rect.tag.endswith("rect")]
    return [tuple(float(rect.get(side, "")) for side in ("x", "y", "width", "height")) for rect in rects]


def holds(outer: tuple[float, ...], inner: tuple[float, ...]) -> bool:
    x, y, width, height = outer
    return (
        x <= inner[0]
        and y <= inner[1]
        and inner[0] + inner[2] <= x + width + 0.2
        and inner[1] + inner[3] <= y + height + 0.2
    )


@pytest.mark.parametrize("regions", range(1, 10))
@pytest.mark.parametrize(("zones", "cells"), [(1, 1), (3, 2), (6, 1), (3, 20), (1, 60), (6, 200)])
def test_every_box_lies_in_its_holder_and_beside_its_neighbours(regions, zones, cells):
    svg = draw(deployment(regions, zones, cells))
    outer, middle, inner = (boxes(svg, kind) for kind in ("region", "zone", "cell"))
    assert len(outer) == regions
    assert all(any(holds(region, zone) for region in outer) for zone in middle)
    assert all(any(holds(zone, cell) for zone in middle) for cell in inner)
    for one, other in pairwise(outer):
        assert other[0] >= one[0] + one[2] or other[1] >= one[1] + one[3]
    height = float(ElementTree.fromstring(svg).get("viewBox", "").split()[3])
    assert all(x >= 0 and x + wide <= 720 and y + high <= height for x, y, wide, high in (*outer, *middle, *inner))


@pytest.mark.parametrize(("regions", "zones", "cells"), [(9, 6, 200), (9, 6, 1), (1, 1, 60), (1, 1, 200), (3, 3, 6)])
def test_a_large_deployment_stays_small_enough_to_be_sent(regions, zones, cells):
    assert len(draw(deployment(regions, zones, cells, down="r0z0c3", bars=6))) < 16_000


def test_too_many_cells_become_their_number_and_the_broken_one_stays_alone():
    svg = draw(deployment(1, 1, 200, down="r0z0c3"))
    assert ">199 cells</text>" in svg
    assert ">cell 4</text>" in svg
    assert len(boxes(svg, "cell")) == 2
    assert len(boxes(draw(deployment(1, 1, 60)), "cell")) == 60


def test_too_many_zones_become_their_number_with_what_stands_in_them():
    svg = draw(deployment(9, 6, 1, down="r2z1"))
    assert svg.count(">6 zones</text>") == 8
    assert ">5 zones</text>" in svg and ">b</text>" in svg
    assert len(boxes(draw(deployment(4, 6, 1)), "zone")) == 24


@pytest.mark.parametrize("kind", ["region", "zone", "cell", "store", "dependency"])
@pytest.mark.parametrize("state", STATES)
def test_a_state_is_a_sign_of_its_own_on_every_shape(kind, state):
    holder = Boundary("r", "region", "here", "a")
    one = Boundary("x", kind, "this", "a", state, inside="" if kind == "region" else "r")
    if kind == "cell":
        one = Boundary("x", "cell", "this", "a", state, inside="z")
    zone = Boundary("z", "zone", "a", "a", inside="r")
    view = Boundaries("States", (one,) if kind == "region" else (holder, zone, one))
    for standalone in (False, True):
        svg = draw(view, standalone=standalone)
        assert [mark for mark in MARKS if mark in svg] == ([] if state == "healthy" else [f"mark-{state}"])


def test_what_all_share_is_a_bar_across_everything_with_a_thick_stem_to_where_it_lives():
    svg = draw(deployment(3, 2, 1))
    (bar,) = boxes(svg, "dependency")
    outer = boxes(svg, "region")
    assert bar[0] == outer[0][0] and bar[0] + bar[2] == pytest.approx(outer[-1][0] + outer[-1][2], abs=0.2)
    assert bar[1] > max(y + height for _, y, _, height in outer)
    stems = [one for one in ElementTree.fromstring(svg).iter() if one.get("class") == "link"]
    assert [stem.get("stroke-width") for stem in stems] == ["7", "2", "2"]


def test_every_boundary_that_can_be_chosen_is_a_link_beside_the_others():
    svg = draw(deployment(2, 2, 2), link_to=lambda pick: f"/?{pick.sets[0][1]}")
    root = ElementTree.fromstring(svg)
    links = [one for one in root.iter() if one.tag.rsplit("}", 1)[-1] == "a"]
    assert len(links) == 2 + 4 + 8
    assert not any(inner is not link and inner.tag.endswith("}a") for link in links for inner in link.iter())
    assert {link.get("aria-label") for link in links} == {"Break region", "Break zone", "Break cell"}


def test_words_stay_inside_their_box():
    assert fitted("us-east", 200) == "us-east"
    for width in (30, 60, 120, 200):
        assert text_width(fitted("a very long name of a region", width)) <= max(width, 25)
        assert fitted("a very long name of a region", width).endswith("…")
