"""The phone's inboxes and settings, and the console's notices."""

import pytest
from django.test import Client

from accounts.actions.messages import notify_person, send_sms
from accounts.actions.people import create_person
from accounts.models import ConsoleNotice, ServiceNotification, SmsMessage
from platform_site.simulation import stories
from platform_site.simulation.cast import PEOPLE
from tests.accounts.test_phone import errors
from tests.people import console, phone


def test_the_home_page_counts_what_is_unread(ada, eve):
    SmsMessage.objects.all().delete()
    ServiceNotification.objects.all().delete()
    send_sms(ada.phone, "Your code is 123456")
    send_sms(eve.phone, "Not for Ada")
    for _i in range(2):
        notify_person(ada, "accounts.ticket.reused", {"purpose": "Publish"})
    page = phone(None, ada).get("/phone/")

    assert (page.context["sms"].unread, page.context["notifications"].unread) == (1, 2)
    text = page.content.decode()
    assert ("Your code is 123456" in text, "Not for Ada" in text) == (True, False)


def test_each_phone_shows_the_messages_to_its_own_number_only(ada, eve):
    send_sms(ada.phone, "<b>For Ada</b>")
    send_sms(eve.phone, "For Eve")
    text = phone(None, ada).get("/phone/sms/").content.decode()
    assert ("&lt;b&gt;For Ada&lt;/b&gt;" in text, "For Eve" in text) == (True, False)


def test_messages_are_read_once_they_were_shown_and_by_post_only(ada):
    client = phone(None, ada)
    send_sms(ada.phone, "One")
    notify_person(ada, "accounts.ticket.reused", {"purpose": "Publish"})
    for page, rows in (("/phone/sms/", SmsMessage.objects), ("/phone/messages/", ada.notifications)):
        shown = client.get(page)
        assert rows.filter(read_at=None).exists()
        assert client.get(page + "read/").status_code == 405
        assert client.post(page + "read/", {"up_to": "x"}).status_code == 204
        assert rows.filter(read_at=None).exists()
        late = send_sms(ada.phone, "Two") if page == "/phone/sms/" else notify_person(ada, "accounts.ticket.reused", {})
        assert client.post(page + "read/", {"up_to": shown.context["newest"]}).status_code == 204
        assert [row.pk for row in rows.filter(read_at=None)] == [late.pk]


@pytest.mark.parametrize("page", ["/phone/sms/", "/phone/messages/"])
def test_inboxes_have_pages_of_twenty_and_cost_the_same_however_long(page, ada, django_assert_num_queries):
    client = phone(None, ada)

    def write(count):
        for i in range(count):
            send_sms(ada.phone, f"Text {i}")
            notify_person(ada, "accounts.ticket.reused", {"purpose": f"Purpose {i}"})

    write(1)
    client.get(page)
    with django_assert_num_queries(5):  # clock, session, person, count, rows
        client.get(page)
    write(24)
    with django_assert_num_queries(5):
        first = client.get(page)
    numbers = [client.get(page, {"page": n}).context["page"].number for n in ("2", "-1", "1000000000", "x")]
    assert (len(first.context["page"].object_list), numbers) == (20, [2, 2, 2, 1])


# --- me --------------------------------------------------------------------------------------------------------------


def test_settings_change_what_they_say(ada):
    client = phone(None, ada)
    client.post("/phone/me/settings/", {"nickname": "Ada B.", "client_version": "6.3.26"})
    ada.refresh_from_db()
    assert (ada.nickname, ada.client_version, ada.is_searchable) == ("Ada B.", "6.3.26", False)


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"nickname": ""}, "nickname"),
        ({"client_version": "8"}, "client_version"),
        ({"client_version": "x"}, "client_version"),
    ],
)
def test_wrong_settings_change_nothing(change, field, ada):
    before = (ada.nickname, ada.client_version)
    answer = phone(None, ada).post("/phone/me/settings/", {"nickname": "N", "client_version": "8.0.1", **change})
    assert list(errors(answer)) == [field]
    ada.refresh_from_db()
    assert (ada.nickname, ada.client_version) == before


def test_a_bank_card_is_bound_once_and_stays(db):
    person = create_person(nickname="Lin", phone="+8613911112222")
    client = phone(None, person)
    eve, ada = PEOPLE["eve"], PEOPLE["ada"]

    wrong = client.post("/phone/me/card/", {"real_name": "Lin", "id_number": "110101199003070001"})
    client.post("/phone/me/card/", {"real_name": eve.real_name, "id_number": eve.id_number})
    again = client.post("/phone/me/card/", {"real_name": ada.real_name, "id_number": ada.id_number})

    person.refresh_from_db()
    assert errors(wrong) == {"id_number": ["id_number_invalid"]}
    assert errors(again) == {"__all__": ["identity_bound"]}
    assert (person.real_name, person.id_number) == (eve.real_name, eve.id_number)
    page = client.get("/phone/me/card/").content.decode()
    assert (eve.id_number in page, eve.id_number[-4:] in page) == (False, True)


# --- the console's notices -------------------------------------------------------------------------------------------


def test_the_console_lists_its_notices_and_marks_them_read(ada):
    mini_program = stories.registered()
    client = console(None, mini_program)
    row = ConsoleNotice.objects.create(
        mini_program=mini_program, event="accounts.ticket.reused", facts={"purpose": "<i>x</i>"}, sent_at=ada.created_at
    )
    page = f"/console/{mini_program.appid}/notices/"

    shown = client.get(page)
    assert ("&lt;i&gt;x&lt;/i&gt;" in shown.content.decode(), shown.context["unread"]) == (
        True,
        ConsoleNotice.objects.count(),
    )
    assert client.get(page + "read/").status_code == 405
    assert client.post(page + "read/", {"up_to": row.pk}).headers["Location"] == page
    assert client.get(page).context["unread"] == 0


@pytest.mark.parametrize("page", ["notices/", "notices/read/"])
def test_a_stranger_finds_no_notices(page, ada):
    mini_program = stories.registered()
    other = console(None, stories.registered(administrator="eve"))
    verb = "post" if page.endswith("read/") else "get"
    path = f"/console/{mini_program.appid}/{page}"
    assert getattr(other, verb)(path).status_code == 404
    assert getattr(Client(), verb)(path).headers["Location"] == f"/login/?next={path}"
