"""Paying on the phone: scanned, looked at, paid with six digits; a stranger sees nothing by a number."""

import pytest
from django.conf import settings
from django.test import Client

from platform_site.kernel import clock
from platform_site.kernel.lifecycle import SYSTEM
from platform_site.kernel.rulebook import RULES
from tests.people import console, phone
from tests.verification.paying import FEE, PASSWORD, an_order, charged, with_wallet
from verification.actions.ledger import balance_of
from verification.actions.payments import close_order, pay_order
from verification.models import PaymentOrder

pytestmark = pytest.mark.django_db

__all__ = ["charged"]
WRONG = "135791"
OPENING = RULES.payment.wallet_opening_fen


@pytest.fixture
def order(charged) -> PaymentOrder:
    return an_order()


def scanned(person, order: PaymentOrder) -> Client:
    """This person's phone after it has scanned the order's QR."""
    mine = phone(None, person)
    key_page = mine.get(f"/q/{order.link.code}").url
    assert mine.get(key_page).url == page_of(order)
    return mine


def page_of(order: PaymentOrder, part: str = "") -> str:
    return f"/phone/pay/{order.pk}/{part}"


def test_who_scans_sees_payee_purpose_for_whom_and_how_much(order, eve):
    page = scanned(eve, order).get(page_of(order)).content.decode()

    for words in ("¥300.00", order.number, "Simulated Platform Settlement", "Harbour Tea Co., Ltd.", "Harbour Tea"):
        assert words in page
    assert order.mini_program.user.email not in page


def test_the_payee_is_named_in_the_readers_language(order, eve):
    mine = scanned(eve, order)
    mine.cookies[settings.LANGUAGE_COOKIE_NAME] = "zh-hans"

    assert "仿真平台结算有限公司" in mine.get(page_of(order)).content.decode()


def test_paid_with_six_digits_and_the_success_page_says_so(order, charged):
    eve = with_wallet("eve")
    mine = scanned(eve, order)
    assert mine.get(page_of(order, "password/")).context["form"].fields["password"].max_length == 6

    answer = mine.post(page_of(order, "password/"), {"password": PASSWORD})

    assert answer.url == page_of(order)
    page = mine.get(page_of(order)).content.decode()
    assert "Payment made" in page
    assert "¥300.00" in page
    assert balance_of(eve.wallet.account) == OPENING - FEE


def test_a_double_press_shows_success_twice_and_charges_once(order, charged):
    eve = with_wallet("eve")
    mine = scanned(eve, order)

    answers = [mine.post(page_of(order, "password/"), {"password": PASSWORD}) for _twice in "12"]

    assert {answer.url for answer in answers} == {page_of(order)}
    assert "Payment made" in mine.get(page_of(order)).content.decode()
    assert (len(charged), balance_of(eve.wallet.account)) == (1, OPENING - FEE)


def test_whoever_comes_second_is_told_that_it_is_paid(order):
    ada, eve = with_wallet("ada"), with_wallet("eve")
    hers = scanned(eve, order)
    pay_order(PaymentOrder.objects.get(), person=ada, password=PASSWORD)

    answer = hers.post(page_of(order, "password/"), {"password": PASSWORD}, follow=True)

    assert "Paid already" in answer.content.decode()
    assert ada.nickname not in answer.content.decode()
    assert balance_of(eve.wallet.account) == OPENING


# --- who may look --------------------------------------------------------------------------------------------------

PARTS = ("", "password/", "cancelled/", "scanned/0123456789abcdef0123456789abcdef/", "scanned/ä/")


@pytest.mark.parametrize("part", PARTS)
def test_a_number_alone_opens_nothing_to_anybody(order, part):
    ada, eve = with_wallet("ada"), with_wallet("eve")  # not even to the administrator

    for person in (ada, eve):
        mine = phone(None, person)
        assert mine.get(page_of(order, part)).status_code == 404
        assert mine.post(page_of(order, part), {"password": PASSWORD}).status_code in (404, 405)
    order.refresh_from_db()
    assert order.status == "open"


@pytest.mark.parametrize("pk", ["0", "999999", str(2**70)])
def test_orders_that_do_not_exist_look_the_same(ada, pk):
    mine = phone(None, ada)

    assert [mine.get(f"/phone/pay/{pk}/{part}").status_code for part in PARTS] == [404] * len(PARTS)


def test_the_key_of_one_order_does_not_open_another(order, eve):
    other = an_order(order.mini_program, subject="test.thing:2")
    mine = scanned(eve, order)
    key = order.link.path.split("/")[-2]

    assert mine.get(f"/phone/pay/{other.pk}/scanned/{key}/").status_code == 404
    assert mine.get(page_of(other)).status_code == 404


def test_another_person_on_the_same_phone_scans_anew(order):
    ada, eve = with_wallet("ada"), with_wallet("eve")
    mine = scanned(ada, order)
    mine.post("/phone/logout/")
    phone(mine, eve)

    assert mine.get(page_of(order)).status_code == 404


def test_without_a_phone_the_scan_waits_for_the_log_in(order):
    answer = Client().get(f"/q/{order.link.code}")

    assert answer.url == f"/phone/login/?next=/q/{order.link.code}"


def test_the_console_is_not_a_phone(order):
    screen = console(None, order.mini_program)

    assert screen.get(page_of(order)).url.startswith("/phone/login/")


def test_who_paid_may_look_at_the_receipt_for_ever(order):
    eve = with_wallet("eve")
    pay_order(order, person=eve, password=PASSWORD)

    page = phone(None, eve).get(page_of(order)).content.decode()

    assert "Payment made" in page
    assert order.number in page


def test_a_phone_remembers_the_last_twenty_orders(order, eve):
    mine = phone(None, eve)
    orders = [order, *(an_order(order.mini_program, subject=f"test.thing:{i}") for i in range(2, 23))]
    for each in orders:
        mine.get(each.link.path)

    assert [mine.get(page_of(each)).status_code for each in (orders[0], orders[1], orders[2], orders[-1])] == [
        404,
        404,
        200,
        200,
    ]


# --- what goes wrong -----------------------------------------------------------------------------------------------


def test_a_wrong_password_says_how_many_tries_are_left(order):
    eve = with_wallet("eve")

    page = scanned(eve, order).post(page_of(order, "password/"), {"password": WRONG}).content.decode()

    assert "You can try 4 more times" in page
    assert WRONG not in page
    order.refresh_from_db()
    assert order.status == "open"


def test_five_wrong_passwords_lock_this_wallet_only(order):
    eve, ada = with_wallet("eve"), with_wallet("ada")
    hers, adas = scanned(eve, order), scanned(ada, order)
    for _try in range(5):
        said = hers.post(page_of(order, "password/"), {"password": WRONG}).content.decode()

    assert "Try again in 10 minutes" in said
    assert "Try again in 10 minutes" in hers.post(page_of(order, "password/"), {"password": PASSWORD}).content.decode()
    assert adas.post(page_of(order, "password/"), {"password": PASSWORD}).url == page_of(order)


@pytest.mark.parametrize("password", ["", "12345", "1234567", "12\0456", "a" * 10_000])
def test_what_is_no_password_is_refused_without_a_charge(order, password):
    eve = with_wallet("eve")

    answer = scanned(eve, order).post(page_of(order, "password/"), {"password": password})

    assert (answer.status_code, bool(answer.context["form"].errors)) == (200, True)
    order.refresh_from_db()
    assert order.status == "open"


def test_too_little_money_leads_to_the_top_up_and_back(charged):
    order = an_order(amount_fen=OPENING + 1)
    mine = scanned(with_wallet("eve"), order)
    prompt = mine.get(page_of(order, "password/")).content.decode()
    assert "not enough" in prompt
    assert f'href="/phone/wallet/top-up/?order={order.pk}"' in prompt
    said = mine.post(page_of(order, "password/"), {"password": PASSWORD}).content.decode()
    assert "not enough" in said

    back = mine.post(f"/phone/wallet/top-up/?order={order.pk}", {"amount": "0.01"})

    assert back.url == page_of(order, "password/")
    assert mine.post(back.url, {"password": PASSWORD}).url == page_of(order)
    order.refresh_from_db()
    assert order.status == "paid"


def test_without_a_wallet_the_prompt_leads_to_opening_one_and_back(order, eve):
    mine = scanned(eve, order)
    opening = f"/phone/wallet/open/?order={order.pk}"
    assert f'href="{opening}"' in mine.get(page_of(order, "password/")).content.decode()

    answer = mine.post(opening, {"password": PASSWORD, "again": PASSWORD})

    assert answer.url == page_of(order, "password/")


def test_the_number_of_anothers_order_leads_nowhere_from_the_wallet(order, eve):
    mine = phone(None, eve)

    answer = mine.post(f"/phone/wallet/open/?order={order.pk}", {"password": PASSWORD, "again": PASSWORD})

    assert answer.url == "/phone/wallet/"


def test_an_expired_order_says_so_on_the_phone_and_in_the_qr(order):
    eve = with_wallet("eve")
    mine = scanned(eve, order)
    clock.move_forward(RULES.payment.order_minutes * 60)

    late = mine.post(page_of(order, "password/"), {"password": PASSWORD}, follow=True)

    assert "Expired" in late.content.decode()
    assert mine.get(f"/q/{order.link.code}").status_code == 410
    assert balance_of(eve.wallet.account) == OPENING


def test_a_closed_order_says_so(order):
    mine = scanned(with_wallet("eve"), order)
    close_order(order, by=SYSTEM, reason="withdrawn")

    assert "This order is closed" in mine.get(page_of(order)).content.decode()
    assert mine.get(page_of(order, "password/")).url == page_of(order)


def test_who_cancels_has_paid_nothing_and_may_come_back(order):
    eve = with_wallet("eve")
    mine = scanned(eve, order)

    page = mine.get(page_of(order, "cancelled/")).content.decode()

    assert "Nothing was charged" in page
    order.refresh_from_db()
    assert order.status == "open"
    mine.post(page_of(order, "password/"), {"password": PASSWORD})
    assert mine.get(page_of(order, "cancelled/")).url == page_of(order)


def test_the_panel_shows_the_qr_the_sum_and_where_it_goes_on(order):
    from django.template.loader import render_to_string
    from django.test import RequestFactory

    request = RequestFactory().get("/")
    context = {"order": order, "then": "/console/x/?a=1&b=2"}
    shown = render_to_string("verification/_pay_panel.html", context, request=request)

    assert "<svg" in shown
    assert "¥300.00" in shown
    assert order.number in shown
    assert f"/console/{order.mini_program.appid}/payments/{order.pk}/status/?seen=open&amp;then=%2Fconsole%2Fx" in shown
