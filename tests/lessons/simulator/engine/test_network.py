"""Are round trips the measured ones, row by row, and can none of them beat light?"""

import csv
import math
import tomllib
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lessons.simulator.engine.geography import Place, fibre_floor_ms, great_arc, great_circle_km, known_places
from lessons.simulator.engine.network import (
    MATRICES,
    measured,
    network,
    read_names,
    read_places,
    read_rtt_ms,
    read_shares,
)
from lessons.simulator.errors import ScenarioError

places = st.builds(Place, st.just("a"), st.just("A"), st.floats(-90, 90), st.floats(-180, 180))


def every_pair(matrix):
    return [(one, other) for one in measured(matrix) for other in measured(matrix) if one != other]


# RTT-1 and RTT-2: cells read off the published tables by hand, in both directions where they differ.
CELLS = [
    ("azure_2025", "East US", "West US 2", 68),
    ("azure_2025", "West US 2", "East US", 69),
    ("azure_2025", "East US", "West Europe", 83),
    ("azure_2025", "West Europe", "East US", 85),
    ("azure_2025", "East US", "North Europe", 70),
    ("azure_2025", "North Europe", "East US", 74),
    ("azure_2025", "Brazil South", "Korea Central", 294),
    ("azure_2025", "Australia East", "Brazil South", 299),
    ("azure_2025", "Brazil South", "Australia East", 298),
    ("azure_2025", "Germany West Central", "West Europe", 12),
    ("azure_2025", "West Europe", "Germany West Central", 13),
    ("azure_2025", "Japan East", "Korea Central", 29),
    ("aws_2019", "us-east-1", "eu-central-1", 91),
    ("aws_2019", "eu-central-1", "us-east-1", 89),
    ("aws_2019", "us-east-1", "ap-southeast-1", 222),
    ("aws_2019", "ap-southeast-1", "us-east-1", 222),
    ("aws_2019", "eu-central-1", "ap-southeast-1", 179),
    ("aws_2019", "ap-southeast-1", "eu-central-1", 185),
    ("aws_2019", "eu-west-1", "ap-northeast-2", 249),
    ("aws_2019", "ap-northeast-2", "eu-west-1", 247),
    ("aws_2019", "eu-west-3", "ap-northeast-2", 277),
    ("aws_2019", "ap-northeast-2", "eu-west-3", 282),
    ("aws_2019", "me-south-1", "ap-northeast-2", 216),
    ("aws_2019", "sa-east-1", "me-south-1", 349),
    ("aws_2019", "me-south-1", "sa-east-1", 337),
    ("aws_2019", "us-west-2", "ap-southeast-2", 142),
    ("aws_2019", "eu-north-1", "eu-central-1", 25),
    ("aws_2019", "eu-central-1", "eu-north-1", 26),
]


@pytest.mark.parametrize(("matrix", "starts", "ends", "ms"), CELLS)
def test_published_round_trips_stand_in_the_row_of_the_sender(matrix, starts, ends, ms):
    assert network(matrix=matrix).rtt_ms(starts, ends) == ms
    assert network(matrix=matrix).table_ms((starts,), (ends,))[0, 0] == ms


@pytest.mark.parametrize(("matrix", "regions"), [("azure_2025", 12), ("aws_2019", 18)])
def test_every_cell_of_the_file_is_used_as_it_stands_and_the_diagonal_never(content, matrix, regions):
    with (content / "rtt" / f"{matrix}.csv").open(newline="") as file:
        (_, *columns), *rows = csv.reader(file)
    links = network(matrix=matrix, same_place_ms=0.5)
    assert links.names == tuple(columns) and len(columns) == regions
    for row in rows:
        for name, cell in zip(columns, row[1:], strict=True):
            assert links.rtt_ms(row[0], name) == (float(cell) if name != row[0] else 0.5)


@pytest.mark.parametrize(("matrix", "worst_ms", "median_ms"), [("azure_2025", 4, 1), ("aws_2019", 31, 3)])
def test_there_and_back_differ_as_much_as_the_source_note_says(matrix, worst_ms, median_ms):
    table = network(matrix=matrix).table_ms(measured(matrix), measured(matrix))
    apart = np.abs(table - table.T)[np.triu_indices(len(table), 1)]
    assert apart.max() == worst_ms
    assert np.median(apart) == median_ms


@pytest.mark.parametrize("matrix", MATRICES)
def test_no_measured_round_trip_beats_light_in_fibre(matrix):
    """The nearest to it are Oregon to Sydney (1.13 times the floor) and Texas to Sydney (1.20 times)."""
    links = network(matrix=matrix)
    for starts, ends in every_pair(matrix):
        assert links.rtt_ms(starts, ends) > 1.1 * links.floor_ms(starts, ends), f"{starts} to {ends}"


@pytest.mark.parametrize(("matrix", "median", "least"), [("azure_2025", 1.67, 1.20), ("aws_2019", 1.81, 1.13)])
def test_measured_routes_are_longer_than_straight_fibre_by_these_factors(matrix, median, least):
    links = network(matrix=matrix)
    pairs = every_pair(matrix)
    factors = [links.rtt_ms(*pair) / links.floor_ms(*pair) for pair in pairs]
    assert np.median(factors) == pytest.approx(median, abs=0.01)
    assert min(factors) == pytest.approx(least, abs=0.01)


@given(places, places, st.floats(1, 10))
def test_an_estimated_route_never_beats_light(one, other, factor):
    spots = {"one": [one.latitude, one.longitude], "other": [other.latitude, other.longitude]}
    links = network(matrix="none", places=spots, fibre_factor=factor)
    assert links.rtt_ms("one", "other") >= links.floor_ms("one", "other")
    assert links.rtt_ms("one", "other") == pytest.approx(factor * great_circle_km(one, other) / 100)


@given(places, places, places)
def test_distances_are_distances(one, other, third):
    assert great_circle_km(one, other) == pytest.approx(great_circle_km(other, one), abs=1e-6)
    assert 0 <= great_circle_km(one, other) <= math.pi * 6_371 + 1e-6
    assert great_circle_km(one, third) <= great_circle_km(one, other) + great_circle_km(other, third) + 1e-3


def test_known_distances_come_out_right():
    found = known_places()
    assert great_circle_km(found["eu-west-2"], found["eu-west-3"]) == pytest.approx(344, abs=10)
    assert great_circle_km(found["us-east-1"], found["ap-southeast-1"]) == pytest.approx(15_540, rel=0.01)
    assert great_circle_km(Place("p", "P", 90, 0), Place("e", "E", 0, 50)) == pytest.approx(math.pi / 2 * 6_371)
    assert fibre_floor_ms(Place("p", "P", 90, 0), Place("q", "Q", -90, 0)) == pytest.approx(math.pi * 63.71)


@given(places, places)
def test_an_arc_goes_from_end_to_end_and_is_no_detour(one, other):
    points = [Place("p", "P", *at) for at in great_arc(one, other, 17)]
    assert great_circle_km(points[0], one) < 0.1 and great_circle_km(points[-1], other) < 0.1
    if len(points) == 17:
        length = sum(great_circle_km(a, b) for a, b in pairwise(points))
        assert length == pytest.approx(great_circle_km(one, other), rel=1e-3, abs=0.5)


def test_every_region_of_both_matrices_has_a_place_in_a_city(content):
    with (content / "rtt" / "places.toml").open("rb") as file:
        assert set(tomllib.load(file)) == {name for matrix in MATRICES for name in measured(matrix)}
    for place in known_places().values():
        assert place.city and -60 < place.latitude < 70 and -180 <= place.longitude <= 180


def test_regions_of_both_vendors_in_one_city_lie_in_one_place():
    by_city = {}
    for place in known_places().values():
        by_city.setdefault(place.city, []).append(place)
    assert len(by_city["Frankfurt"]) == 2
    for city, found in by_city.items():
        assert city == "Virginia" or all(great_circle_km(found[0], other) == 0 for other in found)


def test_your_own_round_trips_come_first_and_the_way_back_stands_in_for_a_missing_way_there():
    links = network(matrix="aws_2019", rtt_ms={"a": {"b": 66, "a": 2}, "c": {"a": 64}})
    assert sorted(links.names) == ["a", "b", "c"]
    assert (links.rtt_ms("a", "b"), links.rtt_ms("b", "a"), links.rtt_ms("a", "c")) == (66, 66, 64)
    assert (links.rtt_ms("a", "a"), links.rtt_ms("b", "b")) == (2, 0)
    with pytest.raises(KeyError):
        links.rtt_ms("b", "c")
    with pytest.raises(ScenarioError, match="from 'b' to 'c'"):
        links.check_pairs("rtt_ms", ["b"], ["c"])
    assert links.floor_ms("a", "b") is None
    both = network(matrix="none", rtt_ms={"a": {"b": 1}, "b": {"a": 9}})
    assert (both.rtt_ms("a", "b"), both.rtt_ms("b", "a")) == (1, 9)


def test_one_number_is_every_round_trip():
    links = network(matrix="aws_2019", rtt_ms=7.0, same_place_ms=1, also=("x", "y", "x"))
    assert links.names == ("x", "y")
    assert links.table_ms(links.names, links.names).tolist() == [[7, 7], [7, 7]]


def test_an_unknown_name_is_answered_with_the_known_ones():
    with pytest.raises(ScenarioError, match="us-west-2"):
        network(matrix="aws_2019").check_names("regions", ["eu-central-1", "us-east-9"])


rubbish = st.recursive(
    st.none() | st.booleans() | st.floats() | st.integers() | st.text(max_size=50),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner, max_size=3),
    max_leaves=10,
)


@given(rubbish)
def test_bad_structures_name_their_field_and_are_never_another_exception(value):
    readers = (
        read_rtt_ms,
        read_places,
        lambda field, given: read_names(field, given, most=3, shape="names"),
        lambda field, given: read_shares(field, given, shape="shares"),
    )
    for reader in readers:
        try:
            plain = reader("f", value)
        except ScenarioError as problem:
            assert problem.field == "f" and problem.allowed
        else:
            assert reader("f", plain) == plain


@given(st.dictionaries(st.text("abcdefgh", min_size=1, max_size=3), st.floats(1e-9, 1e6), min_size=1, max_size=9))
def test_shares_sum_to_one_and_reading_them_twice_changes_nothing(value):
    try:
        shares = read_shares("users", value, shape="shares")
    except ScenarioError as problem:
        assert "next to nothing" in problem.problem
        return
    assert sum(shares.values()) == pytest.approx(1)
    assert read_shares("users", shares, shape="shares") == shares


@pytest.mark.parametrize("names", [[], ["a"] * 2, ["a", "b", "c", "d"], [""], ["x" * 60], [3], "abc", ["\ud800"]])
def test_names_are_few_short_and_different(names):
    with pytest.raises(ScenarioError, match=r"^regions: "):
        read_names("regions", names, most=3, shape="names")
