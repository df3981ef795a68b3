"""The verbs of releases, one module a noun."""
