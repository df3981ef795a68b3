"""The forms of entities, one module a noun."""
