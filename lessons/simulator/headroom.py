"""How much has to run so that one zone (or region) may go?"""

from __future__ import annotations

from dataclasses import dataclass

from lessons.simulator.engine.params import CheckedScenario, param

LEAVES_OUT = (
    "Load that is not spread evenly, and load that grows while a zone is lost.",
    "Scaling up after the loss: what is needed runs before it.",
    "Two zones lost at once.",
)


@dataclass(frozen=True, kw_only=True)
class Scenario(CheckedScenario):
    """Machines spread evenly over places of which any one may be lost."""

    zones: int = param(
        3,
        label="Zones",
        min=2,
        max=100,
        step=1,
        help="Or regions: the places of which one may be lost.",
        passport="headroom-zones",
    )
    instances_needed: int = param(
        4,
        label="Instances needed",
        min=1,
        max=1_000_000,
        step=1,
        scale="log",
        help="Whole machines that carry the load, with nothing to spare.",
        passport="headroom-needed",
    )
    utilisation_fraction: float = param(
        0.6,
        label="Utilisation before the loss",
        min=0,
        max=1,
        step=0.01,
        help="Share of the capacity in use while all zones are up.",
        passport="headroom-utilisation",
    )


@dataclass(frozen=True)
class Result:
    """`spare_capacity_fraction` is what runs beyond the need, as a share of the need.

    A `survivor_utilisation_fraction` above 1 is load that nobody carries; zones in use to no more than
    `utilisation_max_fraction` never come to that.
    """

    instances_per_zone: int
    instances_provisioned: int
    spare_capacity_fraction: float
    survivor_utilisation_fraction: float
    utilisation_max_fraction: float


def run(scenario: Scenario, *, seed: int) -> Result:
    """n zones carry n / (n - 1) of the load between them, rounded up to whole machines a zone."""
    left = scenario.zones - 1
    per_zone = -(-scenario.instances_needed // left)
    provisioned = per_zone * scenario.zones
    return Result(
        instances_per_zone=per_zone,
        instances_provisioned=provisioned,
        spare_capacity_fraction=provisioned / scenario.instances_needed - 1.0,
        survivor_utilisation_fraction=scenario.utilisation_fraction * scenario.zones / left,
        utilisation_max_fraction=left / scenario.zones,
    )


def cost_ms(scenario: Scenario) -> float:
    """A few divisions."""
    return 1.0


def costly_field(scenario: Scenario) -> str:
    return "zones"


def summary(scenario: Scenario, result: Result) -> str:
    """What to run, and how busy the survivors are."""
    return (
        f"{scenario.instances_needed:,} instances needed in {scenario.zones} zones of which one may go: provision "
        f"{result.instances_provisioned:,}, {result.spare_capacity_fraction:.0%} more; zones in use to "
        f"{scenario.utilisation_fraction:.0%} leave survivors at {result.survivor_utilisation_fraction:.0%}."
    )
