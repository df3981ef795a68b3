"""A public password is hashed once where it is declared public, and nowhere else."""

import pytest
from django.contrib.auth.hashers import check_password, make_password

from platform_site import settings as real
from platform_site.kernel.hashing import public


@pytest.fixture(autouse=True)
def _the_real_hasher(settings):
    settings.PASSWORD_HASHERS = real.PASSWORD_HASHERS


def test_who_has_a_public_password_shares_its_hash():
    with public("Harbour2018"):
        first, second, other = make_password("Harbour2018"), make_password("Harbour2018"), make_password("Harbour2019")
        assert first == second != other
        assert first.startswith("argon2$argon2id$")
        assert check_password("Harbour2018", first)
        assert not check_password("Harbour2018", other)
        assert not check_password("Harbour2019", first)
    assert check_password("Harbour2018", first)
    assert not check_password("Harbour2019", first)


def test_elsewhere_each_has_a_salt_of_its_own():
    with public("Harbour2018"):
        shared = make_password("Harbour2018")
    assert len({shared, make_password("Harbour2018"), make_password("Harbour2018")}) == 3
