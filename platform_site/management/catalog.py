"""The catalog of texts: what code and templates say, collected and compiled by Babel, without gettext's tools."""

import io
import os
from collections.abc import Iterable, Iterator
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.extract import extract
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po
from django.utils.translation.template import templatize

KEYWORDS = {
    "_": None,
    "gettext": None,
    "gettext_lazy": None,
    "gettext_noop": None,
    "ngettext": (1, 2),
    "ngettext_lazy": (1, 2),
    "pgettext": ((1, "c"), 2),
    "pgettext_lazy": ((1, "c"), 2),
    "npgettext": ((1, "c"), 2, 3),
    "npgettext_lazy": ((1, "c"), 2, 3),
}
TEMPLATES = (".html", ".txt")
LEFT_OUT_OF_THE_ROOT = {".git", ".venv", "var", "tests", "docs", "requirements", "scripts", "static"}
LEFT_OUT = {"migrations", "__pycache__"}
Found = tuple[str, str | tuple[str, ...], list[str], str | None]  # file, msgid or (singular, plural), comments, context


def sources(root: Path) -> Iterator[Path]:
    """Every file of ours that may hold a text, in order."""
    for folder, folders, names in os.walk(root):
        folders[:] = sorted(set(folders) - LEFT_OUT - (LEFT_OUT_OF_THE_ROOT if Path(folder) == root else set()))
        yield from (Path(folder) / name for name in sorted(names) if Path(name).suffix in (".py", *TEMPLATES))


def texts_of(path: Path) -> Iterator[tuple[str | tuple[str, ...], list[str], str | None]]:
    """The texts of one file. A template is first turned into Python-like text by Django itself."""
    code = path.read_text(encoding="utf-8")
    if path.suffix in TEMPLATES:
        code = "\n".join(line.lstrip() for line in templatize(code, origin=str(path)).splitlines())
    reader = io.BytesIO(code.encode())
    for _, message, comments, context in extract("python", reader, keywords=KEYWORDS, comment_tags=("Translators",)):
        yield message, comments, context


def collect(root: Path) -> Catalog:
    """All texts of the sources under `root`."""
    found = Catalog(charset="utf-8")
    for path in sources(root):
        place = [(path.relative_to(root).as_posix(), 0)]
        for message, comments, context in texts_of(path):
            if message:
                found.add(message, locations=place, auto_comments=comments, context=context)
    return found


def read(po: Path) -> Catalog:
    """A catalog from its file; an empty one where there is no file yet. The folder's name is the locale."""
    locale = po.parent.parent.name
    if not po.exists():
        return Catalog(locale=locale, charset="utf-8")
    with po.open("rb") as file:
        return read_po(file, locale=locale)


def update(po: Path, found: Catalog) -> Catalog:
    """Bring the file up to what was found: new texts are added empty, texts no longer said are dropped."""
    catalog = read(po)
    catalog.update(found, no_fuzzy_matching=True)
    catalog.obsolete.clear()
    catalog.fuzzy = False
    written = io.BytesIO()
    write_po(written, catalog, width=120, sort_by_file=True, include_lineno=False, omit_header=True)
    po.parent.mkdir(parents=True, exist_ok=True)
    header = HEADER.format(locale=catalog.locale_identifier, plurals=catalog.plural_forms)
    po.write_text(header + written.getvalue().decode())
    return catalog


HEADER = """msgid ""
msgstr ""
"Project-Id-Version: Ministage\\n"
"Language: {locale}\\n"
"MIME-Version: 1.0\\n"
"Content-Type: text/plain; charset=utf-8\\n"
"Content-Transfer-Encoding: 8bit\\n"
"Plural-Forms: {plurals}\\n"

"""


def problems(po: Path, found: Catalog) -> list[str]:
    """One line per text that has no translation, or whose translation has lost a placeholder."""
    catalog = read(po)
    told = []
    for message in found:
        if not message.id:
            continue
        ours = catalog.get(message.id, message.context)
        name = message.id if isinstance(message.id, str) else message.id[0]
        where = ", ".join(sorted({file for file, _ in message.locations}))
        if ours is None or ours.fuzzy or not is_translated(ours.string):
            told.append(f"{where}: no translation of {name!r}")
        else:
            told += [f"{where}: {name!r}: {error}" for error in ours.check(catalog)]
    return told


def is_translated(string: str | Iterable[str] | None) -> bool:
    """Whether a translation is there, in each plural form."""
    return bool(string) and all(string or ())


def compile_all(folders: Iterable[str | Path]) -> list[Path]:
    """Compile each .po under the locale folders whose .mo is older; returns what was written."""
    written = []
    for po in sorted(po for folder in folders for po in Path(folder).glob("*/LC_MESSAGES/*.po")):
        mo = po.with_suffix(".mo")
        if mo.exists() and mo.stat().st_mtime >= po.stat().st_mtime:
            continue
        half = mo.with_suffix(f".{os.getpid()}")
        with half.open("wb") as file:
            write_mo(file, read(po))
        half.replace(mo)
        written.append(mo)
    return written
