"""Does the simulator agree with every generated item, in two hundred variants of each? S7.

What a reader is told is read off the prompt, the simulator runs it, and what it says has to be the marked answer.
"""

import re
from functools import cache
from pathlib import Path

import pytest

from lessons.quizzes.bank import BankError, read_bank
from lessons.quizzes.marking import fits, mark, read_answer, solution
from lessons.quizzes.variants import SEED_MAX
from lessons.simulator.lenses import lens

BANK = read_bank(Path(__file__).resolve().parents[3] / "content")
SEEDS = range(1, 201)
NUMBER = re.compile(r"(?<![\w/])\d[\d,]*(?:\.\d+)?")
MONTH_MIN = 30 * 24 * 60


@cache
def _run(name, fields, seed=1):
    model = lens(name)
    return model.run(model.Scenario(**{key: _thawed(value) for key, value in fields}), seed=seed)


def run(name, **fields):
    return _run(name, tuple((key, _frozen(value)) for key, value in fields.items()))


def _frozen(value):
    if isinstance(value, dict):
        return ("map", *((k, _frozen(v)) for k, v in value.items()))
    return tuple(_frozen(one) for one in value) if isinstance(value, tuple) else value


def _thawed(value):
    if isinstance(value, tuple) and value[:1] == ("map",):
        return {key: _thawed(one) for key, one in value[1:]}
    return [_thawed(one) for one in value] if isinstance(value, tuple) else value


def told(question):
    """The numbers of the prompt, in the order in which a reader meets them."""
    return [float(text.replace(",", "")) for text in NUMBER.findall(question.prompt)]


def light_floor(km):
    degrees = km / (2 * 3.141592653589793 * 6371.0) * 360
    places = {"here": (0.0, 0.0), "there": (0.0, degrees)}
    fields = {"regions": ("here",), "users": {"there": 1.0}, "matrix": "none", "trials": 100}
    return run("latency", **fields, places=places, rtt_ms=300.0).floor_ms["there"]


def fresh_connection(rtt_ms, _tls_one, _tls_three, server_ms):
    fields = {"regions": ("here",), "users": {"there": 1.0}, "matrix": "none", "trials": 100, "round_trips": 3}
    return run("latency", **fields, rtt_ms=rtt_ms, server_ms=server_ms).by_group["there"]["mean"]


def machines(needed, zones):
    return run("headroom", zones=int(zones), instances_needed=int(needed)).instances_provisioned


def survivors(regions, busy):
    return 100 * run("headroom", zones=int(regions), utilisation_fraction=busy / 100).survivor_utilisation_fraction


def minutes(objective, days):
    spent = run("downtime", outages_s=(), period_s=days * 86_400, slo_target_fraction=objective / 100)
    return spent.error_budget_s / 60


def burnt(objective, days, outage_min):
    fields = {"period_s": days * 86_400, "slo_target_fraction": objective / 100}
    return 100 * run("downtime", outages_s=(outage_min * 60,), **fields).error_budget_spent_fraction


def available(structure, each, count, coverage=1.0):
    fields = {"component_availability_fraction": each / 100, "n": int(count), "simulated_years": 1}
    made = run("availability", structure=structure, coverage_fraction=coverage, **fields)
    return made.downtime_per_month_s / 60


def lost(writes, lag_s, _promoted_min):
    fields = {"apply_rate_rps": 100_000, "stall_s": 0, "lost_at_s": 600}
    return run("replication-lag", write_rate_rps=writes, link_delay_s=lag_s, **fields).lost_writes


def drained(ttl_s, share):
    """When the share of requests that reach the other region has grown so far, counted from the change."""
    fields = {"fault_duration_s": 3_600, "horizon_s": 1_500, "decision_delay_s": 0, "promotion_s": 0}
    made = run("failover", dns_ttl_s=ttl_s, **fields)
    moved = next(values for name, values in made.series["share_by_region"].items() if values[0] < 0.5)
    return next(at for at, part in enumerate(moved) if part >= share / 100 - 1e-9) - made.promoted_at_s


def healthy_least(checkers):
    """The fewest healthy checkers with which the lens never calls the region lost."""
    for healthy in range(int(checkers) + 1):
        fields = {"checkers": int(checkers), "fault_seen_fraction": 1 - healthy / checkers, "horizon_s": 600}
        if run("failover", **fields).detected_at_s is None:
            return healthy
    raise AssertionError


def detection(interval_s, failures):
    fields = {"health_check_interval_s": interval_s, "failure_threshold": int(failures), "probe_timeout_s": 0}
    return run("failover", **fields, runs=400, horizon_s=900).spread["detected_at_s"]["mean"]


def new_side(cut_s, patience_s, writes):
    fields = {"partition_s": cut_s, "promote_after_s": patience_s, "write_rate_rps": writes}
    return run("split-brain", **fields).unique_writes["new"]


def rings_after(objective, percent, burn):
    """When a rule of one hour rings, in minutes, with errors that begin at 0 and go on."""
    rule = {"burn_rate": burn, "long_s": 3_600, "short_s": None, "for_s": 0}
    fields = {"rules": (rule,), "error_fraction": percent / 100, "error_lasts_s": 7_200, "horizon_s": 7_200}
    return run("alerting", slo_target_fraction=objective / 100, **fields).fired_at_s / 60


# What the simulator says of the numbers in the prompt, and how near that has to be: exact, or as far as chance goes.
SAYS = {
    "why-light-floor-drawn": (light_floor, lambda answer, *_: 0.01 * answer),
    "why-fresh-connection-drawn": (lambda rtt, tls, server: fresh_connection(rtt, 1, 3, server), None),
    "failure-domains-size-drawn": (machines, None),
    "slo-minutes-drawn": (minutes, None),
    "slo-budget-burn-drawn": (burnt, None),
    "slo-series-drawn": (lambda parts, each, _: available("series", each, parts), lambda *_: 0.05001),
    "slo-coverage-drawn": (lambda each, works, *_: available("parallel", each, 2, works / 100), None),
    "topologies-lost-writes-drawn": (lost, None),
    "traffic-dns-drain-drawn": (drained, lambda answer, ttl_s, share: 1.5),
    "traffic-route53-drawn": (lambda checkers, _: healthy_least(checkers), None),
    "traffic-survivor-load-drawn": (survivors, None),
    "failover-mean-detection-drawn": (detection, lambda answer, interval_s, failures: 0.06 * interval_s),
    "failover-split-brain-writes-drawn": (new_side, None),
    "observing-time-to-ring-drawn": (rings_after, lambda answer, *_: 1.01 / 60),
}


def test_s7_at_least_ten_items_are_generated_in_six_lessons_and_each_is_held_to_the_simulator():
    assert len(SAYS) >= 10
    assert set(SAYS) == set(BANK.variants)
    assert len({BANK.questions[name].lesson for name in SAYS}) >= 6


@pytest.mark.parametrize("name", SAYS)
def test_s7_the_marked_answer_is_what_the_simulator_says_in_two_hundred_variants(name):
    says, near = SAYS[name]
    for seed in SEEDS:
        question = BANK.variant(name, seed)
        numbers = told(question)
        said = says(*numbers)
        right = [option.value for option in question.options if option.right]
        answer = question.answer if question.kind == "number" else right[0]
        allowed = near(answer, *numbers) if near else 1e-6 * max(1.0, abs(answer))
        assert abs(said - answer) <= allowed, (seed, question.prompt, said, answer)


@pytest.mark.parametrize("name", SAYS)
def test_s7_no_variant_is_degenerate(name):
    prompts = set()
    for seed in SEEDS:
        question = BANK.variant(name, seed)
        prompts.add(question.prompt)
        texts = [option.text for option in question.options]
        assert len(set(texts)) == len(texts), (seed, texts)
        assert fits(question, solution(question)) and mark(question, solution(question)).right
        for option in question.options:
            if option.value is not None and not option.right:
                given = option.value if question.kind == "number" else option.id
                told_back = mark(question, given)
                assert not told_back.right, (seed, option.id)
                assert [reason.id for reason in told_back.reasons if reason.chosen] == [option.id]
        assert "{" not in "".join([question.prompt, question.hint, question.reason_right, *texts])
    assert len(prompts) >= 25, f"{len(prompts)} different variants are too few to practise with"


@pytest.mark.parametrize("name", [name for name in SAYS if BANK.questions[name].kind == "number"])
def test_s7_the_answer_as_the_page_shows_it_is_right_when_it_is_typed(name):
    for seed in SEEDS:
        question = BANK.variant(name, seed)
        shown = mark(question, solution(question)).reasons[0].text
        typed = shown.removeprefix("About ").removesuffix(question.unit).strip()
        assert mark(question, read_answer(question, {"answer": [typed]})).right, (seed, shown)


@pytest.mark.parametrize("name", SAYS)
def test_s7_a_seed_gives_the_same_variant_in_a_bank_read_afresh(name):
    again = read_bank(Path(__file__).resolve().parents[3] / "content")
    for seed in (0, 1, 77, 4_711, SEED_MAX):
        assert again.variant(name, seed) == BANK.variant(name, seed)
        assert BANK.variant(name, seed).seed == seed


@pytest.mark.parametrize("name", [name for name in SAYS if BANK.questions[name].kind == "choice"])
def test_the_place_of_the_right_option_says_nothing(name):
    places = {
        next(at for at, option in enumerate(BANK.variant(name, seed).shown) if option.right) for seed in range(1, 60)
    }
    assert places == set(range(len(BANK.questions[name].options)))


@pytest.mark.parametrize("seed", [-1, SEED_MAX + 1])
def test_a_seed_out_of_range_is_refused(seed):
    with pytest.raises(BankError, match="allowed: 0 to"):
        BANK.variant("slo-minutes-drawn", seed)


def test_a_question_without_variants_is_the_same_for_every_seed():
    assert BANK.variant("slo-minutes", 9) is BANK.questions["slo-minutes"]
    with pytest.raises(LookupError):
        BANK.variant("no-such-question", 9)
