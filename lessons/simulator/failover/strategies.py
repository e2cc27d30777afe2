"""What does each rung of the ladder have ready, and what follows from who decides?

Times are chosen for the running example; their passports say so.
"""

from lessons.simulator.engine.strategies import STANDBY_CAPACITY_FRACTIONS

# What a strategy has ready. A field that a scenario gives wins over the entry here.
STRATEGY_DEFAULTS: dict[str, dict[str, float]] = {
    "backup_restore": {
        "promotion_s": 60.0,
        "restore_s": 3_600.0,
        "standby_capacity_fraction": STANDBY_CAPACITY_FRACTIONS["backup_restore"],
        "scale_up_s": 1_200.0,
        "affected_user_fraction": 1.0,
    },
    "pilot_light": {
        "promotion_s": 60.0,
        "restore_s": 0.0,
        "standby_capacity_fraction": STANDBY_CAPACITY_FRACTIONS["pilot_light"],
        "scale_up_s": 900.0,
        "affected_user_fraction": 1.0,
    },
    "warm_standby": {
        "promotion_s": 30.0,
        "restore_s": 0.0,
        "standby_capacity_fraction": STANDBY_CAPACITY_FRACTIONS["warm_standby"],
        "scale_up_s": 300.0,
        "affected_user_fraction": 1.0,
    },
    "hot_standby": {
        "promotion_s": 20.0,
        "restore_s": 0.0,
        "standby_capacity_fraction": STANDBY_CAPACITY_FRACTIONS["hot_standby"],
        "scale_up_s": 0.0,
        "affected_user_fraction": 1.0,
    },
    "active_active": {
        "promotion_s": 0.0,
        "restore_s": 0.0,
        "standby_capacity_fraction": STANDBY_CAPACITY_FRACTIONS["active_active"],
        "scale_up_s": 0.0,
        "affected_user_fraction": 0.5,
    },
}
DECISION_DELAY_DEFAULTS_S = {"automatic": 0.0, "manual": 900.0}
FAILBACK_AFTER_DEFAULTS_S = {"none": 0.0, "automatic": 60.0, "manual": 900.0}
FAULT_SEEN_DEFAULTS = {"gray_failure": 0.3}
