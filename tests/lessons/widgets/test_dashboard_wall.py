"""Does the wall show what the run did, when it did it, and what would have rung?"""

import numpy as np
import pytest

from lessons.observability.panels import layers
from lessons.observability.slo_file import read_slo
from lessons.simulator import failover
from lessons.widgets.dashboard_wall.present import present
from lessons.widgets.dashboard_wall.scenario import BET_PANELS, LAYERS, Scenario, first_red, run
from lessons.widgets.kit import Panels, Timeline

NEVER_REPLACED = {"fault": "gray_failure", "fault_seen_fraction": 0.0, "strategy": "active_active"}


def test_every_layer_of_the_dashboards_can_be_on_the_wall() -> None:
    assert tuple(LAYERS) == tuple(layer.slug for layer in layers())
    for layer in layers():
        shown = Scenario(layer=layer.slug).shown_panels
        assert shown == layer.panels


def test_the_first_day_has_one_wall_of_all_early_panels() -> None:
    early = [panel.slug for layer in layers() for panel in layer.panels if panel.phase == "early"]
    for layer in LAYERS:
        assert [panel.slug for panel in Scenario(layer=layer, phase="early").shown_panels] == early


def test_the_incident_on_the_wall_is_the_run_of_the_lens() -> None:
    scenario = Scenario(horizon_s=600.0)
    alone = failover.run(failover.Scenario(horizon_s=600.0), seed=5)
    found = run(scenario, seed=5)
    assert found.incident.events == alone.events
    assert found.incident.failed_requests == alone.failed_requests


def test_users_are_hurt_before_the_pager_rings_and_the_health_check_knows() -> None:
    found = run(Scenario(), seed=1)
    assert found.order == ("success-rate", "burn-rate", "regions-healthy", "traffic-shift")


@pytest.mark.parametrize("seed", range(5))
@pytest.mark.parametrize("fault", ["region_loss", "zone_loss", "partition", "gray_failure", "switchover"])
def test_the_order_is_that_of_the_times_and_never_comes_last(fault: str, seed: int) -> None:
    found = run(Scenario(fault=fault), seed=seed)
    times_s = [float("inf") if at_s is None else at_s for at_s in (found.red_s[slug] for slug in found.order)]
    assert times_s == sorted(times_s)
    assert sorted(found.order) == sorted(slug for slug, _ in BET_PANELS)


def test_the_health_panel_turns_red_with_the_first_scrape_after_detection() -> None:
    for seed in range(8):
        found = run(Scenario(), seed=seed)
        detected_s = found.incident.detected_at_s
        assert detected_s is not None
        red_s = found.red_s["regions-healthy"]
        assert red_s is not None
        assert 0 <= red_s - detected_s < 15


def test_a_check_that_meets_no_fault_never_shows_it_while_users_fail() -> None:
    found = run(Scenario(**NEVER_REPLACED), seed=1)  # type: ignore[arg-type]
    assert found.red_s["regions-healthy"] is None
    assert found.red_s["success-rate"] is not None


def test_a_small_region_rings_for_itself_and_not_in_the_sum() -> None:
    ill = {**NEVER_REPLACED, "fault_duration_s": 1_800.0, "horizon_s": 1_800.0}
    small = run(Scenario(**ill, affected_user_fraction=0.02), seed=1)  # type: ignore[arg-type]
    half = run(Scenario(**ill, affected_user_fraction=0.5), seed=1)  # type: ignore[arg-type]

    def rang(found: object) -> set[str]:
        return {ring.alert for ring in found.rings}  # type: ignore[attr-defined]

    assert "RegionAvailabilityBurnsFast" in rang(small) and "AvailabilityBurnsFast" not in rang(small)
    assert {"RegionAvailabilityBurnsFast", "AvailabilityBurnsFast"} <= rang(half)


def test_a_panel_that_is_red_all_along_does_not_turn_red() -> None:
    """The standby is sent nobody before the fault: red, and no news."""
    found = run(Scenario(layer="network-and-failover"), seed=1)
    route = found.panels["route-share"]
    assert route.red_before
    assert route.red_s != 0


def test_what_turns_red_first_is_said_and_marked() -> None:
    scenario = Scenario()
    found = run(scenario, seed=1)
    output = present(scenario, found)
    wall = output.views[0]
    assert isinstance(wall, Panels)
    marked = tuple(panel.id for panel in wall.panels if panel.marked)
    assert marked == first_red(scenario, found)
    assert all(found.panels[slug].panel.title in output.sentence for slug in marked)


def test_red_stretches_are_those_in_which_a_line_is_beyond_the_threshold() -> None:
    found = run(Scenario(), seed=2)
    for slug in ("success-rate", "latency", "burn-rate"):
        one = found.panels[slug]
        beyond = (
            np.max([one.panel.threshold.crossed(np.array(values, dtype=float)) for _, values in one.lines], axis=0) > 0
        )
        inside = np.zeros(len(found.times_s), dtype=bool)
        for starts_s, ends_s in one.red:
            inside |= (found.times_s >= starts_s) & (found.times_s < ends_s)
        after = (found.times_s >= 0) & (found.times_s < found.times_s[-1])
        assert (beyond == inside)[after].all()


def test_every_ring_of_the_picture_is_in_the_table_and_under_the_playhead() -> None:
    scenario = Scenario()
    found = run(scenario, seed=1)
    output = present(scenario, found)
    wall, alerts = output.views
    assert isinstance(wall, Panels)
    assert isinstance(alerts, Timeline)
    told = " ".join(str(row[0]) for row in output.table.rows)
    heard = " ".join(moment.text for moment in wall.moments)
    assert len(alerts.lanes) == len(found.rings) > 5
    assert all(ring.words in told and ring.words in heard for ring in found.rings)


def test_a_finer_scrape_never_shows_a_panel_red_much_later() -> None:
    fine, coarse = (run(Scenario(scrape_s=step_s), seed=1) for step_s in (5, 30))
    for slug in ("success-rate", "regions-healthy", "outside-probe"):
        early, late = fine.red_s[slug], coarse.red_s[slug]
        assert early is not None and late is not None
        assert early <= late < early + 30


def test_the_wall_before_the_fault_ends_there_and_names_no_alert() -> None:
    scenario = Scenario()
    situation = present(scenario, run(scenario, seed=1)).situation
    assert isinstance(situation, Panels)
    assert situation.moments == ()
    assert all(max(series.x) < 0 for panel in situation.panels for series in panel.series)
    assert not any(panel.red or panel.marked or panel.note for panel in situation.panels)


def test_what_the_strategy_leaves_open_is_filled_as_the_lens_does() -> None:
    assert Scenario().affected_user_fraction == 1.0
    assert Scenario(strategy="active_active").affected_user_fraction == 0.5
    assert Scenario(fault="gray_failure").fault_seen_fraction == 0.3


def test_pages_of_the_file_are_the_only_ones_that_ring() -> None:
    names = {alert.name for alert in read_slo().alerts}
    for fault in ("region_loss", "partition"):
        assert {ring.alert for ring in run(Scenario(fault=fault), seed=1).rings} <= names
