"""The wizard of WeChat Verification, used as a person uses it."""

import pytest

from accounts.models import ScanTicket
from platform_site.kernel.clock import move_forward
from platform_site.kernel.rulebook import RULES
from platform_site.simulation import stories
from platform_site.simulation.stories.verifications import papers_for
from tests.people import console
from tests.verification.applying import HTMX, Browser, confirm, errors_in, organisation
from verification import queries
from verification.lifecycle import VerificationStatus
from verification.models import Verification, VerificationPaper

pytestmark = pytest.mark.django_db
DAY = 24 * 3600


@pytest.fixture
def media(ada):
    return Browser(organisation())


@pytest.fixture
def government(ada):
    return Browser(organisation("government"))


@pytest.fixture
def company(ada):
    return Browser(organisation("corporate"))


def goes_to(answer):
    assert answer.status_code == 302, answer.content.decode()[:2000]
    return answer.headers["Location"]


def test_a_company_goes_through_all_six_steps(company):
    assert goes_to(company.client.post(company.at("start"))) == company.path()
    assert goes_to(company.client.get(company.path())) == company.path("agreement")
    assert "service agreement" in company.text(company.path("agreement"))
    assert goes_to(company.client.post(company.path("agreement"), {"agreed": "1"})) == company.path("papers")
    page = company.text(company.path("papers"))
    assert "海港茶业有限公司" in page
    assert "Business licence" in page
    assert goes_to(company.client.post(company.path("papers"), company.all_of_papers())) == company.path("name")
    assert "no name yet" in company.text(company.path("name"))
    assert goes_to(company.client.post(company.path("name"), {"choice": "keep"})) == company.path("invoice")
    invoice = {"kind": "ordinary", "invoice_title": "海港茶业有限公司", "tax_number": "91330106ma0000001x"}
    assert goes_to(company.client.post(company.path("invoice"), invoice)) == company.path("payment")
    page = company.text(company.path("payment"))
    assert "¥300.00" in page
    assert queries.open_fee_order_of(company.application).number in page

    stories.paid(company.application, "ada")

    assert goes_to(company.client.get(company.path("payment"))) == company.path("audit")
    page = company.text(company.path("audit"))
    assert "300.00 yuan, paid" in page
    assert company.application.status == VerificationStatus.UNDER_AUDIT
    assert queries.invoice_of(company.application)["kind"] == "ordinary"


def test_government_pays_nothing_and_sees_neither_invoice_nor_payment(government):
    government.start()
    assert goes_to(government.client.post(government.path("papers"), government.all_of_papers())) == government.path(
        "name"
    )
    page = government.text(government.path("name"))
    assert "Hand in the application" in page
    assert "Payment" not in page

    assert goes_to(government.client.post(government.path("name"), {"choice": "keep"})) == government.path("audit")

    assert government.application.status == VerificationStatus.UNDER_AUDIT
    assert government.application.fee_fen == 0
    assert "Free of charge" in government.text(government.path("audit"))


@pytest.mark.parametrize("step", ["papers", "name", "invoice", "payment", "audit"])
def test_whoever_jumps_ahead_is_led_back_to_the_first_step_that_is_not_done(media, step):
    media.client.post(media.at("start"))

    assert goes_to(media.client.get(media.path(step))) == media.path("agreement")
    assert goes_to(media.client.post(media.path(step), {"kind": "none", "choice": "keep"})) == media.path("agreement")

    assert media.application.invoice_data == media.application.name_data == ""


def test_the_agreement_must_be_ticked(media):
    media.client.post(media.at("start"))

    page = media.client.post(media.path("agreement")).content.decode()

    assert errors_in(page) == ["Read the agreement, and agree to it."]
    assert media.application.agreed_at is None


def test_media_choose_their_type_first(media):
    media.client.post(media.at("start"))
    media.client.post(media.path("agreement"), {"agreed": "1"})

    page = media.text(media.path("papers"))
    assert "Media enterprise" in page
    assert "Media unit" in page
    assert "Contact's WeChat" not in page
    for wrong in ("", "government", "\0"):
        assert "Choose the type" in media.client.post(media.at("apply_type"), {"subtype": wrong}).content.decode()
    assert goes_to(media.client.post(media.at("apply_type"), {"subtype": "media_unit"})) == media.path("papers")

    assert "Public institution legal person certificate" in media.text(media.path("papers"))


def test_changing_the_type_warns_that_papers_are_lost_and_drops_them(media):
    media.start()
    media.client.post(media.path("papers"), media.filled() | {"save": "1"})

    page = media.text(media.path("papers") + "?type=change")
    assert "are dropped" in page
    media.client.post(media.at("apply_type"), {"subtype": "media_enterprise"})

    codes = set(VerificationPaper.objects.values_list("code", flat=True))
    assert "institution_certificate" not in codes
    assert "media_licence" in codes
    assert queries.answers_of(media.application)["address"] == "浙江省杭州市西湖区海港路 1 号"


WRONG = [
    ("legal_person", "", "Enter this: Name of the legal representative."),
    ("legal_person", "R2D2", "Use Chinese or English letters only"),
    ("business_scope", "", "Enter this: Business scope."),
    ("business_scope", "茶" * 201, "At most 200 characters."),
    ("business_from", "", "Enter this: Business period, from."),
    ("business_from", "yesterday", "Enter a date"),
    ("business_from", "2999-01-01", "still to come"),
    ("business_until", "2001-01-01", "The business period is over"),
    ("bank", "", "Enter this: Bank of the corporate account."),
    ("bank", "nowhere", "Choose the bank."),
    ("account", "", "Enter this: Number of the corporate account."),
    ("account", "12a", "digits only"),
    ("account", "1", "2 to 35 digits"),
    ("address", "", "Enter this: Address."),
    ("address", "1\u200b", "invisible characters"),
    ("operator_name", "", "Enter this: Name on the ID card."),
    ("operator_id_number", "330106199003078517", "not a valid resident ID number"),
    ("operator_id_number", "", "Enter this: ID number."),
    ("operator_phone", "", "Enter this: Mobile phone."),
    ("operator_phone", "123", "Enter a valid phone number."),
    ("operator_landline", "call me", "Enter a valid phone number."),
    ("operator_email", "", "Enter this: E-mail address."),
    ("operator_email", "ada", "Enter a valid e-mail address."),
    ("business_licence", [], "Upload this: Business licence."),
    ("operator_id_front", [], "Upload this: Contact&#x27;s ID card, side with the portrait."),
    ("operator_id_back", [], "Upload this: Contact&#x27;s ID card, side with the emblem."),
    ("application_letter", [], "Upload this: Sealed application letter."),
    ("sms_code", "", "Send a code to the contact&#x27;s mobile phone, and enter it."),
    ("sms_code", "000000x", "The SMS verification code is wrong."),
    ("ticket", "", "The contact has not confirmed by a scan"),
]


@pytest.mark.parametrize(("field", "value", "words"), WRONG)
def test_every_field_of_the_papers_has_its_own_refusal_and_everything_typed_is_kept(company, field, value, words):
    company.start()
    given = company.all_of_papers() | {field: value}

    page = company.client.post(company.path("papers"), given).content.decode()

    assert [line for line in errors_in(page) if words in line], errors_in(page)
    kept = queries.answers_of(company.application)
    assert kept.get("operator_email") == given["operator_email"]
    assert kept.get("address") == given["address"]
    assert goes_to(company.client.get(company.path("name"))) == company.path("papers")


def test_code_and_scan_are_kept_although_another_field_is_wrong(company):
    company.start()
    given = company.all_of_papers()
    company.client.post(company.path("papers"), given | {"address": ""})

    answer = company.client.post(company.path("papers"), given | {"sms_code": "", "ticket": ""})

    assert goes_to(answer) == company.path("name")
    assert queries.operator_is_confirmed(company.application)


def test_another_name_or_id_number_needs_a_new_scan_and_another_phone_a_new_code(company):
    company.start()
    given = company.all_of_papers()
    company.client.post(company.path("papers"), given)
    other = stories.person("dev")
    changed = given | {
        "operator_name": other.real_name,
        "operator_id_number": other.id_number,
        "operator_phone": other.phone,
        "sms_code": "",
        "ticket": "",
    }

    page = company.client.post(company.path("papers"), changed).content.decode()

    assert "The contact has not confirmed by a scan that they are this person." in page
    assert "Send a code to the contact" in page


def test_somebody_elses_scan_is_refused_on_the_phone_and_on_the_screen(company):
    company.start()
    given = company.filled()
    ticket = company.ticket(given)
    ScanTicket.objects.filter(pk=ticket.pk).update(identity_digest="")  # as if the phone had let it pass
    ticket.refresh_from_db()
    confirm(ticket, stories.person("dev"))

    page = company.client.post(company.path("papers"), given | {"ticket": str(ticket.pk)}).content.decode()

    assert "The scan does not fit the contact" in page
    assert company.application.operator is None


def test_a_scan_of_another_browser_or_application_counts_for_nothing(company, government):
    company.start()
    government.start()
    given = company.filled()
    foreign = government.ticket(government.filled())
    confirm(foreign, stories.person("ada"))

    company.client.post(company.path("papers"), given | {"ticket": str(foreign.pk)})

    assert company.application.operator is None
    foreign.refresh_from_db()
    assert foreign.status == "confirmed"


def test_the_qr_stays_while_name_and_id_stay(company):
    company.start()
    given = company.filled()
    first = company.ticket(given)

    assert company.ticket(given | {"ticket": str(first.pk)}) == first
    other = stories.person("dev")
    changed = given | {"operator_name": other.real_name, "operator_id_number": other.id_number}
    assert company.ticket(changed | {"ticket": str(first.pk)}) != first


def test_there_is_no_qr_before_name_and_id_number_are_right(company):
    company.start()

    page = company.client.post(
        company.at("apply_operator"), company.filled(operator_id_number="1"), headers=HTMX
    ).content.decode()

    assert "Fill in the contact's name and ID number first" in page
    assert ScanTicket.objects.count() == 0


def test_a_code_is_sent_to_a_phone_only_and_not_twice_in_a_minute(company):
    company.start()
    path = company.at("apply_sms")

    def says(phone):
        return company.client.post(path, {"operator_phone": phone}, headers=HTMX).content.decode()

    assert "Enter a valid phone number." in says("12")
    assert "A code has been sent" in says("13800138000")
    assert "in 60 seconds" in says("13800138000")


def test_the_sixth_wrong_code_ends_it(company):
    company.start()
    given = company.all_of_papers()
    for _try in range(RULES.sms.attempts):
        company.client.post(company.path("papers"), given | {"sms_code": "12345x"})

    page = company.client.post(company.path("papers"), given).content.decode()

    assert "Too many wrong codes." in page


def test_what_is_typed_is_saved_by_itself(company):
    company.start()
    given = company.filled() | {"sms_code": "123456", "address": "half an addr\0ess", "nonsense": "x"}

    answer = company.client.post(company.at("apply_draft", step="papers"), given, headers=HTMX)

    assert "Draft saved" in answer.content.decode()
    kept = queries.answers_of(company.application)
    assert kept["address"] == "half an address"
    assert not {"sms_code", "nonsense"} & set(kept)
    again = Browser(company.mini_program, console(None, company.mini_program))  # the session was lost
    page = again.text(again.path("papers"))
    assert "half an address" in page
    assert page.count('class="paper"') == len([code for code, pages in given.items() if isinstance(pages, list)])


def test_a_draft_cuts_what_is_huge_but_never_makes_it_right(company):
    company.start()

    company.client.post(company.path("papers"), company.filled(address="路" * 100_000) | {"save": "1"})

    kept = queries.answers_of(company.application)["address"]
    assert len(kept) == 2 * RULES.verification.field_characters
    page = company.client.post(company.path("papers"), company.filled(address=kept)).content.decode()
    assert "At most 200 characters." in page


def test_saving_says_nothing_of_what_is_missing(company):
    company.start()

    assert goes_to(company.client.post(company.path("papers"), {"save": "1"})) == company.path("papers")

    assert "The draft is saved." in company.text(company.path("papers"))


def test_papers_of_another_account_are_not_taken(company, eve):
    company.start()
    foreign = papers_for(stories.registered(administrator="eve"), "enterprise")["business_licence"][0]

    page = company.client.post(
        company.path("papers"), company.filled() | {"business_licence": [foreign.pk]}
    ).content.decode()

    assert "A file is gone. Upload it again." in page
    assert not VerificationPaper.objects.filter(paper=foreign).exists()


def test_more_pages_than_there_is_room_for_are_refused(company):
    company.start()
    pages = [
        papers_for(company.mini_program, "enterprise")["business_licence"][0].pk,
        "1",
        "2",
        "999999999999999999999",
    ]

    page = company.client.post(company.path("papers"), company.filled() | {"operator_id_front": pages}).content.decode()

    assert "At most 1 files" in page


def test_an_uploaded_file_comes_with_the_form_too(company):
    from django.core.files.uploadedfile import SimpleUploadedFile

    company.start()
    given = company.filled()
    given["business_licence"] = SimpleUploadedFile("licence.png", stories.scan(), content_type="image/png")

    company.client.post(company.path("papers"), given | {"save": "1"})

    assert len(queries.papers_of(company.application)["business_licence"]) == 1


# --- the name ------------------------------------------------------------------------------------------------------


@pytest.fixture
def named(ada):
    """A proven company with its information filled in, its application at the name."""
    browser = Browser(stories.completed(stories.remitted(), name="Harbour Tea"))
    browser.start()
    browser.client.post(browser.path("papers"), browser.all_of_papers())
    return browser


def test_a_named_program_confirms_its_name(named):
    assert "Harbour Tea" in named.text(named.path("name"))

    assert goes_to(named.client.post(named.path("name"), {"choice": "keep"})) == named.path("invoice")


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({}, "Say whether the name stays."),
        ({"choice": "banana"}, "Say whether the name stays."),
        ({"choice": "own"}, "Enter the name."),
        ({"choice": "own", "name": "<b>"}, "in a name"),
        ({"choice": "own", "name": "abc"}, "Too short"),
        ({"choice": "own", "name": "Pier Bicycles"}, ""),
        ({"choice": "trademark", "name": "Harbour Teas"}, "Upload this: Trademark certificate or authorization."),
    ],
)
def test_another_name_is_refused_for_its_reason(named, eve, given, words):
    stories.completed(administrator="eve", name="Pier Bicycles")

    answer = named.client.post(named.path("name"), given)

    assert answer.status_code == 200
    errors = errors_in(answer.content.decode())
    assert errors
    assert [line for line in errors if words in line]


def test_another_name_is_given_when_the_application_passes(named):
    proof = papers_for(named.mini_program, "enterprise")["business_licence"][0]
    wish = {"choice": "trademark", "name": "Harbour Teahouse", "name_proof": [proof.pk]}
    assert goes_to(named.client.post(named.path("name"), wish)) == named.path("invoice")
    named.client.post(named.path("invoice"), {"kind": "none"})
    stories.paid(named.application, "ada")

    stories.passed(named.application)

    named.mini_program.profile.refresh_from_db()
    assert named.mini_program.profile.name == "Harbour Teahouse"


# --- the invoice ---------------------------------------------------------------------------------------------------


@pytest.fixture
def invoiced(media):
    media.start()
    media.client.post(media.path("papers"), media.all_of_papers())
    return media


VAT = {
    "kind": "vat",
    "invoice_title": "海港日报社",
    "tax_number": "91330106MA0000001X",
    "invoice_bank": "仿真商户银行",
    "invoice_account": "6222000000000012345",
    "invoice_address": "杭州市海港路 1 号",
    "invoice_phone": "0571-88888888",
}


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"kind": ""}, "Choose the invoice."),
        ({"kind": "gold"}, "Choose the invoice."),
        ({"invoice_title": ""}, "Enter this: Invoice title."),
        ({"tax_number": ""}, "Enter this: Taxpayer number."),
        ({"tax_number": "12345"}, "A taxpayer number has 18 letters and digits."),
        ({"invoice_bank": ""}, "Enter this: Bank."),
        ({"invoice_account": "x"}, "digits only"),
        ({"invoice_address": ""}, "Enter this: Registered address."),
        ({"invoice_phone": "1"}, "Enter a valid phone number."),
    ],
)
def test_every_field_of_the_invoice_has_its_own_refusal(invoiced, changed, words):
    page = invoiced.client.post(invoiced.path("invoice"), VAT | changed).content.decode()

    assert [line for line in errors_in(page) if words in line], errors_in(page)
    assert invoiced.application.status == VerificationStatus.DRAFT


def test_a_vat_invoice_asks_for_everything_and_is_kept(invoiced):
    assert goes_to(invoiced.client.post(invoiced.path("invoice"), VAT)) == invoiced.path("payment")

    assert queries.invoice_of(invoiced.application)["invoice_phone"] == "0571-88888888"


# --- payment, audit, refilling -------------------------------------------------------------------------------------


def test_a_second_press_of_the_last_button_pays_nothing_twice(invoiced):
    invoiced.client.post(invoiced.path("invoice"), {"kind": "none"})

    answer = invoiced.client.post(invoiced.path("invoice"), {"kind": "vat"})

    assert goes_to(answer) == invoiced.path("payment")
    assert invoiced.mini_program.payment_orders.count() == 1
    assert queries.invoice_of(invoiced.application) == {"kind": "none"}
    assert "not at this step any more" in invoiced.text(invoiced.path("payment"))


def test_an_order_that_has_expired_is_opened_anew_by_the_page(invoiced):
    invoiced.client.post(invoiced.path("invoice"), {"kind": "none"})
    before = queries.open_fee_order_of(invoiced.application)
    move_forward(RULES.payment.order_minutes * 60 + 1)

    page = invoiced.text(invoiced.path("payment"))

    after = queries.open_fee_order_of(invoiced.application)
    assert after != before
    assert after.number in page


def test_before_it_is_paid_the_application_can_be_changed_or_given_up(invoiced):
    invoiced.client.post(invoiced.path("invoice"), {"kind": "none"})

    assert goes_to(invoiced.client.post(invoiced.at("apply_reopen"))) == invoiced.path("invoice")
    assert queries.open_fee_order_of(invoiced.application) is None
    invoiced.client.post(invoiced.path("invoice"), {"kind": "none"})
    assert goes_to(invoiced.client.post(invoiced.at("apply_withdraw"))) == invoiced.at("details")

    verification = Verification.objects.get()
    assert verification.status == VerificationStatus.WITHDRAWN
    assert queries.open_fee_order_of(verification) is None


def test_what_was_sent_back_is_told_beside_its_field_and_handed_in_again(media):
    verification = stories.sent_back(stories.applied(stories.filled_in(media.mini_program)), field="address")

    assert goes_to(media.client.get(media.path())) == media.path("papers")
    page = media.text(media.path("papers"))
    assert "The seal can&#x27;t be read." in page
    assert f"1 of at most {RULES.verification.refills}" in page
    assert "Change the type" not in page
    assert goes_to(media.client.post(media.path("papers"), media.filled(address="海港路 2 号"))) == media.path("audit")

    verification.refresh_from_db()
    assert verification.status == VerificationStatus.UNDER_AUDIT
    assert queries.answers_of(verification)["address"] == "海港路 2 号"
    assert media.mini_program.payment_orders.count() == 1


def test_what_was_sent_back_can_be_handed_in_from_the_audit_page_too(media):
    stories.sent_back(stories.applied(stories.filled_in(media.mini_program)))
    assert "What has to be mended" in media.text(media.path("audit"))

    assert goes_to(media.client.post(media.path("audit"))) == media.path("audit")

    assert media.application.status == VerificationStatus.UNDER_AUDIT


def test_after_thirty_days_nothing_can_be_handed_in_again_even_before_a_sweep(media):
    verification = stories.sent_back(stories.applied(stories.filled_in(media.mini_program)))
    move_forward(RULES.verification.refill_days * DAY + 1)
    media.client = console(None, media.mini_program)

    page = media.client.post(media.path("papers"), media.filled(address="海港路 2 号")).content.decode()

    assert "days for handing the papers in again are over" in page
    verification.refresh_from_db()
    assert queries.answers_of(verification)["address"] != "海港路 2 号"


def test_while_it_is_audited_only_the_audit_can_be_opened(media):
    stories.applied(stories.filled_in(media.mini_program))

    for step in ("agreement", "papers", "name", "invoice", "payment"):
        assert goes_to(media.client.get(media.path(step))) == media.path("audit")
    page = media.text(media.path("audit"))
    assert "Office hours" in page
    assert stories.person("ada").id_number not in page


def test_without_an_application_every_step_leads_to_the_details(media):
    for path in (media.path(), media.path("papers")):
        assert goes_to(media.client.get(path)) == media.at("details")


def test_the_letter_can_be_printed_and_taken_along(media):
    media.start()
    media.client.post(media.path("papers"), media.filled() | {"save": "1"})

    page = media.text(media.at("apply_letter"))
    assert "海港日报社" in page
    answer = media.client.get(media.at("apply_letter") + "?as=text")

    assert answer.headers["Content-Type"] == "text/plain; charset=utf-8"
    assert answer.headers["Content-Disposition"].startswith("attachment")
    assert "<" not in answer.content.decode()
    assert "海港日报社" in answer.content.decode()
