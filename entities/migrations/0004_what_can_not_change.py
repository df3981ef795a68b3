"""Rows that are written once, and what the rows of before the organisations are: individuals, proven; plain categories."""

from django.db import migrations

from platform_site.kernel.constraints import ForbidUpdates


def tell_the_standing(apps, schema_editor):
    """Every Mini Program of before is an individual's: proven by the administrator's scan."""
    Entity, Standing = apps.get_model("entities", "Entity"), apps.get_model("entities", "Standing")
    Standing.objects.bulk_create(
        Standing(mini_program_id=entity.mini_program_id, status="proven", proven_at=entity.registered_at)
        for entity in Entity.objects.order_by("pk")
    )


def digest_the_registrants(apps, schema_editor):
    """An individual's entity is known by the administrator's ID number."""
    Record = apps.get_model("entities", "AdministratorRecord")
    for record in Record.objects.select_related("mini_program__entity").order_by("pk"):
        record.id_digest = record.mini_program.entity.number_digest
        record.save(update_fields=["id_digest"])


def approve_the_categories(apps, schema_editor):
    """Only categories that ask for no papers could be chosen."""
    apps.get_model("entities", "ServiceCategory").objects.update(status="approved")


class Migration(migrations.Migration):
    dependencies = [("entities", "0003_organisations")]

    operations = [
        migrations.RunPython(tell_the_standing, migrations.RunPython.noop),
        migrations.RunPython(digest_the_registrants, migrations.RunPython.noop),
        migrations.RunPython(approve_the_categories, migrations.RunPython.noop),
        ForbidUpdates("entities_entity"),
        ForbidUpdates("entities_entitypaper"),
        ForbidUpdates("entities_namepaper"),
    ]
