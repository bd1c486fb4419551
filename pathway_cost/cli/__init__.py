"""The command: one small file a group. click lives here, and nowhere else."""
