"""The verbs of accounts, one module a noun."""
