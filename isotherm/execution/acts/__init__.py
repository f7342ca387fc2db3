"""Every write on assignments, one verb a file. Doors call these and nothing else."""
