"""`make bench`: how fast the platform is, each time against a limit measured in the same run (docs/development.md)."""
