"""Does the map show what it should where it should, without colour, within its size?"""

import math
import re
from itertools import combinations, pairwise
from xml.etree import ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lessons.simulator.engine.geography import known_places
from lessons.widgets.kit import MapLine, MapPoint, Pick, WorldMap
from lessons.widgets.kit.labels import Box, Label, place_labels
from lessons.widgets.kit.projection import LAND, WIDTH, Window, arc, land_path, plane, window_for
from lessons.widgets.kit.roles import Role, State
from lessons.widgets.kit.svg import draw
from lessons.widgets.kit.svg_pen import text_width

ROLES: tuple[Role, ...] = ("a", "b", "c", "d", "e")
STATES: tuple[State, ...] = ("healthy", "degraded", "down", "unknown")
CITIES = known_places()
WORLD = window_for([(40, -120), (-33, 151)])

degrees_north, degrees_east = st.floats(-90, 90), st.floats(-180, 180)


def point(
    name: str,
    kind: str = "region",
    role: Role = "a",
    *,
    state: State = "healthy",
    share: float = 0.0,
    pick: bool = False,
    words: str = "",
) -> MapPoint:
    place = CITIES[name]
    chosen = Pick((("regions", f'["{name}"]'),), f"Choose {place.city}") if pick else None
    return MapPoint(
        f"{kind}-{name}",
        kind,
        words,
        place.latitude,
        place.longitude,
        role,
        state,
        "20 ms",
        share,
        chosen,  # type: ignore[arg-type]
    )


def world(*points: MapPoint, lines: tuple[MapLine, ...] = ()) -> WorldMap:
    return WorldMap("World", points, lines)


def drawn(view: WorldMap, class_name: str) -> list[dict[str, str]]:
    root = ElementTree.fromstring(draw(view))
    return [dict(one.attrib) for one in root.iter() if class_name in one.get("class", "").split()]


def test_the_outline_is_small_and_says_where_it_comes_from() -> None:
    text = LAND.read_text()
    assert "Natural Earth" in text and "public domain" in text
    assert 400 <= len(re.findall(r"-?[\d.]+,-?[\d.]+", text)) <= 650
    assert 2_000 < len(land_path(WORLD)) < 5_500


def test_the_world_fills_the_drawing() -> None:
    root = ElementTree.fromstring(draw(world(point("us-east-1"), point("ap-southeast-2"))))
    assert root.get("viewBox", "").startswith("0 0 720 ")
    assert 260 < WORLD.height < 400
    for place in CITIES.values():
        x, y = WORLD.at(place.latitude, place.longitude)
        assert 20 < x < WIDTH - 20 and 10 < y < WORLD.height - 10, place.city


def test_cities_lie_on_land() -> None:
    """Each city is inside a ring of the outline, or within two degrees of one: coasts are simplified."""
    window = Window(-180.0, -90.0, 10.0, 1_800.0)
    rings = []
    for piece in re.findall(r"M(-?\d+) (-?\d+)l([^z]*)z", land_path(window)):
        x, y = int(piece[0]), int(piece[1])
        numbers = [int(one) for one in re.findall(r"-?\d+", piece[2])]
        ring = [(x, y)]
        for dx, dy in zip(numbers[::2], numbers[1::2], strict=True):
            ring.append((ring[-1][0] + dx, ring[-1][1] + dy))
        rings.append(ring)
    for city in CITIES.values():
        at = window.at(city.latitude, city.longitude)
        if 0 < at[0] < WIDTH:
            nearest = min(math.dist(at, corner) for ring in rings for corner in ring)
            assert any(_inside(at, ring) for ring in rings) or nearest < 35, city.city


def _inside(at: tuple[float, float], ring: list[tuple[int, int]]) -> bool:
    x, y = at
    crossed = False
    for (x1, y1), (x2, y2) in zip(ring, ring[1:] + ring[:1], strict=True):
        if (y1 > y) != (y2 > y) and x < (x2 - x1) * (y - y1) / (y2 - y1) + x1:
            crossed = not crossed
    return crossed


@given(degrees_north, degrees_east)
def test_north_is_up_and_the_equator_is_the_longest_parallel(north: float, east: float) -> None:
    x, y = plane(north, east)
    assert abs(x) <= 180 and abs(y) < 92
    assert y * north <= 0
    assert abs(x) <= abs(plane(0, east)[0]) + 1e-9


def test_points_of_one_continent_fill_the_drawing_and_those_of_two_show_the_world() -> None:
    europe = [CITIES[name] for name in ("eu-west-1", "eu-central-1", "eu-north-1")]
    near = window_for([(one.latitude, one.longitude) for one in europe])
    assert near.scale > 2 * WORLD.scale
    for one in europe:
        x, y = near.at(one.latitude, one.longitude)
        assert 40 < x < WIDTH - 40 and 20 < y < near.height - 20
    assert window_for([(38, -77), (50, 8)]) == WORLD
    assert window_for([]) == WORLD
    assert window_for([(1, 103)]).scale > 2 * WORLD.scale


@given(st.lists(st.tuples(degrees_north, degrees_east), max_size=6))
def test_any_points_give_a_window_of_sensible_size(places: list[tuple[float, float]]) -> None:
    window = window_for(places)
    assert 240 < window.height <= 560
    assert math.isfinite(window.scale)


@given(degrees_north, degrees_east, degrees_north, degrees_east)
def test_ways_never_jump_across_the_map(north: float, east: float, other_north: float, other_east: float) -> None:
    pieces = arc(WORLD, (north, east), (other_north, other_east))
    for piece in pieces:
        for (x, _), (next_x, _) in pairwise(piece):
            assert abs(x - next_x) <= 180 * WORLD.scale


def test_a_way_over_the_pacific_leaves_on_one_side_and_comes_in_on_the_other() -> None:
    tokyo, oregon = CITIES["ap-northeast-1"], CITIES["us-west-2"]
    left, right = arc(WORLD, (tokyo.latitude, tokyo.longitude), (oregon.latitude, oregon.longitude))
    assert left[0] == WORLD.at(tokyo.latitude, tokyo.longitude)
    assert right[-1] == pytest.approx(WORLD.at(oregon.latitude, oregon.longitude))
    assert left[-1][0] > left[0][0] and right[0][0] < right[-1][0]


def test_a_way_over_the_pole_stays_in_the_drawing() -> None:
    virginia, singapore = CITIES["us-east-1"], CITIES["ap-southeast-1"]
    (piece,) = arc(WORLD, (virginia.latitude, virginia.longitude), (singapore.latitude, singapore.longitude))
    assert all(0 <= x <= WIDTH and 0 <= y <= WORLD.height for x, y in piece)
    assert piece[0] == WORLD.at(virginia.latitude, virginia.longitude)
    assert piece[-1] == pytest.approx(WORLD.at(singapore.latitude, singapore.longitude))


def test_every_role_has_a_shape_and_candidates_and_users_another() -> None:
    name = "eu-central-1"
    paths = [drawn(world(point(name, role=role)), f"role-{role}")[0]["d"] for role in ROLES]
    paths += [drawn(world(point(name, kind)), "point")[0]["d"] for kind in ("users", "candidate")]
    assert len(set(paths)) == len(paths)
    filled = drawn(world(point(name)), "point")[0]
    ring = drawn(world(point(name, "candidate")), "point")[0]
    assert filled["fill"] == "currentColor" and filled["fill-opacity"] == "1"
    assert ring["fill"] == "none"


def test_every_state_is_drawn_differently() -> None:
    pictures = {draw(world(point("eu-central-1", state=state))) for state in STATES}
    assert len(pictures) == len(STATES)


def test_the_disc_of_a_group_has_an_area_that_grows_with_its_share() -> None:
    sizes = []
    for share in (0.0, 0.1, 0.4, 1.0):
        path = drawn(world(point("eu-central-1", "users", share=share)), "point")[0]["d"]
        found = re.search(r"a([\d.]+) ", path)
        assert found
        sizes.append(float(found[1]))
    assert sizes == sorted(sizes) and len(set(sizes)) == len(sizes)


def test_the_line_that_decides_is_drawn_strong() -> None:
    line = MapLine("region-us-east-1", "region-eu-central-1", "a")
    view = world(point("us-east-1"), point("eu-central-1"), lines=(line,))
    strong = world(
        point("us-east-1"), point("eu-central-1"), lines=(MapLine(line.starts, line.ends, "a", "89 ms", True),)
    )
    assert float(drawn(strong, "line")[0]["stroke-width"]) > 2 * float(drawn(view, "line")[0]["stroke-width"])
    assert "89 ms" in draw(strong)


def test_words_stand_beside_regions_and_users_and_not_beside_candidates() -> None:
    text = draw(
        world(
            point("us-east-1", words="Virginia"),
            point("ap-southeast-1", "users", words="Singapore"),
            point("ap-southeast-2", "candidate", words="Sydney"),
        )
    )
    assert "Virginia" in text and "Singapore" in text and "20 ms" in text and "Sydney" not in text


def test_a_whole_world_of_choices_stays_small_and_each_can_be_hit() -> None:
    points = [point(name, "candidate", pick=True) for name in list(CITIES)[:16]]
    points += [point(name, role="b", pick=True, words=CITIES[name].city) for name in list(CITIES)[16:18]]
    points += [point(name, "users", share=0.2, words=CITIES[name].city) for name in list(CITIES)[:5]]
    address = "/widgets/latency/?preset=tally-one-region&regions=%5B%22us-east-1%22%2C%22eu-central-1%22%5D&shown=1"
    text = draw(world(*points), link_to=lambda pick: address)
    assert len(text.encode()) < 16_000
    root = ElementTree.fromstring(text)
    links = [one for one in root if one.tag.endswith("a")]
    assert len(links) == 18
    for link in links:
        hit = next(one for one in link if one.get("pointer-events") == "all")
        assert 16 <= float(hit.get("width", "0")) <= 48
    assert "pointer-events" not in draw(world(*points)), "without links nothing asks to be hit"


def test_the_legend_names_the_signs_that_are_there() -> None:
    assert "could be a region" not in draw(world(point("us-east-1")))
    both = draw(world(point("us-east-1"), point("eu-central-1", "candidate"), point("eu-central-1", "users", share=1)))
    assert "could be a region" in both and "users, by share" in both


@given(
    st.lists(
        st.tuples(st.text("abc", min_size=1, max_size=9), st.floats(0, 720), st.floats(0, 300)), min_size=1, max_size=4
    )
)
def test_a_few_labels_stay_inside_where_they_can(spots: list[tuple[str, float, float]]) -> None:
    labels = [Label((text,), x, y, 10.0) for text, x, y in spots]
    placed = place_labels(labels, taken=(), passing=(), width=720, height=300)
    assert [one.label for one in placed] == labels
    for one in placed[:1]:
        wide = text_width(one.label.lines[0])
        left = one.x - {"start": 0.0, "middle": wide / 2, "end": wide}[one.anchor]
        assert left >= -1e-9 and left + wide <= 720 + 1e-9
        assert 0 < one.y <= 300 + 1e-9


def test_labels_of_the_three_cities_of_tally_do_not_touch() -> None:
    names = ("us-east-1", "eu-central-1", "ap-southeast-1")
    labels = [
        Label((CITIES[name].city, "185 ms"), *WORLD.at(CITIES[name].latitude, CITIES[name].longitude), 26.0)
        for name in names
    ]
    boxes = []
    for one in place_labels(labels, taken=(), passing=(), width=WIDTH, height=WORLD.height):
        wide = max(text_width(line) for line in one.label.lines)
        left = one.x - {"start": 0.0, "middle": wide / 2, "end": wide}[one.anchor]
        boxes.append(Box(left, one.y - 20, left + wide, one.y + 28))
    assert all(one.shared(other) == 0 for one, other in combinations(boxes, 2))


def test_optional_words_give_way() -> None:
    label = Label(("a",), 50, 50, 5.0, must=False)
    everywhere = (Box(0, 0, 720, 300),)
    assert place_labels([label], taken=everywhere, passing=(), width=720, height=300) == []
    assert len(place_labels([label], taken=(), passing=(), width=720, height=300)) == 1
