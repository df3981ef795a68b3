"""The rulebook: every value typed and with its source, or the platform does not start."""

import dataclasses
import re
import tomllib

import pytest
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

from platform_site.kernel.rulebook import RULES, load

SEED = settings.BASE_DIR / "platform_site" / "rulebooks" / "seed.toml"


def values(table, where=""):
    for name, value in table.items():
        if "value" in value:
            yield f"{where}{name}", value
        else:
            yield from values(value, f"{where}{name}.")


def test_every_value_has_a_source_that_names_its_place():
    found = dict(values(tomllib.loads(SEED.read_text(encoding="utf-8"))))
    place = re.compile(
        r"(seed|console|review|miniprogram-ci|security|security-checks|wire-api|runtime)\.md|ours: .{10,}"
    )

    assert len(found) > 60
    assert [name for name, value in found.items() if not place.search(value["source"])] == []


@pytest.mark.parametrize(
    ("line", "instead", "complaint"),
    [
        ("password_min = ", "", "seed.toml.account.password_min: needs"),
        ("password_min = ", 'password_min = { value = "8", source = "x" }', "is not of type int"),
        ("password_min = ", 'password_min = { value = 8.0, source = "x" }', "is not of type int"),
        ("password_min = ", 'password_min = { value = true, source = "x" }', "is not of type int"),
        ("password_min = ", "password_min = { value = 8 }", "password_min: needs"),
        ("password_min = ", 'password_min = { value = 8, source = " " }', "password_min: needs"),
        ("password_min = ", "password_min = 8", "password_min: needs"),
        ("password_min = ", 'password_min = { value = 8, source = "x", sauce = 1 }', "unknown sauce"),
        ("[account]", '[account]\npasword_max = { value = 1, source = "x" }', "seed.toml.account: unknown pasword_max"),
        ("[account]", "[account", "can't be read"),
    ],
)
def test_a_wrong_rulebook_is_refused_with_the_place(tmp_path, line, instead, complaint):
    lines = SEED.read_text(encoding="utf-8").splitlines()
    wrong = tmp_path / "seed.toml"
    wrong.write_text("\n".join(instead if text.startswith(line) else text for text in lines), encoding="utf-8")

    with pytest.raises(ImproperlyConfigured, match=re.escape(complaint)):
        load(wrong)


def test_a_rulebook_that_is_not_there_is_told(tmp_path):
    with pytest.raises(ImproperlyConfigured, match="can't be read"):
        load(tmp_path / "other.toml")


def test_rules_are_frozen():
    with pytest.raises(dataclasses.FrozenInstanceError):
        RULES.account.password_min = 1


def test_limits_fit_each_other():
    assert RULES.account.password_min < RULES.account.password_max
    assert RULES.account.minimum_age < RULES.account.maximum_age
    assert RULES.profile.name_min < RULES.profile.name_max
    assert RULES.version.function_pages_min <= RULES.version.function_pages_max == 5
    members = RULES.members
    assert (
        (members.individual.developers, members.individual.experiencers),
        (members.organisation_unverified.developers, members.organisation_unverified.experiencers),
        (members.verified.developers, members.verified.experiencers),
    ) == ((5, 10), (10, 20), (20, 40))


@pytest.mark.parametrize("name", [field.name for field in dataclasses.fields(RULES.rates)])
def test_every_rate_is_one_that_the_limiter_can_read(name):
    from allauth.core.internal.ratelimit import parse_rates

    rates = parse_rates(getattr(RULES.rates, name))

    assert rates
    assert all(rate.amount > 0 and rate.duration > 0 and rate.per in ("ip", "key", "user") for rate in rates)
