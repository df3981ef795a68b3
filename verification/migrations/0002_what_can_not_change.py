"""Postings, reasons and calls are written once: the database says so."""

from django.db import migrations

from platform_site.kernel.constraints import ForbidUpdates


class Migration(migrations.Migration):
    dependencies = [("verification", "0001_initial")]

    operations = [
        ForbidUpdates("verification_posting"),
        ForbidUpdates("verification_refillreason"),
        ForbidUpdates("verification_contactcall"),
    ]
