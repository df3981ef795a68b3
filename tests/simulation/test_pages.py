"""The switchboard: clock, people, closed beta, audit events, mailbox, reset, sample."""

import io
import zipfile
from datetime import UTC, datetime, timedelta

import pytest
from django.core import mail as outbox
from django.core.mail import EmailMessage
from django.test import Client
from django.urls import reverse

from accounts.actions import tickets
from accounts.actions.people import create_person
from accounts.lifecycle import TicketStatus
from accounts.models import MiniProgram, ScanTicket, User
from accounts.permissions import Permission
from accounts.purposes import ScanPurpose
from platform_site.kernel.clock import ahead, now
from platform_site.kernel.lifecycle import NotAllowed
from platform_site.kernel.models import AuditEvent
from platform_site.simulation import stories, world
from platform_site.simulation.actions import switch_closed_beta
from platform_site.simulation.models import Mail
from tests.people import console, desk

pytestmark = pytest.mark.django_db
PAGES = ["index", "clock", "people", "programs", "events", "reset", "mailbox"]


@pytest.fixture
def staff_client(rev):
    return desk(None, rev)


@pytest.mark.parametrize("name", PAGES)
def test_each_page_of_the_switchboard_has_its_heading(staff_client, name):
    stories.registered()

    page = staff_client.get(reverse(f"sim:{name}"))

    assert page.status_code == 200
    assert page.content.count(b"<h1") == 1


def test_moving_the_clock_fires_each_deadline_that_it_passes_and_lists_what_fired(staff_client, rev):
    ticket = _ticket()

    answer = staff_client.post(reverse("sim:clock"), {"amount": 6, "unit": "minutes"})

    moved = AuditEvent.objects.get(event="simulation.clock.moved")
    assert answer.url == f"{reverse('sim:clock')}?since={moved.pk}"
    assert (moved.actor_kind, moved.actor_id, moved.data) == ("staff", str(rev.pk), {"seconds": 360})
    assert ScanTicket.objects.get(pk=ticket.pk).status == TicketStatus.EXPIRED
    page = staff_client.get(answer.url)
    assert [event.event for event in page.context["page"].object_list] == ["accounts.ticket.expired"]
    assert "1 deadline has passed" in page.content.decode()


def test_a_deadline_that_is_not_passed_does_not_fire(staff_client):
    ticket = _ticket()

    staff_client.post(reverse("sim:clock"), {"amount": 4, "unit": "minutes"})

    assert ScanTicket.objects.get(pk=ticket.pk).status == TicketStatus.WAITING


@pytest.mark.parametrize(("amount", "unit", "seconds"), [(5, "minutes", 300), (2, "hours", 7200), (3, "days", 259_200)])
def test_the_clock_moves_by_minutes_hours_and_days(staff_client, amount, unit, seconds):
    staff_client.post(reverse("sim:clock"), {"amount": amount, "unit": unit})

    assert ahead() == timedelta(seconds=seconds)


def test_the_clock_moves_to_a_date_of_the_platforms_zone(staff_client):
    staff_client.post(reverse("sim:clock"), {"to": "2090-01-01T08:00"})

    assert timedelta(0) <= now() - datetime(2090, 1, 1, tzinfo=UTC) < timedelta(seconds=5)


@pytest.mark.parametrize(
    ("sent", "form", "field", "code"),
    [
        ({"amount": 0, "unit": "hours"}, "by_amount", "amount", "min_value"),
        ({"amount": -5, "unit": "hours"}, "by_amount", "amount", "min_value"),
        ({"amount": 1, "unit": "years"}, "by_amount", "unit", "invalid_choice"),
        ({"amount": 10**30, "unit": "days"}, "by_amount", "amount", "max_value"),
        ({"to": "2001-01-01T00:00"}, "by_date", "to", "not_later"),
        ({"to": "soon"}, "by_date", "to", "invalid"),
    ],
)
def test_a_wrong_time_moves_nothing(staff_client, sent, form, field, code):
    page = staff_client.post(reverse("sim:clock"), sent)

    assert [error.code for error in page.context[form].errors.as_data()[field]] == [code]
    assert ahead() == timedelta(0)


def test_a_time_beyond_a_century_is_refused_in_words(staff_client):
    page = staff_client.post(reverse("sim:clock"), {"amount": 40_000, "unit": "days"})

    assert page.context["by_amount"].non_field_errors() == ["The clock moves forward only, and at most a century."]
    assert ahead() == timedelta(0)
    assert not AuditEvent.objects.filter(event="simulation.clock.moved").exists()


@pytest.mark.parametrize("since", ["x", "-1", "9" * 30])
def test_nonsense_after_since_shows_no_list(staff_client, since):
    assert staff_client.get(reverse("sim:clock"), {"since": since}).context["page"] is None


def test_closed_beta_is_switched_on_and_off_with_an_audit_row_each(staff_client):
    mini_program = stories.registered()
    address = reverse("sim:closed_beta", args=[mini_program.appid])

    for on in ("1", "1", "0"):
        assert staff_client.post(address, {"on": on}).url == reverse("sim:programs")

    events = AuditEvent.objects.filter(event__startswith="simulation.closed_beta").order_by("id")
    assert [(event.event, event.appid) for event in events] == [
        ("simulation.closed_beta.started", mini_program.appid),
        ("simulation.closed_beta.ended", mini_program.appid),
    ]
    assert MiniProgram.objects.get().in_closed_beta is False


def test_only_staff_may_switch_closed_beta():
    mini_program = stories.registered()

    with pytest.raises(NotAllowed):
        switch_closed_beta(mini_program, on=True, by=mini_program.user)

    assert MiniProgram.objects.get().in_closed_beta is False


def test_programs_are_found_by_appid_and_by_part_of_the_name(staff_client):
    tea, other = stories.completed(name="Harbour Tea"), stories.completed(name="Lantern Books")

    def found(words):
        return list(staff_client.get(reverse("sim:programs"), {"words": words}).context["page"].object_list)

    assert (found(tea.appid), found("lantern"), found(""), found("nothing such")) == ([tea], [other], [other, tea], [])


def test_events_are_filtered_by_mini_program_and_by_name(staff_client):
    tea, other = stories.registered(), stories.registered()

    def found(**filters):
        return {event.appid for event in staff_client.get(reverse("sim:events"), filters).context["page"].object_list}

    assert found(appid=tea.appid) == {tea.appid}
    assert found(event="entities.registration") == {tea.appid, other.appid}
    assert found(event="entities.registration", appid="x" * 40) == set()


def test_people_are_shown_with_their_phone(staff_client, ada):
    page = staff_client.get(reverse("sim:people")).content.decode()

    assert "Administrator of Harbour Tea" in page
    assert reverse("sim:phone", args=[ada.pk]) in page


def test_staff_are_handed_the_phone_of_a_persona_and_keep_the_desk(staff_client, ada):
    assert staff_client.post(reverse("sim:phone", args=[ada.pk])).url == "/phone/"

    assert staff_client.get("/phone/").wsgi_request.person == ada
    assert staff_client.get(reverse("sim:index")).status_code == 200


def test_only_personas_hand_over_their_phone_and_only_in_the_demo(staff_client, ada, settings):
    stranger = create_person(nickname="Zoe", phone="+8613900000999")
    assert staff_client.post(reverse("sim:phone", args=[stranger.pk])).status_code == 404

    settings.DEMO = False
    assert staff_client.post(reverse("sim:phone", args=[ada.pk])).status_code == 404


@pytest.mark.parametrize("name", ["people", "programs", "events", "mailbox"])
def test_lists_cost_the_same_for_one_row_and_for_three(staff_client, django_assert_max_num_queries, name):
    stories.registered()
    _mail("one@stories.test")
    staff_client.get(reverse(f"sim:{name}"))
    with django_assert_max_num_queries(100) as one:
        staff_client.get(reverse(f"sim:{name}"))
    stories.registered(administrator="eve")
    stories.completed(administrator="max", name="Another one")
    _mail("two@stories.test")
    with django_assert_max_num_queries(100) as three:
        staff_client.get(reverse(f"sim:{name}"))

    assert len(three) == len(one)


def test_the_mailbox_shows_mails_to_one_address_newest_first():
    _mail("ada@stories.test", "First")
    _mail("ADA@stories.test", "Second")
    _mail("eve@stories.test", "For Eve")

    page = Client().get(reverse("sim:mailbox"), {"to": "Ada@Stories.test"}).context["page"]

    assert [mail.subject for mail in page.object_list] == ["Second", "First"]


def test_links_in_a_mail_can_be_pressed_and_markup_in_it_is_only_text():
    _mail("ada@stories.test", "<b>Hello</b>", "Open http://testserver/register/activate/abc/ <script>alert(1)</script>")

    page = Client().get(reverse("sim:mail", args=[Mail.objects.get().pk])).content.decode()

    assert '<a href="http://testserver/register/activate/abc/" rel="nofollow">' in page
    assert "<script>alert" not in page
    assert "<b>Hello" not in page


def test_the_mailbox_is_closed_to_strangers_where_it_is_not_open(settings, rev):
    settings.MAILBOX_OPEN = False
    _mail("ada@stories.test")
    pages = [reverse("sim:mailbox"), reverse("sim:mail", args=[Mail.objects.get().pk])]

    assert [Client().get(page).url for page in pages] == [f"/desk/login/?next={page}" for page in pages]
    assert [desk(None, rev).get(page).status_code for page in pages] == [200, 200]


def test_without_a_built_in_mailbox_there_is_none(settings):
    settings.BUILT_IN_MAILBOX = False

    assert Client().get(reverse("sim:mailbox")).status_code == 404


def test_reset_asks_for_its_word_and_does_nothing_without(staff_client):
    stories.registered()

    page = staff_client.post(reverse("sim:reset_confirm"), {"word": "yes"})

    assert [error.code for error in page.context["form"].errors.as_data()["word"]] == ["wrong_word"]
    assert MiniProgram.objects.count() == 1


def test_reset_loads_the_demo_world_and_logs_everybody_out(staff_client):
    User.objects.get(email="rev@ministage.test")
    stories.registered(email="mine@stories.test")

    answer = staff_client.post(reverse("sim:reset_confirm"), {"word": " Reset "}, follow=True)

    assert answer.redirect_chain == [("/desk/login/", 302)]
    assert set(MiniProgram.objects.values_list("user__email", flat=True)) == {
        world.HARBOUR,
        world.BOOKS,
        world.FRESH,
        world.BIKES,
        world.TEA_COMPANY,
        world.NOODLES,
        world.TRANSIT,
        world.DAILY,
    }
    assert staff_client.get(reverse("sim:index")).url == "/desk/login/?next=/sim/"


def test_outside_the_demo_there_is_no_reset(settings, staff_client):
    settings.DEMO = False

    assert staff_client.get(reverse("sim:reset")).status_code == 404
    assert staff_client.post(reverse("sim:reset_confirm"), {"word": "reset"}).status_code == 404


def test_the_sample_is_the_example_mini_program():
    answer = Client().get(reverse("sim:sample"))

    assert (answer["Content-Type"], answer["Content-Disposition"]) == (
        "application/zip",
        'attachment; filename="harbour-tea.zip"',
    )
    assert zipfile.ZipFile(io.BytesIO(answer.content)).testzip() is None
    assert stories.zip_of_demo_program() == answer.content


def test_a_console_session_opens_no_page_of_the_switchboard():
    client = console(None, stories.registered())

    assert client.get(reverse("sim:index")).url == "/desk/login/?next=/sim/"


def test_mails_reach_the_mailbox_and_never_carry_a_second_header(settings):
    settings.EMAIL_BACKEND = "platform_site.simulation.mailbox.MailboxBackend"

    EmailMessage("Hello", "Text", to=["ada@stories.test", "eve@stories.test"]).send()

    assert list(Mail.objects.order_by("id").values_list("to", "subject")) == [
        ("ada@stories.test", "Hello"),
        ("eve@stories.test", "Hello"),
    ]
    with pytest.raises(ValueError, match="newlines"):
        EmailMessage("Hello\r\nBcc: x@y.test", "Text", to=["ada@stories.test"]).send()
    assert Mail.objects.count() == 2
    assert outbox.outbox == []


def _mail(to: str, subject: str = "Subject", body: str = "Body") -> None:
    Mail.objects.create(to=to, subject=subject, body=body, sent_at=now())


def _ticket() -> ScanTicket:
    mini_program = stories.registered()
    return tickets.open_ticket(
        ScanPurpose.CONSOLE_LOGIN, holder="h", facts={}, mini_program=mini_program, permission=Permission.CONSOLE_VIEW
    )
