"""The verbs of verification, one module a noun."""
