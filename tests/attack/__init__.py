"""An attack on what a run shares: every count and every pound of all files together, and linear programming."""
