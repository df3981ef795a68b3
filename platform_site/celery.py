"""The Celery application: the doorbell and the two periodic jobs (late deliveries, deadlines)."""

import os
import warnings
from pathlib import Path

from celery import Celery, signals
from django.conf import settings

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "platform_site.settings")
# In a container or on a demo machine the worker may well be root; it unpickles nothing (JSON only), so no warning.
warnings.filterwarnings("ignore", message=r"\s*You're running the worker with superuser privileges")
OVERDUE_TURNS = 20  # how often one run of "deliver overdue events" rings for another before the next is due anyway
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


@app.task(name="platform_site.deliver_batch")
def deliver_batch(event_ids: list[int]) -> int:
    """Deliver the events of a sweep, some at a time."""
    from platform_site.kernel import delivery

    return delivery.deliver_batch(event_ids)


@app.task(name="platform_site.deliver_overdue")
def deliver_overdue(turns: int = OVERDUE_TURNS) -> int:
    """Deliver some of what no doorbell announced, and ring for the rest: others get their turn in between."""
    from platform_site.kernel import delivery

    delivered = delivery.deliver_overdue(most=delivery.CHUNK)
    if turns > 1 and delivery.some_are_overdue():
        delivery.ring("platform_site.deliver_overdue", turns - 1, turn=delivery.LATER)
    return delivered


@app.task(name="platform_site.sweep_deadlines")
def sweep_deadlines() -> dict[str, int]:
    """Let every deadline fire that the world's clock has passed, in bounded batches."""
    from platform_site.reactions import sweep_deadlines as sweep

    return sweep()
