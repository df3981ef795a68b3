"""Registering organisations by the action: what stands afterwards, what is refused, and what the database refuses."""

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction
from django.utils import timezone

from accounts.actions.people import create_person
from accounts.lifecycle import AccountStatus
from accounts.models import MiniProgram
from entities.actions.papers import upload_paper
from entities.actions.registration import Administrator
from entities.models import AdministratorRecord, Entity, EntityPaper, EntityType, Standing
from entities.models.entity import METHODS
from platform_site.kernel import clock
from platform_site.kernel.lifecycle import Refused
from platform_site.kernel.models import AuditEvent
from platform_site.kernel.rulebook import RULES
from platform_site.simulation import stories
from platform_site.simulation.stories.organisations import credit_code
from tests.concurrency import refusals, successes, together
from tests.entities.helpers import born, picture, years_ago
from tests.entities.organisations import CODE, METHOD, NAMES, account, organisation, register
from verification.actions.registration import register_organisation
from verification.models import Remittance

pytestmark = pytest.mark.django_db
KINDS = list(NAMES)
ORGANISATION_TYPES = [kind for kind in EntityType.values if kind != "individual"]


@pytest.fixture
def user(db):
    return stories.activated(email="company@stories.test")


def refusal_of(user, person, entity, corporate_account=None) -> tuple[str, str | None]:
    rows = (MiniProgram, Entity, EntityPaper, AdministratorRecord, Standing, Remittance, AuditEvent)
    before = [model.objects.count() for model in rows]
    with pytest.raises(Refused) as refused:
        register(user, person, entity, corporate_account)
    assert [model.objects.count() for model in rows] == before
    user.refresh_from_db()
    assert user.status == AccountStatus.ACTIVATED
    return refused.value.code, refused.value.field


@pytest.mark.parametrize("kind", KINDS)
def test_a_registration_leaves_entity_standing_papers_and_history(user, ada, kind):
    mini_program = register(user, ada, organisation(user, kind), account(holder=NAMES[kind]))
    entity, standing = mini_program.entity, mini_program.standing
    assert (entity.type, entity.method, entity.name, entity.country) == (kind, METHOD[kind], NAMES[kind], "CN")
    assert entity.number == ("" if kind == "government" else CODE)
    assert standing.status == "unproven"
    assert (standing.proof_due_at is not None) == (METHOD[kind] == "remittance")
    assert entity.entity_papers.count() == (1 if kind in ("media", "other") else 0)
    events = set(AuditEvent.objects.filter(appid=mini_program.appid).values_list("event", flat=True))
    assert {"accounts.member.bound", "entities.registration.completed"} <= events
    assert "entities.standing.proven" not in events


def test_the_remittance_and_the_standing_have_one_deadline(user, ada):
    mini_program = register(user, ada, organisation(user), account())
    remittance = mini_program.remittance
    assert remittance.expires_at == mini_program.standing.proof_due_at
    assert (remittance.expires_at - remittance.opened_at).days in (
        RULES.remittance.days - 1,
        RULES.remittance.days,
    )
    assert remittance.entity_digest == mini_program.entity.number_digest


def test_name_and_number_are_encrypted_and_not_in_the_history(user, ada):
    register(user, ada, organisation(user), account())
    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM entities_entity")
        rows = str(cursor.fetchall())
        cursor.execute("SELECT * FROM verification_remittance")
        rows += str(cursor.fetchall())
    history = str(list(AuditEvent.objects.values_list("data", flat=True)))
    for secret in (NAMES["corporate"], CODE, account().number):
        assert secret not in rows
        assert secret not in history


@pytest.mark.parametrize("kind", [*KINDS, "individual"])
@pytest.mark.parametrize("method", ["none", "remittance", "wechat_verification"])
def test_the_action_takes_no_method_that_the_type_does_not_have(user, ada, kind, method):
    if kind == "individual" or method in METHODS[EntityType(kind)]:
        return
    assert refusal_of(user, ada, organisation(user, kind, method=method), account()) == (
        "method_not_for_type",
        "method",
    )


@pytest.mark.parametrize(
    ("kind", "changed", "code"),
    [
        ("corporate", {"name": ""}, ("entity_name_missing", "entity_name")),
        ("corporate", {"name": "茶公司"}, ("entity_name_length", "entity_name")),
        ("corporate", {"name": "茶" * 31}, ("entity_name_length", "entity_name")),
        ("corporate", {"name": "海港茶业\x00有限公司"}, ("entity_name_characters", "entity_name")),
        ("corporate", {"name": "海港市教育局"}, ("entity_name_of_other_type", "entity_name")),
        ("government", {"name": "海港茶业有限公司"}, ("entity_name_of_other_type", "entity_name")),
        ("corporate", {"name": "仿真违规信息有限公司"}, ("entity_banned", "entity_name")),
        ("corporate", {"name": "simulated  FALSE promises CO., LTD."}, ("entity_banned", "entity_name")),
        ("other", {"name": "仿真网络赌博中心"}, ("entity_banned", "entity_name")),
        ("corporate", {"number": CODE[:-1] + "I"}, ("number_invalid", "number")),
        ("corporate", {"number": "1" * 15}, ("number_invalid", "number")),
        ("media", {"number": ""}, ("number_invalid", "number")),
        ("media", {"papers": []}, ("papers_missing", "papers")),
        ("other", {"papers": []}, ("papers_missing", "papers")),
        ("government", {"country": "HK"}, ("country_not_for_type", "country")),
        ("corporate", {"country": "XX"}, ("country_not_for_type", "country")),
        ("corporate", {"country": "HK"}, ("method_not_for_type", "method")),
    ],
)
def test_the_action_refuses_what_the_form_refuses(user, ada, kind, changed, code):
    assert refusal_of(user, ada, organisation(user, kind, **changed), account()) == code


@pytest.mark.parametrize(
    ("changed", "code"),
    [
        ({"holder": "海港咖啡有限公司"}, ("13001", "holder")),
        ({"holder": ""}, ("holder_missing", "holder")),
        ({"number": "1"}, ("13002", "account")),
        ({"number": "1" * 36}, ("13002", "account")),
        ({"number": "12x"}, ("13002", "account")),
        ({"bank": "nobody"}, ("bank_unknown", "bank")),
        ({"province": "atlantis"}, ("province_unknown", "province")),
        ({"city": "nanjing"}, ("city_unknown", "city")),
    ],
)
def test_the_corporate_account_is_checked_too(user, ada, changed, code):
    assert refusal_of(user, ada, organisation(user), account(**changed)) == code


def test_a_remittance_without_an_account_is_refused(user, ada):
    assert refusal_of(user, ada, organisation(user)) == ("holder_missing", "holder")


def test_the_number_without_its_spaces_and_in_lower_case_is_the_same(user, ada):
    mini_program = register(user, ada, organisation(user, number=f" {CODE.lower()} "), account())
    assert mini_program.entity.number == CODE


def test_who_scanned_must_be_who_is_named(user, ada, dev):
    who = Administrator(ada, dev.real_name, dev.id_number, dev.phone)
    entity = organisation(user, "government")
    with pytest.raises(Refused, match="does not fit"):
        register_organisation(user, administrator=who, entity=entity, by=ada)
    assert not MiniProgram.objects.exists()


# --- how many


def people(n: int):
    """Grown-ups who have registered nothing."""
    return [
        create_person(
            nickname=f"P{i}",
            phone=f"1390000{i:04d}",
            real_name="林知夏",
            id_number=born(years_ago(30, days=-i), sequence=21 + 2 * i),
        )
        for i in range(n)
    ]


@pytest.mark.parametrize(
    ("kind", "most"),
    [
        ("individual_business", RULES.entity.accounts_individual_business),
        ("corporate", RULES.entity.accounts_organisation),
        ("government", RULES.entity.accounts_organisation),
    ],
)
def test_an_entity_registers_as_many_accounts_as_it_may(db, kind, most):
    each = RULES.account.mini_programs_per_id
    who = people(most // each + 1)
    for n in range(most):
        user = stories.activated(email=f"n{n}@stories.test")
        register(user, who[n // each], organisation(user, kind, method="wechat_verification"))
    user = stories.activated(email="one@stories.test")
    more = organisation(user, kind, method="wechat_verification")
    assert refusal_of(user, who[-1], more) == ("entity_quota", "entity_name")
    changed = {"name": "海港市档案局"} if kind == "government" else {"number": credit_code(2)}
    other = organisation(user, kind, method="wechat_verification", **changed)
    assert register(user, who[-1], other)


def test_two_spellings_of_a_government_body_are_one_entity(ada, eve):
    first, second = (stories.activated(email=f"{n}@stories.test") for n in "ab")
    one = register(first, ada, organisation(first, "government", name="海港市公安局（本级）"))
    two = register(second, eve, organisation(second, "government", name="海港市公安局(本级)"))
    assert one.entity.number_digest == two.entity.number_digest


def test_a_number_of_another_country_is_another_entity(ada, eve):
    made = []
    for country, person in (("HK", ada), ("MO", eve)):
        user = stories.activated(email=f"{country}@stories.test")
        entity = organisation(user, country=country, number="12345678", method="wechat_verification")
        made.append(register(user, person, entity).entity.number_digest)
    assert len(set(made)) == 2


def test_while_a_remittance_is_open_the_entity_opens_no_second(user, ada, eve):
    register(user, ada, organisation(user), account())
    other = stories.activated(email="second@stories.test")
    assert refusal_of(other, eve, organisation(other), account()) == ("13010", "number")
    assert register(other, eve, organisation(other, method="wechat_verification"))


@pytest.mark.django_db(transaction=True)
def test_eight_at_once_of_one_individual_business_make_five(db):
    who = people(8)
    users = [stories.activated(email=f"n{n}@stories.test") for n in range(8)]
    rows = [organisation(one, "individual_business", method="wechat_verification") for one in users]
    outcomes = together(8, lambda i: register(users[i], who[i], rows[i]))
    assert len(successes(outcomes)) == 5
    assert {one.code for one in refusals(outcomes)} == {"entity_quota"}
    assert Entity.objects.count() == 5


@pytest.mark.django_db(transaction=True)
def test_four_at_once_open_one_remittance(db):
    who = people(4)
    users = [stories.activated(email=f"n{n}@stories.test") for n in range(4)]
    outcomes = together(4, lambda i: register(users[i], who[i], organisation(users[i]), account()))
    assert len(successes(outcomes)) == 1
    assert {one.code for one in refusals(outcomes)} == {"13010"}
    assert (Remittance.objects.count(), MiniProgram.objects.count()) == (1, 1)


# --- what the database refuses by itself


@pytest.mark.parametrize("kind", EntityType.values)
@pytest.mark.parametrize("method", ["none", "remittance", "wechat_verification", "", "x"])
def test_the_database_refuses_every_other_pair_of_type_and_method(user, kind, method):
    if method in METHODS[EntityType(kind)]:
        return
    mini_program = MiniProgram.objects.create(
        appid="wx00000000000000aa", original_id="gh_0000000000aa", user=user, created_at=clock.now()
    )
    row = (mini_program.pk, kind, method, "CN", "x", "x", "x", timezone.now())
    with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO entities_entity (mini_program_id, type, method, country, name, number, number_digest,"
            " registered_at) VALUES (%s, %s, %s, %s, %s, %s, %s, %s)",
            row,
        )
    assert not Entity.objects.exists()


@pytest.mark.parametrize(
    "sql",
    [
        "UPDATE entities_entity SET method = 'wechat_verification'",
        "UPDATE entities_entity SET name = 'x'",
        "UPDATE entities_entity SET number_digest = 'x'",
        "UPDATE entities_entity SET country = 'HK'",
        "DELETE FROM entities_entity",
        "UPDATE entities_entitypaper SET position = 7",
        "DELETE FROM entities_entitypaper",
    ],
)
def test_an_organisation_and_its_papers_are_written_once(user, ada, sql):
    register(user, ada, organisation(user, "media"))
    with pytest.raises(DatabaseError, match="can't be changed"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(sql)
    assert Entity.objects.get().entity_papers.get().position == 1


def test_the_papers_keep_the_order_in_which_they_were_handed_in(user, ada):
    papers = [upload_paper(user, data=picture(side), name="a.png") for side in (60, 50, 70)]
    mini_program = register(user, ada, organisation(user, "media", papers=papers))
    assert [row.paper for row in mini_program.entity.entity_papers.order_by("position")] == papers
