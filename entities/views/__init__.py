"""The pages of entities, one module a noun."""
