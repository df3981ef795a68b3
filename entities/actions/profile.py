"""Completing the Mini Program information: name, avatar, introduction and service categories, filled in once."""

from collections.abc import Mapping

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from accounts.models import MiniProgram
from accounts.permissions import Permission
from entities import pictures
from entities.actions.categories import Handed, check_categories, check_papers, choose_categories
from entities.actions.names import NO_PROOF, NameProof, announce_completed, claim_name, name_is_taken
from entities.gates import Gate, check_gate
from entities.models import Profile
from entities.name_register import checked_introduction
from entities.wording import name_key
from platform_site.kernel.clock import now
from platform_site.kernel.lifecycle import Actor, NotAllowed, Refused


@transaction.atomic
def complete_profile(
    mini_program: MiniProgram,
    *,
    by: Actor,
    name: str,
    avatar: bytes,
    introduction: str,
    categories: list[str],
    papers: Mapping[str, Handed] | None = None,
    name_proof: NameProof = NO_PROOF,
) -> Profile:
    """Complete the information of a Mini Program: what users see of it from now on.

    `avatar` is the uploaded file, `categories` are codes of CATEGORIES in the order chosen, `papers` what
    is handed in for those that ask for it. A name with a protected word asks for `name_proof`, and is not
    there before the desk has approved it. Source: console.md §4.
    """
    if not by.may(Permission.PROFILE_EDIT, mini_program):
        raise NotAllowed(_("You do not have the right to do this."), code="not_allowed")
    MiniProgram.objects.select_for_update().get(pk=mini_program.pk)
    check_gate(Gate.PROFILE, mini_program)
    if Profile.objects.filter(mini_program=mini_program).exists():
        raise Refused(_("The information of this Mini Program has been filled in already."), code="profile_exists")
    picture = pictures.clean_avatar(avatar)
    introduction = checked_introduction(introduction)
    check_categories(categories, mini_program=mini_program)
    check_papers(categories, papers or {}, mini_program=mini_program)
    name, application = claim_name(mini_program, name, proof=name_proof, by=by)
    profile = _write(mini_program, name=name, avatar=pictures.stored_name(picture), introduction=introduction)
    choose_categories(mini_program, categories, by=by, papers=papers)
    if application is None:
        announce_completed(mini_program, name=name, by=by)
    pictures.keep(picture)
    return profile


def _write(mini_program: MiniProgram, *, name: str, avatar: str, introduction: str) -> Profile:
    try:
        with transaction.atomic():
            return Profile.objects.create(
                mini_program=mini_program,
                name=name,
                name_key=name_key(name) or None,
                avatar=avatar,
                introduction=introduction,
                completed_at=now(),
            )
    except IntegrityError as error:
        raise name_is_taken() from error
