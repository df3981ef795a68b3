"""The forms of verification, one module a noun."""
