"""The platform's Celery application for a beat in a hurry: every second what else is every ten or sixty."""

from platform_site.celery import app

app.conf.beat_schedule = {name: {**entry, "schedule": 1.0} for name, entry in app.conf.beat_schedule.items()}

__all__ = ["app"]
