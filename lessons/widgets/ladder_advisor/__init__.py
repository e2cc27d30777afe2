"""Which rung of the ladder do your objectives ask for, and what would change the answer?"""

from lessons.widgets.kit import Control, Prediction, Widget
from lessons.widgets.ladder_advisor.ladder import RUNGS
from lessons.widgets.ladder_advisor.present import present
from lessons.widgets.ladder_advisor.run import LEAVES_OUT, cost_ms, costly_field, run, summary
from lessons.widgets.ladder_advisor.scenario import CONTINENTS, Scenario

WIDGET = Widget(
    name="Ladder advisor",
    question="What do you ask for, and which rung of the ladder gives it at the lowest price?",
    description="Objectives, users and rules about the data go in; a rung, its reason, price and limits come out.",
    lens="ladder-advisor",
    scenario=Scenario,
    run=run,
    present=present,
    summary=summary,
    cost_ms=cost_ms,
    costly_field=costly_field,
    leaves_out=LEAVES_OUT,
    controls=(
        Control(
            "rto_objective_s",
            marks=((60.0, "a minute"), (1_800.0, "half an hour"), (14_400.0, "four hours"), (86_400.0, "a day")),
        ),
        Control(
            "rpo_objective_s",
            marks=((0.0, "nothing"), (5.0, "five seconds"), (300.0, "five minutes"), (14_400.0, "four hours")),
        ),
        Control(
            "read_p99_objective_ms",
            marks=((100.0, "a touch"), (200.0, "quick"), (500.0, "half a second"), (1_000.0, "a second")),
        ),
        Control("write_p99_objective_ms", group="More objectives"),
        Control(
            "availability_objective_fraction",
            group="More objectives",
            marks=((0.999, "three nines"), (0.9999, "four nines"), (0.99999, "five nines")),
        ),
        Control("residency", group="The data"),
        Control("conflict_rule", group="The data"),
        Control("home_region_data", group="The data"),
        Control("restores_tested", group="The data"),
        Control("home", group="Users"),
        *(Control(f"{continent}_fraction", group="Users") for continent in CONTINENTS),
        Control("cdn_answers_reads", group="Users"),
        Control("server_ms", group="Distance"),
        Control("path_factor", group="Distance", marks=((1.0, "straight glass"), (1.5, "usual"), (2.5, "a detour"))),
        Control(
            "second_region_km",
            group="Distance",
            marks=((500.0, "a neighbour"), (1_000.0, "across a country"), (6_500.0, "an ocean")),
        ),
        Control("decision", group="Failing over"),
        Control("routing", group="Failing over"),
        Control("health_check_interval_s", group="Failing over"),
        Control("dns_ttl_s", group="Failing over"),
        Control("replication_lag_s", group="Failing over"),
        Control("backup_interval_s", group="Failing over"),
        Control(
            "outage_usd_per_hour",
            group="Money",
            marks=((1_000.0, "a small shop"), (20_000.0, "a large one"), (1_000_000.0, "a market")),
        ),
        Control("region_losses_per_year", group="Money"),
        Control("request_rate_rps", group="Money"),
        Control("write_fraction", group="Money"),
    ),
    presets=("tally-today", "untested", "hard-recovery", "far-readers", "eu-only", "local-writes", "contradiction"),
    prediction=Prediction(
        id="ladder-advisor-rung",
        prompt="Which rung do these objectives ask for?",
        kind="choice",
        answer=lambda result: str(result.rung),
        options=tuple((str(rung), f"{rung}: {name.lower()}") for rung, name in RUNGS.items()),
    ),
)
