"""The log-in e-mail moves: a new address, the link mailed there, the administrator's scan."""

import re
from urllib.parse import quote

import pytest
from allauth.account.models import EmailAddress
from django.core import mail
from django.test import Client

from accounts.actions.email_change import ask_email_change, change_email, issue_email_link, prove_email
from accounts.actions.registration import check_email_is_free, register_account
from accounts.models import EmailChange, EmailHolder, ScanTicket, User
from accounts.permissions import Role
from platform_site.kernel.lifecycle import NotAllowed, Refused
from platform_site.kernel.models import AuditEvent
from platform_site.kernel.rulebook import RULES
from platform_site.simulation import stories
from platform_site.simulation.cast import PASSWORD
from tests.accounts.scans import pass_time
from tests.concurrency import refusals, successes, together
from tests.developers.scanning import latest_confirmed
from tests.people import console

pytestmark = pytest.mark.django_db

OLD, NEW = "tea@harbour.test", "new@harbour.test"


@pytest.fixture
def tea(ada):
    return stories.completed(email=OLD)


@pytest.fixture
def client(tea) -> Client:
    return console(None, tea)


def url(tea, page=""):
    return f"/console/{tea.appid}/settings/email/{page}"


def asked(client, tea, deliver, email=NEW) -> str:
    """Ask for the change, and read the link in the mail."""
    assert client.post(url(tea), {"email": email}).status_code == 302
    deliver()
    assert mail.outbox[-1].to == [email]
    return re.search(r"/console/\S+/prove/\?token=\S+", mail.outbox[-1].body).group()


def proved(client, tea, deliver, email=NEW) -> ScanTicket:
    """The link opened and its button pressed: the QR waits."""
    assert client.post(asked(client, tea, deliver, email)).status_code == 302
    return ScanTicket.objects.latest("pk")


def refused(act, *args, **kwargs) -> Refused:
    with pytest.raises(Refused) as refusal:
        act(*args, **kwargs)
    return refusal.value


def test_the_address_moves_by_link_and_scan(client, tea, ada, deliver):
    link = asked(client, tea, deliver)
    page = client.get(link).content.decode()
    assert OLD in page
    assert NEW in page
    client.post(link)
    ticket = latest_confirmed(ada)
    assert ticket.facts["email"] == NEW
    answer = client.post(url(tea, "changed/"), {"ticket": ticket.pk}, follow=True)

    assert f"The log-in e-mail is {NEW} now." in answer.content.decode()
    user = User.objects.get(pk=tea.user_id)
    assert user.email == NEW
    assert user.check_password(PASSWORD)
    assert [(e.email, e.verified, e.primary) for e in EmailAddress.objects.filter(user=user)] == [(NEW, True, True)]
    assert set(EmailHolder.objects.values_list("email", flat=True)) & {OLD, NEW} == {NEW}
    assert not EmailChange.objects.exists()
    event = AuditEvent.objects.get(event="accounts.account.email_changed")
    assert (event.actor_kind, event.actor_id) == ("member", str(ada.pk))
    check_email_is_free(OLD)
    register_account(email=OLD, password=PASSWORD)


def test_nothing_moves_before_the_scan_and_the_session_lives_on(client, tea, ada, deliver):
    proved(client, tea, deliver)
    assert User.objects.get(pk=tea.user_id).email == OLD
    page = client.get(url(tea)).content.decode()
    assert "Waits for the scan" in page
    client.post(url(tea, "scan/"))
    client.post(url(tea, "changed/"), {"ticket": latest_confirmed(ada).pk})
    assert User.objects.get(pk=tea.user_id).email == NEW
    assert client.get(f"/console/{tea.appid}/settings/").status_code == 200


@pytest.mark.parametrize(
    ("email", "code"),
    [
        (OLD, "email_same"),
        (OLD.upper(), "email_same"),
        ("personal@taken.test", "email_personal"),
        ("bikes@harbour.test", "email_public_platform"),
        ("no address", "email_invalid"),
        ("a\0b@x.test", "email_invalid"),
        (f"{'x' * 260}@x.test", "email_too_long"),
        ("tée@x.test", "email_not_ascii"),
    ],
)
def test_an_address_that_can_not_be_had_is_refused_in_the_form_and_in_the_action(client, tea, email, code):
    stories.person("ned")
    stories.account(email="bikes@harbour.test")
    refusal = refused(ask_email_change, tea, email=email, by=stories.administrator_of(tea))
    assert (refusal.code, refusal.field) == (code, "email")
    answer = client.post(url(tea), {"email": email})
    assert answer.status_code == 200
    assert list(answer.context["form"].errors) == ["email"]
    assert not EmailChange.objects.exists()


def test_the_address_is_asked_for(client, tea):
    assert list(client.post(url(tea), {"email": ""}).context["form"].errors) == ["email"]


def test_an_address_that_is_taken_meanwhile_is_refused_after_the_scan_in_words(client, tea, ada, deliver):
    proved(client, tea, deliver)
    ticket = latest_confirmed(ada)
    stories.account(email=NEW)
    answer = client.post(url(tea, "changed/"), {"ticket": ticket.pk}, follow=True)
    assert "already registered on the public platform" in answer.content.decode()
    assert User.objects.get(pk=tea.user_id).email == OLD
    assert EmailHolder.objects.filter(email=OLD).exists()


def test_a_new_request_kills_the_link_and_the_scan_of_the_old(client, tea, ada, deliver):
    link = asked(client, tea, deliver)
    client.post(link)
    ticket = latest_confirmed(ada)
    second = asked(client, tea, deliver, "third@harbour.test")
    assert client.get(link).status_code == 410
    assert "Use the newest mail." in client.post(link).content.decode()
    answer = client.post(url(tea, "changed/"), {"ticket": ticket.pk}, follow=True)
    assert "Open the link in the mail to the new address first." in answer.content.decode()
    assert client.get(second).status_code == 200
    assert User.objects.get(pk=tea.user_id).email == OLD


def test_a_link_expires_by_the_worlds_clock(client, tea, deliver):
    link = asked(client, tea, deliver)
    pass_time(hours=RULES.account.activation_hours)
    for answer in (client.get(link), client.post(link)):
        assert answer.status_code == 410
        assert "This link has expired." in answer.content.decode()


def test_a_proved_address_expires_too(tea):
    by = stories.administrator_of(tea)
    ask_email_change(tea, email=NEW, by=by)
    token, _change = issue_email_link(tea.user)
    prove_email(tea, token, by=by)
    pass_time(hours=RULES.account.activation_hours)
    assert refused(change_email, tea, email=NEW, by=by).code == "email_link_expired"


def test_a_mail_that_is_late_is_not_sent(client, tea, deliver):
    client.post(url(tea), {"email": NEW})
    pass_time(hours=RULES.account.activation_hours)
    deliver()
    assert [message for message in mail.outbox if message.to == [NEW]] == []


def test_the_link_pressed_twice_is_no_second_proof_and_one_scan_moves_once(client, tea, ada, deliver):
    link = asked(client, tea, deliver)
    client.post(link)
    client.post(link)
    ticket = latest_confirmed(ada)
    client.post(url(tea, "changed/"), {"ticket": ticket.pk})
    answer = client.post(url(tea, "changed/"), {"ticket": ticket.pk}, follow=True)
    assert "This needs a fresh scan." in answer.content.decode()
    assert AuditEvent.objects.filter(event="accounts.account.email_changed").count() == 1


def test_without_the_link_there_is_no_scan(client, tea):
    client.post(url(tea), {"email": NEW})
    assert client.post(url(tea, "scan/")).status_code == 422
    assert refused(change_email, tea, email=NEW, by=stories.administrator_of(tea)).code == "email_not_proved"


def test_the_old_address_can_be_kept(client, tea, deliver):
    link = asked(client, tea, deliver)
    answer = client.post(url(tea, "drop/"), follow=True)
    assert "stays as it is" in answer.content.decode()
    assert client.get(link).status_code == 410


def test_a_link_works_for_its_own_account_only(client, tea, eve, deliver):
    link = asked(client, tea, deliver)
    bikes = stories.registered(administrator="eve")
    stranger = console(None, bikes, eve)
    assert stranger.get(link).status_code == 404
    assert stranger.get(link.replace(tea.appid, bikes.appid)).status_code == 410
    assert Client().get(link)["Location"] == f"/login/?next={quote(link)}"


@pytest.mark.parametrize("who", ["developer", "stranger"])
def test_only_the_administrator_may(tea, dev, eve, who):
    by = stories.bound(tea, dev, Role.DEVELOPER) if who == "developer" else eve
    for act, given in ((ask_email_change, {"email": NEW}), (change_email, {"email": NEW})):
        with pytest.raises(NotAllowed):
            act(tea, by=by, **given)
    if who == "developer":
        member = console(None, tea, dev)
        assert [member.get(url(tea)).status_code, member.post(url(tea, "changed/")).status_code] == [403, 403]


@pytest.mark.django_db(transaction=True)
def test_two_accounts_that_move_to_one_address_at_once_leave_it_to_one():
    programs = [stories.registered(), stories.registered(administrator="eve")]
    for program in programs:
        by = stories.administrator_of(program)
        ask_email_change(program, email=NEW, by=by)
        prove_email(program, issue_email_link(program.user)[0], by=by)

    def move(i):
        by = stories.administrator_of(programs[i])
        return change_email(by.mini_program, email=NEW, by=by)

    outcomes = together(2, move)

    assert len(successes(outcomes)) == 1
    assert [error.code for error in refusals(outcomes)] == ["email_public_platform"]
    assert User.objects.filter(email=NEW).count() == EmailHolder.objects.filter(email=NEW).count() == 1
