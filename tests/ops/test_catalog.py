"""The catalog of texts: collected from code and templates, checked, compiled, with Babel alone."""

import gettext
from pathlib import Path

import pytest
from babel.messages.pofile import read_po

from platform_site.management import catalog

CODE = """
from django.utils.translation import gettext as _, ngettext, pgettext

def words(n):
    return _("Publish"), ngettext("%(n)s page", "%(n)s pages", n), pgettext("month", "May"), _(f"not {n} this")
"""
TEMPLATE = """
<p title="{% translate 'Scan' %}">It's "quoted" ( and { unbalanced
    {% blocktranslate trimmed with name=program.name %}
      Waiting for
      {{ name }}
    {% endblocktranslate %}
  {{ x|default:_("Nobody") }}
</p>
"""


@pytest.fixture
def project(tmp_path: Path) -> Path:
    (tmp_path / "app").mkdir()
    (tmp_path / "app" / "views.py").write_text(CODE)
    (tmp_path / "templates").mkdir()
    (tmp_path / "templates" / "page.html").write_text(TEMPLATE)
    (tmp_path / "tests").mkdir()
    (tmp_path / "tests" / "test_it.py").write_text('_("Not for people")')
    return tmp_path


@pytest.fixture
def po(project: Path) -> Path:
    return project / "locale" / "zh_Hans" / "LC_MESSAGES" / "django.po"


def ids(found) -> set:
    return {(message.context, message.id) for message in found if message.id}


def translate(po: Path, words: dict[str, str | tuple[str, ...]]) -> None:
    with po.open("rb") as file:
        filled = read_po(file, locale="zh_Hans")
    for message in filled:
        key = message.id if isinstance(message.id, str) else message.id[0]
        if key in words:
            message.string = words[key]
    with po.open("wb") as file:
        catalog.write_po(file, filled)


ALL = {
    "Publish": "发布",
    "%(n)s page": ("%(n)s 页",),
    "May": "五月",
    "Scan": "扫一扫",
    "Waiting for %(name)s": "等待 %(name)s",
    "Nobody": "无人",
}


def test_texts_of_code_and_templates_are_collected_and_those_of_tests_are_not(project):
    assert ids(catalog.collect(project)) == {
        (None, "Publish"),
        (None, ("%(n)s page", "%(n)s pages")),
        ("month", "May"),
        (None, "Scan"),
        (None, "Waiting for %(name)s"),
        (None, "Nobody"),
    }


def test_each_text_without_a_translation_is_told_with_its_place(project, po):
    told = catalog.problems(po, catalog.collect(project))

    assert sorted(told) == [
        "app/views.py: no translation of '%(n)s page'",
        "app/views.py: no translation of 'May'",
        "app/views.py: no translation of 'Publish'",
        "templates/page.html: no translation of 'Nobody'",
        "templates/page.html: no translation of 'Scan'",
        "templates/page.html: no translation of 'Waiting for %(name)s'",
    ]


def test_a_translated_catalog_has_no_problems_and_a_lost_placeholder_is_one(project, po):
    found = catalog.collect(project)
    catalog.update(po, found)
    translate(po, ALL)
    assert catalog.problems(po, found) == []

    translate(po, {"Waiting for %(name)s": "等待 %(nom)s"})

    (problem,) = catalog.problems(po, found)
    assert problem.startswith("templates/page.html: 'Waiting for %(name)s': ")


def test_an_update_keeps_translations_adds_new_texts_and_drops_those_no_longer_said(project, po):
    catalog.update(po, catalog.collect(project))
    translate(po, ALL)
    (project / "app" / "views.py").write_text('_("Publish"); _("Withdraw")')

    catalog.update(po, catalog.collect(project))

    written = catalog.read(po)
    assert ids(written) == {(None, text) for text in ("Publish", "Withdraw", "Scan", "Waiting for %(name)s", "Nobody")}
    assert (written.get("Publish").string, written.get("Withdraw").string) == ("发布", "")


def test_an_update_that_finds_nothing_new_writes_the_same_file(project, po):
    catalog.update(po, catalog.collect(project))
    translate(po, ALL)
    catalog.update(po, catalog.collect(project))
    before = po.read_bytes()

    catalog.update(po, catalog.collect(project))

    assert po.read_bytes() == before


def test_the_compiled_catalog_speaks_and_is_not_compiled_twice(project, po):
    catalog.update(po, catalog.collect(project))
    translate(po, ALL)

    assert catalog.compile_all([project / "locale"]) == [po.with_suffix(".mo")]
    assert catalog.compile_all([project / "locale"]) == []

    with po.with_suffix(".mo").open("rb") as file:
        spoken = gettext.GNUTranslations(file)
    assert spoken.gettext("Publish") == "发布"
    assert spoken.ngettext("%(n)s page", "%(n)s pages", 3) == "%(n)s 页"
    assert spoken.pgettext("month", "May") == "五月"
