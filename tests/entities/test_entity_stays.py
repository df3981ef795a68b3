"""The entity is written once: neither code nor SQL can change or delete it."""

import pytest
from django.db import DatabaseError, connection, transaction

from entities.models import Entity
from platform_site.simulation import stories

pytestmark = pytest.mark.django_db


@pytest.fixture
def entity(ada) -> Entity:
    return stories.registered().entity


def still_the_same(entity: Entity) -> bool:
    fresh = Entity.objects.get(pk=entity.pk)
    return (fresh.type, fresh.name, fresh.number) == (entity.type, entity.name, entity.number)


@pytest.mark.parametrize("fields", [None, ["name"], ["type"]])
def test_saving_it_again_is_refused(entity, fields):
    changed = Entity.objects.get(pk=entity.pk)
    changed.name, changed.type = "沈一苇", "corporate"
    with pytest.raises(TypeError, match="can't be changed"):
        changed.save(update_fields=fields)
    assert still_the_same(entity)


def test_deleting_it_is_refused(entity):
    with pytest.raises(TypeError, match="can't be deleted"):
        Entity.objects.get(pk=entity.pk).delete()
    assert still_the_same(entity)


@pytest.mark.parametrize(
    "act",
    [
        lambda e: Entity.objects.filter(pk=e.pk).update(type="corporate"),
        lambda e: Entity.objects.filter(pk=e.pk).update(name="沈一苇"),
        lambda e: Entity.objects.bulk_update([Entity(pk=e.pk, type="corporate")], ["type"]),
        lambda e: Entity.objects.filter(pk=e.pk)._raw_delete("default"),
        lambda e: connection.cursor().execute("UPDATE entities_entity SET type = 'corporate'"),
        lambda e: connection.cursor().execute("DELETE FROM entities_entity"),
    ],
)
def test_the_database_refuses_what_goes_around_the_model(entity, act):
    with pytest.raises(DatabaseError, match="can't be changed"), transaction.atomic():
        act(entity)
    assert still_the_same(entity)
