"""Service categories come from the rulebook, complete and in both languages."""

import re
import tomllib
from pathlib import Path

import pytest
from django.utils import translation

from entities.categories import CATEGORIES, by_first_level, load, paper_slot
from entities.models import EntityType
from entities.views.papers import FIELD_NAME

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


@pytest.mark.parametrize("entity_type", EntityType.values)
def test_the_tree_of_an_entity_type_has_just_what_it_may_choose(entity_type):
    shown = {leaf.code for leaves in by_first_level(entity_type).values() for leaf in leaves}
    assert shown == {c.code for c in CATEGORIES.values() if entity_type in c.types}
    assert "tools.weather" in shown


def test_restricted_categories_are_for_those_who_can_have_the_papers():
    types = {code: {str(kind) for kind in CATEGORIES[code].organisations} for code in CATEGORIES}
    assert types["finance.bank"] == {"corporate"}
    assert types["charity.foundation"] == {"other"}
    assert types["medical.public-hospital"] == {"government", "other"}
    assert types["government.tax"] == {"corporate", "government", "media", "other"}
    assert CATEGORIES["catering.restaurant"].is_open_to_all_organisations


def test_papers_are_alternatives_of_documents_in_both_languages():
    insurance = [[d.en for d in documents] for documents in CATEGORIES["finance.insurance"].papers]
    assert [len(documents) for documents in insurance] == [1, 1, 1, 1]
    live = CATEGORIES["social.live"]
    assert [[d.zh for d in documents] for documents in live.papers] == [
        ["《信息网络传播视听节目许可证》", "《网络文化经营许可证》"]
    ]
    assert (live.document_name(1, 2), live.document_name(2, 1), live.document_name(0, 0)) == (
        "Network culture permit",
        "–",
        "–",
    )
    with translation.override("zh-hans"):
        assert live.document_name(1, 1) == "《信息网络传播视听节目许可证》"


def test_every_document_is_asked_for_by_somebody_and_every_alternative_has_one():
    asked = {d.code for c in CATEGORIES.values() for documents in c.papers for d in documents}
    assert asked == set(TABLE["documents"])
    assert [c.code for c in CATEGORIES.values() if not all(c.papers)] == []


def test_every_slot_has_a_name_of_its_own_that_uploads_accept():
    slots = [
        paper_slot(c.code, alternative, number)
        for c in CATEGORIES.values()
        for alternative, documents in enumerate(c.papers, start=1)
        for number, _document in enumerate(documents, start=1)
    ]
    assert len(slots) == len(set(slots)) > 60
    assert [slot for slot in slots if not FIELD_NAME.fullmatch(slot)] == []


@pytest.mark.parametrize(("wrong", "error"), [('papers = [["none"]]', KeyError), ('organisations = ["x"]', ValueError)])
def test_a_list_that_names_what_there_is_not_is_refused(tmp_path, wrong, error):
    leaf = f'{{ code = "a", individual = false, en = "A", zh = "甲", {wrong} }}'
    path = tmp_path / "categories.toml"
    path.write_text(f'[documents]\n[[first]]\ncode = "f"\nen = "F"\nzh = "首"\nsecond = [{leaf}]\n', encoding="utf-8")
    with pytest.raises(error):
        load(path)


@pytest.mark.django_db
def test_the_help_page_lists_each_category_with_its_papers_and_who_may_choose_it(client):
    text = re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", client.get("/docs/materials/").content.decode()))
    for category in CATEGORIES.values():
        assert category.second_en.replace("&", "&amp;") in text
    for document in TABLE["documents"].values():
        assert document["en"].replace("'", "&#x27;") in text
    assert "Insurance No Corporate Insurance company legal person permit or Insurance business permit" in text
    assert "be chosen yet" not in text
