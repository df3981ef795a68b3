"""The verbs of entities, one module a noun."""
