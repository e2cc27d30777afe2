"""Does the order hold where it must, break where it must, and cost what it must?"""

import math

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lessons.simulator import ordering
from lessons.simulator.engine.params import params
from lessons.simulator.errors import ScenarioError
from lessons.simulator.ordering.scenario import PARTITIONS_MAX
from lessons.simulator.record import as_plain

TWO = {"writers": {"east": 0.5, "west": 0.5}, "rtt_ms": 0, "same_place_rtt_ms": 0, "append_ms": 0, "reader_lag_ms": 0}
FAILOVER = {
    "strategy": "partitioned_log",
    "write_rate_rps": 500,
    "replication_lag_s": 3,
    "checkpoint_interval_s": 60,
    "fault": "region_loss",
    "failover_after_s": 300,
    "fault_duration_s": 3600,
}


def ran(*, seed=1, **given):
    return ordering.run(ordering.Scenario(**given), seed=seed)


# Latency


def test_four_sequential_calls_from_frankfurt_to_virginia_add_four_round_trips():
    pair = {"writers": {"Virginia": 0.5, "Frankfurt": 0.5}, "rtt_ms": {"Frankfurt": {"Virginia": 90}}}
    result = ran(**pair, round_trips=4, same_place_rtt_ms=0)
    assert result.distance_ms == {"Virginia": 0, "Frankfurt": 360}
    assert result.latency_ms["Frankfurt"]["p50"] - result.latency_ms["Virginia"]["p50"] == pytest.approx(360)


@given(
    round_trips=st.integers(1, 20),
    rtt=st.floats(0, 500),
    near=st.floats(0, 20),
    strategy=st.sampled_from(["sequencer", "partitioned_log"]),
    seed=st.integers(0, 99),
)
@settings(max_examples=60, deadline=None)
def test_a_funnel_adds_exactly_its_round_trips_at_every_percentile(round_trips, rtt, near, strategy, seed):
    pair = {"writers": {"home": 0.5, "far": 0.5}, "rtt_ms": {"far": {"home": rtt}}, "same_place_rtt_ms": near}
    noise = {
        "append_ms": {"kind": "pareto", "min_ms": 3, "alpha": 2},
        "jitter": {"kind": "exponential", "rate_per_ms": 1},
    }
    funnel = ran(**pair, **noise, strategy=strategy, round_trips=round_trips, seed=seed)
    beside = ran(**pair, **noise, strategy="mirrored_logs", round_trips=round_trips, seed=seed)
    for percentile in ("p50", "p99"):
        added = funnel.latency_ms["far"][percentile] - beside.latency_ms["far"][percentile]
        assert added == pytest.approx(round_trips * (rtt - near), abs=1e-6)
        assert funnel.latency_ms["home"][percentile] == beside.latency_ms["home"][percentile]


# Order


@given(
    strategy=st.sampled_from(["sequencer", "partitioned_log"]),
    partitions=st.integers(1, 64),
    keys=st.integers(1, 300),
    rate=st.floats(1, 100_000),
    exponent=st.floats(0, 2),
    lag=st.floats(0, 600),
    round_trips=st.integers(1, 8),
    seed=st.integers(0, 1_000),
)
@settings(max_examples=100, deadline=None)
def test_one_log_with_one_partition_for_each_key_never_breaks_its_order(
    strategy, partitions, keys, rate, exponent, lag, round_trips, seed
):
    knobs = {"partitions": partitions, "keys": keys, "write_rate_rps": rate, "zipf_exponent": exponent}
    result = ran(strategy=strategy, **knobs, replication_lag_s=lag, round_trips=round_trips, seed=seed)
    assert set(result.out_of_order_fraction.values()) == {0}
    assert result.orders_seen == 1
    assert result.disagreeing_fraction == 0
    assert not result.watched.late


@pytest.mark.parametrize("seed", range(5))
@pytest.mark.parametrize(
    "given",
    [
        {"strategy": "partitioned_log", "partition_key": "none"},
        {"strategy": "partitioned_log", "partition_key": "region"},
        {"strategy": "mirrored_logs"},
        {"strategy": "mirrored_logs", "partitions": 1},
    ],
)
def test_a_key_in_several_partitions_or_logs_is_seen_in_different_orders(given, seed):
    result = ran(**given, reader_lag_ms={"kind": "uniform", "min_ms": 0, "max_ms": 2_000}, seed=seed)
    assert max(result.out_of_order_fraction.values()) > 0
    assert result.orders_seen == 3
    assert result.disagreeing_fraction > 0


def test_partitions_without_a_key_keep_the_order_only_while_all_readers_are_alike():
    no_key = {"strategy": "partitioned_log", "partition_key": "none", "write_rate_rps": 5_000}
    assert max(ran(**no_key, reader_lag_ms=700).out_of_order_fraction.values()) == 0
    assert max(ran(**no_key).out_of_order_fraction.values()) > 0.01
    assert max(ran(**no_key, partitions=1).out_of_order_fraction.values()) == 0


@pytest.mark.parametrize(
    ("rate", "keys", "lag"), [(10, 1, 0.2), (300, 50, 3), (1_000_000, 10_000, 0.01), (20, 1, 3_600)]
)
def test_two_mirrored_logs_meet_the_closed_form(rate, keys, lag):
    """Of the messages that come from the other side, those with a local follower within the lag come too late."""
    result = ran(**TWO, strategy="mirrored_logs", write_rate_rps=rate, keys=keys, replication_lag_s=lag)
    rate_of_key = rate / keys
    assert result.out_of_order_fraction["east"] == pytest.approx(0.5 * -math.expm1(-rate_of_key * 0.5 * lag))
    assert result.disagreeing_fraction == pytest.approx(-math.expm1(-rate_of_key * 0.5 * 2 * lag))
    assert result.orders_seen == 2


def test_a_partition_is_a_sequence_and_a_log_of_several_is_none():
    one, many = (ran(strategy="partitioned_log", partitions=count, write_rate_rps=5_000) for count in (1, 12))
    assert max(one.out_of_order_overall_fraction.values()) == 0
    assert min(many.out_of_order_overall_fraction.values()) > 0.5
    assert max(many.out_of_order_fraction.values()) == 0


@given(
    ahead=st.floats(-2_000, 2_000),
    work=st.floats(0, 500),
    seed=st.integers(0, 10_000),
    rate=st.floats(0.5, 50),
)
@settings(max_examples=150, deadline=None)
def test_timestamps_order_wrongly_exactly_the_followers_whose_gap_is_below_the_skew(ahead, work, seed, rate):
    clocks = {"east": ahead}
    result = ran(
        **{**TWO, "append_ms": work},
        strategy="timestamps",
        own_clocks_ms=clocks,
        keys=1,
        write_rate_rps=rate,
        seed=seed,
    )
    written = result.watched.messages
    for consumer, seen in result.watched.seen.items():
        place = {number: at for at, number in enumerate(seen)}
        late = {(one.earlier) for one in result.watched.late if one.consumer == consumer}
        for earlier in written:
            wrong = [
                later
                for later in written
                if later.written_at_s > earlier.written_at_s and place[later.number] < place[earlier.number]
            ]
            for later in written[earlier.number :]:
                gap = later.written_at_s - earlier.written_at_s
                skew = (clocks.get(earlier.region, 0) - clocks.get(later.region, 0)) / 1_000
                assert (later in wrong) == (gap < skew)
            followers = [one for one in wrong if one.written_at_s - earlier.written_at_s >= work / 1_000]
            assert (earlier.number in late) == bool(followers), "the same region's clock never goes back"
    assert len(set(result.watched.seen.values())) == 1, "all sort by the same stamps"
    assert result.orders_seen == 1


def test_a_skew_shorter_than_a_write_takes_breaks_nothing():
    skewed = {"strategy": "timestamps", "write_rate_rps": 10_000, "keys": 1, "append_ms": 20}
    assert max(ran(**skewed, clock_skew_ms=20).out_of_order_fraction.values()) == 0
    assert max(ran(**skewed, clock_skew_ms=120).out_of_order_fraction.values()) > 0.4


@pytest.mark.parametrize("field", ["replication_lag_s", "clock_skew_ms", "write_rate_rps"])
@pytest.mark.parametrize("strategy", ["mirrored_logs", "timestamps"])
def test_more_lag_skew_or_traffic_never_brings_fewer_messages_too_late(field, strategy):
    values = {
        "replication_lag_s": (0, 0.1, 1, 60),
        "clock_skew_ms": (0, 10, 200, 5_000),
        "write_rate_rps": (5, 50, 5_000),
    }
    shares = [
        max(ran(strategy=strategy, **{"clock_skew_ms": 100, field: value}).out_of_order_fraction.values())
        for value in values[field]
    ]
    assert shares == sorted(shares)


def test_every_late_message_of_the_sample_has_a_follower_that_was_seen_before_it():
    for seed in range(60):
        watched = ran(strategy="mirrored_logs", keys=40, seed=seed).watched
        for late in watched.late:
            seen = watched.seen[late.consumer]
            assert seen.index(late.later) < seen.index(late.earlier)
            earlier, later = watched.messages[late.earlier - 1], watched.messages[late.later - 1]
            assert later.written_at_s > earlier.written_at_s
        assert all(sorted(seen) == list(range(1, 10)) for seen in watched.seen.values())


def test_a_regions_own_messages_stay_in_order_in_mirrored_logs():
    for seed in range(40):
        watched = ran(strategy="mirrored_logs", keys=20, seed=seed).watched
        region = {one.number: one.region for one in watched.messages}
        for seen in watched.seen.values():
            for place in set(region.values()):
                own = [number for number in seen if region[number] == place]
                assert own == sorted(own)


# Partitions


@pytest.mark.parametrize(
    ("before", "after", "share"),
    [
        (12, 13, 1 - 1 / 13),
        (7, 8, 1 - 1 / 8),
        (16, 32, 1 / 2),
        (32, 16, 1 / 2),
        (1, 5, 4 / 5),
        (12, 16, 3 / 4),
        (9, 9, 0),
    ],
)
def test_a_change_of_partitions_moves_the_expected_share_of_the_keys(before, after, share):
    keys = 10_000
    log = {"strategy": "partitioned_log", "partitions": before, "partitions_after": after, "keys": keys}
    shares = [ran(**log, seed=seed).moved_fraction for seed in range(4)]
    assert ran(**log).moved_fraction_expected == pytest.approx(share)
    assert sum(shares) / 4 == pytest.approx(share, abs=4 * math.sqrt(share * (1 - share) / keys / 4))


def test_nothing_moves_where_no_partition_follows_from_a_key():
    for scenario in (
        {"strategy": "sequencer"},
        {"strategy": "timestamps"},
        {"strategy": "partitioned_log", "partition_key": "none"},
    ):
        result = ran(**scenario, partitions=4, partitions_after=8)
        assert result.moved_fraction is None
        assert result.moved_fraction_expected is None
        assert set(result.overtaken_at_change.values()) == {0}


def test_only_a_change_of_partitions_lets_messages_overtake_in_one_log():
    log = {"strategy": "partitioned_log", "reader_lag_ms": {"kind": "uniform", "min_ms": 0, "max_ms": 5_000}}
    assert max(ran(**log, partitions_after=12).overtaken_at_change.values()) == 0
    assert min(ran(**log, partitions_after=13).overtaken_at_change.values()) > 10


@given(
    partitions=st.integers(1, PARTITIONS_MAX),
    keys=st.integers(1, 2_000),
    exponent=st.floats(0, 2),
    rate=st.floats(1, 10_000),
    seed=st.integers(0, 1_000),
)
@settings(max_examples=80, deadline=None)
def test_the_busiest_partition_holds_at_least_the_busiest_key_and_an_even_share(partitions, keys, exponent, rate, seed):
    log = {"strategy": "partitioned_log", "partitions": partitions, "partition_capacity_rps": 800}
    result = ran(**log, keys=keys, zipf_exponent=exponent, write_rate_rps=rate, seed=seed)
    hot = result.hot_partition_share_fraction
    assert hot >= max(result.hot_key_share_fraction, 1 / partitions) - 1e-9
    assert result.hot_partition_utilisation_fraction == pytest.approx(hot * rate / 800)
    assert sum(result.partition_rps) <= rate * (1 + 1e-9)
    assert list(result.partition_rps) == sorted(result.partition_rps, reverse=True)


def test_a_sequencer_is_one_partition_whatever_the_field_says():
    assert ran(strategy="sequencer", partitions=64).hot_partition_share_fraction == 1
    assert ran(strategy="partitioned_log", partitions=1).hot_partition_share_fraction == 1
    assert ran(strategy="mirrored_logs", partitions=1).hot_partition_share_fraction == pytest.approx(0.5)


# Faults


def test_three_seconds_behind_and_checkpoints_of_a_minute_lose_1500_and_read_up_to_30000_again():
    result = ran(**FAILOVER)
    assert result.lost_messages == pytest.approx(1_500)
    assert result.reread_messages_max == pytest.approx(30_000)
    assert 0 < result.reread_messages <= 30_000


@pytest.mark.parametrize("fault", ["consumer_restart", "region_loss"])
def test_messages_read_again_are_at_most_rate_times_interval_and_half_of_it_on_average(fault):
    runs = [ran(**{**FAILOVER, "fault": fault}, seed=seed) for seed in range(400)]
    assert all(0 < one.reread_messages <= one.reread_messages_max == 500 * 60 for one in runs)
    assert all(one.reread_messages == pytest.approx(500 * one.checkpoint_age_s) for one in runs)
    mean = sum(one.reread_messages for one in runs) / len(runs)
    assert mean == pytest.approx(runs[0].reread_messages_mean, abs=4 * 30_000 / math.sqrt(12 * 400))
    assert runs[0].reread_messages_mean == 15_000


def test_a_restart_of_consumers_loses_nothing_and_stops_nobody():
    result = ran(**{**FAILOVER, "fault": "consumer_restart"})
    assert (result.lost_messages, result.stall_s, result.refused_writes, result.queued_writes) == (0, 0, 0, 0)


@pytest.mark.parametrize("strategy", ["sequencer", "partitioned_log", "mirrored_logs", "timestamps"])
def test_waiting_for_the_region_loses_nothing(strategy):
    result = ran(**{**FAILOVER, "strategy": strategy, "fault_duration_s": 299})
    assert result.failed_over_at_s is None
    assert result.lost_messages == 0
    assert result.reread_messages == 0
    assert result.stall_s == 299


def test_a_lost_funnel_stalls_everybody_and_a_lost_log_of_several_only_its_own_writers():
    funnel = ran(**FAILOVER)
    assert funnel.stalled_fraction == 1
    assert funnel.refused_writes == pytest.approx(500 * 300)
    several = ran(**{**FAILOVER, "strategy": "mirrored_logs"})
    assert several.stalled_fraction == pytest.approx(0.5)
    assert several.refused_writes == pytest.approx(0.5 * 500 * 300)
    assert several.lost_messages == pytest.approx(0.5 * 1_500)


def test_writes_are_either_refused_or_queued_and_as_many_of_them():
    refused, queued = (ran(**FAILOVER, while_stalled=way) for way in ("refuse", "queue"))
    assert refused.refused_writes == queued.queued_writes == pytest.approx(150_000)
    assert refused.queued_writes == queued.refused_writes == 0
    assert queued.caught_up_at_s > refused.caught_up_at_s


def test_catching_up_takes_the_backlog_of_the_busiest_partition_over_the_room_it_has_left():
    result = ran(**FAILOVER, partitions=1, partition_capacity_rps=800)
    assert result.caught_up_at_s == pytest.approx(300 + result.reread_messages / (800 - 500))
    assert ran(**FAILOVER, partitions=1, partition_capacity_rps=500).caught_up_at_s is None


def test_without_another_region_no_mirror_takes_over():
    alone = ran(**{**FAILOVER, "writers": {"us-east-1": 1}})
    assert alone.failed_over_at_s is None
    assert alone.stall_s == 3_600
    assert alone.orders_seen == 1


def test_the_series_falls_back_by_what_is_lost_and_read_again_and_ends_in_step():
    result = ran(**FAILOVER)
    at, newest, consumer = (result.series[name] for name in ("t_s", "newest_message", "consumer_message"))
    before, after = newest[(at >= 0) & (at < 300)], newest[at >= 300]
    assert before == pytest.approx(0, abs=1e-6)
    assert after[0] == pytest.approx(-1_500)
    assert consumer[at >= 300][0] == pytest.approx(-1_500 - result.reread_messages)
    assert consumer[-1] == pytest.approx(newest[-1])


# The scenario


@pytest.mark.parametrize("field", list(params(ordering.Scenario)))
@pytest.mark.parametrize(
    "text", ["nan", "1e308", "-1e9", "", "many", "[]", "{}", '{"a": {"b": 1e400}}', "[[[1]]]", "-1e400"]
)
def test_a_wrong_value_names_its_field(field, text):
    with pytest.raises(ScenarioError) as caught:
        ordering.Scenario.from_text({field: text})
    assert caught.value.field == field
    assert caught.value.allowed


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("writers", {"us-east-1": 1, "nowhere": 1}),
        ("writers", {f"r{number}": 1 for number in range(7)}),
        ("writers", {"us-east-1": float("nan")}),
        ("writers", {"us-east-1": 10**400}),
        ("write_region", "eu-west-1"),
        ("own_clocks_ms", {"mars": 3}),
        ("own_clocks_ms", {"us-east-1": True}),
        ("own_clocks_ms", {"us-east-1": 60_001}),
        ("own_clocks_ms", [1, 2]),
        ("rtt_ms", {"us-east-1": {"eu-central-1": 90}}),
    ],
)
def test_a_wrong_structure_names_its_field(field, value):
    with pytest.raises(ScenarioError) as caught:
        ordering.Scenario(**{field: value})
    assert caught.value.field in (field, "writers")


def test_a_scenario_read_again_is_the_same_and_a_run_is_plain_data():
    for strategy in ("sequencer", "partitioned_log", "mirrored_logs", "timestamps"):
        scenario = ordering.Scenario(**{**FAILOVER, "strategy": strategy, "clock_skew_ms": 12, "partitions_after": 16})
        assert ordering.Scenario(**scenario.as_dict()) == scenario
        result = ordering.run(scenario, seed=4)
        assert as_plain(result) == as_plain(ordering.run(ordering.Scenario(**scenario.as_dict()), seed=4))
        assert ordering.summary(scenario, result).endswith(".")


def test_one_partition_more_leaves_the_other_readers_and_the_writes_as_they_were():
    fewer, more = (ran(strategy="mirrored_logs", partitions=count, keys=3).watched for count in (12, 13))
    assert [one.written_at_s for one in fewer.messages] == [one.written_at_s for one in more.messages]
    assert [one.region for one in fewer.messages] == [one.region for one in more.messages]


def test_the_cost_of_a_run_does_not_grow_with_the_rate_or_the_times():
    base, busy = (
        ordering.cost_ms(ordering.Scenario(**FAILOVER | {"write_rate_rps": rate, "replication_lag_s": lag}))
        for rate, lag in ((1, 0.1), (1_000_000, 3_600))
    )
    assert base == busy < 50
    widest = ordering.Scenario(strategy="partitioned_log", partition_key="none", keys=10_000, partitions=128)
    assert ordering.cost_ms(widest) > 250
    assert ordering.costly_field(widest) == "keys"
