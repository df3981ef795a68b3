"""The Celery application: the doorbell and the two periodic jobs (late deliveries, deadlines)."""

import os
import warnings
from pathlib import Path

from celery import Celery, signals
from django.conf import settings

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "platform_site.settings")
# In a container or on a demo machine the worker may well be root; it unpickles nothing (JSON only), so no warning.
warnings.filterwarnings("ignore", message=r"\s*You're running the worker with superuser privileges")
app = Celery("ministage")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()


@app.on_configure.connect
def make_broker_folders(sender: Celery, **kwargs: object) -> None:
    """The filesystem broker wants its folders to exist."""
    for name in ("data_folder_in", "data_folder_out", "control_folder"):
        if folder := settings.CELERY_BROKER_TRANSPORT_OPTIONS.get(name):
            Path(folder).mkdir(parents=True, exist_ok=True)
    Path(settings.CELERY_BEAT_SCHEDULE_FILENAME).parent.mkdir(parents=True, exist_ok=True)


@signals.task_prerun.connect
def read_the_clock_anew(**kwargs: object) -> None:
    """A task sees the world's clock as it is when the task begins."""
    from platform_site.kernel import clock

    clock.forget()


@app.task(name="platform_site.react")
def react(event_id: int) -> bool:
    """Deliver one event to its reactions."""
    from platform_site.kernel.delivery import deliver

    return deliver(event_id)


@app.task(name="platform_site.deliver_overdue")
def deliver_overdue() -> int:
    """Deliver what no doorbell announced."""
    from platform_site.kernel.delivery import deliver_overdue as sweep

    return sweep()


@app.task(name="platform_site.sweep_deadlines")
def sweep_deadlines() -> dict[str, int]:
    """Let every deadline fire that the world's clock has passed, in bounded batches."""
    from platform_site.reactions import sweep_deadlines as sweep

    return sweep()
