"""What may stand by for the loss of a region, and how much of the load can each carry at once?

Names and shares that several lenses ask about; the times that a failover takes are the failover lens's own.
"""

STRATEGIES = {
    "backup_restore": "Backup and restore",
    "pilot_light": "Pilot light",
    "warm_standby": "Warm standby",
    "hot_standby": "Hot standby",
    "active_active": "Active-active",
}
# Share of the whole load that the other region carries without scaling up, with two regions.
STANDBY_CAPACITY_FRACTIONS = {
    "backup_restore": 0.0,
    "pilot_light": 0.0,
    "warm_standby": 0.3,
    "hot_standby": 1.0,
    "active_active": 1.0,
}
