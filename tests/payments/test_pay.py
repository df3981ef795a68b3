"""WeChat Pay: who may apply, the application's steps and drafts, the desk, the small amount, merchant numbers."""

from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from accounts.actions import tickets
from accounts.actions.phones import PHONE_CONFIRMED
from accounts.identity import normal_phone
from accounts.models import ConsoleNotice, Member, ScanTicket, User
from accounts.permissions import Role
from entities.actions.standing import lapse_overdue_verifications
from entities.models import Entity, Standing
from payments.actions.applications import approve, reject, sign, start, submit, verify_account, withdraw
from payments.actions.links import answer, ask, end, follow_verification
from payments.models import Merchant, MerchantLink, PayApplication
from payments.questions import CONTACT, QUESTIONS, SCAN, SCANS, STEPS, asked, problems
from platform_site.kernel import clock
from platform_site.kernel.lifecycle import IllegalMove, NotAllowed, Refused
from platform_site.kernel.models import AuditEvent
from platform_site.kernel.rulebook import RULES
from platform_site.simulation import stories
from tests.people import console, desk
from verification.actions.ledger import balance_of, bank_account

pytestmark = pytest.mark.django_db


def at(name, mini_program, **kwargs):
    return reverse(f"payments:{name}", kwargs={"appid": mini_program.appid, **kwargs})


def desk_at(name, application, **kwargs):
    return reverse(f"payments:{name}", kwargs={"pk": application.pk, **kwargs})


def boss(mini_program):
    return stories.administrator_of(mini_program)


@pytest.fixture
def hall():
    """A verified government body: han is its administrator."""
    return stories.verified(stories.organisation(type="government", administrator="han"))


@pytest.fixture
def client(hall):
    return console(None, hall)


def picture():
    return SimpleUploadedFile("scan.png", stories.scan(), "image/png")


def get_code(client, mini_program, phone):
    """Press "Get code" and read the SMS."""
    client.post(at("apply_sms", mini_program), {"contact_phone": phone}, headers={"HX-Request": "true"})
    return stories.code_sent_to(normal_phone(phone))


# --- the gate ------------------------------------------------------------------------------------------------------


def test_an_unverified_program_is_told_what_unlocks_wechat_pay(ada):
    mini_program = stories.registered()
    client = console(None, mini_program)
    text = client.get(at("pay", mini_program)).content.decode()
    assert "Only verified Mini Programs can apply for WeChat Pay." in text
    assert "What unlocks it" in text
    client.post(at("apply_start", mini_program))
    assert PayApplication.objects.count() == 0
    with pytest.raises(Refused):
        start(mini_program, by=boss(mini_program))
    assert client.post(at("pay", mini_program)).status_code == 405


def test_only_the_administrator_applies(hall, dev):
    stories.bound(hall, dev)
    member = Member.objects.get(mini_program=hall, role=Role.DEVELOPER)
    with pytest.raises(NotAllowed):
        start(hall, by=member)


# --- the steps -----------------------------------------------------------------------------------------------------


def test_the_steps_keep_what_was_typed_and_lead_to_a_submission(client, hall):
    answers = stories.pay_answers()
    path = client.post(at("apply_start", hall)).url
    for step in STEPS:
        assert path == at("apply_step", hall, step=step.name)
        assert client.get(path).status_code == 200
        sent = {q.name: picture() if q.kind == SCAN else answers[q.name] for q in asked(answers, step=step)}
        if step is CONTACT:
            sent["sms_code"] = get_code(client, hall, answers["contact_phone"])
        path = client.post(path, sent).url
    assert path == at("apply_check", hall)
    page = client.get(path).content.decode()
    assert answers["goods"] in page
    assert "Something is missing" not in page
    assert client.get(at("apply_scan", hall, slot="licence"))["Content-Type"] == "image/jpeg"
    assert client.post(path).url == at("pay", hall)

    row = PayApplication.objects.get()
    assert (row.status, row.given["contact_phone"]) == ("under_review", "+8613800138000")
    assert answers["legal_id"] not in str(PayApplication.objects.values_list("answers", flat=True).query)
    assert client.get(at("apply_step", hall, step="contact")).url == at("pay", hall)  # it can't be changed now


def test_a_draft_survives_a_refusal_and_another_browser(client, hall):
    client.post(at("apply_start", hall))
    sent = {"contact_name": "李建国", "contact_phone": "12", "contact_email": ""}
    refused = client.post(at("apply_step", hall, step="contact"), sent)
    assert refused.status_code == 422
    assert set(refused.context["form"].errors) == {"contact_phone", "contact_email"}
    again = console(None, hall).get(at("apply_step", hall, step="contact"))
    assert again.context["form"]["contact_name"].value() == "李建国"
    assert again.context["form"]["contact_phone"].value() == "12"
    later = client.post(at("apply_step", hall, step="contact"), {"contact_name": "x", "later": "1"})
    assert later.url == at("pay", hall)
    assert PayApplication.objects.get().given["contact_name"] == "x"


WRONG = {
    "contact_name": ["", "1234"],
    "contact_phone": ["", "12"],
    "contact_email": ["", "nobody"],
    "short_name": ["", "x" * 21],
    "business": ["", "piracy"],
    "goods": ["", "x" * 201],
    "service_phone": ["call us"],
    "site": ["javascript:alert(1)"],
    "licence_from": ["", "soon", "2999-01-01"],
    "licence_until": ["soon", "2001-01-01"],
    "org_code": ["", "12345678-0", "x"],
    "legal_person": [""],
    "legal_id": ["", "110101199003070000"],
    "legal_id_from": ["", "2999-01-01"],
    "legal_id_until": ["2001-01-01"],
    "bank": ["", "piggy"],
    "city": ["", "shenzhen", "guangdong/beijing"],
    "branch": ["", "x" * 61],
    "account": ["", "12-34", "x" * 16],
}


ALL_SCANS = dict.fromkeys(SCANS, "0" * 64)


def test_every_question_has_its_own_refusal():
    assert set(WRONG) == {name for name, question in QUESTIONS.items() if question.kind != SCAN}


@pytest.mark.parametrize(("name", "text"), [(name, text) for name, texts in WRONG.items() for text in texts])
def test_what_is_wrong_is_refused_at_its_question(ada, name, text):
    right = {PHONE_CONFIRMED: "+8613800138000", "org_code": "12345678-8"}
    assert problems(stories.pay_answers(**right), ALL_SCANS, old_licence=True) == {}
    assert set(problems(stories.pay_answers(**right | {name: text}), ALL_SCANS, old_licence=True)) == {name}


def missing_scans(**changed):
    """Which scans are missing in an application that has none."""
    return {name for name in problems(stories.pay_answers(**changed), {}) if name in SCANS}


def test_a_special_qualification_is_asked_of_those_who_need_a_permit():
    everybody = {"scene", "licence", "id_front", "id_back"}
    assert missing_scans(business="catering") == {*everybody, "qualification"}
    assert missing_scans(business="retail") == everybody


@pytest.mark.parametrize(
    ("number", "country", "is_old"),
    [("440301103345675", "CN", True), ("91440300MA5DA1234X", "CN", False), ("123456789012345", "HK", False)],
)
def test_an_old_licence_comes_with_an_organisation_code(number, country, is_old):
    assert Entity(number=number, country=country).has_old_licence is is_old


def test_a_company_with_an_old_licence_is_asked_for_its_organisation_code(client, hall, monkeypatch):
    client.post(at("apply_start", hall))
    path = at("apply_step", hall, step="entity")
    assert "org_code" not in client.get(path).context["form"].fields
    monkeypatch.setattr(Entity, "has_old_licence", True)
    assert {"org_code", "org_certificate"} <= set(client.get(path).context["form"].fields)
    assert {"org_code", "org_certificate"} <= set(client.post(path, {}).context["form"].errors)


@pytest.mark.parametrize(("first", "last"), [("licence_from", "licence_until"), ("legal_id_from", "legal_id_until")])
def test_what_has_no_end_is_valid_and_a_period_runs_forward(ada, first, last):
    right = {PHONE_CONFIRMED: "+8613800138000"}
    assert problems(stories.pay_answers(**right, **{last: ""}), ALL_SCANS) == {}
    day = stories.pay_answers()[last]
    clock.move_forward(901 * 86400)  # both days lie behind: each is told by itself
    assert set(problems(stories.pay_answers(**right, **{last: day}), ALL_SCANS)) == {last}
    assert set(problems(stories.pay_answers(**right, **{first: "soon", last: ""}), ALL_SCANS)) == {first}


@pytest.mark.parametrize("file", [SimpleUploadedFile("x.png", b"<svg/>"), SimpleUploadedFile("x.png", b"GIF89a")])
def test_what_is_no_picture_is_refused(client, hall, file):
    client.post(at("apply_start", hall))
    answer_ = client.post(at("apply_step", hall, step="entity"), {"licence": file})
    assert (answer_.status_code, "licence" in answer_.context["form"].errors) == (422, True)
    assert PayApplication.objects.get().scans == {}


def test_what_is_incomplete_is_not_handed_in(client, hall):
    client.post(at("apply_start", hall))
    page = client.get(at("apply_check", hall)).content.decode()
    assert "Something is missing or wrong:" in page
    assert client.post(at("apply_check", hall)).url == at("apply_step", hall, step="contact")
    assert PayApplication.objects.get().status == "draft"
    with pytest.raises(Refused) as caught:
        submit(PayApplication.objects.get(), by=boss(hall))
    assert caught.value.field == "contact_name"


def test_where_it_stands_is_said_before_an_application_too(client, hall):
    assert "Not applied" in client.get(at("pay", hall)).content.decode()
    client.post(at("apply_start", hall))
    page = client.get(at("pay", hall)).content.decode()
    assert "Being filled in" in page
    assert "Bind an existing merchant number" in page  # while an application is going on
    client.post(at("apply_withdraw", hall))
    assert "Closed" in client.get(at("pay", hall)).content.decode()


def test_one_application_at_a_time(hall):
    first = start(hall, by=boss(hall))
    assert start(hall, by=boss(hall)) == first


# --- the desk ------------------------------------------------------------------------------------------------------


def test_rejected_with_a_reason_corrected_and_approved(client, hall, rev, deliver):
    row, reviewer = stories.pay_submitted(hall), desk(None, rev)
    assert hall.appid in reviewer.get(reverse("payments:desk_applications")).content.decode()
    page = reviewer.get(desk_at("desk_application", row)).content.decode()
    assert "Tea to drink here and to take away." in page
    assert reviewer.get(desk_at("desk_scan", row, slot="licence")).status_code == 200
    assert reviewer.get(desk_at("desk_scan", row, slot="none")).status_code == 404
    assert reviewer.post(desk_at("desk_reject", row), {"reason": " "}).status_code == 422
    reviewer.post(desk_at("desk_reject", row), {"reason": "The scan is blurred."})
    deliver()
    assert "The scan is blurred." in client.get(at("pay", hall)).content.decode()
    assert ConsoleNotice.objects.filter(mini_program=hall, event="payments.payapplication.rejected").count() == 1
    client.post(at("apply_check", hall))
    reviewer.post(desk_at("desk_approve", row))
    row.refresh_from_db()
    assert (row.status, row.reason) == ("to_verify", "")
    assert RULES.pay.check_fen_min <= row.check_fen <= RULES.pay.check_fen_max
    account = bank_account(hall.entity.name, row.given["account"])
    assert balance_of(account) == row.check_fen  # it arrived, and can be read there
    assert f"0.{row.check_fen:02d}" in reviewer.get("/sim/bank/").content.decode()


def test_one_decision_of_two_reviewers(hall, rev):
    row = stories.pay_submitted(hall)
    approve(row, by=rev)
    with pytest.raises(IllegalMove):
        reject(row, by=rev, reason="Too late.")
    assert AuditEvent.objects.filter(event__startswith="payments.payapplication.approved").count() == 1


def test_nobody_decides_on_what_they_belong_to(hall, rev):
    row = stories.pay_submitted(hall)
    User.objects.filter(pk=rev.pk).update(person=boss(hall).person)
    rev.refresh_from_db()
    with pytest.raises(NotAllowed):
        approve(row, by=rev)
    with pytest.raises(NotAllowed):
        approve(row, by=hall.user)


# --- the small amount, the agreement -------------------------------------------------------------------------------


def test_three_wrong_amounts_send_it_back(client, hall):
    row = stories.pay_approved(hall)
    wrong = "0.01" if row.check_fen != 1 else "0.02"
    for left in (2, 1):
        page = client.post(at("account_verify", hall), {"amount": wrong})
        assert (page.status_code, f"Tries left: {left}." in page.content.decode()) == (422, True)
    client.post(at("account_verify", hall), {"amount": wrong})
    row.refresh_from_db()
    assert row.status == "rejected"
    assert "Correct the settlement account" in client.get(at("pay", hall)).content.decode()
    submit(row, by=boss(hall))
    row.refresh_from_db()
    assert (row.tries, row.check_fen) == (0, None)


@pytest.mark.parametrize("amount", ["", "x", "0.001", "-1", "1e999", "NaN", "0"])
def test_what_is_no_amount_costs_no_try(client, hall, amount):
    row = stories.pay_approved(hall)
    assert client.post(at("account_verify", hall), {"amount": amount}).status_code == 422
    row.refresh_from_db()
    assert row.tries == 0


def test_the_right_amount_the_agreement_and_the_scan_open_a_merchant_number(client, hall, deliver, mailoutbox):
    row = stories.pay_approved(hall)
    client.post(at("account_verify", hall), {"amount": f"0.{row.check_fen:02d}"})
    assert "Sign by scan" in client.get(at("pay", hall)).content.decode()
    assert client.post(at("sign_ask", hall)).url == at("pay", hall)  # not agreed
    client.post(at("sign_ask", hall), {"agreed": "on"})
    ticket = ScanTicket.objects.latest("pk")
    tickets.scan(ticket, by=boss(hall).person)
    tickets.confirm(ticket, by=boss(hall).person)
    client.post(at("signed", hall), {"ticket": ticket.pk})
    deliver()

    merchant = Merchant.objects.get()
    assert (len(merchant.mchid), merchant.mchid[0], merchant.short_name) == (10, "1", "Harbour Tea")
    link = MerchantLink.objects.get()
    assert link.takes_payments
    assert merchant.mchid in client.get(at("pay", hall)).content.decode()
    assert ConsoleNotice.objects.filter(event="payments.merchant.opened").count() == 1
    mail = mailoutbox[-1]
    assert (mail.to, merchant.mchid in mail.subject) == (["pay@harbour.test"], True)
    assert f"Merchant number: {merchant.mchid}\nMerchant short name: Harbour Tea\nAppID: {hall.appid}" in mail.body
    assert "Fee: 0.6% of each payment\nSettlement: T+1," in mail.body
    assert "WeChat Pay opened" in client.get(at("pay", hall)).content.decode()
    client.post(at("signed", hall), {"ticket": ticket.pk})  # the same scan again
    assert Merchant.objects.count() == 1


def test_nothing_is_signed_before_the_account_is_verified(hall):
    row = stories.pay_approved(hall)
    with pytest.raises(IllegalMove):
        sign(row, by=boss(hall))
    withdraw(row, by=boss(hall))
    with pytest.raises(IllegalMove):
        verify_account(row, by=boss(hall), amount_fen=1)
    assert Merchant.objects.count() == 0


# --- merchant numbers that exist -----------------------------------------------------------------------------------


@pytest.fixture
def twin(hall):
    """Another Mini Program of the same entity, verified, with eve as its administrator."""
    entity = hall.entity
    other = stories.organisation(type="government", administrator="eve", name=entity.name)
    return stories.verified(other)


def test_the_merchants_administrator_accepts(client, hall, twin, deliver):
    merchant = stories.pay_opened(hall)
    theirs = console(None, twin)
    theirs.post(at("link_ask", twin), {"mchid": merchant.mchid})
    link = MerchantLink.objects.get(mini_program=twin)
    assert link.status == "asked"
    deliver()
    assert ConsoleNotice.objects.filter(mini_program=hall, event="payments.merchantlink.asked").count() == 1
    assert "asks for" in client.get(at("pay", hall)).content.decode()
    with pytest.raises(NotAllowed):
        answer(link, by=boss(twin), accepts=True)  # not by who asks
    client.post(at("link_answer", hall, pk=link.pk), {"answer": "accept"})
    link.refresh_from_db()
    assert link.takes_payments
    theirs.post(at("link_end", twin, pk=link.pk))
    link.refresh_from_db()
    assert link.status == "ended"


def test_refused_and_asked_again(hall, twin):
    merchant = stories.pay_opened(hall)
    link = ask(twin, mchid=merchant.mchid, by=boss(twin))
    with pytest.raises(Refused) as caught:
        ask(twin, mchid=merchant.mchid, by=boss(twin))
    assert caught.value.code == "link_exists"
    answer(link, by=boss(hall), accepts=False)
    with pytest.raises(IllegalMove):
        answer(link, by=boss(hall), accepts=True)
    again = ask(twin, mchid=merchant.mchid, by=boss(twin))
    end(again, by=boss(hall))
    assert list(MerchantLink.objects.filter(mini_program=twin).values_list("status", flat=True)) == ["refused", "ended"]


def test_another_entitys_number_is_as_unknown_as_none(hall, client):
    merchant = stories.pay_opened(hall)
    other = stories.verified(stories.organisation(type="media", administrator="eve"))
    said = []
    for mchid in (merchant.mchid, "1000000000", "x"):
        page = console(None, other).post(at("link_ask", other), {"mchid": mchid})
        assert page.status_code == 422
        said.append(page.context["mchid"].errors["mchid"])
    assert said[0] == said[1] == said[2] == ["Your entity has no merchant number like this."]
    link = MerchantLink.objects.get()
    for name in ("link_answer", "link_end"):
        assert console(None, other).post(at(name, other, pk=link.pk)).status_code == 404
        assert Client().post(at(name, hall, pk=link.pk)).status_code == 302


def test_lost_verification_stops_pay_and_renewal_brings_it_back(hall, client, deliver):
    stories.pay_opened(hall)
    link = MerchantLink.objects.get()
    clock.move_forward(RULES.verification.valid_days * 86400 + 60)
    assert not MerchantLink.objects.get().takes_payments  # at once, before any sweep
    assert "Stopped: the Mini Program is not verified" in client.get(at("pay", hall)).content.decode()
    lapse_overdue_verifications()
    deliver()
    link.refresh_from_db()
    assert link.status == "stopped"
    assert ConsoleNotice.objects.filter(event="payments.merchantlink.stopped").count() == 1
    assert follow_verification(hall) == 0  # again changes nothing

    stories.verified(hall)
    deliver()
    link.refresh_from_db()
    assert link.status == "active"
    assert Standing.objects.get(mini_program=hall).verified_until > clock.now() + timedelta(days=300)
