"""Drafts: what was typed survives a refused submit, a lost session and a restart, and no secret is in it."""

import json

import pytest
from django.db import connection
from django.test import Client

from entities.actions.drafts import DRAFT_KINDS, drop_draft, save_draft
from entities.actions.papers import upload_paper
from entities.models import Draft
from entities.queries import draft_of
from platform_site.kernel.lifecycle import Refused
from platform_site.kernel.rulebook import RULES
from platform_site.simulation import stories
from tests.entities.helpers import PAGE, browser, filled_in, picture, typed
from tests.entities.organisations import NAMES, of, page_of
from tests.people import console

pytestmark = pytest.mark.django_db
SAVE = "/drafts/registration/"
HX = {"HX-Request": "true"}


@pytest.fixture
def user(db):
    return stories.activated(email="draft@stories.test")


@pytest.fixture
def client(user) -> Client:
    return browser(user)


def test_what_is_typed_is_kept_and_shown_again_in_another_session(client, user, ada):
    paper = upload_paper(user, data=picture(), name="seal.png")
    given = typed(ada, **of("media", papers=str(paper.pk)))
    answer = client.post(SAVE, given | {"sms_code": "123456", "ticket": "7"}, headers=HX)
    assert "Draft saved" in answer.content.decode()

    page = browser(user).get(PAGE).content.decode()  # a new session: log in again, tomorrow, elsewhere
    for value in (NAMES["media"], ada.real_name, ada.id_number, 'value="media" checked'):
        assert value in page
    assert f'name="papers" value="{paper.pk}"' in page
    assert "123456" not in page


def test_a_refused_submit_is_kept_too(client, user, ada):
    client.post(PAGE, filled_in(client, ada, **of("corporate", number="nonsense")))
    page = browser(user).get(PAGE).content.decode()
    for value in ('value="nonsense"', 'value="corporate" checked', '<option value="shenzhen" selected'):
        assert value in page


def test_the_draft_is_of_one_account_alone(client, user, ada):
    client.post(SAVE, typed(ada, entity_name="海港茶业有限公司"), headers=HX)
    other = browser(stories.activated(email="other@stories.test")).get(PAGE).content.decode()
    assert "海港茶业" not in other
    assert ada.id_number not in other


def test_no_secret_is_kept_and_all_is_encrypted(client, user, ada):
    given = typed(ada, sms_code="135790", name=ada.real_name)
    secrets = {"password": "s3cret-one", "password2": "s3cret-two", "captcha_1": "QWERT", "account_again": "99"}
    client.post(SAVE, given | secrets | {"csrfmiddlewaretoken": "tok", "ticket": "5", "confirm": "1"}, headers=HX)
    kept = draft_of(user, "registration")
    assert set(kept) == {"country", "entity_type", "name", "id_number", "phone"}
    assert kept["id_number"] == ada.id_number
    with connection.cursor() as cursor:
        cursor.execute("SELECT data FROM entities_draft")
        (data,) = cursor.fetchone()
    assert ada.id_number not in data
    assert ada.real_name not in data


def test_the_last_one_counts(client, user):
    for name in ("one", "two"):
        client.post(SAVE, {"entity_name": name}, headers=HX)
    assert draft_of(user, "registration") == {"entity_name": "two"}
    assert Draft.objects.count() == 1


def test_several_values_of_a_field_are_kept_as_several(client, user):
    client.post(SAVE, {"papers": ["1", "2"], "entity_name": "x"}, headers=HX)
    assert draft_of(user, "registration") == {"papers": ["1", "2"], "entity_name": "x"}


def test_the_draft_goes_when_the_registration_is_complete_and_does_not_come_back(client, user, ada):
    given = page_of(client, ada, user, "government")
    client.post(SAVE, given, headers=HX)
    client.post(PAGE, given | {"confirm": "1"})
    assert not Draft.objects.exists()
    user.refresh_from_db()
    console(client, user.mini_program).post(SAVE, given, headers=HX)  # the page in the other tab saves once more
    assert not Draft.objects.exists()


def test_only_forms_that_have_drafts_are_kept(client):
    for kind in ("nonsense", "password", "registration2"):
        assert client.post(f"/drafts/{kind}/", {"a": "b"}).status_code == 404
    for kind in DRAFT_KINDS:
        assert client.post(f"/drafts/{kind}/", {"a": "b"}).status_code == 200


def test_who_is_not_logged_in_keeps_nothing(ada, dev):
    assert Client().post(SAVE, {"a": "b"})["Location"].startswith("/login/")
    mini_program = stories.registered()
    stories.bound(mini_program, dev)
    assert browser(mini_program.user).post("/drafts/profile/", {"a": "b"}).status_code == 404
    assert console(None, mini_program, dev).post("/drafts/profile/", {"a": "b"}).status_code == 404
    assert console(None, mini_program).post("/drafts/profile/", {"a": "b"}).status_code == 200
    assert Client().get(SAVE).status_code == 405


def test_a_draft_has_a_size(client, user):
    answer = client.post(SAVE, {"entity_name": "茶" * RULES.entity.draft_bytes}, headers=HX)
    assert answer.status_code == 422
    assert "too much text" in answer.content.decode()
    assert not Draft.objects.exists()
    with pytest.raises(Refused):
        save_draft(user, "profile", {"a": "a" * RULES.entity.draft_bytes})
    page = client.post(PAGE, {"entity_type": "corporate", "entity_name": "a" * 100_000})
    assert page.status_code == 200  # the form itself says what is wrong


def test_saving_is_counted(client):
    answers = [client.post(SAVE, {"entity_name": "x"}, headers=HX).status_code for _n in range(61)]
    assert answers == [200] * 60 + [422]


def test_a_strange_draft_does_not_break_the_page(client, user):
    strange = {
        "entity_type": ["a", "b"],
        "country": "\x00",
        "papers": "x",
        "number": "<script>alert(1)</script>",
        "method": ["remittance"],
        "province": "atlantis",
        "unknown": "1",
    }
    save_draft(user, "registration", strange)
    answer = client.get(PAGE)
    assert answer.status_code == 200
    assert "<script>alert(1)" not in answer.content.decode()
    for value in (["1", "2"], "7", 7, [7], None, {"a": 1}):
        save_draft(user, "registration", {"papers": value})
        assert client.get(PAGE).status_code == 200
    assert json.loads(Draft.objects.get().data) == {"papers": {"a": 1}}
    drop_draft(user, "registration")
    assert client.get(PAGE).status_code == 200
