"""What does the monitoring see of a failover? One module models one kind of series."""
