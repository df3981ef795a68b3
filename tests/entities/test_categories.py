"""Service categories come from the rulebook, complete and in both languages."""

import re
import tomllib
from pathlib import Path

from django.utils import translation

from entities.categories import CATEGORIES, by_first_level

TABLE = tomllib.loads(Path("platform_site/rulebooks/categories.toml").read_text(encoding="utf-8"))


def test_each_row_of_the_spec_has_its_leaves():
    rows = {leaf["row"] for first in TABLE["first"] for leaf in first["second"]}
    assert rows == set(range(1, 40))


def test_codes_are_unique_short_and_plain():
    assert len(CATEGORIES) == sum(len(first["second"]) for first in TABLE["first"])
    assert [code for code in CATEGORIES if not re.fullmatch(r"[a-z0-9-]+\.[a-z0-9-]+", code) or len(code) > 64] == []


def test_every_category_has_words_in_both_languages():
    nameless = [c.code for c in CATEGORIES.values() if not all((c.first_en, c.first_zh, c.second_en, c.second_zh))]
    assert nameless == []
    assert [c.code for c in CATEGORIES.values() if not re.search("[\u4e00-\u9fff]", c.first_zh + c.second_zh)] == []


def test_a_label_follows_the_readers_language():
    weather = CATEGORIES["tools.weather"]
    assert weather.label == "Tools › Weather"
    with translation.override("zh-hans"):
        assert weather.label == "工具 › 天气"


def test_individuals_may_choose_just_the_rows_marked_for_them():
    open_to_them = {c.code.split(".")[0] for c in CATEGORIES.values() if c.individual}
    expected = "express education transport life catering travel tools business sports"
    assert open_to_them == set(expected.split())
    assert all(c.individual and not c.papers for c in by_first_level()["Tools"])
    assert [c.code for c in CATEGORIES.values() if c.individual and c.papers] == ["express.sending"]
