"""Completing a registration: from an activated account to a Mini Program with an entity that can't be changed."""

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.actions.programs import open_mini_program
from accounts.identity import check_id_number, identity_digest, normal_phone, number_digest, phone_digest
from accounts.lifecycle import AccountStatus
from accounts.models import MiniProgram, User, WeChatPerson
from entities import queries
from entities.models import AdministratorRecord, Entity, EntityType
from entities.wording import check_person_name
from platform_site.kernel.clock import now
from platform_site.kernel.lifecycle import Actor, Refused
from platform_site.kernel.models import hold, record
from platform_site.kernel.rulebook import RULES


@transaction.atomic
def complete_individual_registration(
    user: User, *, person: WeChatPerson, name: str, id_number: str, phone: str, by: Actor
) -> MiniProgram:
    """Complete the registration of an individual's Mini Program; the person becomes its administrator.

    `person` is who scanned: their own real name and ID must be the ones given. One ID and one phone register a limited
    number of Mini Programs. Source: seed.md "Enter entity information"; console.md §1.6.4, §1.8.
    """
    name = check_person_name(name)
    number = check_id_number(id_number, today=timezone.localdate(now()))
    phone = normal_phone(phone)
    check_is_this_person(person, name=name, id_number=number)
    account = _unregistered(user)
    for lock in sorted((f"id:{number_digest(number)}", f"phone:{phone_digest(phone)}")):
        hold(lock)
    check_id_has_room(number)
    check_phone_has_room(phone)
    mini_program = open_mini_program(account, administrator=person)
    user.status = account.status
    _write_down(mini_program, person=person, name=name, id_number=number, phone=phone)
    record("entities.registration.completed", mini_program, by=by, data={"type": EntityType.INDIVIDUAL.value})
    return mini_program


def _write_down(mini_program: MiniProgram, *, person: WeChatPerson, name: str, id_number: str, phone: str) -> None:
    Entity.objects.create(
        mini_program=mini_program,
        type=EntityType.INDIVIDUAL,
        name=name,
        number=id_number,
        number_digest=number_digest(id_number),
        registered_at=now(),
    )
    AdministratorRecord.objects.create(
        mini_program=mini_program,
        person=person,
        name=name,
        id_number=id_number,
        identity_digest=identity_digest(name, id_number),
        phone=phone,
        phone_digest=phone_digest(phone),
        recorded_at=now(),
    )


def _unregistered(user: User) -> User:
    """The account, locked. It registers one Mini Program: of two submissions the second waits here, then is told."""
    account = User.objects.select_for_update().get(pk=user.pk)
    if account.status == AccountStatus.REGISTERED:
        raise Refused(_("This account has registered its Mini Program already."), code="already_registered")
    return account


def check_is_this_person(person: WeChatPerson, *, name: str, id_number: str) -> None:
    """Refused unless the person's own real name and ID are these."""
    if not person.is_real_name or person.identity_digest != identity_digest(name, id_number):
        raise Refused(
            _("The scan does not fit the ID information: the administrator scans with their own real-name WeChat."),
            code="identity_differs",
        )


def check_id_has_room(id_number: str) -> None:
    """Refused (field "id_number") when the ID has registered as many Mini Programs as it may."""
    used = queries.programs_of_identity(number_digest(id_number))
    if used >= RULES.account.mini_programs_per_id:
        raise Refused(
            _("This ID number has registered %(n)d Mini Programs already, which is the limit. Use another one.")
            % {"n": used},
            code="id_quota",
            field="id_number",
        )


def check_phone_has_room(phone: str) -> None:
    """Refused (field "phone") when the phone has registered as many Mini Programs as it may."""
    used = queries.programs_of_phone(phone_digest(phone))
    if used >= RULES.account.mini_programs_per_phone:
        raise Refused(
            _("This phone number has registered %(n)d Mini Programs already, which is the limit. Use another one.")
            % {"n": used},
            code="phone_quota",
            field="phone",
        )
