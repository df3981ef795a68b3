"""The simulated bank's pages: ready-made transfers, any other one, and books that balance."""

import re

import pytest

from entities.models import Standing
from platform_site.kernel import clock
from platform_site.simulation import bank, stories
from tests.people import desk
from verification.banks import RECEIVER
from verification.models import Posting, Remittance, Transfer

pytestmark = pytest.mark.django_db
PAGE = "/sim/bank/"


@pytest.fixture
def company(ada):
    return stories.organisation()


@pytest.fixture
def teller(rev):
    return desk(None, rev)


def text(answer) -> str:
    return re.sub(r"\s+", " ", answer.content.decode())


def typed(**changed: str) -> dict[str, str]:
    remittance = Remittance.objects.get()
    right = {
        "from_holder": remittance.holder,
        "from_account": remittance.account,
        "to_account": RECEIVER["number"],
        "amount_fen": f"{remittance.amount_fen / 100:.2f}",
        "remark": remittance.remark,
    }
    return right | changed


@pytest.mark.parametrize(
    ("kind", "outcomes", "words"),
    [
        ("right", ["right"], "The transfer was accepted"),
        ("amount", ["amount"], "The amount differs"),
        ("holder", ["holder"], "The account holder differs"),
        ("account", ["account"], "The account number differs"),
        ("no_remark", ["remark"], "The remark is missing or wrong"),
        ("remark", ["remark"], "The remark is missing or wrong"),
        ("twice", ["right", "duplicate"], "The entity has been proven already"),
    ],
)
def test_each_ready_made_transfer_does_what_its_button_says(company, teller, kind, outcomes, words):
    remittance = Remittance.objects.get()

    answer = teller.post(f"{PAGE}remittances/{remittance.pk}/", {"kind": kind}, follow=True)

    assert words in text(answer)
    assert list(Transfer.objects.order_by("pk").values_list("outcome", flat=True)) == outcomes
    assert Standing.objects.get().status == ("proven" if "right" in outcomes else "unproven")
    assert bank.sum_of_balances() == 0


def test_every_ready_made_transfer_is_tried():
    assert set(bank.READY) == {"right", "amount", "holder", "account", "no_remark", "remark", "twice"}


def test_a_late_transfer_says_so(company, teller):
    clock.move_forward(10 * 86_400)
    assert "Overdue" in text(teller.get(PAGE))

    answer = teller.post(f"{PAGE}remittances/{Remittance.objects.get().pk}/", {"kind": "right"}, follow=True)

    assert "It arrived after the deadline" in text(answer)
    assert "No remittance is open" in text(answer)


def test_a_transfer_that_is_none_does_not_exist(company, teller):
    path = f"{PAGE}remittances/{Remittance.objects.get().pk}/"

    assert teller.post(path, {"kind": "a million"}).status_code == 404
    assert teller.post(path).status_code == 404
    assert teller.post(f"{PAGE}remittances/999/", {"kind": "right"}).status_code == 404
    assert Transfer.objects.count() == 0


def test_any_transfer_can_be_typed(company, teller):
    answer = teller.post(PAGE, typed(), follow=True)

    assert "The transfer was accepted" in text(answer)
    assert Transfer.objects.get().outcome == "right"


def test_a_typed_transfer_can_be_sent_twice(company, teller):
    teller.post(PAGE, typed(twice="on"))

    assert sorted(Transfer.objects.values_list("outcome", flat=True)) == ["duplicate", "right"]


@pytest.mark.parametrize(
    ("field", "value", "words"),
    [
        ("to_account", "123", "The bank knows no such account to transfer to."),
        ("to_account", "", "This field is required."),
        ("amount_fen", "0", "Transfer more than nothing, and at most 10,000,000.00 yuan."),
        ("amount_fen", "-1", "Transfer more than nothing, and at most 10,000,000.00 yuan."),
        ("amount_fen", "99999999999", "Transfer more than nothing, and at most 10,000,000.00 yuan."),
        ("amount_fen", "0.001", "Ensure that there are no more than 2 decimal places."),
        ("amount_fen", "NaN", "Enter a number."),
        ("amount_fen", "1e400", "Ensure that there are no more than"),
        ("from_account", "12x", "An account number has 2 to 35 digits."),
        ("from_account", RECEIVER["number"], "The receiving account can&#x27;t remit to itself."),
        ("from_holder", " ", "This field is required."),
        ("from_holder", "a\0b", "Null characters are not allowed."),
        ("remark", "x" * 121, "Use 120 characters at most."),
    ],
)
def test_what_no_bank_would_send_is_said_beside_its_field_and_nothing_is_booked(company, teller, field, value, words):
    answer = teller.post(PAGE, typed(**{field: value}))

    page = text(answer)
    assert answer.status_code == 200
    assert words in page.split(f'id="id_{field}_error"')[1].split("</ul>")[0]
    assert typed()["remark"] in page or field == "remark"  # what was typed stays
    assert Posting.objects.count() == 0


def test_the_ledger_shows_accounts_that_sum_to_nothing_and_every_posting(company, teller, deliver):
    assert "Nothing was booked yet" in text(teller.get(f"{PAGE}ledger/"))
    stories.transferred(company, amount_fen=123_456)
    stories.transferred(company)
    deliver()

    page = text(teller.get(f"{PAGE}ledger/"))
    assert "Sum of all balances</span> <strong>¥ 0.00</strong>" in page
    assert "It balances" in page
    assert "¥ -1,234.56" in page  # the rest of the world: what is in
    postings = text(teller.get(f"{PAGE}ledger/?postings=1"))
    assert postings.count("transfer:") == Posting.objects.count() == 5  # the second needs no money from outside
    for memo in ("Money for a transfer, from outside", "Transfer to the receiving account", "Transfer given back"):
        assert memo in postings


def test_transfers_are_listed_with_what_came_of_them(company, teller):
    stories.transferred(company, remark="")

    page = text(teller.get(f"{PAGE}transfers/"))

    assert "The remark is missing or wrong" in page
    assert company.appid in page
    assert Remittance.objects.get().account not in page


@pytest.mark.parametrize("path", [PAGE, f"{PAGE}transfers/", f"{PAGE}ledger/", f"{PAGE}ledger/?postings=1"])
def test_more_rows_need_no_more_queries(company, teller, path, django_assert_num_queries):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    stories.transferred(company, remark="")
    teller.get(path)
    with CaptureQueriesContext(connection) as one:
        teller.get(path)
    for i in range(3):
        number = f"622200000000006{i:04d}"
        other = stories.organisation(number=stories.credit_code(60 + i), account=number)
        stories.transferred(other, remark="")
    with django_assert_num_queries(len(one)):
        teller.get(path)


def test_many_rows_come_in_pages(company, teller):
    for i in range(26):
        stories.transferred(company, amount_fen=1000 + i)

    assert "Page 1 of 2" in text(teller.get(f"{PAGE}transfers/"))
    assert "Page 3 of 4" in text(teller.get(f"{PAGE}ledger/?postings=1&page=3"))


def test_the_bank_is_in_the_switchboards_navigation_and_marked(teller, db):
    assert f'<a href="{PAGE}" aria-current="page">Simulated bank</a>' in text(teller.get(f"{PAGE}ledger/"))
    assert f'<a href="{PAGE}">Simulated bank</a>' in text(teller.get("/sim/"))


def test_the_bank_has_a_budget(company, teller):
    path = f"{PAGE}remittances/{Remittance.objects.get().pk}/"
    answers = [teller.post(path, {"kind": "no_remark"}) for _i in range(121)]

    assert answers[119].status_code == 302
    assert answers[120].status_code == 422
    assert Transfer.objects.count() == 120
