"""Do the signals of a run say what the run says, whatever the run?"""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lessons.observability import copy_behind, signals, stale_reads
from lessons.observability.failing_over import caches, durations, probes, saturation, streams
from lessons.observability.runs import NotObservable, observable, signals_of
from lessons.observability.signals import METRICS, family_of
from lessons.simulator import failover, replication_lag, staleness
from lessons.simulator.engine.passports import read_passports
from lessons.simulator.failover.flows import flows
from lessons.simulator.failover.lens import moments_drawn
from lessons.simulator.presets import presets

CONSTANTS = {
    "scrape-interval": signals.SCRAPE_S,
    "quiet-before": signals.BEFORE_S,
    "commit-time": durations.COMMIT_MS,
    "zone-round-trip": durations.ZONE_ROUND_TRIP_MS,
    "planned-utilisation": saturation.PLANNED_UTILISATION,
    "connection-held": saturation.CONNECTION_HELD_S,
    "pool-use": saturation.POOL_USE_AT_CAPACITY,
    "cache-hits": caches.HIT_FRACTION,
    "cache-warms": caches.WARMS_IN_S,
    "consumer-headroom": streams.CONSUMER_HEADROOM,
    "consumer-fetch": streams.FETCH_S,
    "consumer-restart": streams.RESTART_S,
    "staleness-shown": stale_reads.SHOWN_S,
}


def seen(*, seed=1, before_s=600, step_s=15, **given):
    """Scenario, result and signals of one failover."""
    scenario = failover.Scenario(**given)
    result = failover.run(scenario, seed=seed)
    return scenario, result, signals_of("failover", scenario, result, seed=seed, before_s=before_s, step_s=step_s)


def during(found, values):
    """What a counter gained from the fault to the end."""
    return values[-1] - values[np.searchsorted(found.times_s, 0.0)]


SCENARIOS = st.fixed_dictionaries(
    {
        "strategy": st.sampled_from(list(failover.scenario.STRATEGIES)),
        "fault": st.sampled_from(list(failover.scenario.FAULTS)),
        "routing": st.sampled_from(["dns", "anycast"]),
        "replication": st.sampled_from(["async", "sync"]),
        "failback": st.sampled_from(["none", "automatic"]),
        "request_rate_rps": st.sampled_from([0.5, 40.0, 1_000.0, 250_000.0]),
        "write_fraction": st.sampled_from([0.0, 0.2, 1.0]),
        "fault_duration_s": st.floats(1, 900),
        "horizon_s": st.floats(60, 1_500),
        "cache_warm_s": st.sampled_from([0.0, 200.0]),
        "retries": st.integers(0, 3),
        "fault_seen_fraction": st.sampled_from([0.3, 1.0]),
        "seed": st.integers(0, 2**40),
    }
)


@given(SCENARIOS)
@settings(max_examples=120, deadline=None)
def test_requests_by_region_and_code_add_up_to_what_the_run_counted(given):
    _, result, found = seen(**given)
    total = found.total("http_requests_total")
    answered = found.total("http_requests_total", code="200")
    lasts_s = np.minimum(result.series["t_s"] + 1, given["horizon_s"]) - result.series["t_s"]
    assert during(found, total) == pytest.approx(float((result.series["offered_rps"] * lasts_s).sum()))
    assert during(found, total) - during(found, answered) == result.failed_requests


@given(SCENARIOS)
@settings(max_examples=120, deadline=None)
def test_counters_never_fall_and_nothing_is_negative_or_missing(given):
    _, _, found = seen(**given)
    for one in found.series:
        assert np.isfinite(one.values).all(), one.name
        assert (one.values >= 0).all(), one.name
        assert not np.signbit(one.values).any(), f"{one.name} holds a minus nought"
        if family_of(one).kind != "gauge":
            assert (np.diff(one.values) >= -1e-6).all(), (one.name, one.labels)
            assert one.name.endswith("_sum") or (one.values % 1 == 0).all(), one.name


@given(SCENARIOS)
@settings(max_examples=60, deadline=None)
def test_the_buckets_of_a_histogram_are_cumulative_and_end_at_its_count(given):
    _, _, found = seen(**given)
    for name in ("http_request_duration_seconds", "db_commit_duration_seconds"):
        for count in found.named(f"{name}_count"):
            buckets = found.named(f"{name}_bucket", **count.labels)
            reached = np.stack([bucket.values for bucket in buckets])
            assert [float(bucket.labels["le"].replace("+Inf", "inf")) for bucket in buckets] == sorted(
                float(bucket.labels["le"].replace("+Inf", "inf")) for bucket in buckets
            )
            assert (np.diff(reached, axis=0) >= 0).all()
            np.testing.assert_array_equal(reached[-1], count.values)
    counted = found.total("http_request_duration_seconds_count")
    np.testing.assert_array_equal(counted, found.total("http_requests_total"))
    written = found.total("http_requests_total", endpoint="/orders", code="200")
    np.testing.assert_array_equal(found.total("db_commit_duration_seconds_count"), written)
    read = found.total("http_requests_total", endpoint="/catalogue", code="200")
    np.testing.assert_allclose(found.total("cache_requests_total"), read)


@given(SCENARIOS)
@settings(max_examples=60, deadline=None)
def test_the_flows_of_a_second_are_all_of_its_requests(given):
    given = dict(given)
    seed = given.pop("seed")
    scenario = failover.Scenario(**given)
    found = flows(scenario, moments_drawn(scenario, seed=seed))
    np.testing.assert_allclose(np.sum([flow.share for flow in found], axis=0), 1.0, atol=1e-9)


@given(SCENARIOS)
@settings(max_examples=60, deadline=None)
def test_shares_sum_to_one_and_the_connections_in_use_keep_to_their_limit(given):
    _, _, found = seen(**given)
    np.testing.assert_allclose(found.total("route_share_ratio"), 1.0)
    for used in found.named("db_connections_in_use"):
        (limit,) = found.named("db_connections_limit", region=used.labels["region"])
        assert (used.values <= limit.values).all()
    for full in found.named("region_utilisation_ratio"):
        assert (full.values <= 1).all()


@pytest.mark.parametrize("name", ["hot-standby", "active-active", "failback-later", "steered-by-dns", "zone-lost"])
def test_what_the_entry_sends_where_is_what_the_run_says(content, name):
    start = presets(content, "failover")[name]
    _, result, found = seen(seed=start.seed, step_s=5, **start.values)
    for series in found.named("route_share_ratio"):
        said = result.series["share_by_region"][series.labels["region"]]
        inside = (found.times_s >= 0) & (found.times_s < len(said))
        np.testing.assert_allclose(series.values[inside], said[found.times_s[inside].astype(int)], atol=1e-9)


def test_the_lag_is_the_runs_and_grows_until_the_copy_takes_over():
    scenario, result, found = seen(step_s=1, replication_lag_s=8)
    (lag,) = found.named("db_replication_lag_seconds", region="eu-central")
    assert (lag.values[found.times_s <= 0] == 8).all()
    lost = (found.times_s >= 0) & (found.times_s < result.promoted_at_s)
    np.testing.assert_allclose(lag.values[lost], 8 + found.times_s[lost])
    assert (lag.values[found.times_s >= result.promoted_at_s] == 0).all()
    assert scenario.replication_lag_s <= result.rpo_s


def test_a_synchronous_copy_is_never_behind_while_it_is_no_primary():
    _, result, found = seen(replication="sync", step_s=1)
    (lag,) = found.named("db_replication_lag_seconds", region="eu-central")
    assert (lag.values == 0).all()
    assert result.rpo_s == 0


def test_the_last_backup_is_as_old_at_the_fault_as_what_the_run_lost():
    for seed in range(20):
        _, result, found = seen(seed=seed, strategy="backup_restore", horizon_s=7_200, fault_duration_s=7_200)
        (lag,) = found.named("db_replication_lag_seconds", region="eu-central")
        age_s = float(lag.values[found.times_s == 0][0])
        # The newest write that survived came before the backup, at 200 writes a second hardly earlier.
        assert age_s <= result.rpo_s <= age_s + 1
        assert not found.named("db_replication_running")


@pytest.mark.parametrize("fault", ["region_loss", "zone_loss", "gray_failure", "switchover"])
@pytest.mark.parametrize("seed", range(5))
def test_one_region_at_most_is_primary_where_the_sides_can_hear_of_each_other(fault, seed):
    _, _, found = seen(seed=seed, fault=fault, fault_seen_fraction=1, step_s=1, failback="automatic", horizon_s=1_200)
    assert found.total("db_primary").max() == 1
    assert found.total("db_primary")[0] == found.total("db_primary")[-1] == 1


def test_a_partition_without_fencing_shows_two_primaries_from_the_promotion_to_its_end():
    _, result, found = seen(fault="partition", fault_duration_s=400, step_s=1)
    both = found.times_s[found.total("db_primary") == 2]
    assert result.two_sided_writes > 0
    assert both.min() == pytest.approx(result.promoted_at_s, abs=1)
    assert both.max() == 399


def test_no_region_is_primary_between_the_loss_and_the_promotion():
    _, result, found = seen(step_s=1)
    nobody = found.times_s[found.total("db_primary") == 0]
    assert nobody.min() == 0
    assert nobody.max() == pytest.approx(result.promoted_at_s, abs=1)
    assert found.total("db_leader_changes_total")[-1] == found.total("failovers_total")[-1] == 1


def test_the_health_check_turns_at_the_moment_of_detection():
    _, result, found = seen(step_s=1, horizon_s=900)
    (east,) = found.named("region_healthy", region="us-east")
    lost = found.times_s[east.values == 0]
    assert lost.min() == pytest.approx(result.detected_at_s, abs=1)
    assert lost.max() == 599
    assert (found.named("region_healthy", region="eu-central")[0].values == 1).all()


def test_the_middle_of_the_histogram_is_the_runs_own_median_and_99th_percentile():
    _, result, found = seen(step_s=1, horizon_s=900, fault_duration_s=900)
    for starts_s, ends_s in ((5, 55), (500, 890)):
        window = [np.searchsorted(found.times_s, at_s) for at_s in (starts_s, ends_s)]
        gained = {}
        for bucket in found.named("http_request_duration_seconds_bucket"):
            bound = float(bucket.labels["le"].replace("+Inf", "inf"))
            gained[bound] = gained.get(bound, 0) + np.diff(bucket.values[window])[0]
        bounds, reached = zip(*sorted(gained.items()), strict=True)
        for level, told in ((0.5, "p50_ms"), (0.99, "p99_ms")):
            place = int(np.argmax(np.array(reached) >= level * reached[-1]))
            low_s = bounds[place - 1] if place else 0
            assert low_s * 1_000 <= np.median(result.series[told][starts_s:ends_s]) <= bounds[place] * 1_000


def test_the_sum_of_durations_follows_from_littles_law():
    _, _, found = seen(step_s=15)
    waited = np.diff(found.total("http_request_duration_seconds_sum")) / np.diff(found.times_s)
    np.testing.assert_allclose(found.total("region_requests_in_flight")[1:], waited, rtol=1e-9)


def test_a_synchronous_commit_takes_a_round_trip_longer():
    means = []
    for replication in ("async", "sync"):
        _, _, found = seen(replication=replication, horizon_s=60)
        means.append(
            found.total("db_commit_duration_seconds_sum")[-1] / found.total("db_commit_duration_seconds_count")[-1]
        )
    assert means[1] - means[0] == pytest.approx(0.090)


def test_a_standby_too_small_is_full_and_turns_the_rest_away():
    scenario, _, found = seen(
        strategy="warm_standby", scale_up_s=86_400, step_s=15, horizon_s=600, fault_duration_s=600
    )
    (full,) = found.named("region_utilisation_ratio", region="eu-central")
    assert full.values[-5:] == pytest.approx(1.0, abs=0.05)
    turned_away = found.total("http_requests_total", region="eu-central", code="503")
    rate_rps = (turned_away[-1] - turned_away[-5]) / (found.times_s[-1] - found.times_s[-5])
    assert rate_rps == pytest.approx(scenario.request_rate_rps * (1 - 0.3), rel=0.02)
    assert any("verload" in sentence for sentence in found.leaves_out)


def test_the_cache_of_moved_users_is_cold_first_and_as_warm_as_ever_later():
    _, result, found = seen(step_s=1, horizon_s=900, fault_duration_s=900)
    hits, misses = (found.total("cache_requests_total", region="eu-central", result=one) for one in ("hit", "miss"))

    def hit_fraction(starts_s, ends_s):
        start, end = (np.searchsorted(found.times_s, at_s) for at_s in (starts_s, ends_s))
        gained = hits[end] - hits[start]
        return gained / (gained + misses[end] - misses[start])

    moved_s = result.promoted_at_s
    assert hit_fraction(moved_s, moved_s + 20) < 0.1
    assert hit_fraction(moved_s + 150, moved_s + 151) == pytest.approx(caches.HIT_FRACTION / 2, abs=0.02)
    assert hit_fraction(moved_s + 310, moved_s + 350) == pytest.approx(caches.HIT_FRACTION, abs=0.001)


def test_a_consumer_that_is_cut_off_falls_behind_by_every_message_and_catches_up_at_its_headroom():
    _, result, found = seen(step_s=1, fault_duration_s=400, horizon_s=1_200)
    waiting = found.total("stream_consumer_lag_messages", region="us-east")
    written = found.total("http_requests_total", endpoint="/orders", code="200")
    taken, back = (np.searchsorted(found.times_s, at_s) for at_s in (result.promoted_at_s, 400.0))
    assert waiting[back] - waiting[taken] == pytest.approx(written[back] - written[taken], abs=2)
    # Twice the usual rate in, once the usual rate out: it takes as long again as it was away.
    away_s = 400 - result.promoted_at_s
    caught_up = found.times_s[back:][waiting[back:] < 2 * 200][0]
    assert caught_up - 400 == pytest.approx(away_s, rel=0.1)


def test_probes_meet_what_requests_meet():
    _, _, lost = seen(step_s=15)
    inside = (lost.times_s >= 0) & (lost.times_s < 600)
    assert not lost.total("probe_success", region="us-east")[inside].any()
    assert (lost.total("probe_success", region="eu-central") == len(probes.VANTAGES)).all()
    _, _, slow = seen(fault="gray_failure", step_s=1, horizon_s=3_600, fault_duration_s=3_600)
    share = slow.total("probe_success", region="us-east")[slow.times_s >= 0].mean() / len(probes.VANTAGES)
    assert share == pytest.approx(0.7, abs=0.03)


def test_before_the_fault_everything_is_well():
    _, _, found = seen(before_s=3_600)
    quiet = found.times_s <= 0
    assert found.times_s[0] == -3_600
    assert not found.total("http_requests_total", code="503")[quiet].any()
    assert not found.total("http_requests_total", code="504")[quiet].any()
    for name in ("region_healthy", "probe_success", "db_replication_running"):
        assert all((one.values[found.times_s < 0] == 1).all() for one in found.named(name)), name


def test_a_finer_look_sees_the_same_run():
    _, _, coarse = seen(step_s=60)
    _, _, fine = seen(step_s=1)
    places = np.searchsorted(fine.times_s, coarse.times_s)
    for name in ("http_requests_total", "cache_requests_total", "db_replication_lag_seconds", "region_healthy"):
        for one in coarse.named(name):
            (same,) = fine.named(name, **one.labels)
            np.testing.assert_allclose(same.values[places], one.values)


def test_a_run_that_ends_between_two_scrapes_is_counted_to_its_end():
    _, result, found = seen(horizon_s=607.5, fault_duration_s=607.5)
    assert found.times_s[-1] == 607.5
    total = during(found, found.total("http_requests_total"))
    assert total - during(found, found.total("http_requests_total", code="200")) == result.failed_requests


@pytest.mark.parametrize("name", ["sixty-second-stall", "flash-sale", "peak-arrives"])
def test_the_lag_of_a_copy_is_that_of_its_run(content, name):
    scenario = replication_lag.Scenario(**presets(content, "replication-lag")[name].values)
    result = replication_lag.run(scenario, seed=1)
    found = signals_of("replication-lag", scenario, result, seed=1, step_s=1)
    (lag,) = found.named("db_replication_lag_seconds", region="eu-central")
    assert lag.values.max() == pytest.approx(result.peak_lag_s, rel=0.01)
    inside = found.times_s >= 0
    said = np.interp(found.times_s[inside], result.series["t_s"], result.series["lag_s"])
    np.testing.assert_allclose(lag.values[inside], said)
    written = found.total("http_requests_total")
    mean_rps = np.trapezoid(result.series["written_rps"], result.series["t_s"]) / scenario.horizon_s
    assert during(found, written) == pytest.approx(mean_rps * scenario.horizon_s, rel=0.02)
    stopped = found.times_s[found.named("db_replication_running", region="eu-central")[0].values == 0]
    assert len(stopped) == min(scenario.stall_s, max(0.0, scenario.horizon_s - scenario.stall_at_s))
    assert found.leaves_out == copy_behind.LEAVES_OUT


def test_the_share_of_stale_reads_is_the_chance_that_the_newest_write_is_too_young():
    # One replica answers at once, the write reaches it after exactly 100 ms: visible 100 ms after its commit.
    quick = {"kind": "constant", "value_ms": 0.0}
    own = {"write_delay": {"kind": "constant", "value_ms": 100.0}, "ack_delay": quick, "read_delay": quick}
    trials = stale_reads.draw(
        staleness.scenario.wars_of(staleness.Scenario(fit="custom", n=1, r=1, w=1, response_delay=quick, **own)),
        n=1,
        r=1,
        w=1,
        trials=1_000,
        seed=1,
    )
    # With n = r = w = 1 the commit waits for the write itself: never stale.
    assert stale_reads.stale_fraction(trials, 5.0) == 0
    late = stale_reads.Trials(trials.write_ms, trials.read_ms, np.full(1_000, 100.0))
    assert stale_reads.stale_fraction(late, 5.0) == pytest.approx(1 - np.exp(-0.5))


def test_stale_reads_are_counted_as_often_as_the_run_says_they_happen():
    scenario = staleness.Scenario(fit="wan", write_rate_rps=10, client_read_rate_rps=100)
    result = staleness.run(scenario, seed=3)
    found = signals_of("staleness", scenario, result, seed=3)
    stale, reads = found.total("db_reads_total", result="stale")[-1], found.total("db_reads_total")[-1]
    curve = result.series
    age_s = curve["t_ms"] / 1_000
    expected = np.trapezoid(10 * np.exp(-10 * age_s) * (1 - curve["p_fresh_fraction"]), age_s)
    assert reads == found.total("http_requests_total", endpoint="/catalogue")[-1]
    assert stale / reads == pytest.approx(expected, rel=0.03)
    commits = found.total("db_commit_duration_seconds_count")[-1]
    assert found.total("db_commit_duration_seconds_sum")[-1] / commits == pytest.approx(
        result.write_ms["mean"] / 1_000, rel=1e-6
    )


def test_a_strict_quorum_never_counts_a_stale_read():
    scenario = staleness.Scenario(r=2, w=2, client_read_rate_rps=100)
    found = signals_of("staleness", scenario, staleness.run(scenario, seed=1), seed=1)
    assert found.total("db_reads_total", result="stale")[-1] == 0


def test_a_lens_without_metrics_is_refused_by_name():
    with pytest.raises(NotObservable, match="failover, replication-lag, staleness"):
        signals_of("cost", None, None, seed=1)
    assert observable() == ("failover", "replication-lag", "staleness")


def test_every_series_belongs_to_a_named_family(content):
    used = set()
    for lens, run in (("failover", failover), ("replication-lag", replication_lag), ("staleness", staleness)):
        scenario = run.Scenario()
        found = signals_of(lens, scenario, run.run(scenario, seed=1), seed=1)
        used |= {family_of(one).name for one in found.series}
        assert all(one.labels["service"] == "tally" for one in found.series)
        assert found.leaves_out
    assert used == set(METRICS)


@pytest.mark.parametrize("passport", CONSTANTS)
def test_every_constant_of_the_models_is_the_one_of_its_passport(content, passport):
    assert read_passports(content)[passport].value == CONSTANTS[passport]
