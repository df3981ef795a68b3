"""Input of WeChat Pay's pages."""
