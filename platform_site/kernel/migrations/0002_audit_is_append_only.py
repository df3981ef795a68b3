"""What happened can't be changed: only the columns of delivery may."""

from django.db import migrations

from platform_site.kernel.constraints import ForbidUpdates

WHAT_HAPPENED = (
    "id", "event", "subject_type", "subject_id", "appid", "actor_kind", "actor_id", "actor_name",
    "from_state", "to_state", "reason", "data", "occurred_at", "recorded_at",
)


class Migration(migrations.Migration):
    dependencies = [("kernel", "0001_initial")]

    operations = [ForbidUpdates("kernel_auditevent", columns=WHAT_HAPPENED)]
