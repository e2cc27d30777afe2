"""What every lens is made of: fields, faults, clocks, streams of chance, deployments, statistics."""
