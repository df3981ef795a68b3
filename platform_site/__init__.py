"""The composition root: settings, URLs, the pages that show several stages at once, the wiring between apps."""

from platform_site.celery import app as celery_app

__all__ = ["celery_app"]
