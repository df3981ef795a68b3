"""The source maps that came with a build by key: kept as one JSON text, given back in slices (miniprogram-ci.md §7)."""

import json
from collections.abc import Mapping

from django.core.files.base import ContentFile
from django.db import transaction

from accounts.models import MiniProgram
from developers.models import Build, SourceMap


@transaction.atomic
def keep_source_maps(build: Build, maps: Mapping[str, bytes]) -> SourceMap | None:
    """Keep {path: source map} beside its build; None where there are none.

    The text is ASCII, so that a slice of bytes is a slice of characters.
    """
    if not maps:
        return None
    listed = [{"fullpath": path, "sourcemap": text.decode("utf-8", "replace")} for path, text in sorted(maps.items())]
    text = json.dumps({"sourcemap_list": listed}, separators=(",", ":")).encode("ascii")
    return SourceMap.objects.create(
        build=build, file=ContentFile(text, name=f"{build.audit_appid}-{build.pk}.json"), size=len(text)
    )


def source_map_of(mini_program: MiniProgram, robot: int) -> SourceMap | None:
    """The source maps of this robot's development version."""
    return SourceMap.objects.filter(build__in=mini_program.builds.ready().filter(robot=robot)).first()


def slice_of(source_map: SourceMap, *, offset: int, limit: int) -> str:
    """`limit` characters of the text, from `offset` on."""
    with source_map.file.open("rb") as file:
        file.seek(offset)
        return str(file.read(limit).decode("ascii"))
