"""The verbs of the Open Platform, one module a noun."""
