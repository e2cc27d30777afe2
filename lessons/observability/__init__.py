"""What would the monitoring have shown? Metrics of a run, and the rules and dashboards that read them."""
