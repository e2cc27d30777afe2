"""Is slo.toml right, and is a wrong one refused with the place of the fault?"""

from pathlib import Path

import pytest

from lessons.observability.pace import Pace, duration
from lessons.observability.slo import BurnRate, TrafficGone, TrafficShift
from lessons.observability.slo_file import SLO_FILE, SloError, read_slo

WHOLE = SLO_FILE.read_text()


def changed(tmp_path: Path, old: str, new: str) -> Path:
    assert WHOLE.count(old) >= 1, f"slo.toml has {old!r}"
    path = tmp_path / "slo.toml"
    path.write_text(WHOLE.replace(old, new, 1))
    return path


def test_the_table_is_that_of_the_sre_workbook():
    """Budget x period / window: 2 % in an hour, 5 % in six hours, 10 % in three days; the short window is a twelfth."""
    for scope in ("service", "region"):
        for alert, spends in zip(read_slo().burns("availability", scope), (0.02, 0.05, 0.1), strict=True):
            assert alert.burn_rate == pytest.approx(spends * read_slo().period_s / alert.long_s)
            assert alert.long_s == 12 * alert.short_s
    assert [alert.severity for alert in read_slo().burns("availability", "service")] == ["page", "page", "ticket"]


def test_everything_that_can_put_users_or_data_at_risk_has_an_alert():
    slo = read_slo()
    for metric in ("region_healthy", "db_replication_running", "probe_success"):
        assert any(alert.severity == "page" for alert in slo.gauges(metric)), metric
    assert slo.of_type(TrafficShift)
    assert [alert.severity for alert in slo.of_type(TrafficGone)] == ["page"]


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ('service = "tally"', 'service = "Tally"', "[system]: service: is 'Tally'"),
        ('period = "30d"', "period = 30", "[system]: period: is '30'"),
        ('period = "30d"', 'period = "30 days"', "[system]: period: is '30 days'"),
        ('rpo = "30s"', 'rpo = "-30s"', "[system]: rpo: is '-30s'"),
        ('rpo = "30s"', 'rto = "30s"', "[system]: rpo: is missing"),
        ("region_requests_rps_min = 10", "region_requests_rps_min = nan", "region_requests_rps_min: is 'nan'"),
        ("region_requests_rps_min = 10", "region_requests_rps_min = true", "region_requests_rps_min: is 'True'"),
        ("target_fraction = 0.999", "target_fraction = 99.9", "[[objective]] availability: target_fraction: is '99.9'"),
        ("threshold_s = 0.25", "threshold_s = 0.3", "[[objective]] latency: threshold_s: is 0.3, which no bucket"),
        ('kind = "availability"', 'kind = "latency"\nthreshold_s = 1', "[[objective]]: 0 are of the kind availability"),
        ("burn_rate = 14.4", "burn_rate = 1e9", "[[alert]] AvailabilityBurnsFast: burn_rate: is '1000000000.0'"),
        ("burn_rate = 14.4", "burn_rate = 1000", "[[alert]] AvailabilityBurnsFast: burn_rate: can never ring"),
        ('short = "5m"', 'short = "2h"', "[[alert]] AvailabilityBurnsFast: short: is '2h'"),
        ('objective = "availability"', 'objective = "joy"', "objective: is 'joy' (allowed: availability, latency)"),
        ('severity = "page"', 'severity = "shout"', "severity: is 'shout' (allowed: page, ticket)"),
        ('name = "AvailabilityBurns"', 'name = "AvailabilityBurnsFast"', "'AvailabilityBurnsFast' is there twice"),
        ('runbook = "the-', 'runbok = "the-', "runbook: is missing"),
        ('gone = "1d"', 'gonne = "1d"', "[[alert]] ReplicationStopped: gonne: no such field"),
        ('metric = "probe_success"', 'metric = "probe_sucess"', "[[alert]] ProbeFails: metric: is 'probe_sucess'"),
        ('per = ["service", "region"]', 'per = ["service", "service"]', "per: is"),
        ('summary = "{region} is', 'summary = "{place} is', "summary: names {place}"),
        ("[system]", "[sistem]", "system: is missing"),
        ("[system]", "surplus = 1\n[system]", "surplus: no such field"),
        ("[system]", "[system", "is not TOML"),
    ],
)
def test_a_fault_is_named_with_file_entry_and_field(tmp_path, old, new, said):
    path = changed(tmp_path, old, new)
    with pytest.raises(SloError) as raised:
        read_slo(path)
    assert str(raised.value).startswith(str(path))
    assert said in str(raised.value)


def test_no_page_for_the_whole_service_is_a_fault(tmp_path):
    path = tmp_path / "slo.toml"
    path.write_text(WHOLE.replace('severity = "page"', 'severity = "ticket"'))
    with pytest.raises(SloError, match="none pages for the availability of the whole service"):
        read_slo(path)


@pytest.mark.parametrize("broken", ["alert = 3", "alert = []", "alert = [1, 2]", "alert = {}"])
def test_a_list_of_alerts_that_is_none_is_a_fault(tmp_path, broken):
    path = tmp_path / "slo.toml"
    path.write_text(broken + "\n" + WHOLE[: WHOLE.index("\n[[alert]]")])
    with pytest.raises(SloError, match="alert: is"):
        read_slo(path)


def test_budgets_have_no_digits_that_the_target_has_not():
    assert read_slo().of_kind("availability").budget_fraction == 0.001
    assert read_slo().of_kind("latency").budget_fraction == 0.01


def test_windows_are_those_of_the_alerts():
    seconds = {60 * minutes for minutes in (5, 30, 60, 360, 4_320)}
    assert set(read_slo().windows_s("availability", "service")) == seconds
    assert read_slo().windows_s("latency", "region") == ()
    assert all(isinstance(alert, BurnRate) for alert in read_slo().burns("latency", "service"))


@pytest.mark.parametrize(
    ("seconds", "said"),
    [(0, "0s"), (0.25, "250ms"), (1.5, "1500ms"), (5, "5s"), (90, "90s"), (300, "5m"), (3_600, "1h"), (259_200, "3d")],
)
def test_a_duration_is_said_in_the_largest_unit_that_fits(seconds, said):
    assert duration(seconds) == said


@pytest.mark.parametrize("speed", [0, 0.5, 1_001, float("nan")])
def test_time_never_goes_slower_nor_too_fast(speed):
    with pytest.raises(ValueError, match="speed: is"):
        Pace(speed)
