"""Names: which one can be had, taking it, or applying for it with naming proof (console.md §4.2)."""

from dataclasses import dataclass
from datetime import timedelta

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from accounts.models import MiniProgram, WeChatPerson
from accounts.permissions import Permission
from entities import name_queries, queries
from entities.gates import Gate, check_gate
from entities.models import ChangeKind, NameApplication, NamePaper, Paper, Profile, ProfileChange
from entities.name_register import REGISTER, check_words, protected_words_in
from entities.wording import check_name_wording, name_key
from platform_site.kernel.clock import now
from platform_site.kernel.lifecycle import Actor, NotAllowed, Refused
from platform_site.kernel.models import hold, record
from platform_site.kernel.rulebook import RULES


@dataclass(frozen=True)
class NameProof:
    """What is handed in for a protected word: scans (a trademark certificate, an authorisation) and an explanation."""

    papers: tuple[Paper, ...] = ()
    explanation: str = ""


NO_PROOF = NameProof()


def check_name(name: str, *, mini_program: MiniProgram) -> str:
    """The name in its tidy form; Refused (field "name") with the platform's code if it can't be had."""
    name = check_name_wording(name)
    check_words(name)
    key, digest = name_key(name), mini_program.entity.number_digest
    _check_is_free(key, mini_program)
    _check_plus(key, mini_program)
    _check_accounts(key, digest)
    if WeChatPerson.objects.filter(wechat_id__iexact=name).exists():
        raise _refused(_("This name is somebody's WeChat ID."), "53018")
    _check_protection(key, digest)
    return name


def _check_is_free(key: str, mini_program: MiniProgram) -> None:
    if queries.name_is_taken(key, but_for=mini_program):
        raise name_is_taken()
    if name_queries.is_under_review_elsewhere(key, but_for=mini_program):
        raise _refused(_("This name is under review for another Mini Program."), "91007")


def _check_plus(key: str, mini_program: MiniProgram) -> None:
    """While a name A+ is held, A is for the same entity only; and the reverse (53014)."""
    kin = _kin(key) - {key}
    if name_queries.is_held_by_another_entity(kin, mini_program=mini_program):
        raise _refused(
            _("A name that differs by a “+” only belongs to another entity: only that entity can have this one."),
            "53014",
        )


def _check_accounts(key: str, digest: str) -> None:
    holders = [account for account in REGISTER.accounts if account.key == key]
    if len(holders) > 1:
        raise _refused(_("Several Official Accounts have this name: it can't be had."), "53016")
    if holders and holders[0].entity != digest:
        raise _refused(_("An Official Account of another entity has this name."), "53015")
    kin = _kin(key) - {key}
    if any(account.key in kin and account.entity != digest for account in REGISTER.accounts):
        raise _refused(
            _("An Official Account of another entity has a name that differs by a “+” only."),
            "53017",
        )


def _check_protection(key: str, digest: str) -> None:
    for held in REGISTER.protection:
        over = held.until is not None and held.until <= now()
        if held.key == key and not over and (held.kind == "infringement" or held.entity != digest):
            raise _refused(_("This name is in a protection period and can't be had for now."), "53019")


def _kin(key: str) -> set[str]:
    """The names that differ by a plus at the end: A, A+ and "A +"."""
    base = _base(key)
    return {base, f"{base}+", f"{base} +"}


def _base(key: str) -> str:
    return key.rstrip("+ ") or key


def name_is_taken() -> Refused:
    """The refusal of a name that another Mini Program has."""
    return _refused(_("Another Mini Program has this name already."), "53013")


def _refused(message: str, code: str) -> Refused:
    return Refused(message, code=code, field="name")


# --- taking a name ---------------------------------------------------------------------------------------------------


def claim_name(
    mini_program: MiniProgram, name: str, *, proof: NameProof, by: Actor
) -> tuple[str, NameApplication | None]:
    """The name if it can be had at once, or "" with the application for one that holds a protected word.

    In the caller's transaction, which writes the name: nobody else can take it meanwhile.
    """
    hold_name(name_key(check_name_wording(name)))
    name = check_name(name, mini_program=mini_program)
    if not (words := protected_words_in(name)):
        return name, None
    check_proof(words, proof, mini_program=mini_program)
    return "", _apply(mini_program, name, words, proof, by)


def hold_name(key: str) -> None:
    """Let others who want this name, or it with a "+", wait until the caller's transaction ends."""
    hold(f"name:{_base(key)}")


def check_proof(words: list[str], proof: NameProof, *, mini_program: MiniProgram) -> None:
    """Refused (field "name_papers" or "name_explanation") unless there is naming proof for these protected words."""
    rules = RULES.profile
    if not proof.papers or any(paper.user_id != mini_program.user_id for paper in proof.papers):
        raise Refused(
            _("“%(words)s” is protected: upload naming proof.") % {"words": ", ".join(words)},
            code="91009",
            field="name_papers",
        )
    if len(proof.papers) > rules.name_papers:
        raise Refused(
            _("Upload at most %(most)d papers.") % {"most": rules.name_papers},
            code="name_papers_many",
            field="name_papers",
        )
    check_explanation(proof.explanation)


def check_explanation(text: str) -> None:
    """Refused (field "name_explanation") if it is missing, too long, or can't be kept."""
    most = RULES.profile.name_explanation
    words = {
        "name_explanation_missing": (not text.strip(), _("Say what the papers prove.")),
        "name_explanation_long": (len(text) > most, _("Use at most %(most)d characters.") % {"most": most}),
        "name_explanation_characters": ("\0" in text, _("The text contains a character that can't be used.")),
    }
    if wrong := next(((code, message) for code, (is_wrong, message) in words.items() if is_wrong), None):
        raise Refused(wrong[1], code=wrong[0], field="name_explanation")


def _apply(mini_program: MiniProgram, name: str, words: list[str], proof: NameProof, by: Actor) -> NameApplication:
    at = now()
    try:
        with transaction.atomic():
            application = NameApplication.objects.create(
                mini_program=mini_program,
                name=name,
                name_key=name_key(name),
                protected_words=words,
                explanation=proof.explanation.strip(),
                submitted_at=at,
                due_at=at + timedelta(days=RULES.profile.name_review_days),
            )
    except IntegrityError as error:
        raise _refused(_("A name is under review already. Withdraw it first."), "name_under_review") from error
    for paper in proof.papers:
        NamePaper.objects.create(application=application, paper=paper)
    record("entities.name.submitted", application, by=by, data={"name": name, "words": words})
    return application


def write_name(profile: Profile, name: str) -> None:
    """Give a profile its name, in the caller's transaction; the old one is free at once."""
    profile.name, profile.name_key = name, name_key(name)
    try:
        with transaction.atomic():
            profile.save(update_fields=["name", "name_key"])
    except IntegrityError as error:
        raise name_is_taken() from error


def count_change(profile: Profile, kind: ChangeKind) -> None:
    """Count a change of the information, in the caller's transaction: the quotas ask for it."""
    ProfileChange.objects.create(mini_program_id=profile.mini_program_id, kind=kind, changed_at=now())


@transaction.atomic
def choose_name(
    mini_program: MiniProgram, name: str, *, by: Actor, proof: NameProof = NO_PROOF
) -> NameApplication | None:
    """Choose another name after the first was rejected or withdrawn: no change that is counted."""
    profile = editable_profile(mini_program, by=by)
    if profile.name:
        raise Refused(_("This Mini Program has its name already."), code="name_exists")
    check_nothing_under_review(mini_program)
    chosen, application = claim_name(mini_program, name, proof=proof, by=by)
    if application is None:
        write_name(profile, chosen)
        announce_completed(mini_program, name=chosen, by=by)
    return application


def announce_completed(mini_program: MiniProgram, *, name: str, by: Actor) -> None:
    """The information is complete with its name: say so, in the caller's transaction."""
    codes = list(mini_program.categories.order_by("position").values_list("code", flat=True))
    record("entities.profile.completed", mini_program, by=by, data={"name": name, "categories": codes})


def editable_profile(mini_program: MiniProgram, *, by: Actor) -> Profile:
    """The information of a Mini Program, its parent row locked, for somebody who may edit it while the gate is open."""
    if not by.may(Permission.PROFILE_EDIT, mini_program):
        raise NotAllowed(_("You do not have the right to do this."), code="not_allowed")
    MiniProgram.objects.select_for_update().get(pk=mini_program.pk)
    check_gate(Gate.PROFILE, mini_program)
    profile = Profile.objects.select_related("mini_program").filter(mini_program=mini_program).first()
    if profile is None:
        raise Refused(_("Fill in the Mini Program information first."), code="no_profile")
    return profile


def check_nothing_under_review(mini_program: MiniProgram) -> None:
    """Refused while a name of this Mini Program waits at the desk."""
    if name_queries.name_under_review(mini_program) is not None:
        raise _refused(_("A name is under review already. Withdraw it first."), "name_under_review")
