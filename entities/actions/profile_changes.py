"""Changes of the information once it is filled in: name, avatar, introduction, search by name (console.md §4)."""

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import MiniProgram
from accounts.permissions import Permission
from entities import pictures, quotas
from entities.actions.names import (
    NO_PROOF,
    NameProof,
    check_name,
    check_nothing_under_review,
    check_proof,
    claim_name,
    count_change,
    editable_profile,
    hold_name,
    write_name,
)
from entities.gates import Gate, check_gate
from entities.lifecycle import WITHDRAW_NAME
from entities.models import ChangeKind, NameApplication, Profile
from entities.name_queries import name_under_review
from entities.name_register import checked_introduction, protected_words_in
from entities.wording import check_name_wording, name_key
from platform_site.kernel.clock import now
from platform_site.kernel.lifecycle import SYSTEM, Actor, NotAllowed, Refused, advance
from platform_site.kernel.models import record


def check_name_change(
    mini_program: MiniProgram, name: str, *, profile: Profile, proof: NameProof = NO_PROOF
) -> tuple[str, list[str]]:
    """The new name in its tidy form with its protected words; Refused if the name can't be changed to it now.

    It asks everything that `change_name` will, so that nobody scans in vain.
    """
    check_gate(Gate.PROFILE, mini_program)
    if not profile.name:
        raise Refused(_("Choose the name in the Mini Program information first."), code="no_name")
    check_nothing_under_review(mini_program)
    if (refusal := quotas.name_refusal(profile)) is not None:
        raise refusal
    name = check_name(name, mini_program=mini_program)
    if name == profile.name:
        raise Refused(_("The Mini Program is called so already."), code="name_same", field="name")
    if words := protected_words_in(name):
        check_proof(words, proof, mini_program=mini_program)
    return name, words


@transaction.atomic
def change_name(
    mini_program: MiniProgram, name: str, *, by: Actor, proof: NameProof = NO_PROOF
) -> NameApplication | None:
    """Change the name; the old one is free at once. With a protected word: apply for it, the old one stays meanwhile.

    Within the quota: counted when the name changes. The administrator has scanned. Source: console.md §4.2.
    """
    profile = editable_profile(mini_program, by=by)
    check_name_change(mini_program, name, profile=profile, proof=proof)
    before = profile.name
    chosen, application = claim_name(mini_program, name, proof=proof, by=by)
    if application is None:
        write_name(profile, chosen)
        count_change(profile, ChangeKind.NAME)
        record("entities.profile.name_changed", profile, by=by, data={"name": chosen, "before": before})
    return application


@transaction.atomic
def rename_by_verification(mini_program: MiniProgram, name: str, *, by: Actor) -> None:
    """The name that a WeChat Verification has confirmed, its naming proof included: no quota counts it.

    Refused if the name can't be had, or if the information is not filled in. Another name that waits at the desk is
    withdrawn: this one is confirmed. Source: console.md §4.2 (changes, 2018+), §12.2 step 3.
    """
    MiniProgram.objects.select_for_update().get(pk=mini_program.pk)
    profile = Profile.objects.select_related("mini_program").filter(mini_program=mini_program).exclude(name="").first()
    if profile is None:
        raise Refused(_("Fill in the Mini Program information first."), code="no_profile")
    hold_name(name_key(check_name_wording(name)))
    name, before = check_name(name, mini_program=mini_program), profile.name
    if (waiting := name_under_review(mini_program)) is not None:
        advance(waiting, WITHDRAW_NAME, by=SYSTEM, reason="confirmed by WeChat Verification")
    if name != before:
        write_name(profile, name)
        record("entities.profile.name_changed", profile, by=by, data={"name": name, "before": before})


@transaction.atomic
def change_avatar(mini_program: MiniProgram, avatar: bytes, *, by: Actor) -> None:
    """Change the avatar to an uploaded picture, within the month's quota (53202)."""
    profile = editable_profile(mini_program, by=by)
    if (refusal := quotas.avatar_refusal(mini_program)) is not None:
        raise refusal
    picture = pictures.clean_avatar(avatar)
    if (stored := pictures.stored_name(picture)) == profile.avatar.name:
        raise Refused(_("This is the avatar already."), code="avatar_same", field="avatar")
    profile.avatar.name = stored
    profile.save(update_fields=["avatar"])
    count_change(profile, ChangeKind.AVATAR)
    record("entities.profile.avatar_changed", profile, by=by)
    pictures.keep(picture)


@transaction.atomic
def change_introduction(mini_program: MiniProgram, introduction: str, *, by: Actor) -> None:
    """Change the introduction, within the month's quota (53200)."""
    profile = editable_profile(mini_program, by=by)
    if (refusal := quotas.introduction_refusal(mini_program)) is not None:
        raise refusal
    introduction = checked_introduction(introduction)
    if introduction == profile.introduction:
        raise Refused(_("This is the introduction already."), code="introduction_same", field="introduction")
    profile.introduction = introduction
    profile.save(update_fields=["introduction"])
    count_change(profile, ChangeKind.INTRODUCTION)
    record("entities.profile.introduction_changed", profile, by=by, data={"introduction": introduction})


@transaction.atomic
def set_searchable(mini_program: MiniProgram, *, searchable: bool, by: Actor) -> None:
    """Allow or forbid that people find the Mini Program by searching; setting what is set already does nothing."""
    if not by.may(Permission.PROFILE_EDIT, mini_program):
        raise NotAllowed(_("You do not have the right to do this."), code="not_allowed")
    profile = Profile.objects.select_for_update().filter(mini_program=mini_program).first()
    if profile is None:
        raise Refused(_("Fill in the Mini Program information first."), code="no_profile")
    if profile.is_searchable == searchable:
        return
    profile.is_searchable = searchable
    profile.save(update_fields=["is_searchable"])
    event = "entities.profile.search_allowed" if searchable else "entities.profile.search_forbidden"
    record(event, profile, by=by)


@transaction.atomic
def note_publication(mini_program: MiniProgram) -> None:
    """The first version goes online: from now on the rules for published Mini Programs hold for the name."""
    Profile.objects.filter(mini_program=mini_program, first_published_at=None).update(first_published_at=now())
