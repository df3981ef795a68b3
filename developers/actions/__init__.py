"""The verbs of developers, one module a noun."""
