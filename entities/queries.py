"""Reads about who stands behind a Mini Program and what users see of it."""

from collections.abc import Iterable

from django.core.files.storage import default_storage
from django.utils.translation import gettext as _

from accounts.models import MiniProgram
from entities.categories import CATEGORIES, Category
from entities.models import AdministratorRecord, Entity, Profile


def profile_of(mini_program: MiniProgram) -> Profile | None:
    """The information of a Mini Program, once it is complete."""
    return getattr(mini_program, "profile", None)


def entity_of(mini_program: MiniProgram) -> Entity | None:
    """The legal subject of a Mini Program."""
    return getattr(mini_program, "entity", None)


def is_complete(mini_program: MiniProgram) -> bool:
    """Whether name, avatar, introduction and categories are filled in."""
    return profile_of(mini_program) is not None


def display_name(mini_program: MiniProgram) -> str:
    """The name, or "Mini Program wx…" while there is none. Join `profile` where many are shown."""
    profile = profile_of(mini_program)
    return profile.name if profile is not None else _nameless(mini_program)


def names_of(mini_programs: Iterable[MiniProgram]) -> dict[int, str]:
    """`display_name` of several by primary key, in one query (settings.PROGRAM_NAMES)."""
    programs = list(mini_programs)
    named = dict(Profile.objects.filter(mini_program__in=programs).values_list("mini_program_id", "name"))
    return {program.pk: named.get(program.pk) or _nameless(program) for program in programs}


def _nameless(mini_program: MiniProgram) -> str:
    return _("Mini Program %(appid)s") % {"appid": mini_program.appid}


def categories_of(mini_program: MiniProgram) -> list[Category]:
    """The chosen service categories, in their order. Codes that the list has lost are left out."""
    rows = sorted(mini_program.categories.all(), key=lambda row: row.position)
    return [CATEGORIES[row.code] for row in rows if row.code in CATEGORIES]


def programs_of_identity(digest: str) -> int:
    """How many Mini Programs stand in the name of one ID number (`accounts.identity.number_digest`)."""
    return Entity.objects.filter(number_digest=digest).count()


def programs_of_phone(digest: str) -> int:
    """How many Mini Programs were registered with one phone (`accounts.identity.phone_digest`)."""
    return AdministratorRecord.objects.filter(phone_digest=digest).count()


def name_is_taken(name_key: str, *, but_for: MiniProgram) -> bool:
    """Whether another Mini Program has this name."""
    return Profile.objects.filter(name_key=name_key).exclude(mini_program=but_for).exists()


def avatar_png(sha256: str) -> bytes | None:
    """The picture of this SHA-256, if we keep one."""
    name = f"avatars/{sha256}.png"
    if not default_storage.exists(name):
        return None
    with default_storage.open(name) as file:
        return bytes(file.read())
