"""Which panels does each layer of the dashboards hold? One module is one layer."""
