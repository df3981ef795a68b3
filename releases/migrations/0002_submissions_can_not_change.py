"""What was submitted and why it was rejected can never be changed: the database says so."""

from django.db import migrations

from platform_site.kernel.constraints import ForbidUpdates


class Migration(migrations.Migration):
    dependencies = [("releases", "0001_initial")]

    operations = [ForbidUpdates("releases_functionpage"), ForbidUpdates("releases_rejectionreason")]
