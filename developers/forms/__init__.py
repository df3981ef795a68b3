"""Input of the developers' screens."""
