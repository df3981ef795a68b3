"""Completing the Mini Program information: name, avatar, introduction and service categories, filled in once."""

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from accounts.models import MiniProgram
from accounts.permissions import Permission
from entities import pictures, queries
from entities.categories import CATEGORIES
from entities.models import EntityType, Profile, ServiceCategory
from entities.wording import check_introduction, check_name_wording, name_key
from platform_site.kernel.clock import now
from platform_site.kernel.lifecycle import Actor, NotAllowed, Refused
from platform_site.kernel.models import record
from platform_site.kernel.rulebook import RULES


@transaction.atomic
def complete_profile(
    mini_program: MiniProgram, *, by: Actor, name: str, avatar: bytes, introduction: str, categories: list[str]
) -> Profile:
    """Complete the information of a Mini Program: what users see of it from now on.

    `avatar` is the uploaded file, `categories` are codes of CATEGORIES in the order chosen. Source: console.md §4.
    """
    if not by.may(Permission.PROFILE_EDIT, mini_program):
        raise NotAllowed(_("You do not have the right to do this."), code="not_allowed")
    MiniProgram.objects.select_for_update().get(pk=mini_program.pk)
    if Profile.objects.filter(mini_program=mini_program).exists():
        raise Refused(_("The information of this Mini Program has been filled in already."), code="profile_exists")
    name = check_name(name, mini_program=mini_program)
    picture = pictures.clean_avatar(avatar)
    introduction = check_introduction(introduction)
    check_categories(categories, mini_program=mini_program)
    profile = _write(mini_program, name=name, avatar=pictures.stored_name(picture), introduction=introduction)
    for position, code in enumerate(categories, start=1):
        ServiceCategory.objects.create(mini_program=mini_program, code=code, position=position)
    record("entities.profile.completed", mini_program, by=by, data={"name": name, "categories": categories})
    pictures.keep(picture)
    return profile


def _write(mini_program: MiniProgram, *, name: str, avatar: str, introduction: str) -> Profile:
    try:
        with transaction.atomic():
            return Profile.objects.create(
                mini_program=mini_program,
                name=name,
                name_key=name_key(name),
                avatar=avatar,
                introduction=introduction,
                completed_at=now(),
            )
    except IntegrityError as error:
        raise _name_is_taken() from error


def check_name(name: str, *, mini_program: MiniProgram) -> str:
    """The name in its tidy form; Refused (field "name") if it can't be had."""
    name = check_name_wording(name)
    if queries.name_is_taken(name_key(name), but_for=mini_program):
        raise _name_is_taken()
    return name


def _name_is_taken() -> Refused:
    return Refused(_("Another Mini Program has this name already."), code="name_taken", field="name")


def check_categories(codes: list[str], *, mini_program: MiniProgram) -> None:
    """Refused (field "categories") unless they are one to five different ones that this entity may choose."""
    rules = RULES.profile
    if not rules.categories_min <= len(codes) <= rules.categories_max:
        raise _refused(
            _("Choose %(least)d to %(most)d service categories.")
            % {"least": rules.categories_min, "most": rules.categories_max},
            "category_count",
        )
    if len(set(codes)) < len(codes):
        raise _refused(_("A service category can be chosen once only."), "category_twice")
    for code in codes:
        _check_category(code, mini_program)


def _check_category(code: str, mini_program: MiniProgram) -> None:
    category = CATEGORIES.get(code)
    if category is None:
        raise _refused(_("There is no such service category."), "category_unknown")
    if mini_program.entity.type == EntityType.INDIVIDUAL and not category.individual:
        raise _refused(
            _("“%(category)s” is not open to individuals.") % {"category": category.label}, "category_entity_type"
        )
    if category.papers:
        raise _refused(
            _("“%(category)s” needs qualification papers, which can't be submitted yet: %(papers)s")
            % {"category": category.label, "papers": category.papers},
            "category_papers",
        )


def _refused(message: str, code: str) -> Refused:
    return Refused(message, code=code, field="categories")
