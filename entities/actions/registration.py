"""Completing a registration: from an activated account to a Mini Program with an entity that can't be changed."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.actions.programs import open_mini_program
from accounts.identity import check_id_number, identity_digest, normal_phone, number_digest, phone_digest
from accounts.lifecycle import AccountStatus
from accounts.models import MiniProgram, User, WeChatPerson
from entities import queries
from entities.actions.drafts import REGISTRATION_DRAFT, drop_draft
from entities.actions.standing import prove
from entities.models import (
    AdministratorRecord,
    Entity,
    EntityPaper,
    EntityType,
    Paper,
    Standing,
    VerificationMethod,
)
from entities.organisations import check_organisation, entity_digest, entity_limit
from entities.wording import check_person_name
from platform_site.kernel.clock import now
from platform_site.kernel.lifecycle import Actor, Refused
from platform_site.kernel.models import hold, record
from platform_site.kernel.rulebook import RULES


@dataclass(frozen=True)
class Administrator:
    """Who registers: the person who scanned, and what they typed of themselves."""

    person: WeChatPerson
    name: str
    id_number: str
    phone: str


@dataclass(frozen=True)
class Organisation:
    """The entity as typed: `number` is a credit code, registration number or organisation code, "" for government."""

    type: EntityType
    method: VerificationMethod
    name: str
    number: str = ""
    country: str = "CN"
    papers: Sequence[Paper] = ()


@transaction.atomic
def complete_individual_registration(
    user: User, *, person: WeChatPerson, name: str, id_number: str, phone: str, by: Actor
) -> MiniProgram:
    """Complete the registration of an individual's Mini Program; the person becomes its administrator.

    `person` is who scanned: their own real name and ID must be the ones given. One ID and one phone register a limited
    number of Mini Programs. Source: seed.md "Enter entity information"; console.md §1.6.4, §1.8.
    """
    administrator = _checked(Administrator(person, name, id_number, phone))
    entity = Organisation(
        EntityType.INDIVIDUAL, VerificationMethod.NONE, administrator.name, number=administrator.id_number
    )
    mini_program = _register(user, administrator, entity, digest=number_digest(administrator.id_number), by=by)
    prove(mini_program, by=by)
    return mini_program


@transaction.atomic
def complete_organisation_registration(
    user: User, *, administrator: Administrator, entity: Organisation, proof_due_at: datetime | None, by: Actor
) -> MiniProgram:
    """Complete the registration of an organisation's Mini Program, which is not proven yet.

    `proof_due_at` is the end of the remittance (None on the path of WeChat Verification): whoever calls opens the
    remittance in the same transaction. Source: seed.md "Enter entity information and select verification method".
    """
    administrator = _checked(administrator)
    entity = check_organisation(entity)
    return _register(user, administrator, entity, digest=entity_digest(entity), proof_due_at=proof_due_at, by=by)


def _checked(given: Administrator) -> Administrator:
    """The administrator's information in its tidy form; Refused (field "name", "id_number", "phone")."""
    name = check_person_name(given.name)
    number = check_id_number(given.id_number, today=timezone.localdate(now()))
    check_is_this_person(given.person, name=name, id_number=number)
    return Administrator(given.person, name, number, normal_phone(given.phone))


def _register(
    user: User,
    administrator: Administrator,
    entity: Organisation,
    *,
    digest: str,
    by: Actor,
    proof_due_at: datetime | None = None,
) -> MiniProgram:
    account = _unregistered(user)
    ids = number_digest(administrator.id_number)
    for lock in sorted({f"id:{ids}", f"id:{digest}", f"phone:{phone_digest(administrator.phone)}"}):
        hold(lock)
    check_id_has_room(administrator.id_number)
    check_phone_has_room(administrator.phone)
    check_entity_has_room(entity.type, digest)
    mini_program = open_mini_program(account, administrator=administrator.person)
    user.status = account.status
    _write_entity(mini_program, entity, digest, proof_due_at)
    _write_administrator(mini_program, administrator)
    drop_draft(account, REGISTRATION_DRAFT)
    facts = {"type": str(entity.type), "method": str(entity.method)}
    record("entities.registration.completed", mini_program, by=by, data=facts)
    return mini_program


def _write_entity(mini_program: MiniProgram, entity: Organisation, digest: str, proof_due_at: datetime | None) -> None:
    row = Entity.objects.create(
        mini_program=mini_program,
        type=entity.type,
        method=entity.method,
        country=entity.country,
        name=entity.name,
        number=entity.number,
        number_digest=digest,
        registered_at=now(),
    )
    for position, paper in enumerate(entity.papers, start=1):
        EntityPaper.objects.create(entity=row, paper=paper, position=position)
    Standing.objects.create(mini_program=mini_program, proof_due_at=proof_due_at)


def _write_administrator(mini_program: MiniProgram, given: Administrator) -> None:
    AdministratorRecord.objects.create(
        mini_program=mini_program,
        person=given.person,
        name=given.name,
        id_number=given.id_number,
        identity_digest=identity_digest(given.name, given.id_number),
        id_digest=number_digest(given.id_number),
        phone=given.phone,
        phone_digest=phone_digest(given.phone),
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
    used = queries.programs_of_registrant(number_digest(id_number))
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


def check_entity_has_room(entity_type: str, digest: str) -> None:
    """Refused (field "entity_name") when the entity stands behind as many Mini Programs as it may (console.md §1.8)."""
    most = entity_limit(entity_type)
    if queries.programs_of_entity(digest) >= most:
        raise Refused(
            _("This entity has registered %(n)d Mini Programs already, which is the limit for its type.") % {"n": most},
            code="entity_quota",
            field="entity_name",
        )
