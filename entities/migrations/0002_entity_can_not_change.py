"""The entity row can never be updated again: the database says so."""

from django.db import migrations

from platform_site.kernel.constraints import ForbidUpdates


class Migration(migrations.Migration):
    dependencies = [("entities", "0001_initial")]

    operations = [ForbidUpdates("entities_entity")]
