"""Pages of accounts: one module a noun."""
