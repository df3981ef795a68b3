"""Text as the platform counts it: a Chinese character is two; names have few characters, people's names too."""

import pytest

from entities.wording import (
    check_introduction,
    check_name_wording,
    check_person_name,
    masked_name,
    masked_number,
    masked_phone,
    name_key,
    units,
)
from platform_site.kernel.lifecycle import Refused


def refusal_of(check, text: str) -> tuple[str, str | None]:
    with pytest.raises(Refused) as refused:
        check(text)
    return refused.value.code, refused.value.field


@pytest.mark.parametrize(
    ("text", "length"), [("", 0), ("tea", 3), ("茶馆", 4), ("茶a", 3), ("Ａ", 2), ("🍵", 2), ("𠮷", 2)]
)
def test_wide_characters_count_two(text, length):
    assert units(text) == length


@pytest.mark.parametrize("name", ["abcd", "茶馆", "x" * 30, "茶" * 15, "Tea & Co.", "A+B-C 1", "茶a1b", "𠮷野家"])
def test_a_name_of_4_to_30_units_is_taken_as_it_is(name):
    assert check_name_wording(name) == name


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("", "53010"),
        ("abc", "53010"),
        ("茶a", "53010"),
        ("x" * 31, "53010"),
        ("茶" * 15 + "a", "53010"),
        ("Tea 🍵 house", "53010"),
        ("Tea\u200bhouse", "53010"),
        ("Tea\u202ehouse", "53010"),
        ("Tea\0house", "53010"),
        ("Ｔｅａ　ｈｏｕｓｅ", "53010"),
        ("Теа house", "53010"),
        ("<b>Tea</b>", "53010"),
        ("Tea'; DROP TABLE", "53010"),
        ("Teé house", "53010"),
        ("Tea_house", "53010"),
        ("-+&.", "53010"),
        ("    ", "53010"),
    ],
)
def test_a_name_is_refused_for_its_length_or_characters(name, code):
    assert refusal_of(check_name_wording, name) == (code, "name")


@pytest.mark.parametrize("name", [" Tea house", "Tea house ", "Tea  house", "\tTea house", "Tea\u3000house"])
def test_outer_and_double_spaces_make_no_second_name(name):
    assert check_name_wording(name) == "Tea house"


def test_names_that_look_the_same_have_one_key():
    assert (
        len({name_key(name) for name in ["Tea House", "tea house", "TEA  HOUSE", "Ｔｅａ house", " Tea House "]}) == 1
    )
    assert name_key("Tea House") != name_key("TeaHouse")


def test_invisible_characters_are_named_as_such():
    with pytest.raises(Refused, match="invisible"):
        check_name_wording("Tea\u200bhouse")
    with pytest.raises(Refused, match="“<”"):
        check_name_wording("Tea <house>")


@pytest.mark.parametrize("text", ["四字", "abcd", "x" * 120, "茶" * 60, "Tea, warm. 50% <b> 🍵 & 'more'"])
def test_an_introduction_of_4_to_120_units_is_taken(text):
    assert check_introduction(text) == text


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("abc", "introduction_too_short"),
        ("x" * 121, "introduction_too_long"),
        ("茶" * 60 + "a", "introduction_too_long"),
        (" " * 50, "introduction_too_short"),
        ("Warm tea\u200b here", "introduction_characters"),
        ("Warm tea\u202e here", "introduction_characters"),
        ("Warm tea\0 here", "introduction_characters"),
    ],
)
def test_an_introduction_is_refused_for_its_length_or_invisible_characters(text, code):
    assert refusal_of(check_introduction, text) == (code, "introduction")


def test_lines_of_an_introduction_become_one():
    assert check_introduction("Warm tea\r\nby the water") == "Warm tea by the water"


@pytest.mark.parametrize("name", ["张三", "阿里木·买买提", "Ann", "Ann-Lee", "a", "x" * 15])
def test_a_name_on_an_id_card_has_1_to_15_letters_with_its_separators(name):
    assert check_person_name(name) == name


def test_a_bullet_is_read_as_the_separator_dot():
    assert check_person_name("阿里木•买买提") == "阿里木·买买提"


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("", "person_name"),
        ("x" * 16, "person_name_length"),
        ("x" * 31, "person_name_length"),
        ("12345", "person_name"),
        ("张3", "person_name"),
        ("·张三", "person_name"),
        ("张三·", "person_name"),
        ("张三\u200b", "person_name"),
        ("<b>", "person_name"),
        ("🍵", "person_name"),
    ],
)
def test_a_name_on_an_id_card_has_nothing_else(name, code):
    assert refusal_of(check_person_name, name) == (code, "name")


def test_masks_leave_what_one_needs_to_recognise():
    assert masked_name("林安达") == "**达"
    assert masked_name("林") == "*"
    assert masked_number("330106199003140267") == "3****************7"
    assert masked_phone("+8613900000101") == "**********0101"
