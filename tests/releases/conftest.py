"""A Mini Program with complete information, and its administrator's console."""

import pytest

from accounts.actions.people import create_staff
from platform_site.simulation import stories
from tests.people import console


@pytest.fixture
def tea(ada):
    return stories.completed(administrator=ada)


@pytest.fixture
def client(tea):
    return console(None, tea)


@pytest.fixture
def vera(db):
    """Another reviewer than rev."""
    return create_staff(email="vera@ministage.test", password="paper-boat-42", name="Vera")
