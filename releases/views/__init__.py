"""The screens of releases: Development Management, the desk, and Mini Programs on the phone."""
