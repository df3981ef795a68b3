"""Every address has its door: generated from the URL table, nothing is listed by hand but the exceptions."""

import json
import re
from itertools import pairwise

import pytest
from django.db import transaction
from django.test import Client, override_settings
from django.urls import reverse

from accounts.models import Member
from accounts.permissions import STAFF_PERMISSIONS, Permission, Role, role_may
from developers.actions.builds import make_preview
from developers.actions.experience import set_experience
from developers.actions.members import unbind_member
from developers.actions.projects import choose_code
from entities.actions.papers import upload_paper
from entities.models import NamePaper
from openplatform.actions.accounts import create_account_for
from openplatform.actions.qualifications import fee_order, fee_paid
from payments.models import Merchant, MerchantLink, PayApplication
from payments.questions import SCANS as PAY_SCANS
from platform_site.home.works import WORKS
from platform_site.kernel.clock import now
from platform_site.kernel.lifecycle import SYSTEM
from platform_site.kernel.models import AuditEvent
from platform_site.simulation import stories
from platform_site.web.realms import realm_of
from releases.actions.pictures import attach, clean_pictures
from tests.entities.helpers import picture
from tests.house.urls import Address, addresses
from tests.people import console, desk, devtools, open_platform, phone
from verification.actions.payments import open_order

UNKNOWN = "wx0000000000000000"
OPEN_DESK = {"accounts:desk_login", "accounts:desk_logout", "account_login"}
OPEN_SIM = {"sim:mailbox", "sim:mail", "sim:sample"}  # the mailbox in the demo only; the sample is public
SCANS = re.compile(
    r"accounts:(desk_|devtools_)?scan_"
)  # a browser sees its own QR only: tests/accounts/test_tickets.py
BORROWED = ("desk/account/", "password/")  # allauth's own pages, with allauth's own doors

TENANT = addresses("console/", "devtools/<str:appid>/")
PERSONAL = [a for a in addresses("phone/", "devtools/", "q/") if a not in TENANT and not SCANS.match(a.name)]
STAFF = [a for a in addresses("desk/", "sim/") if not a.route.startswith(BORROWED) and not SCANS.match(a.name)]
GUARDED = [address for address in STAFF if address.name not in OPEN_DESK | OPEN_SIM]


def name_of(value):
    return value.name if isinstance(value, Address) else getattr(value, "value", str(value))


class World:
    """ada's Mini Program with one row of everything, its people, and eve's Mini Program."""

    def __init__(self):
        self.first = stories.published()
        self.tea = self.first.mini_program
        again = stories.uploaded(self.tea, version="1.0.1")
        stories.published(stories.approved(stories.submitted(again)))
        self.dev, self.max = stories.person("dev"), stories.person("max")
        stories.bound(self.tea, self.dev)
        stories.bound(self.tea, self.max, Role.EXPERIENCER)
        self.build = stories.uploaded(self.tea, version="1.1.0")
        self.order = stories.rejected(stories.submitted(self.build))
        shown = clean_pictures([picture()])
        attach(self.order, shown, by=stories.staff(), reason=self.order.reasons.get())
        set_experience(self.build, by=stories.administrator_of(self.tea))
        self.previews = {
            role: make_preview(stories.project(self.tea, key), package=self.build.package, by=stories.person(key))
            for role, key in (("administrator", "ada"), ("developer", "dev"))
        }
        for preview in self.previews.values():
            choose_code(preview.project, package=self.build.package, directory="", report={"items": []})
        self.paper = upload_paper(self.tea.user, data=picture(), name="licence.png")
        self.payment = open_order(
            purpose="verification_fee",
            subject="verification.application:1",
            amount_fen=1,
            mini_program=self.tea,
            user=self.tea.user,
            payer_name="",
            by=stories.person("ada"),
        )
        self.bikes = stories.registered(administrator="eve")
        self.application = stories.applied(
            stories.filled_in(stories.organisation(type="government", administrator="han"))
        )
        self.name = stories.name_asked()
        NamePaper.objects.create(application=self.name, paper=self.paper)
        self.application.verification_papers.create(code="letter", position=99, paper=self.paper)
        self.open = stories.open_account()
        self.qualification = stories.qualification_applied(self.open)
        fee_paid(fee_order(self.qualification, by=self.open.user), by=stories.person("eve"))
        self.app = stories.application_handed_in(self.open)
        create_account_for(self.tea, by=SYSTEM)
        self._pay()
        self.eve = stories.person("eve")
        self.ada = stories.person("ada")
        who = {"administrator": self.ada, "developer": self.dev, "experiencer": self.max, "stranger": self.eve}
        program = {"stranger": self.bikes}
        self.consoles = {role: console(None, program.get(role, self.tea), person) for role, person in who.items()}
        self.tools = {role: devtools(None, person) for role, person in who.items()}

    def _pay(self):
        """An application of ada's Mini Program at the desk, and a merchant number that it is linked to."""
        shown = clean_pictures([picture()])[0].sha256
        self.pay = PayApplication.objects.create(
            mini_program=self.tea,
            started_at=now(),
            submitted_at=now(),
            due_at=now(),
            answers=json.dumps(stories.pay_answers()),
            scans=dict.fromkeys(PAY_SCANS, shown),
        )
        merchant = Merchant.objects.create(
            mchid="1000000001",
            mini_program=self.tea,
            application=self.pay,
            short_name="Tea",
            entity_name="Tea",
            entity_digest="0" * 64,
            opened_at=now(),
            signed_by=stories.person("ada"),
        )
        self.merchant_link = MerchantLink.objects.create(
            merchant=merchant, mini_program=self.tea, asked_by=stories.person("ada"), asked_at=now()
        )

    def client(self, address: Address, role: str) -> Client:
        """The browser of this person, logged in to the realm of the address."""
        return (self.tools if address.route.startswith("devtools/") else self.consoles)[role]

    def values(self, address: Address, *, appid: str = "", role: str = "administrator") -> dict:
        """Numbers of rows for the converters of an address, by what stands before them in the route.

        Projects and previews are a person's own: those of `role`, all else is ada's Mini Program's.
        """
        preview = self.previews.get(role, self.previews["administrator"])
        rows = {
            "orders": self.order.pk,
            "pictures": self.order.pictures.get().pk,
            "rollback": self.first.pk,
            "papers": self.paper.pk,
            "builds": self.build.pk,
            "people": self.dev.pk,
            "pages": "pages/home/home",
            "skins": "pages/home/home",
            "assets": "images/harbour.png",
            "categories": self.tea.categories.get().pk,
            "names": self.name.pk,
            "verifications": self.application.pk,
            "identity": Member.objects.get(person=self.dev).pk,
            "projects": preview.project_id,
            "preview": preview.pk,
            "payments": self.payment.pk,
            "pay": self.pay.pk,
            "merchants": self.merchant_link.pk,
            "scans": "licence",
            "qualifications": self.qualification.pk,
            "qualification": self.qualification.pk,
            "applications": self.app.pk,
            "icons": "small",
            "official-accounts": self.tea.open_binding.pk,
            "<work:work>": self.application.pk,
        }
        values = {"appid": appid or self.tea.appid, "sha256": "0" * 64, "page": "pages/home/home", "slug": "x"}
        values["work"] = "verification"
        if "~asset/" in address.route:
            values["page"] = rows["assets"]
        for before, part in pairwise(address.route.split("/")):
            if (found := re.match(r"<(?:\w+:)?(\w+)>", part)) and found[1] not in values:
                values[found[1]] = rows.get(before, self.order.pk)
        return values


@pytest.fixture(scope="module")
def told(django_db_setup, django_db_blocker, tmp_path_factory):
    """The world is told once for this file; each test undoes what it did to it."""
    media = tmp_path_factory.mktemp("media")
    with django_db_blocker.unblock(), override_settings(MEDIA_ROOT=media), transaction.atomic():
        yield World(), media
        transaction.set_rollback(True)


@pytest.fixture
def world(told, db, settings):
    world, settings.MEDIA_ROOT = told
    return world


def asked(client, path):
    """What GET and POST of a path answer: {(status, where to)}; "not by this method" says nothing."""
    answers = [client.get(path), client.post(path)]
    return {(answer.status_code, answer.get("Location", "")) for answer in answers if answer.status_code != 405}


def test_the_url_table_is_read():
    assert len(TENANT) > 15
    assert len(STAFF) > 10
    assert len(PERSONAL) > 10


@pytest.mark.parametrize("address", TENANT, ids=name_of)
def test_every_page_of_a_mini_program_has_a_door(address):
    assert address.door in set(Permission)
    assert address.converters[0] == "appid"


def test_no_other_address_takes_an_appid_without_a_door():
    public = ("releases:phone_", "developers:phone_experience", "sim:closed_beta")  # what users open; what staff do
    doors = {*Permission, "token"}  # the control API has its token
    others = [a.name for a in addresses() if "appid" in a.converters and a not in TENANT and a.door not in doors]

    assert [name for name in others if not name.startswith(public)] == []


def test_every_call_of_the_control_api_asks_for_its_token():
    assert {address.door for address in addresses("_sim/")} == {"token"}


@pytest.mark.django_db
@pytest.mark.parametrize("address", TENANT, ids=name_of)
def test_a_stranger_learns_no_more_of_a_page_than_of_one_that_does_not_exist(world, address):
    eve = world.client(address, "stranger")
    before = AuditEvent.objects.count()

    hers = asked(eve, address.path(**world.values(address)))
    nobodys = asked(eve, address.path(**world.values(address, appid=UNKNOWN)))

    assert hers == nobodys == {(404, "")}
    assert AuditEvent.objects.count() == before


@pytest.mark.django_db
@pytest.mark.parametrize("address", [a for a in TENANT if len(a.converters) > 1], ids=name_of)
def test_numbers_of_another_mini_program_do_not_work_in_ones_own(world, address):
    stories.completed(world.bikes, name="Pier Bicycles")
    before = AuditEvent.objects.count()
    own_appid_their_number = address.path(**world.values(address, appid=world.bikes.appid))

    assert asked(world.client(address, "stranger"), own_appid_their_number) == {(404, "")}

    assert AuditEvent.objects.count() == before


@pytest.mark.django_db
@pytest.mark.parametrize("address", TENANT, ids=name_of)
def test_the_anonymous_are_sent_to_log_in(world, address):
    path = _path(world, address)

    assert asked(Client(), path) == {(302, f"{_login_of(path)}?next={path}")}


@pytest.mark.django_db
@pytest.mark.parametrize("role", Role)
@pytest.mark.parametrize("address", TENANT, ids=name_of)
def test_each_role_opens_the_pages_that_the_matrix_gives_it(world, address, role):
    client, path = world.client(address, role.value), address.path(**world.values(address, role=role))

    if role_may(role, address.door):
        assert client.get(path).status_code in (200, 302, 405)
    else:
        assert asked(client, path) == {(403, "")}


@pytest.mark.django_db
@pytest.mark.parametrize("address", TENANT, ids=name_of)
def test_no_other_realm_stands_in(world, address):
    path = _path(world, address)
    others = [phone(None, world.ada), desk(None, stories.staff())]
    others.append(world.consoles["administrator"] if path.startswith("/devtools/") else world.tools["administrator"])

    assert [asked(client, path) for client in others] == [{(302, f"{_login_of(path)}?next={path}")}] * 3


@pytest.mark.django_db
def test_a_member_who_is_unbound_finds_every_door_shut_with_the_next_request(world):
    paths = {address: _path(world, address) for address in TENANT}
    unbind_member(Member.objects.get(person=world.dev), by=stories.administrator_of(world.tea))

    shut = {address.name: asked(world.client(address, "developer"), path) for address, path in paths.items()}

    assert {name: answers for name, answers in shut.items() if answers != {(404, "")}} == {}


# --- the desk and the switchboard ----------------------------------------------------------------------------------


@pytest.mark.parametrize("address", GUARDED, ids=name_of)
def test_every_page_of_staff_has_a_door(address):
    if "work" in address.converters:
        assert address.door == "work"  # the door of its kind
    else:
        assert address.door in STAFF_PERMISSIONS


@pytest.mark.django_db
@pytest.mark.parametrize("address", GUARDED, ids=name_of)
def test_nobody_but_staff_opens_a_page_of_staff(world, address):
    path = _path(world, address)
    to_login = (302, f"/desk/login/?next={path}")
    before = AuditEvent.objects.count()

    for client in (Client(), world.consoles["administrator"], phone(None, world.ada), world.tools["administrator"]):
        assert asked(client, path) == {to_login}
    no_staff = desk(None, world.tea.user)  # a Mini Program's account in a session of the desk
    assert asked(no_staff, path) == {(404, "")}
    assert AuditEvent.objects.count() == before


@pytest.mark.django_db
@pytest.mark.parametrize("address", [a for a in GUARDED if a.name != "sim:reset_confirm"], ids=name_of)
def test_staff_open_every_page_of_staff(world, address):
    assert desk(None, stories.staff()).get(_path(world, address)).status_code in (200, 405)


@pytest.mark.django_db
@pytest.mark.parametrize("address", GUARDED, ids=name_of)
def test_a_second_factor_is_asked_for_where_it_is_required(world, address, settings):
    settings.STAFF_SECOND_FACTOR = True
    path = _path(world, address)

    assert asked(desk(None, stories.staff()), path) == {(302, reverse("mfa_activate_totp"))}


OF_A_KIND = [address for address in GUARDED if "work" in address.converters]


@pytest.mark.django_db
@pytest.mark.parametrize("kind", [*WORKS, "nothing"])
@pytest.mark.parametrize("address", OF_A_KIND, ids=name_of)
def test_each_kind_of_work_has_the_door_of_its_permission(world, address, kind, monkeypatch):
    path = f"/{address.route}".replace("<work:work>", kind).replace("<int:pk>", "999999")
    before = AuditEvent.objects.count()
    if kind in WORKS:
        assert asked(Client(), path) == {(302, f"/desk/login/?next={path}")}
        others = STAFF_PERMISSIONS - {WORKS[kind].permission}
        monkeypatch.setattr("accounts.models.people.STAFF_PERMISSIONS", others)  # staff without this one right

    assert {desk(None, stories.staff()).post(path).status_code} == {404}
    assert AuditEvent.objects.count() == before


# --- the phone and the developer tools -----------------------------------------------------------------------------

BEFORE_LOGIN = {
    "accounts:phone_login",
    "accounts:phone_logout",
    "accounts:phone_persona",
    "accounts:phone_signup",
    "developers:api_session",
    "developers:api_login",
    "developers:api_ticket",  # of the session that shows it, and of no other
    "developers:api_enter",
    "developers:api_logout",
    "developers:devtools_login",
    "developers:devtools_enter",  # takes the confirmed scan
    "developers:devtools_logout",
}
OWN = [address for address in PERSONAL if address.name not in BEFORE_LOGIN]
OF_A_PERSON = [address for address in OWN if address.route.startswith("phone/preview/")]


@pytest.mark.parametrize("address", OWN, ids=name_of)
def test_every_page_of_the_phone_and_of_the_tools_knows_whose_it_is(address):
    assert address.door == "person"


@pytest.mark.django_db
@pytest.mark.parametrize("address", OWN, ids=name_of)
def test_without_a_person_the_phone_and_the_tools_ask_to_log_in(world, address):
    path = _path(world, address)
    to_login = (302, f"{_login_of(path)}?next={path}")

    for client in (Client(), world.consoles["administrator"], desk(None, stories.staff())):
        assert asked(client, path) == {to_login}


@pytest.mark.django_db
@pytest.mark.parametrize("address", OF_A_PERSON, ids=name_of)
def test_somebody_elses_preview_does_not_exist(world, address):
    assert {status for status, _where in asked(phone(None, world.eve), _path(world, address))} <= {403, 404, 422}


# --- the Open Platform ---------------------------------------------------------------------------------------------

BEFORE_OPEN = {
    "openplatform:home",
    "openplatform:login",
    "openplatform:logout",
    "openplatform:register_account",
    "openplatform:register_captcha",
    "openplatform:register_check_email",
    "openplatform:register_mail",
    "openplatform:register_resend",
    "openplatform:register_change_email",
    "openplatform:activate",
}
OPEN = [a for a in addresses("open/") if a.name not in BEFORE_OPEN and not a.name.startswith("accounts:open_scan_")]
OF_AN_ACCOUNT = [address for address in OPEN if "pk" in address.converters]


@pytest.mark.parametrize("address", OPEN, ids=name_of)
def test_every_page_of_the_open_platform_knows_whose_it_is(address):
    assert address.door == "open account"


@pytest.mark.django_db
@pytest.mark.parametrize("address", OPEN, ids=name_of)
def test_without_an_account_the_open_platform_asks_to_log_in(world, address):
    path = _path(world, address)
    to_login = (302, f"/open/login/?next={path}")

    for client in (Client(), world.consoles["administrator"], desk(None, stories.staff()), phone(None, world.ada)):
        assert asked(client, path) == {to_login}


@pytest.mark.django_db
@pytest.mark.parametrize("address", OF_AN_ACCOUNT, ids=name_of)
def test_another_accounts_rows_do_not_exist(world, address):
    third = open_platform(None, stories.open_account("third@stories.test", serial=44))
    assert asked(third, _path(world, address)) == {(404, "")}


def _login_of(path: str) -> str:
    return realm_of(path).login


def _path(world: World, address: Address) -> str:
    return address.path(**world.values(address))
