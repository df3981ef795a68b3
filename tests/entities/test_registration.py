"""Completing the registration of an individual: who may, how often, and what stands afterwards."""

from datetime import date, timedelta

import pytest

from accounts.actions.people import create_person
from accounts.identity import number_digest, phone_digest
from accounts.lifecycle import AccountStatus
from accounts.models import Member, MiniProgram, ServiceNotification
from accounts.permissions import Role
from entities.actions.registration import complete_individual_registration
from entities.models import AdministratorRecord, Entity, EntityType
from platform_site.kernel.clock import now
from platform_site.kernel.lifecycle import Refused
from platform_site.kernel.models import AuditEvent
from platform_site.kernel.rulebook import RULES
from platform_site.simulation import stories
from tests.entities.helpers import born, years_ago

pytestmark = pytest.mark.django_db


def register(person, **changed) -> MiniProgram:
    given = {"name": person.real_name, "id_number": person.id_number, "phone": person.phone} | changed
    user = given.pop("user", None) or stories.activated()
    return complete_individual_registration(user, person=person, by=person, **given)


def refusal_of(person, **changed) -> tuple[str, str | None]:
    before = MiniProgram.objects.count(), Entity.objects.count(), AuditEvent.objects.count()
    user = changed.pop("user", None) or stories.activated()
    events = AuditEvent.objects.count()
    with pytest.raises(Refused) as refused:
        register(person, user=user, **changed)
    assert (MiniProgram.objects.count(), Entity.objects.count(), events) == (*before[:2], AuditEvent.objects.count())
    user.refresh_from_db()
    return refused.value.code, refused.value.field


def somebody(nickname: str, phone: str, name: str, number: str):
    return create_person(nickname=nickname, phone=phone, real_name=name, id_number=number)


def test_a_registration_leaves_a_program_with_entity_administrator_and_history(ada):
    user = stories.activated()
    mini_program = register(ada, user=user)
    user.refresh_from_db()
    assert (user.status, mini_program.user) == (AccountStatus.REGISTERED, user)
    entity = Entity.objects.get(mini_program=mini_program)
    assert (entity.type, entity.name, entity.number) == (EntityType.INDIVIDUAL, ada.real_name, ada.id_number)
    record = AdministratorRecord.objects.get(mini_program=mini_program)
    assert (record.person, record.name, record.id_number, record.phone) == (
        ada,
        ada.real_name,
        ada.id_number,
        ada.phone,
    )
    assert record.identity_digest == ada.identity_digest
    assert [(m.person, m.role) for m in mini_program.members.all()] == [(ada, Role.ADMINISTRATOR)]
    events = AuditEvent.objects.filter(appid=mini_program.appid).order_by("pk")
    assert [e.event for e in events] == [
        "accounts.member.bound",
        "entities.registration.completed",
        "entities.standing.proven",
    ]


def test_personal_data_are_encrypted_in_the_database(ada):
    from django.db import connection

    register(ada)
    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM entities_entity")
        rows = str(cursor.fetchall())
        cursor.execute("SELECT * FROM entities_administratorrecord")
        rows += str(cursor.fetchall())
    for secret in (ada.real_name, ada.id_number, ada.phone, ada.phone.removeprefix("+86")):
        assert secret not in rows
    audit = str(list(AuditEvent.objects.values_list("data", "actor_name")))
    assert ada.id_number not in audit
    assert ada.real_name not in audit


def test_spellings_of_one_identity_are_one(ada):
    mini_program = register(ada, name=f" {ada.real_name} ", phone="139 0000 0101")
    record = mini_program.administrator_record
    assert (mini_program.entity.name, record.phone) == (ada.real_name, ada.phone)
    assert record.phone_digest == phone_digest(ada.phone)
    assert mini_program.entity.number_digest == number_digest(ada.id_number.lower())


@pytest.mark.parametrize(
    "number",
    [
        "",
        "330106199003140260",  # check digit
        "33010619900314026",  # 17
        "3301061990031402677",  # 19
        "330106900314026",  # 15, the old style
        "33010619900230026X",  # 30 February
        "330106199003140267<script>",
        "３３０１０６１９９００３１４０２６７",
        "' OR 1=1 --",
    ],
)
def test_an_id_number_that_is_none_is_refused(ada, number):
    assert refusal_of(ada, id_number=number) == ("id_number_invalid", "id_number")


def test_the_30th_of_february_is_refused_even_with_the_right_check_digit(ada):
    from stdnum.cn import ric

    body = "33010619900230026"
    assert refusal_of(ada, id_number=body + ric.calc_check_digit(body + "0")) == ("id_number_invalid", "id_number")


def test_a_lower_case_x_is_an_x(db):
    day = date(1990, 1, 1)
    number = next(n for n in (born(day + timedelta(days=i)) for i in range(60)) if n.endswith("X"))
    person = somebody("Xi", "+8613900000211", "西门", number)
    assert register(person, id_number=number.lower()).entity.number == number


@pytest.mark.parametrize(
    ("born_on", "code"),
    [
        (lambda: years_ago(0, days=1), "id_number_invalid"),  # tomorrow
        (lambda: years_ago(18, days=1), "id_number_under_age"),
        (lambda: years_ago(121), "id_number_invalid"),
    ],
)
def test_the_age_by_the_id_number_is_checked(ada, born_on, code):
    assert refusal_of(ada, id_number=born(born_on())) == (code, "id_number")


@pytest.mark.parametrize("years", [18, 120])
def test_exactly_18_today_and_120_may_register(db, years):
    person = somebody("Lu", "+8613900000212", "卢一", born(years_ago(years)))
    assert register(person).entity.number == person.id_number


@pytest.mark.parametrize("phone", ["", "1390000010", "139000001011", "abc", "13900000abc", "+8613900", "110"])
def test_a_phone_number_that_is_none_is_refused(ada, phone):
    assert refusal_of(ada, phone=phone) == ("phone_invalid", "phone")


@pytest.mark.parametrize("phone", ["13900000101", "+86 139 0000 0101", "0086-139-0000-0101"])
def test_forms_of_one_phone_number_are_taken(ada, phone):
    assert register(ada, phone=phone).administrator_record.phone == ada.phone


def test_somebody_elses_scan_is_refused(ada, dev):
    assert refusal_of(dev, name=ada.real_name, id_number=ada.id_number) == ("identity_differs", None)


def test_a_person_without_real_name_is_refused(ada):
    ned = stories.person("ned")
    assert refusal_of(ned, name=ada.real_name, id_number=ada.id_number) == ("identity_differs", None)


def test_the_right_id_with_another_name_is_refused(ada):
    assert refusal_of(ada, name="林安") == ("identity_differs", None)


def test_the_sixth_program_of_an_id_is_refused_with_the_count(ada):
    for i in range(RULES.account.mini_programs_per_id):
        register(ada, phone=f"1380000010{i}")
    with pytest.raises(Refused, match="5 Mini Programs already") as refused:
        register(ada, phone="13800000199")
    assert (refused.value.code, refused.value.field) == ("id_quota", "id_number")


def test_the_sixth_program_of_a_phone_is_refused_with_the_count(ada):
    for i in range(RULES.account.mini_programs_per_phone):
        register(somebody(f"N{i}", f"+861390000030{i}", "卢一", born(date(1980, 1, 1 + i))), phone="13800000100")
    with pytest.raises(Refused, match="5 Mini Programs already") as refused:
        register(ada, phone="+8613800000100")
    assert (refused.value.code, refused.value.field) == ("phone_quota", "phone")


def test_somebody_who_administers_as_many_as_one_may_is_refused(ada, eve):
    for _i in range(RULES.account.programs_per_administrator):
        other = MiniProgram.objects.create(
            appid=f"wx{_i:016x}", original_id=f"gh_{_i:012x}", user=stories.account(), created_at=now()
        )
        Member.objects.create(mini_program=other, person=ada, role=Role.ADMINISTRATOR, bound_at=now())
    assert refusal_of(ada) == ("administrator_limit", None)


def test_an_account_registers_one_program(ada):
    user = stories.activated()
    register(ada, user=user)
    assert refusal_of(ada, user=user) == ("already_registered", None)


def test_an_account_that_is_not_activated_registers_none(ada):
    assert refusal_of(ada, user=stories.account()) == ("illegal_move", None)


def test_the_administrator_is_told(ada, deliver):
    mini_program = register(ada)
    deliver()
    assert [n.event for n in mini_program.notices.all()] == ["entities.registration.completed"]
    told = ServiceNotification.objects.filter(person=ada, event="entities.registration.completed")
    assert [n.facts["appid"] for n in told] == [mini_program.appid]
