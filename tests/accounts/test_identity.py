"""Who somebody is, in one spelling."""

from datetime import date

import pytest
from stdnum.cn import ric

from accounts.identity import (
    age_on,
    check_id_number,
    identity_digest,
    normal_email,
    normal_phone,
    number_digest,
    phone_digest,
)
from platform_site.kernel.lifecycle import Refused

TODAY = date(2026, 6, 15)


def id_number(born: str, *, region: str = "110105", order: str = "002") -> str:
    return f"{region}{born}{order}" + ric.calc_check_digit(f"{region}{born}{order}X")


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("User@X.com", "user@x.com"),
        (" a@x.com ", "a@x.com"),
        ("a+b@x.com", "a+b@x.com"),
        ("a.b@x.com", "a.b@x.com"),
        ("a@xn--bcher-kva.example", "a@xn--bcher-kva.example"),
        ("a" * 58 + "@" + "b" * 60 + ".com", "a" * 58 + "@" + "b" * 60 + ".com"),
    ],
)
def test_an_email_address_is_kept_in_lower_case(typed, kept):
    assert normal_email(typed) == kept


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        ("", "email_invalid"),
        ("a@b", "email_invalid"),
        ("a@localhost", "email_invalid"),
        ("a@@b.com", "email_invalid"),
        ("a@b.com@c.com", "email_invalid"),
        ('"a@b"@c.com', "email_invalid"),
        ("a@b.com,c@d.com", "email_invalid"),
        ("a@b.com\r\nBcc: c@d.com", "email_invalid"),
        ("a@b.com\n", "email_invalid"),
        ("a\0@b.com", "email_invalid"),
        ("a@[127.0.0.1]b", "email_invalid"),
        ("<a@b.com>", "email_invalid"),
        ("a@bücher.example", "email_not_ascii"),
        ("а@x.com", "email_not_ascii"),  # a Cyrillic twin
        ("a@x.com\u202e", "email_not_ascii"),
        ("a\u200b@x.com", "email_not_ascii"),
        ("ａ@x.com", "email_not_ascii"),
        ("a" * 250 + "@b.com", "email_too_long"),
    ],
)
def test_what_is_not_one_plain_email_address_is_refused(typed, code):
    with pytest.raises(Refused) as refusal:
        normal_email(typed)
    assert (refusal.value.code, refusal.value.field) == (code, "email")


@pytest.mark.parametrize(
    "typed", ["13800138000", "138 0013 8000", "138-0013-8000", "+86 13800138000", "008613800138000"]
)
def test_a_phone_number_has_one_spelling(typed):
    assert normal_phone(typed) == "+8613800138000"
    assert phone_digest(typed) == phone_digest("13800138000")


@pytest.mark.parametrize(
    "typed", ["", "1380013800", "138001380000", "1380013800a", "+86", "１３８００１３８０００", "1" * 300]
)
def test_what_is_no_phone_number_is_refused(typed):
    with pytest.raises(Refused) as refusal:
        normal_phone(typed)
    assert (refusal.value.code, refusal.value.field) == ("phone_invalid", "phone")


def test_an_id_number_is_kept_with_a_capital_x():
    assert check_id_number("11010519491231002x", today=TODAY) == "11010519491231002X"


@pytest.mark.parametrize(
    "typed",
    [
        "110105194912310021",  # wrong checksum
        "11010519491231002",
        "11010519491231002XX",
        "110105491231002",  # the old form of 15
        "11010519491231002Ｘ",
        "",
        "abc",
        id_number("19900230"),
        id_number("19901301"),
    ],
)
def test_what_is_no_id_number_is_refused(typed):
    with pytest.raises(Refused) as refusal:
        check_id_number(typed, today=TODAY)
    assert (refusal.value.code, refusal.value.field) == ("id_number_invalid", "id_number")


@pytest.mark.parametrize(
    ("born", "code"),
    [
        ("20080615", None),  # 18 today
        ("20080616", "id_number_under_age"),  # 18 tomorrow
        ("20260616", "id_number_invalid"),  # born tomorrow
        ("19060615", None),  # 120 today
        ("19050615", "id_number_invalid"),
    ],
)
def test_only_the_grown_up_may_register(born, code):
    number = id_number(born)
    if code is None:
        assert check_id_number(number, today=TODAY) == number
        return
    with pytest.raises(Refused) as refusal:
        check_id_number(number, today=TODAY)
    assert refusal.value.code == code


def test_who_was_born_on_29_february_turns_18_on_1_march():
    born = date(2008, 2, 29)
    assert (age_on(born, date(2026, 2, 28)), age_on(born, date(2026, 3, 1))) == (17, 18)


def test_one_person_has_one_digest_however_the_name_is_typed():
    one = identity_digest("阿卜杜拉·热合曼", "11010519491231002X")
    assert identity_digest("阿卜杜拉・热合曼 ", "11010519491231002x") == one
    assert identity_digest("阿卜杜拉", "11010519491231002X") != one
    assert number_digest("11010519491231002x") == number_digest("11010519491231002X") != one
