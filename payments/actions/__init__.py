"""The verbs of WeChat Pay."""
