"""Code that comes by the code upload key: no scan, since whoever holds the key has the administrator's consent."""

from collections.abc import Mapping

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import Member, MiniProgram
from developers.actions.builds import make_key_preview, upload_build
from developers.actions.packages import receive_opened
from developers.actions.source_maps import keep_source_maps
from developers.actions.upload_keys import NO_KEY, holder_of, key_of
from developers.models import Build, CodePackage, Preview, UploadKey
from developers.packages.upload import Upload
from platform_site.kernel.lifecycle import Refused


def upload_by_key(key: UploadKey, upload: Upload, *, robot: int, version: str, notes: str) -> Build:
    """Make what was sent this robot's development version. PackageRefused where the code has errors."""
    received = receive_opened(upload, appid=key.mini_program.appid)
    return _kept(key, received.package, received.source_maps, robot=robot, version=version, notes=notes)


@transaction.atomic
def _kept(
    key: UploadKey, package: CodePackage, maps: Mapping[str, bytes], *, robot: int, version: str, notes: str
) -> Build:
    by = _still_holder(key)
    build = upload_build(key.mini_program, package=package, version=version, notes=notes, by=by, robot=robot)
    keep_source_maps(build, maps)
    return build


@transaction.atomic
def preview_by_key(key: UploadKey, upload: Upload, *, robot: int, start_path: str, scene: int) -> Preview:
    """Make a preview of what was sent, for the phone of the administrator whose key it is."""
    package = receive_opened(upload, appid=key.mini_program.appid).package
    by = _still_holder(key)
    return make_key_preview(key.mini_program, package=package, by=by, robot=robot, start_path=start_path, scene=scene)


def _still_holder(key: UploadKey) -> Member:
    """By whose key it came; Refused where the key was reset while the code was looked at."""
    MiniProgram.objects.select_for_update().get(pk=key.mini_program_id)
    if key_of(key.mini_program).fingerprint != key.fingerprint:
        raise Refused(_("The code upload key was reset meanwhile."), code=NO_KEY)
    return holder_of(key)
