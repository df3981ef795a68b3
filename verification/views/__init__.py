"""The pages of verification, one module a noun."""
