"""Input of accounts: one module a noun."""
