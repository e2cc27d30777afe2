"""Are delays what they say they are, and is bad input always named?"""

import math
from statistics import NormalDist

import numpy as np
import orjson
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lessons.simulator.engine import distributions
from lessons.simulator.engine.distributions import DEPTH_MAX, KINDS_MAX, PARTS_MAX, VALUES_MAX, read_delay
from lessons.simulator.engine.rng import stream
from lessons.simulator.engine.stats import normal_quantile
from lessons.simulator.errors import ScenarioError

KINDS = (
    12,
    {"kind": "constant", "value_ms": 3.5},
    {"kind": "uniform", "min_ms": 2, "max_ms": 7},
    {"kind": "exponential", "rate_per_ms": 0.1},
    {"kind": "pareto", "min_ms": 1.5, "alpha": 3.8},
    {"kind": "normal", "mean_ms": 10, "sd_ms": 2},
    {"kind": "normal", "mean_ms": 0, "sd_ms": 4},
    {"kind": "empirical", "values_ms": [1, 1, 2, 30]},
    {"kind": "mixture", "parts": [[0.99, 10], [0.01, {"kind": "uniform", "min_ms": 900, "max_ms": 1100}]]},
    {"kind": "mixture", "parts": [[3, {"kind": "mixture", "parts": [[1, 1], [1, 2]]}], [1, 9]]},
)

times = st.floats(0, 1e7) | st.integers(0, 10_000)
leaves = st.one_of(
    times,
    st.fixed_dictionaries({"kind": st.just("constant"), "value_ms": times}),
    st.tuples(times, times).map(lambda ends: {"kind": "uniform", "min_ms": min(ends), "max_ms": max(ends)}),
    st.fixed_dictionaries({"kind": st.just("exponential"), "rate_per_ms": st.floats(1e-7, 1e6)}),
    st.fixed_dictionaries({"kind": st.just("pareto"), "min_ms": times, "alpha": st.floats(0.5, 1_000)}),
    st.fixed_dictionaries({"kind": st.just("normal"), "mean_ms": times, "sd_ms": times}),
    st.fixed_dictionaries({"kind": st.just("empirical"), "values_ms": st.lists(times, min_size=1, max_size=8)}),
)


def mixtures(inner):
    parts = st.lists(st.tuples(st.floats(1e-9, 1e9), inner), min_size=1, max_size=3)
    return st.fixed_dictionaries({"kind": st.just("mixture"), "parts": parts.map(lambda made: [list(p) for p in made])})


delays = leaves | mixtures(leaves | mixtures(leaves))
rubbish = st.recursive(
    st.none() | st.booleans() | st.floats() | st.integers() | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(
            st.sampled_from(["kind", "value_ms", "min_ms", "max_ms", "alpha", "values_ms", "parts", "x"]),
            inner,
            max_size=4,
        )
        | st.fixed_dictionaries(
            {"kind": st.sampled_from(["constant", "uniform", "pareto", "normal", "empirical", "mixture"])},
            optional=dict.fromkeys(("value_ms", "min_ms", "alpha", "mean_ms", "sd_ms", "values_ms", "parts"), inner),
        )
    ),
    max_leaves=12,
)


@pytest.mark.parametrize("value", KINDS, ids=str)
def test_the_mean_of_many_draws_is_the_mean_it_claims(value):
    delay = read_delay("d", value)
    drawn = delay.sample(stream(5, "mean"), 400_000)
    assert drawn.mean() == pytest.approx(delay.mean_ms, abs=4 * drawn.std() / math.sqrt(len(drawn)) + 1e-9)


@pytest.mark.parametrize("value", KINDS, ids=str)
def test_what_was_drawn_before_is_drawn_again_and_the_shape_does_not_matter(value):
    delay = read_delay("d", value)
    line, square = delay.sample(stream(1, "d"), 12), delay.sample(stream(1, "d"), (3, 4))
    assert line.tolist() == square.ravel().tolist()
    assert delay.at(np.zeros(3)).shape == (3,)


@settings(max_examples=200)
@given(delays)
def test_delays_are_finite_and_never_negative_up_to_the_ends_of_the_dice(value):
    ends = np.array([0.0, 2.0**-53, 0.25, 0.5, 0.75, 1 - 2.0**-53])
    found = read_delay("d", value).at(ends)
    assert np.isfinite(found).all()
    assert (found >= 0).all()
    assert ends[0] == 0.0, "the dice are not changed"


@given(delays)
def test_plain_data_are_json_and_read_back_as_the_same_delay(value):
    plain = read_delay("d", value).plain()
    again = read_delay("d", orjson.loads(orjson.dumps(plain)))
    assert again == read_delay("d", value)
    assert again.plain() == plain


@given(delays)
def test_every_kind_uses_one_throw_for_each_draw(value):
    one, other = stream(1, "d"), stream(1, "d")
    read_delay("d", value).sample(one, 7)
    other.random(7)
    assert one.random() == other.random()


@settings(max_examples=400)
@given(rubbish | delays)
def test_bad_input_names_its_field_and_is_never_another_exception(value):
    try:
        read_delay("server_ms", value)
    except ScenarioError as problem:
        assert problem.field == "server_ms"
        assert problem.allowed and problem.problem
        assert len(str(problem)) < 700


@pytest.mark.parametrize(
    "value",
    [
        None,
        True,
        "10",
        [],
        -1,
        math.nan,
        math.inf,
        10**400,
        {},
        {"kind": ["uniform"]},
        {"kind": "gamma"},
        {"kind": "uniform", "min_ms": 5, "max_ms": 4},
        {"kind": "uniform", "min_ms": 5},
        {"kind": "exponential", "rate_per_ms": 0},
        {"kind": "pareto", "min_ms": 1, "alpha": 0.1},
        {"kind": "normal", "mean_ms": 1, "sd_ms": -1},
        {"kind": "constant", "value_ms": 1, "extra": 2},
        {"kind": "empirical", "values_ms": []},
        {"kind": "empirical", "values_ms": [1] * (VALUES_MAX + 1)},
        {"kind": "mixture", "parts": []},
        {"kind": "mixture", "parts": [[1, 1]] * (PARTS_MAX + 1)},
        {"kind": "mixture", "parts": [[0, 1]]},
        {"kind": "mixture", "parts": [[1, 1, 1]]},
        {"kind": "mixture", "parts": {"1": 1}},
    ],
    ids=lambda value: str(value)[:60],
)
def test_what_is_no_delay_is_refused(value):
    with pytest.raises(ScenarioError, match=r"^server_ms: "):
        read_delay("server_ms", value)


def nested(levels):
    return 1 if levels == 0 else {"kind": "mixture", "parts": [[1, nested(levels - 1)]]}


def test_mixtures_nest_three_deep_and_no_deeper():
    assert read_delay("d", nested(DEPTH_MAX)).mean_ms == 1
    with pytest.raises(ScenarioError, match="deep"):
        read_delay("d", nested(DEPTH_MAX + 1))
    with pytest.raises(ScenarioError, match="deep"):
        read_delay("d", nested(300))


def test_a_short_text_cannot_ask_for_much_work():
    wide = {"kind": "mixture", "parts": [[1, {"kind": "mixture", "parts": [[1, 1]] * 12}]] * 12}
    with pytest.raises(ScenarioError, match=f"more than {KINDS_MAX}"):
        read_delay("d", wide)


def test_a_problem_says_where_it_lies():
    with pytest.raises(ScenarioError, match=r"parts\.1\.1\.rate_per_ms"):
        read_delay("d", {"kind": "mixture", "parts": [[1, 1], [1, {"kind": "exponential", "rate_per_ms": -1}]]})


def test_tails_have_the_weight_of_their_formulas():
    at = np.linspace(0.001, 0.999, 999)
    exponential = read_delay("d", {"kind": "exponential", "rate_per_ms": 0.183}).at(at)
    assert np.exp(-0.183 * exponential) == pytest.approx(1 - at)
    pareto = read_delay("d", {"kind": "pareto", "min_ms": 1.05, "alpha": 1.51}).at(at)
    assert (1.05 / pareto) ** 1.51 == pytest.approx(1 - at)


def test_a_mixture_meets_its_parts_as_often_as_their_weights_say():
    delay = read_delay("d", {"kind": "mixture", "parts": [[9122, 1], [878, 2]]})
    drawn = delay.sample(stream(3, "d"), 200_000)
    assert (drawn == 1).mean() == pytest.approx(0.9122, abs=4 * math.sqrt(0.9122 * 0.0878 / 200_000))


def test_a_pareto_without_a_mean_says_so():
    assert math.isinf(read_delay("d", {"kind": "pareto", "min_ms": 1, "alpha": 1}).mean_ms)


@given(st.floats(1e-300, 1 - 2.0**-53))
def test_the_normal_quantile_agrees_with_the_standard_library(uniform):
    assert normal_quantile(np.array([uniform]))[0] == pytest.approx(NormalDist().inv_cdf(uniform), rel=1e-12, abs=1e-12)


def test_every_kind_is_described_where_a_reader_sees_it():
    assert all(kind in distributions.SHAPE for kind in distributions._READERS)
