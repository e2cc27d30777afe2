"""Does the staleness lens give the published figures? Rows PBS-1 to PBS-39, at full size.

Source: Bailis and others, "Probabilistically Bounded Staleness for Practical Partial Quorums", VLDB 2012, table 4 and
text. Disk writes take the table's 10.99 ms at the 99.9th percentile, not the 10.47 of a sentence. For `ymmr` the delays
of the authors' program (alpha 3.5) are used, not the misprint in their table of fits (3.35).
"""

from functools import cache

import pytest

from lessons.simulator import staleness

SEED = 1
TRIALS = 1_000_000


@cache
def pbs(fit, r, w, n=3, at_ms=(0.0,)):
    return staleness.run(staleness.Scenario(fit=fit, n=n, r=r, w=w, at_ms=list(at_ms), trials=TRIALS), seed=SEED)


TABLE_4 = {
    "PBS-1": ("lnkd_ssd", 1, 1, (0.66, 0.03), (0.66, 0.03)),
    "PBS-4": ("lnkd_ssd", 2, 2, (1.62, 0.03), (1.64, 0.03)),
    "PBS-6": ("lnkd_ssd", 1, 3, (0.65, 0.03), (4.09, 0.06)),
    "PBS-7": ("lnkd_disk", 1, 1, (0.66, 0.03), (10.99, 0.03)),
    "PBS-10": ("lnkd_disk", 2, 2, (1.64, 0.03), (20.96, 0.03)),
    "PBS-12": ("lnkd_disk", 1, 3, (0.65, 0.03), (112.65, 0.06)),
    "PBS-14": ("ymmr", 1, 2, (5.61, 0.03), (427.1, 0.06)),
    "PBS-15": ("ymmr", 2, 1, (32.6, 0.08), (10.73, 0.03)),
    "PBS-17": ("ymmr", 3, 1, (219.3, 0.03), (10.79, 0.03)),
    "PBS-20": ("wan", 1, 2, (3.40, 0.03), (167.64, 0.03)),
    "PBS-22": ("wan", 2, 2, (151.31, 0.03), (167.72, 0.03)),
    "PBS-24": ("wan", 1, 3, (3.44, 0.03), (241.55, 0.06)),
}


@pytest.mark.parametrize(("fit", "r", "w", "read", "write"), TABLE_4.values(), ids=TABLE_4)
def test_one_operation_in_a_thousand_takes_as_long_as_the_paper_says(fit, r, w, read, write):
    result = pbs(fit, r, w)
    assert result.read_ms["p999"] == pytest.approx(read[0], rel=read[1])
    assert result.write_ms["p999"] == pytest.approx(write[0], rel=write[1])


VISIBLE_AT_ONCE = {name: row[:3] for name, row in TABLE_4.items() if row[1] + row[2] > 3}


@pytest.mark.parametrize(("fit", "r", "w"), VISIBLE_AT_ONCE.values(), ids=VISIBLE_AT_ONCE)
def test_quorums_that_overlap_see_every_write_at_once(fit, r, w):
    result = pbs(fit, r, w)
    assert result.t_visibility_ms == {"0.9": 0, "0.99": 0, "0.999": 0}
    assert result.p_stale_at == (0,)


# The authors raised t until one noisy estimate first passed 99.9 %, which stops early: the first lucky draw among many.
# So a right model may lie up to 18 % above what is printed; below it, or further above, it is wrong.
VISIBLE = {
    "PBS-1": ("lnkd_ssd", 1, 1, 1.85, 1.96, 0.04),
    "PBS-7": ("lnkd_disk", 1, 1, 45.5, 52, 0.04),
    "PBS-14": ("ymmr", 1, 2, 1352, 1440, 0.08),
    "PBS-15": ("ymmr", 2, 1, 202, 217, 0.08),
}


@pytest.mark.parametrize(("fit", "r", "w", "published", "reference", "within"), VISIBLE.values(), ids=VISIBLE)
def test_99_9_per_cent_of_reads_are_fresh_after_the_published_time(fit, r, w, published, reference, within):
    found = pbs(fit, r, w).t_visibility_ms["0.999"]
    assert found == pytest.approx(reference, rel=within) or published <= found <= 1.18 * published


@pytest.mark.parametrize(("fit", "r", "w", "published", "reference", "within"), VISIBLE.values(), ids=VISIBLE)
def test_at_the_published_time_nearly_99_9_per_cent_are_fresh(fit, r, w, published, reference, within):
    assert 0.9985 <= 1 - pbs(fit, r, w, at_ms=(published,)).p_stale_at[0] <= 0.9992


def test_on_solid_state_disks_97_4_per_cent_are_fresh_at_once_and_five_nines_after_5_ms():
    """PBS-30."""
    at_once, after_5_ms = (1 - stale for stale in pbs("lnkd_ssd", 1, 1, at_ms=(0.0, 5.0)).p_stale_at)
    assert at_once == pytest.approx(0.974, abs=0.003)
    assert 0.99998 <= after_5_ms < 1, "small, but not nothing: the quorums need not overlap"


def test_an_ocean_apart_one_read_in_three_is_fresh_at_once():
    """PBS-33."""
    assert 1 - pbs("wan", 1, 1).p_stale_at[0] == pytest.approx(0.33, abs=0.01)


def test_of_two_replicas_on_disks_57_5_per_cent_are_fresh_at_once():
    """PBS-34."""
    assert 1 - pbs("lnkd_disk", 1, 1, n=2).p_stale_at[0] == pytest.approx(0.575, abs=0.005)


def test_medians_of_solid_state_and_spinning_disks():
    """PBS-36."""
    assert pbs("lnkd_ssd", 1, 1).read_ms["p50"] == pytest.approx(0.489, rel=0.015)
    assert pbs("lnkd_ssd", 1, 1).read_ms["p999"] == pytest.approx(0.657, rel=0.015)
    assert pbs("lnkd_disk", 1, 1).write_ms["p50"] == pytest.approx(1.50, rel=0.015)


def test_exponential_delays_of_the_papers_example():
    """PBS-37."""
    one = {"kind": "exponential", "rate_per_ms": 1}
    scenario = staleness.Scenario(
        fit="custom",
        n=3,
        r=1,
        w=1,
        write_delay={"kind": "exponential", "rate_per_ms": 4},
        ack_delay=one,
        read_delay=one,
        response_delay=one,
        at_ms=[0],
        trials=TRIALS,
    )
    result = staleness.run(scenario, seed=SEED)
    assert 1 - result.p_stale_at[0] == pytest.approx(0.94, abs=0.01)
    assert result.t_visibility_ms["0.999"] == pytest.approx(1.015, rel=0.04)


def test_versions_in_closed_form():
    """PBS-39."""
    result = staleness.run(staleness.Scenario(n=3, r=1, w=1, versions=[2, 3]), seed=SEED)
    assert result.p_within_k_versions == (pytest.approx(5 / 9, abs=1e-9), pytest.approx(19 / 27, abs=1e-9))


def test_ymmr_takes_the_alpha_of_the_authors_program():
    """With the printed 3.35 one write in a thousand would take 11.2 ms, and the published 10.73 would be missed."""
    printed = {
        "kind": "mixture",
        "parts": [
            [0.939, {"kind": "pareto", "min_ms": 3, "alpha": 3.35}],
            [0.061, {"kind": "exponential", "rate_per_ms": 0.0028}],
        ],
    }
    other = {
        "kind": "mixture",
        "parts": [
            [0.982, {"kind": "pareto", "min_ms": 1.5, "alpha": 3.8}],
            [0.018, {"kind": "exponential", "rate_per_ms": 0.0217}],
        ],
    }
    scenario = staleness.Scenario(
        fit="custom", write_delay=printed, ack_delay=other, read_delay=other, response_delay=other, trials=TRIALS
    )
    assert staleness.run(scenario, seed=SEED).write_ms["p999"] == pytest.approx(11.2, rel=0.02)
    assert pbs("ymmr", 1, 1).write_ms["p999"] == pytest.approx(10.75, rel=0.02)
