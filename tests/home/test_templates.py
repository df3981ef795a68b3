"""Templates keep the strict policy: no inline script, style or handler; icons are hidden; forms carry the token."""

import re
from pathlib import Path

import pytest
from django.conf import settings

TEMPLATES = sorted(Path(settings.BASE_DIR / "templates").rglob("*.html"))


def bare(path: Path) -> str:
    """The template without its comments."""
    text = path.read_text(encoding="utf-8")
    return re.sub(r"{#.*?#}|{% comment %}.*?{% endcomment %}", "", text, flags=re.S)


def names(path: Path) -> str:
    return str(path.relative_to(settings.BASE_DIR))


@pytest.mark.parametrize("path", TEMPLATES, ids=names)
def test_a_template_runs_and_styles_nothing_inline(path):
    text = bare(path)
    assert re.findall(r"<style\b|\sstyle=|javascript:|\shx-on|\son[a-z]+=", text) == []
    assert [
        tag for tag in re.findall(r"<script\b[^>]*>", text) if " src=" not in tag and "application/json" not in tag
    ] == []


@pytest.mark.parametrize("path", TEMPLATES, ids=names)
def test_every_form_that_posts_carries_the_token(path):
    forms = re.findall(r"<form\b[^>]*method=\"post\"[^>]*>.*?</form>", bare(path), flags=re.S)
    assert [form[:80] for form in forms if "{% csrf_token %}" not in form] == []


@pytest.mark.parametrize("path", TEMPLATES, ids=names)
def test_nothing_is_loaded_from_elsewhere(path):
    assert re.findall(r"(?:src|href)=\"(?:https?:)?//[^\"]*", bare(path)) == []
