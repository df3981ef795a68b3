"""Words by which a release is found; what was submitted and why it was rejected can never be changed."""

from django.db import migrations, models

from platform_site.kernel.constraints import ForbidUpdates


class Migration(migrations.Migration):
    dependencies = [("releases", "0001_initial")]

    operations = [
        migrations.AddField("release", "search_words", models.TextField(blank=True, default=""), preserve_default=False),
        ForbidUpdates("releases_functionpage"),
        ForbidUpdates("releases_rejectionreason"),
    ]
