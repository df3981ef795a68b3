"""SMS codes, service notifications and console notices: sent, worded, read."""

import re

import pytest
from django.db import transaction
from django.utils import translation

from accounts.actions.messages import (
    check_sms_code,
    mark_notices_read,
    mark_notifications_read,
    mark_sms_read,
    notify_person,
    notify_program,
    send_sms,
    send_sms_code,
)
from accounts.models import ConsoleNotice, ServiceNotification, SmsCode, SmsMessage
from accounts.notices import NOTICES, render_notice
from accounts.queries import unread_notices
from platform_site.kernel.lifecycle import Refused
from platform_site.simulation import stories
from tests.accounts.scans import pass_time
from tests.concurrency import refusals, successes, together

PHONE = "+8613800138000"
OTHER = "+8613900139000"


def sent_code(phone=PHONE):
    """The code in the latest text message to this phone."""
    return re.search(r"\b(\d{6})\b", SmsMessage.objects.filter(phone=phone).latest("pk").body).group(1)


def wrong(code):
    return f"{(int(code) + 1) % 1_000_000:06d}"


def check(code, phone=PHONE, purpose="registration"):
    """ "" if the code is right, else the field and code of the refusal in one."""
    try:
        check_sms_code(phone=phone, purpose=purpose, code=code)
    except Refused as refusal:
        return refusal.code if refusal.field == "sms_code" else f"{refusal.field}: {refusal.code}"
    return ""


@pytest.fixture
def code(db):
    send_sms_code(phone="138 0013 8000", purpose="registration")
    return sent_code()


def test_the_code_arrives_on_the_phone_and_is_kept_as_a_digest(code):
    row = SmsCode.objects.get()
    assert (row.phone, len(row.code_digest), row.attempts) == (PHONE, 64, 0)
    assert code not in row.code_digest


def test_the_right_code_is_good_once(code):
    assert [check(code), check(code)] == ["", "sms_code_missing"]


def test_spaces_around_the_code_do_not_matter(code):
    assert check(f" {code}\n") == ""


@pytest.mark.parametrize("typed", ["", "12345", "1234567", "abcdef", "１２３４５６", "0" * 10_000, "\0"])
def test_what_is_no_code_is_wrong(typed, code):
    assert check(typed) == "sms_code_wrong"


def test_a_code_is_good_for_its_phone_and_its_purpose_only(code):
    assert check(code, phone=OTHER) == "sms_code_missing"
    assert check(code, purpose="another") == "sms_code_missing"
    send_sms_code(phone=OTHER, purpose="registration")
    if sent_code(OTHER) != code:
        assert check(code, phone=OTHER) == "sms_code_wrong"
    assert check(code) == ""


def test_after_five_wrong_codes_the_right_one_is_refused(code):
    assert [check(wrong(code)) for _i in range(6)] == ["sms_code_wrong"] * 5 + ["sms_code_attempts"]
    assert check(code) == "sms_code_attempts"
    assert SmsCode.objects.get().attempts == 5


def test_the_fifth_try_may_be_the_right_one(code):
    assert [check(wrong(code)) for _i in range(4)] + [check(code)] == ["sms_code_wrong"] * 4 + [""]


def test_a_code_lives_ten_minutes(code):
    pass_time(minutes=9, seconds=58)
    assert check(wrong(code)) == "sms_code_wrong"
    pass_time(seconds=2)
    assert check(code) == "sms_code_expired"


def test_another_code_can_be_sent_after_a_minute_and_replaces_the_first(code):
    with pytest.raises(Refused) as refused:
        send_sms_code(phone=PHONE, purpose="registration")
    assert (refused.value.code, refused.value.field) == ("sms_too_soon", "sms_code")
    assert SmsMessage.objects.count() == 1
    [check(wrong(code)) for _i in range(5)]
    pass_time(seconds=60)

    send_sms_code(phone=PHONE, purpose="registration")

    if sent_code() != code:
        assert check(code) == "sms_code_wrong"
    assert check(sent_code()) == ""


def test_an_invalid_number_gets_nothing(db):
    with pytest.raises(Refused) as refused:
        send_sms_code(phone="12", purpose="registration")
    assert (refused.value.code, refused.value.field) == ("phone_invalid", "phone")
    assert SmsMessage.objects.count() == SmsCode.objects.count() == 0


def test_a_check_inside_the_guarded_transaction_is_an_error_because_its_count_could_be_undone(code):
    with pytest.raises(RuntimeError, match="durable"), transaction.atomic():
        check_sms_code(phone=PHONE, purpose="registration", code=code)


def test_a_code_that_is_only_looked_at_stays_good_but_its_wrong_tries_count(code):
    check_sms_code(phone=PHONE, purpose="registration", code=code, use_up=False)
    with pytest.raises(Refused):
        check_sms_code(phone=PHONE, purpose="registration", code=wrong(code), use_up=False)
    assert SmsCode.objects.get().attempts == 1
    assert check(code) == ""


@pytest.mark.django_db(transaction=True)
def test_a_code_used_by_ten_at_once_is_used_once():
    send_sms_code(phone=PHONE, purpose="registration")
    code = sent_code()
    outcomes = together(10, lambda i: check_sms_code(phone=PHONE, purpose="registration", code=code))
    assert len(successes(outcomes)) == 1
    assert {error.code for error in refusals(outcomes)} == {"sms_code_missing"}


@pytest.mark.django_db(transaction=True)
def test_ten_wrong_codes_at_once_count_as_five():
    send_sms_code(phone=PHONE, purpose="registration")
    bad = wrong(sent_code())
    outcomes = together(10, lambda i: check_sms_code(phone=PHONE, purpose="registration", code=bad))
    assert sorted(error.code for error in outcomes) == ["sms_code_attempts"] * 5 + ["sms_code_wrong"] * 5


@pytest.mark.django_db(transaction=True)
def test_ten_requests_at_once_send_one_message():
    outcomes = together(10, lambda i: send_sms_code(phone=PHONE, purpose="registration"))
    assert {error.code for error in refusals(outcomes)} == {"sms_too_soon"}
    assert (len(successes(outcomes)), SmsMessage.objects.count()) == (1, 1)


def test_text_messages_are_read_by_their_own_number(ada, eve):
    for person in (ada, ada, eve):
        send_sms(person.phone, "Hello")
    assert mark_sms_read(ada, up_to=SmsMessage.objects.latest("pk").pk) == 2
    assert SmsMessage.objects.filter(read_at=None).count() == 1


def test_a_notification_reaches_one_person_and_is_read_once(ada, eve):
    row = notify_person(ada, "accounts.ticket.reused", {"purpose": "Publish"})
    assert (mark_notifications_read(eve, up_to=row.pk), mark_notifications_read(ada, up_to=row.pk)) == (0, 1)
    assert mark_notifications_read(ada, up_to=row.pk) == 0


def test_a_notice_reaches_the_console_and_the_administrators_phone(ada):
    mini_program = stories.registered()
    before = ServiceNotification.objects.count()
    row = notify_program(mini_program, "accounts.ticket.reused", {"purpose": "Publish"}, path="/console/x/")

    phone = ServiceNotification.objects.latest("pk")
    assert ServiceNotification.objects.count() == before + 1
    assert (phone.person, phone.appid, phone.path) == (ada, mini_program.appid, "")
    assert (row.mini_program, row.path) == (mini_program, "/console/x/")


def test_the_bell_counts_what_nobody_has_read(ada):
    mini_program = stories.registered()
    ConsoleNotice.objects.all().delete()
    first, _second = (notify_program(mini_program, "accounts.ticket.reused", {}) for _i in range(2))
    member = stories.administrator_of(mini_program)
    assert unread_notices(member) == 2
    mark_notices_read(mini_program, up_to=first.pk)
    assert unread_notices(member) == 1


def test_an_event_without_words_is_an_error_where_it_is_sent(ada):
    with pytest.raises(ValueError, match="no words"):
        notify_person(ada, "accounts.no.such", {})
    assert ServiceNotification.objects.count() == 0


@pytest.mark.parametrize("event", sorted(NOTICES))
@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_every_notice_has_words_and_survives_missing_and_strange_facts(event, language):
    with translation.override(language):
        title, body = render_notice(event, {})
        strange = render_notice(
            event, dict.fromkeys(re.findall(r"%\((\w+)\)", str(NOTICES[event].body)), "100%s{{7*7}}")
        )
    assert title
    assert "%(" not in title + body
    assert ("100%s{{7*7}}" in strange[1]) == ("%(" in str(NOTICES[event].body))


def test_an_event_that_lost_its_words_shows_its_name():
    assert render_notice("gone.away.now", {"x": 1}) == ("gone.away.now", "")


def test_a_text_message_is_kept_encrypted(db):
    from django.db import connection

    send_sms(PHONE, "a secret word")
    with connection.cursor() as cursor:
        cursor.execute("SELECT body FROM accounts_smsmessage")
        assert "secret" not in cursor.fetchone()[0]
    assert SmsMessage.objects.get().body == "a secret word"
