"""What the desk did on each day, counted once: statistics read a year of rows and no million of submissions."""

from django.db import models


class DeskDay(models.Model):
    """One day of the platform's calendar that is over: what came in, what was decided, and how long that took.

    `waits` counts decided submissions by hours that they waited: {hours rounded up: how many}. `reviewers` counts
    decisions: {account's key: how many}. Written by the sweep; never changed.
    """

    day = models.DateField(unique=True)
    submitted = models.PositiveIntegerField()
    withdrawn = models.PositiveIntegerField()
    approved = models.PositiveIntegerField()
    rejected = models.PositiveIntegerField()
    in_time = models.PositiveIntegerField()  # of the decided ones
    expedited = models.PositiveIntegerField()  # of the decided ones
    appeals = models.PositiveIntegerField()  # of the decided ones
    appeals_granted = models.PositiveIntegerField()
    second_opinions = models.PositiveIntegerField()
    overturned = models.PositiveIntegerField()  # of the second opinions
    waits = models.JSONField(default=dict)
    reviewers = models.JSONField(default=dict)

    def __str__(self) -> str:
        return str(self.day)
