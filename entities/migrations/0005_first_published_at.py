"""When a Mini Program was first published: its name follows other rules from then on. The rows of changes are counted."""

from django.db import migrations, models


def tell_the_first_publication(apps, schema_editor):
    """The audit trail knows when each Mini Program went online first."""
    Profile, Event = apps.get_model("entities", "Profile"), apps.get_model("kernel", "AuditEvent")
    rows = Event.objects.filter(event="releases.release.published").values("appid")
    for row in rows.annotate(first=models.Min("occurred_at")):
        Profile.objects.filter(mini_program__appid=row["appid"]).update(first_published_at=row["first"])


class Migration(migrations.Migration):
    dependencies = [("entities", "0004_what_can_not_change"), ("kernel", "0002_audit_is_append_only")]

    operations = [
        migrations.RemoveField(model_name="profile", name="name_changes"),
        migrations.AddField(
            model_name="profile", name="first_published_at", field=models.DateTimeField(null=True)
        ),
        migrations.RunPython(tell_the_first_publication, migrations.RunPython.noop),
    ]
