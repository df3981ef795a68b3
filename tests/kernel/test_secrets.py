"""Secrets at rest: encrypted where they must be shown again, digested where they are only compared."""

import pytest
from django.core.exceptions import FieldError
from django.db import connection

from accounts.models import WeChatPerson
from platform_site.kernel.models import hold
from platform_site.kernel.secrets import CODE_ALPHABET, digest, plain_digest, random_code, random_token
from platform_site.simulation import stories
from platform_site.simulation.cast import PEOPLE


def raw_columns():
    with connection.cursor() as cursor:
        cursor.execute("SELECT real_name, id_number FROM accounts_wechatperson")
        return cursor.fetchone()


@pytest.mark.django_db
def test_the_database_holds_neither_name_nor_number_in_the_clear(ada):
    stored = raw_columns()

    assert (ada.real_name, ada.id_number) == (PEOPLE["ada"].real_name, PEOPLE["ada"].id_number)
    assert all(PEOPLE["ada"].id_number not in text and PEOPLE["ada"].real_name not in text for text in stored)
    assert WeChatPerson.objects.get().id_number == PEOPLE["ada"].id_number


@pytest.mark.django_db
def test_equal_texts_do_not_look_equal_in_the_database(ada):
    before = raw_columns()
    ada.save(update_fields=["real_name", "id_number"])

    after = raw_columns()
    assert (before[0] != after[0], before[1] != after[1]) == (True, True)


@pytest.mark.django_db
def test_an_empty_text_stays_empty():
    stories.person("ned")

    assert raw_columns() == ("", "")


@pytest.mark.django_db
@pytest.mark.parametrize("lookup", ["", "__iexact", "__contains", "__startswith", "__in"])
def test_a_search_by_encrypted_text_is_an_error_rather_than_nothing(ada, lookup):
    with pytest.raises(FieldError):
        WeChatPerson.objects.filter(**{f"real_name{lookup}": "林安达"}).exists()


@pytest.mark.django_db
def test_a_new_key_reads_what_the_old_one_wrote(ada, settings):
    settings.DATA_KEYS = ["a brand new key of more than 32 characters", *settings.DATA_KEYS]
    assert WeChatPerson.objects.get().real_name == PEOPLE["ada"].real_name
    ada.save(update_fields=["real_name", "id_number"])

    settings.DATA_KEYS = settings.DATA_KEYS[:1]
    assert WeChatPerson.objects.get().real_name == PEOPLE["ada"].real_name


@pytest.mark.django_db
def test_without_its_key_a_text_is_an_error_that_says_what_to_do(ada, settings):
    settings.DATA_KEYS = ["a brand new key of more than 32 characters"]

    with pytest.raises(ValueError, match="was DATA_KEYS changed"):
        WeChatPerson.objects.get()


def test_digests_of_two_purposes_and_of_two_keys_differ(settings):
    one = digest("330106199003140262", purpose="identity")
    other = digest("330106199003140262", purpose="number")
    settings.DIGEST_KEY = "another key of at least thirty-two characters"
    third = digest("330106199003140262", purpose="identity")

    assert len({one, other, third}) == 3
    assert {len(text) for text in (one, other, third, plain_digest("x"))} == {64}


def test_codes_for_people_have_no_letters_that_look_alike():
    assert set("01OIL") & set(CODE_ALPHABET) == set()
    codes = {random_code(8) for _ in range(200)}
    assert len(codes) == 200
    assert {len(code) for code in codes} == {8}
    assert set("".join(codes)) <= set(CODE_ALPHABET)


def test_tokens_have_256_bits():
    assert {len(random_token()) for _ in range(50)} == {43}


@pytest.mark.django_db(transaction=True)
def test_a_named_lock_wants_a_transaction_to_last_as_long_as():
    with pytest.raises(RuntimeError, match="open transaction"):
        hold("x")
