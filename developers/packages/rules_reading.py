"""The rules about what is sent: containers and the names in them; and what a rule is."""

from dataclasses import dataclass
from typing import Any

from django.utils.functional import Promise
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from developers.packages.report import ERROR, INFO, WARNING
from platform_site.kernel.rulebook import RULES

_P, _MAPS = RULES.package, RULES.upload.source_map_bytes


@dataclass(frozen=True)
class Rule:
    """A rule: what is asked for. `severity` is that of a finding; the worst, where it can be one of two."""

    id: str
    text: str | Promise
    severity: str = ERROR


@dataclass(frozen=True)
class Part:
    """Rules about one thing."""

    slug: str
    title: str | Promise
    rules: tuple[Rule, ...]


def says(text: Any, **numbers: int) -> str | Promise:
    return format_lazy(text, **numbers)


READING = (
    Part(
        "container",
        _("What is sent"),
        (
            Rule("upload_bytes", says(_("At most {kb} KB are sent."), kb=_P.upload_bytes // 1024)),
            Rule("unpacked_bytes", says(_("At most {kb} KB of code are unpacked."), kb=_P.unpacked_bytes // 1024)),
            Rule("source_map_bytes", says(_("At most {kb} KB of source maps."), kb=_MAPS // 1024)),
            Rule("files", says(_("At most {n} files."), n=_P.files)),
            Rule("no_files", _("There is at least one file.")),
            Rule("left_out", _("Hidden files, system files and node_modules are left out."), INFO),
        ),
    ),
    Part(
        "zip",
        _("Zip archives"),
        (
            Rule("zip_empty_file", _("The archive is not empty.")),
            Rule("zip_format", _("It is a zip file.")),
            Rule("zip_truncated", _("It is complete.")),
            Rule("zip_junk", _("Nothing lies before, between or after the entries.")),
            Rule("zip_two_ends", _("It has one end record.")),
            Rule("zip_no_entries", _("It contains files.")),
            Rule("zip_disks", _("It is one file, not a part of several.")),
            Rule("zip_directory", _("Its directory and its end record say the same.")),
            Rule("zip_entries", says(_("At most {n} entries."), n=_P.entries)),
            Rule("zip_zip64", _("It is no ZIP64 archive.")),
            Rule("zip_offset", _("The directory points to entries.")),
            Rule("zip_encrypted", _("No entry is encrypted.")),
            Rule("zip_method", _("Entries are stored or deflated.")),
            Rule("zip_headers_differ", _("The two headers of an entry say the same.")),
            Rule("zip_names_differ", _("An entry has one name.")),
            Rule("zip_name_encoding", _("Names are UTF-8.")),
            Rule("zip_link", _("Entries are files, not links or devices.")),
            Rule("zip_folder", _("Folders have no contents of their own.")),
            Rule("zip_overlap", _("Entries do not share bytes.")),
            Rule("zip_ratio", says(_("No entry grows more than {n} times."), n=_P.compression_ratio)),
            Rule("zip_size", _("The sizes are those that are declared.")),
            Rule("zip_checksum", _("The checksums are right.")),
            Rule("zip_damaged", _("Every entry can be unpacked.")),
        ),
    ),
    Part(
        "uploader",
        _("Uploads by miniprogram-ci"),
        (
            Rule("gzip_empty", _("The upload is not empty.")),
            Rule("gzip_format", _("It is a gzip stream.")),
            Rule("gzip_truncated", _("It is complete.")),
            Rule("gzip_damaged", _("It can be unpacked and its checksum is right.")),
            Rule("gzip_members", _("It is one gzip stream.")),
            Rule("gzip_trailing", _("Nothing follows the gzip stream.")),
            Rule("gzip_ratio", says(_("It does not grow more than {n} times."), n=_P.compression_ratio)),
            Rule("wxapkg_header", _("It begins with the header of a package.")),
            Rule("wxapkg_lengths", _("The lengths in the header are possible.")),
            Rule("wxapkg_index", _("Index and header say the same.")),
            Rule("wxapkg_count", says(_("The index has at least one and at most {n} files."), n=_P.entries)),
            Rule("wxapkg_name", _("Names begin with one slash and are files.")),
            Rule("wxapkg_name_encoding", _("Names are UTF-8.")),
            Rule("wxapkg_offset", _("Files lie inside of the data.")),
            Rule("wxapkg_overlap", _("Files do not share bytes.")),
            Rule("wxapkg_gap", _("Nothing lies between the files.")),
            Rule("wxapkg_trailing", _("Nothing follows the last file.")),
            Rule("wxapkg_truncated", _("All files are there in full.")),
            Rule("signature_missing", _("The package is signed: it contains ci.signature.")),
            Rule("signature_format", _("ci.signature is JSON with a signature.")),
            Rule("uploader_warning", _("What the uploader itself found odd."), WARNING),
        ),
    ),
    Part(
        "paths",
        _("Names of files"),
        (
            Rule("path_empty", _("A file has a name.")),
            Rule("path_control", _("Names have no characters that can't be seen.")),
            Rule("path_backslash", _("Names have no backslash.")),
            Rule("path_absolute", _("Paths are relative.")),
            Rule("path_outside", _("Paths have no “//”, “.” or “..”.")),
            Rule("path_long", says(_("Paths have at most {n} characters."), n=_P.path_characters)),
            Rule("path_deep", says(_("Paths have at most {n} levels."), n=_P.path_levels)),
            Rule("path_reserved", _("Names can exist on every system.")),
            Rule("path_twice", _("Names are there once; upper and lower case count as one.")),
            Rule("path_conflict", _("A folder is not a file elsewhere.")),
        ),
    ),
)
