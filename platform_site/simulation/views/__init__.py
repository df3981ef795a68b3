"""Pages of the simulated world's switchboard."""
