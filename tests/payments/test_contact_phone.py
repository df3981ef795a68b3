"""The contact of an application for WeChat Pay proves their phone by an SMS code (console.md §13 step 1)."""

import json

import pytest
from django.urls import reverse

from accounts.actions.messages import send_sms_code
from accounts.actions.phones import PHONE_CONFIRMED
from accounts.models import SmsMessage
from payments.actions.applications import reject, save, submit
from payments.actions.contact import confirm_phone
from payments.models import PayApplication
from platform_site.kernel import clock
from platform_site.kernel.lifecycle import IllegalMove, Refused
from platform_site.kernel.rulebook import RULES
from platform_site.simulation import stories
from tests.concurrency import together
from tests.people import console

pytestmark = pytest.mark.django_db
PHONE, OTHER = "+8613800138000", "+8613900139000"
MISSING = "Send a code to the contact's mobile phone, and enter it."
WRONG = "The SMS verification code is wrong."


@pytest.fixture
def hall():
    """A verified government body: han is its administrator."""
    return stories.verified(stories.organisation(type="government", administrator="han"))


@pytest.fixture
def client(hall):
    found = console(None, hall)
    found.post(at(hall, "apply_start"))
    return found


def at(mini_program, name, **kwargs):
    return reverse(f"payments:{name}", kwargs={"appid": mini_program.appid, **kwargs})


def typed(phone=PHONE, code=""):
    return {
        "contact_name": "李建国",
        "contact_phone": phone,
        "contact_email": "pay@harbour.test",
        "sms_code": code,
    }


def press(client, mini_program, phone):
    """What the button's area says after a press."""
    answer = client.post(at(mini_program, "apply_sms"), {"contact_phone": phone}, headers={"HX-Request": "true"})
    return answer.content.decode()


def send(client, mini_program, **given):
    return client.post(at(mini_program, "apply_step", step="contact"), typed(**given))


def errors(answer):
    assert answer.status_code == 422
    return {name: list(words) for name, words in answer.context["form"].errors.items()}


def proven():
    return PayApplication.objects.get().given.get(PHONE_CONFIRMED, "")


def received(phone=PHONE):
    return SmsMessage.objects.filter(phone=phone).count()


# --- sending -------------------------------------------------------------------------------------------------------


def test_a_code_goes_to_the_number_that_is_typed_and_not_twice_in_a_minute(client, hall):
    assert "Enter a valid phone number." in press(client, hall, "12")
    assert "Enter a valid phone number." in press(client, hall, "")
    assert received() == 0
    page = press(client, hall, "138 0013 8000")
    assert "A code has been sent to this phone." in page
    assert f"Another one can be sent in {RULES.sms.resend_seconds} seconds." in page
    assert received() == 1
    assert "Send another one in 60 seconds." in press(client, hall, PHONE)
    assert "A code has been sent to this phone." in press(client, hall, OTHER)  # another phone may have one at once


def test_no_more_codes_are_sent_to_a_phone_than_the_rates_allow(client, hall):
    press(client, hall, PHONE)
    clock.move_forward(RULES.sms.resend_seconds + 1)  # the world's clock: the rates count by the real one
    assert "Too many tries. Wait a moment, then try again." in press(client, hall, PHONE)
    assert received() == 1


def test_no_code_is_sent_for_an_application_that_can_not_be_changed(hall):
    stories.pay_submitted(hall)
    assert "There is no open application." in press(console(None, hall), hall, OTHER)
    assert received(OTHER) == 0


# --- the step ------------------------------------------------------------------------------------------------------


def test_a_missing_a_wrong_and_an_expired_code_are_told_beside_it_and_nothing_is_lost(client, hall):
    assert errors(send(client, hall)) == {"sms_code": [MISSING]}
    assert errors(send(client, hall, code="123456")) == {"sms_code": ["Send a verification code to this phone first."]}
    press(client, hall, PHONE)
    code = stories.code_sent_to(PHONE)
    wrong = f"{(int(code) + 1) % 10**6:06d}"
    answer = send(client, hall, code=wrong)
    assert errors(answer) == {"sms_code": [WRONG]}
    assert [answer.context["form"][name].value() for name in typed()] == list(typed(code=wrong).values())
    assert PayApplication.objects.get().given["contact_phone"] == PHONE  # kept, though the code was wrong
    clock.move_forward(RULES.sms.valid_minutes * 60 + 1)
    assert errors(send(client, hall, code=code)) == {
        "sms_code": ["This verification code has expired. Send a new one."]
    }
    assert proven() == ""


def test_too_many_wrong_codes_end_it_for_the_right_one_too(client, hall):
    press(client, hall, PHONE)
    code = stories.code_sent_to(PHONE)
    for _try in range(RULES.sms.attempts):
        assert errors(send(client, hall, code="12345x")) == {"sms_code": [WRONG]}
    assert errors(send(client, hall, code=code)) == {"sms_code": ["Too many wrong codes. Send a new one."]}


def test_the_code_of_one_number_or_of_another_application_does_not_prove_it(client, hall):
    press(client, hall, OTHER)
    assert "sms_code" in errors(send(client, hall, code=stories.code_sent_to(OTHER)))
    send_sms_code(phone=PHONE, purpose="operator:1")
    assert "sms_code" in errors(send(client, hall, code=stories.code_sent_to(PHONE)))
    assert proven() == ""


def test_a_right_code_is_kept_though_something_else_is_wrong(client, hall):
    press(client, hall, PHONE)
    sent = typed(code=stories.code_sent_to(PHONE)) | {"contact_email": "nobody"}
    answer = client.post(at(hall, "apply_step", step="contact"), sent)
    assert set(errors(answer)) == {"contact_email"}
    assert f"{PHONE} is confirmed" in answer.content.decode()
    assert send(client, hall).url == at(hall, "apply_step", step="business")


def test_a_wrong_number_is_told_as_such_and_asks_for_no_code(client, hall):
    assert errors(send(client, hall, phone="12")) == {"contact_phone": ["Enter a valid phone number."]}
    assert errors(send(client, hall, phone="12", code="123456")) == {"contact_phone": ["Enter a valid phone number."]}


def test_a_proven_number_stays_proven_until_it_is_changed(client, hall):
    press(client, hall, PHONE)
    send(client, hall, code=stories.code_sent_to(PHONE))
    again = console(None, hall)
    page = again.get(at(hall, "apply_step", step="contact")).content.decode()
    assert f"{PHONE} is confirmed" in page
    assert send(again, hall, phone="138 0013 8000").status_code == 302  # the same number, written otherwise
    assert errors(send(again, hall, phone=OTHER)) == {"sms_code": [MISSING]}
    assert send(again, hall).status_code == 302  # changed back
    press(again, hall, OTHER)
    assert send(again, hall, phone=OTHER, code=stories.code_sent_to(OTHER)).status_code == 302
    assert proven() == OTHER


def test_it_can_not_be_said_to_be_proven_by_typing(client, hall):
    client.post(at(hall, "apply_step", step="contact"), typed() | {PHONE_CONFIRMED: PHONE})
    save(PayApplication.objects.get(), {PHONE_CONFIRMED: PHONE}, {}, by=stories.administrator_of(hall))
    assert proven() == ""


def test_without_scripts_the_code_is_sent_by_the_form_itself_and_all_is_kept(client, hall):
    path = at(hall, "apply_step", step="contact")
    wrong = client.post(path, typed(phone="12") | {"send_code": "1"}, follow=True)
    assert [str(words) for words in wrong.context["messages"]] == ["Enter a valid phone number."]
    answer = client.post(path, typed() | {"send_code": "1"}, follow=True)
    assert [str(words) for words in answer.context["messages"]] == ["A code has been sent to this phone."]
    assert answer.context["form"]["contact_name"].value() == "李建国"
    assert send(client, hall, code=stories.code_sent_to(PHONE)).status_code == 302
    assert client.post(at(hall, "apply_step", step="business"), {"send_code": "1"}).status_code == 422
    assert received() == 1


def test_go_on_later_keeps_a_right_code(client, hall):
    press(client, hall, PHONE)
    sent = typed(code=stories.code_sent_to(PHONE)) | {"later": "1"}
    assert client.post(at(hall, "apply_step", step="contact"), sent).url == at(hall, "pay")
    assert proven() == PHONE


@pytest.mark.django_db(transaction=True)
def test_two_presses_at_once_prove_it_once_and_both_go_on():
    hall = stories.verified(stories.organisation(type="government", administrator="han"))
    clients = [console(None, hall), console(None, hall)]
    clients[0].post(at(hall, "apply_start"))
    press(clients[0], hall, PHONE)
    code = stories.code_sent_to(PHONE)
    outcomes = together(2, lambda i: send(clients[i], hall, code=code).status_code)
    assert outcomes == [302, 302]
    assert proven() == PHONE


# --- handing in ----------------------------------------------------------------------------------------------------


def test_an_application_without_a_proven_phone_is_refused_and_led_to_the_contact(hall):
    row = stories.pay_filled_in(hall)
    given = row.given
    del given[PHONE_CONFIRMED]  # a draft of before the phone was asked for a code
    row.answers = json.dumps(given)
    row.save(update_fields=["answers"])
    with pytest.raises(Refused) as caught:
        submit(row, by=stories.administrator_of(hall))
    assert (caught.value.code, caught.value.field) == ("phone_unconfirmed", "sms_code")
    browser = console(None, hall)
    check = browser.get(at(hall, "apply_check"))
    assert [step.name for step in check.context["missing"]] == ["contact"]
    answer = browser.post(at(hall, "apply_check"), follow=True)
    assert answer.redirect_chain[-1][0] == at(hall, "apply_step", step="contact")
    assert [str(words) for words in answer.context["messages"]] == [MISSING]
    row.refresh_from_db()
    assert row.status == "draft"


def test_a_rejected_application_does_not_ask_for_the_same_number_again(hall, rev):
    row = stories.pay_submitted(hall)
    reject(row, by=rev, reason="The scan is blurred.")
    browser = console(None, hall)
    assert send(browser, hall).status_code == 302
    browser.post(at(hall, "apply_check"))
    row.refresh_from_db()
    assert row.status == "under_review"
    reject(row, by=rev, reason="Another phone, please.")
    assert errors(send(browser, hall, phone=OTHER)) == {"sms_code": [MISSING]}
    with pytest.raises(Refused):
        submit(row, by=stories.administrator_of(hall))


def test_nothing_is_proven_once_it_is_under_review(hall):
    row = stories.pay_submitted(hall)
    send_sms_code(phone=OTHER, purpose=row.sms_purpose)
    with pytest.raises(IllegalMove):
        confirm_phone(row, phone=OTHER, code=stories.code_sent_to(OTHER), by=stories.administrator_of(hall))
    assert proven() == PHONE


def test_confirming_uses_the_code_up(client, hall):
    row = PayApplication.objects.get()
    send_sms_code(phone=PHONE, purpose=row.sms_purpose)
    code, by = stories.code_sent_to(PHONE), stories.administrator_of(hall)
    confirm_phone(row, phone=PHONE, code=code, by=by)
    with pytest.raises(Refused) as caught:
        confirm_phone(row, phone=PHONE, code=code, by=by)
    assert caught.value.code == "sms_code_missing"
