"""Step 3 of the registration as a browser uses it: QR, code, dialog, and nothing lost on the way."""

import re

import pytest
from django.test import Client

from accounts.actions import tickets
from accounts.door import PERSON_KEY
from accounts.lifecycle import TicketStatus
from accounts.models import MiniProgram, ScanTicket, SmsCode, SmsMessage
from platform_site.kernel import clock
from platform_site.simulation import stories
from tests.entities.helpers import PAGE, browser, confirm, filled_in, get_code, show_qr, typed
from tests.people import console

pytestmark = pytest.mark.django_db
HX = {"HX-Request": "true"}


@pytest.fixture
def user(db):
    return stories.activated(email="tea@stories.test")


@pytest.fixture
def client(user) -> Client:
    return browser(user)


def errors_of(response) -> dict[str, list[str]]:
    return {field: list(errors) for field, errors in response.context["form"].errors.items()}


# --- who gets here


def test_the_anonymous_are_led_to_log_in(db):
    assert Client().get(PAGE)["Location"] == f"/login/?next={PAGE}"


def test_a_registered_account_is_led_to_its_console(ada):
    mini_program = stories.registered()
    assert console(None, mini_program).get(PAGE)["Location"] == f"/console/{mini_program.appid}/"


def test_an_account_that_is_not_activated_is_led_to_its_activation(db):
    assert browser(stories.account()).get(PAGE)["Location"] == "/register/activation/"


@pytest.mark.parametrize("path", ["identity/", "sms/"])
def test_the_parts_of_the_page_are_behind_the_same_door(ada, path):
    assert Client().post(PAGE + path)["Location"].startswith("/login/")
    answer = console(None, stories.registered()).post(PAGE + path, headers=HX)
    assert answer["HX-Redirect"].startswith("/console/")


# --- entity types


def test_the_page_shows_the_six_entity_types_with_their_scopes(client):
    page = client.get(PAGE).content.decode()
    assert len(re.findall(r'type="radio" name="entity_type"', page)) == 5  # Corporate has a second row
    assert len(re.findall(r'type="radio" name="company_type"', page)) == 2
    for words in (
        "A real-name WeChat user with Chinese ID information, aged 18 or above.",
        "A company, a branch, or a company-related brand.",
        "An individually-owned business.",
        "public security agencies, Party organizations, judicial organs, transport agencies, tourism agencies",
        "industrial and commercial tax agencies, and municipal institutions.",
        "Newspapers, magazines, television, radio, news agencies, and others.",
        "Types that are not classified as government, media, corporate, or individual.",
    ):
        assert words in page
    assert re.search(r'value="individual" checked', page)


@pytest.mark.parametrize("kind", ["", "alien", "INDIVIDUAL", "individual\x00"])
def test_a_type_that_does_not_exist_is_refused(client, ada, kind):
    answer = client.post(PAGE, filled_in(client, ada) | {"entity_type": kind, "confirm": "1"})
    assert list(errors_of(answer)) == ["entity_type"]


def test_anybody_can_read_how_to_choose_a_type(db):
    page = Client().get("/register/entity-types/").content.decode()
    assert page.count('<th scope="row">') == 12  # the types, and how many accounts each may have


# --- the SMS code


def test_the_code_arrives_on_the_phone_and_the_button_waits(client, ada):
    answer = client.post(f"{PAGE}sms/", typed(ada), headers=HX).content.decode()
    assert 'data-wait-seconds="60"' in answer
    assert SmsMessage.objects.filter(phone=ada.phone).count() == 1


def test_a_second_code_within_a_minute_is_refused_with_the_seconds_left(client, ada):
    get_code(client, "13900000101")
    answer = client.post(f"{PAGE}sms/", typed(ada), headers=HX).content.decode()
    assert re.search(r"in (59|60) seconds", answer)
    assert SmsMessage.objects.count() == 1


def test_one_address_can_not_send_codes_to_everybody(client, ada):
    phones = [f"139000002{n:02d}" for n in range(61)]
    last = [client.post(f"{PAGE}sms/", typed(ada, phone=phone), headers=HX) for phone in phones][-1]
    assert "Too many tries" in last.content.decode()
    assert SmsMessage.objects.count() == 60


@pytest.mark.parametrize("phone", ["", "1390000010", "<script>alert(1)</script>"])
def test_no_code_goes_to_a_wrong_number(client, ada, phone):
    answer = client.post(f"{PAGE}sms/", typed(ada, phone=phone), headers=HX).content.decode()
    assert "data-wait-seconds" not in answer
    assert "<script>alert" not in answer
    assert SmsMessage.objects.count() == 0


def test_a_wrong_code_is_refused_and_the_sixth_try_too(client, ada):
    given = filled_in(client, ada)
    wrong = given | {"sms_code": f"{(int(given['sms_code']) + 1) % 10**6:06d}"}
    for _i in range(5):
        assert errors_of(client.post(PAGE, wrong)) == {"sms_code": ["The SMS verification code is wrong."]}
    assert errors_of(client.post(PAGE, given)) == {"sms_code": ["Too many wrong codes. Send a new one."]}


def test_the_code_of_another_phone_is_refused(client, ada):
    given = filled_in(client, ada)
    other = given | {"phone": "13800000100"}
    assert errors_of(client.post(PAGE, other)) == {"sms_code": ["Send a verification code to this phone first."]}


def test_wrong_tries_of_another_account_do_not_spoil_the_code(client, ada):
    given = filled_in(client, ada)
    another = browser(stories.activated(email="other@stories.test"))
    for _ in range(6):
        answer = another.post(PAGE, typed(ada, sms_code="000000"))
    assert errors_of(answer)["sms_code"] == ["Send a verification code to this phone first."]
    assert errors_of(client.post(PAGE, given)) == {}


def test_an_old_code_is_refused(client, ada):
    given = filled_in(client, ada)
    clock.move_forward(10 * 60)
    assert errors_of(client.post(PAGE, given))["sms_code"] == ["This verification code has expired. Send a new one."]


# --- the administrator's QR


def test_before_name_and_id_are_right_there_is_no_qr(client, ada):
    page = client.get(PAGE).content.decode()
    assert "Fill in the ID information first" in page
    answer = client.post(f"{PAGE}identity/", typed(ada, id_number="330106199003140260"), headers=HX).content.decode()
    assert "Fill in the ID information first" in answer
    assert "check each digit" in answer
    assert not ScanTicket.objects.exists()


def test_the_qr_stays_while_name_and_id_stay_and_changes_with_them(client, ada, dev):
    first = show_qr(client, typed(ada))
    again = show_qr(client, typed(ada, phone="13800000100") | {"ticket": str(first.pk)})
    assert again == first
    changed = show_qr(client, typed(dev) | {"ticket": str(first.pk)})
    assert changed != first
    assert changed.identity_digest == dev.identity_digest


def test_the_phone_is_told_what_it_confirms_without_the_whole_id(client, ada):
    ticket = show_qr(client, typed(ada))
    facts = " ".join(ticket.facts.values())
    assert "**达" in facts
    assert "tea@stories.test" in facts
    assert ada.id_number not in facts
    assert ada.real_name not in facts


@pytest.mark.parametrize("who", ["dev", "ned"])
def test_nobody_else_can_confirm(client, ada, who):
    from platform_site.kernel.lifecycle import Refused

    ticket = show_qr(client, typed(ada))
    other = stories.person(who)
    tickets.scan(ticket, by=other)
    with pytest.raises(Refused):
        tickets.confirm(ticket, by=other)
    answer = client.post(PAGE, typed(ada, sms_code=get_code(client, "13900000101")) | {"ticket": str(ticket.pk)})
    assert answer.context["problem"] == "The administrator has not confirmed on the phone yet."


def test_a_scan_for_other_id_information_does_not_count(client, ada, dev):
    given = filled_in(client, ada)
    stale = given | {"name": dev.real_name, "id_number": dev.id_number, "confirm": "1"}
    answer = client.post(PAGE, stale)
    assert answer.context["problem"].startswith("The ID information was changed")
    assert answer.context["ticket"].pk != int(given["ticket"])
    assert not MiniProgram.objects.exists()


def test_a_scan_that_has_expired_asks_for_a_new_one_and_keeps_the_rest(client, ada):
    given = filled_in(client, ada)
    clock.move_forward(5 * 60)
    answer = client.post(PAGE, given | {"confirm": "1"})
    assert answer.context["problem"] == "The scan has expired. Scan the new QR code."
    assert errors_of(answer) == {}
    fresh = answer.context["ticket"]
    confirm(fresh, ada)
    done = client.post(PAGE, given | {"ticket": str(fresh.pk), "confirm": "1"})
    assert done["Location"] == "/register/complete/"


def test_a_refused_scan_says_so(client, ada):
    given = typed(ada, sms_code=get_code(client, "13900000101"))
    ticket = show_qr(client, given)
    tickets.scan(ticket, by=ada)
    tickets.refuse(ticket, by=ada)
    answer = client.post(PAGE, given | {"ticket": str(ticket.pk)})
    assert answer.context["problem"] == "The scan was refused on the phone. Scan the new QR code."


def test_the_scan_of_another_browser_does_not_count(client, ada, user):
    theirs = filled_in(browser(stories.activated()), ada)
    code = SmsCode.objects.get(phone=ada.phone)
    answer = client.post(PAGE, theirs | {"confirm": "1"})
    assert answer.context["problem"] == "The administrator has not scanned yet."
    code.refresh_from_db()
    assert code.used_at is None


@pytest.mark.parametrize("ticket", ["", "abc", "-1", "0", "9" * 30, "1e3", "٣"])
def test_nonsense_for_a_ticket_is_no_ticket(client, ada, ticket):
    answer = client.post(PAGE, filled_in(client, ada) | {"ticket": ticket})
    assert answer.context["problem"] == "The administrator has not scanned yet."


# --- continue, confirm, complete


def test_continue_asks_once_more_and_changes_nothing(client, ada, user):
    answer = client.post(PAGE, filled_in(client, ada))
    page = answer.content.decode()
    assert 'id="confirm"' in page
    assert "data-open-now" in page
    assert ada.real_name in page
    assert "be changed once it is submitted" in page
    assert not MiniProgram.objects.exists()
    assert ScanTicket.objects.get().status == TicketStatus.CONFIRMED
    assert SmsCode.objects.get().used_at is None


def test_confirm_completes_the_registration_and_opens_the_console(client, ada, user):
    given = filled_in(client, ada)
    client.post(PAGE, given)
    before = client.cookies["sessionid"].value
    done = client.post(PAGE, given | {"confirm": "1"})
    assert done["Location"] == "/register/complete/"
    mini_program = MiniProgram.objects.get(user=user)
    assert client.cookies["sessionid"].value != before  # a new session id at the step up
    assert client.session[PERSON_KEY] == ada.pk
    page = client.get("/register/complete/").content.decode()
    assert mini_program.appid in page
    assert mini_program.original_id in page
    assert f'href="/console/{mini_program.appid}/"' in page
    assert ScanTicket.objects.get().status == TicketStatus.CONSUMED


def test_confirm_without_having_seen_the_dialog_is_checked_as_well(client, ada):
    answer = client.post(PAGE, typed(ada, sms_code="123456") | {"confirm": "1"})
    assert answer.context["problem"] == "The administrator has not scanned yet."
    assert not MiniProgram.objects.exists()


def test_errors_stand_beside_their_fields_all_at_once_and_nothing_typed_is_lost(client, ada):
    given = typed(ada, name="张3", id_number="1", phone="12", sms_code="12ab") | {"entity_type": "media"}
    given |= {"entity_name": "abc", "number": "123"}
    answer = client.post(PAGE, given)
    wrong = ["entity_name", "number", "papers", "name", "id_number", "phone", "sms_code"]
    assert sorted(errors_of(answer)) == sorted(wrong)
    page = answer.content.decode()
    for value in ("张3", 'value="12ab"', 'value="media" checked', 'value="abc"', 'value="123"'):
        assert value in page


def test_after_a_mistake_the_code_and_the_scan_are_still_good(client, ada):
    given = filled_in(client, ada)
    assert list(errors_of(client.post(PAGE, given | {"phone": "12", "confirm": "1"}))) == ["phone"]
    assert client.post(PAGE, given | {"confirm": "1"})["Location"] == "/register/complete/"


def test_a_quota_that_is_used_up_is_told_beside_the_field(client, ada):
    for _i in range(5):
        stories.registered()
    given = typed(ada, phone="13800000100")
    given["sms_code"] = get_code(client, "13800000100")
    answer = client.post(PAGE, given | {"confirm": "1"})
    assert list(errors_of(answer)) == ["id_number"]
    assert "5 Mini Programs already" in errors_of(answer)["id_number"][0]
    answer = client.post(f"{PAGE}sms/", {"phone": "13900000101"}, headers=HX).content.decode()
    assert "5 Mini Programs already" in answer


def test_confirming_twice_makes_one_program_and_leads_to_the_same_page(client, ada, user):
    given = filled_in(client, ada) | {"confirm": "1"}
    first, second = client.post(PAGE, given), client.post(PAGE, given)
    assert first["Location"] == "/register/complete/"
    assert second["Location"] == f"/console/{MiniProgram.objects.get().appid}/"


def test_two_tabs_make_one_program(client, ada, user):
    one = filled_in(client, ada)
    two = one | {"ticket": str(show_qr(client, typed(ada)).pk)}
    assert client.post(PAGE, one | {"confirm": "1"})["Location"] == "/register/complete/"
    assert client.post(PAGE, two | {"confirm": "1"})["Location"].startswith("/console/")
    assert MiniProgram.objects.filter(user=user).count() == 1


def test_markup_in_what_is_typed_is_escaped(client, ada):
    attack = '"><script>alert(1)</script>'
    page = client.post(PAGE, typed(ada, name=attack, phone=attack, id_number=attack)).content.decode()
    assert "<script>alert" not in page
    assert "&lt;script&gt;alert" in page


def test_the_page_is_kept_in_no_cache(client):
    assert "no-store" in client.get(PAGE)["Cache-Control"]


def test_the_last_page_is_for_who_has_finished(client, user):
    assert Client().get("/register/complete/")["Location"].startswith("/login/")
    assert client.get("/register/complete/")["Location"] == PAGE
    done = stories.registered(email="done@stories.test")
    assert browser(done.user).get("/register/complete/")["Location"].startswith("/login/")  # the password, no scan


def test_by_htmx_the_browser_leaves_for_the_last_page_so_that_back_sends_nothing_again(client, ada):
    given = filled_in(client, ada)
    assert 'id="register-form"' in client.post(PAGE, given, headers=HX).content.decode()
    done = client.post(PAGE, given | {"confirm": "1"}, headers=HX)
    assert (done.status_code, done["HX-Redirect"]) == (200, "/register/complete/")
    again = client.post(PAGE, given | {"confirm": "1"}, headers=HX)
    assert again["HX-Redirect"] == f"/console/{MiniProgram.objects.get().appid}/"
