"""Fewer of what is counted, and nothing left of what another test was granted."""

import dataclasses

import pytest

from openplatform.actions import quotas
from platform_site.kernel.rulebook import RULES


@pytest.fixture(autouse=True)
def _no_leases():
    quotas.forget_leases()
    yield
    quotas.forget_leases()


@pytest.fixture
def few(monkeypatch):
    """`few(calls_per_minute=3)`: another rulebook, in which the server API gives less."""

    def set_(**numbers):
        rules = dataclasses.replace(RULES.api, **numbers)
        monkeypatch.setitem(RULES.__dict__, "api", rules)

    return set_
