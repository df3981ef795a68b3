"""No number of the rulebook stands in a sentence: what is translated names it, and the page puts it in."""

import re
from pathlib import Path

import pytest
from django.conf import settings

# what is no limit of ours: names of formats, of steps and of other people's offers, and a form's own shape
KNOWN = re.compile(
    r"UTF-8|ZIP64|#07C160|1\.0\.0|8\.0\.50|^[1-9]\. |mass message|300 yuan|aged 18 or above|6 to 20 letters"
    r"|18 characters|17 digits|1 to %|15-digit|18 letters|example 1011|203\.0\.113|such as 1\.0\.2"
    r"|2018-03-01T12:00|\(9\d{4}\)"
    # numbers that stand for kinds on the wire, names of digests and calls, percentages that are the whole or nothing
    r"|Always 3|0 individual|1 enterprise|1 proven|1017|table=5|base64|MD5|jscode2session|0 to 100"
    r"|0 for none|Now 0 perc|90 percent|90 %|HTTP 200"
)
SENTENCES = re.compile(
    r"""(?:\b_|gettext|gettext_lazy)\(\s*((?:"[^"\n]*"\s*)+)|{%\s*translate\s+"([^"]*)"|"""
    r"""{%\s*blocktranslate[^%]*%}(.*?){%\s*endblocktranslate""",
    re.DOTALL,
)
FOLDERS = ("accounts", "entities", "developers", "releases", "payments", "verification", "openplatform")
FILES = [
    path
    for folder in (*FOLDERS, "platform_site", "templates")
    for path in sorted((settings.BASE_DIR / folder).rglob("*"))
    if path.suffix in {".py", ".html", ".txt"} and "migrations" not in path.parts
]


def sentences(path: Path) -> list[str]:
    return ["".join(found) for found in SENTENCES.findall(path.read_text(encoding="utf-8"))]


def test_sentences_are_found():
    assert sum(len(sentences(path)) for path in FILES) > 500


@pytest.mark.parametrize("folder", [*FOLDERS, "platform_site", "templates"])
def test_no_number_of_the_rules_stands_in_a_sentence(folder):
    inside = [path for path in FILES if path.is_relative_to(settings.BASE_DIR / folder)]
    plain = {text: re.sub(r"%\(\w+\)\w+|{{.*?}}", "", text) for path in inside for text in sentences(path)}
    assert [text for text, rest in plain.items() if re.search(r"\d", rest) and not KNOWN.search(text)] == []
