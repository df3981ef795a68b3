"""A Mini Program with complete information, and its administrator's console."""

import pytest

from platform_site.simulation import stories
from tests.people import console


@pytest.fixture
def tea(ada):
    return stories.completed(administrator=ada)


@pytest.fixture
def client(tea):
    return console(None, tea)
