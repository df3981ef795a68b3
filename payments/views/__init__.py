"""The pages of WeChat Pay: in the console, and at the desk."""
