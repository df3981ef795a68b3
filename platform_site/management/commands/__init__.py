"""The commands: up, reset, messages, create_staff."""
