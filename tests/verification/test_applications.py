"""An application for WeChat Verification, from its beginning to its audit, by its actions."""

import pytest

from accounts.models import MiniProgram
from accounts.permissions import Role
from entities.actions.standing import lapse_overdue_verifications
from entities.models import EntityType
from platform_site.kernel.clock import move_forward, now
from platform_site.kernel.lifecycle import IllegalMove, NotAllowed, Refused
from platform_site.kernel.models import AuditEvent
from platform_site.kernel.rulebook import RULES
from platform_site.simulation import stories
from platform_site.simulation.stories.verifications import answers_by, papers_for
from tests.concurrency import refusals, successes, together
from tests.verification.applying import by, organisation
from verification import queries
from verification.actions import applications, audits
from verification.lifecycle import PaymentStatus, VerificationStatus
from verification.models import PaymentOrder, Verification
from verification.subtypes import SUBTYPES, subtypes_of

DAY = 24 * 3600


def refusal_of(act):
    with pytest.raises(Refused) as found:
        act()
    return found.value.code, found.value.field


@pytest.fixture
def media(ada):
    return organisation()


@pytest.fixture
def draft(media):
    return stories.filled_in(media)


# --- who is asked what ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", EntityType)
def test_every_organisation_has_its_subtypes_and_individuals_none(kind):
    subtypes = subtypes_of(kind)

    assert bool(subtypes) == (kind != EntityType.INDIVIDUAL)
    assert all(subtype.en and subtype.zh and subtype.slots for subtype in subtypes)
    assert all({"application_letter", "operator_id_front"} <= {s.code for s in t.slots if s.required} for t in subtypes)


def test_government_and_the_free_ones_pay_nothing_and_all_others_the_fee():
    free = {code for code, subtype in SUBTYPES.items() if subtype.fee_fen == 0}

    assert free == {"government", "public_service", "nonprofit_free"}
    assert {subtype.fee_fen for code, subtype in SUBTYPES.items() if code not in free} == {RULES.verification.fee_fen}


def test_supplementary_papers_are_as_many_as_the_rulebook_says():
    assert {subtype.slot("supplementary").most for subtype in SUBTYPES.values()} == {
        RULES.verification.supplementary_papers
    }


# --- beginning -----------------------------------------------------------------------------------------------------


@pytest.mark.django_db
def test_an_individual_cannot_begin(ada):
    mini_program = stories.registered()

    assert refusal_of(lambda: applications.start(mini_program, by=stories.administrator_of(mini_program))) == (
        "individual",
        None,
    )


@pytest.mark.django_db
def test_a_company_that_chose_the_remittance_remits_first(ada):
    mini_program = stories.organisation()
    administrator = stories.administrator_of(mini_program)
    assert refusal_of(lambda: applications.start(mini_program, by=administrator)) == ("remittance_first", None)

    stories.remitted(mini_program)
    verification = applications.start(mini_program, by=administrator)

    assert verification.subtype == "enterprise"
    assert queries.answers_of(verification)["account"] == mini_program.remittance.account


@pytest.mark.django_db
def test_one_application_is_open_at_once(media, draft):
    assert refusal_of(lambda: applications.start(media, by=by(draft))) == ("verification_open", None)

    applications.withdraw(draft, by=by(draft))

    again = applications.start(media, by=by(draft))
    assert again != draft
    assert queries.answers_of(again)["address"] == queries.answers_of(draft)["address"]
    assert "phone_confirmed" not in queries.answers_of(again)
    assert not queries.operator_is_confirmed(again)
    assert set(queries.papers_of(again)) == set(queries.papers_of(draft))


@pytest.mark.django_db(transaction=True)
def test_of_many_who_begin_at_once_one_begins():
    mini_program = organisation()

    def start(_i):
        found = MiniProgram.objects.get(pk=mini_program.pk)
        return applications.start(found, by=stories.administrator_of(found))

    outcomes = together(8, start)

    assert len(successes(outcomes)) == 1
    assert {error.code for error in refusals(outcomes)} == {"verification_open"}
    assert Verification.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_of_many_who_hand_in_at_once_one_does_and_one_order_is_opened():
    verification = stories.filled_in(organisation())

    def submit(_i):
        found = Verification.objects.get(pk=verification.pk)
        applications.submit(found, by=by(found))

    outcomes = together(6, submit)

    assert len(successes(outcomes)) == 1, outcomes
    assert {type(error) for error in refusals(outcomes)} == {IllegalMove}
    assert PaymentOrder.objects.count() == 1


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("change", [applications.reopen, applications.withdraw])
def test_who_pays_while_another_tab_takes_it_back_pays_for_an_audit_or_not_at_all(change):
    verification = stories.filled_in(organisation())
    applications.submit(verification, by=by(verification))
    stories.wallet("ada")

    def act(i):
        found = Verification.objects.get(pk=verification.pk)
        if i % 2:
            change(found, by=by(found))
        else:
            stories.pay(PaymentOrder.objects.get(), "ada")

    outcomes = together(6, act)

    assert len(successes(outcomes)) == 1, outcomes
    assert all(isinstance(error, Refused) for error in refusals(outcomes)), outcomes
    verification.refresh_from_db()
    is_paid = PaymentOrder.objects.get().status == PaymentStatus.PAID
    assert is_paid == (verification.status == VerificationStatus.UNDER_AUDIT)


@pytest.mark.django_db
def test_it_is_renewed_in_the_last_months_from_the_old_end_on(ada):
    mini_program = stories.verified()
    administrator = stories.administrator_of(mini_program)
    before = RULES.verification.valid_days - RULES.verification.renewal_days
    move_forward(before * DAY - 60)
    assert refusal_of(lambda: applications.start(mini_program, by=administrator)) == ("renewal_too_early", None)

    move_forward(120)
    verification = applications.start(mini_program, by=administrator)
    assert verification.is_renewal
    applications.withdraw(verification, by=administrator)
    until = mini_program.standing.verified_until
    stories.passed(stories.applied(stories.filled_in(mini_program)))

    renewed = MiniProgram.objects.get(pk=mini_program.pk).standing.verified_until
    assert (renewed - until).days == RULES.verification.valid_days


@pytest.mark.django_db
@pytest.mark.parametrize("swept", [False, True])
def test_an_expired_verification_is_renewed_from_today(ada, swept):
    mini_program = stories.verified()
    move_forward((RULES.verification.valid_days + 30) * DAY)
    if swept:
        lapse_overdue_verifications()
    mini_program = MiniProgram.objects.get(pk=mini_program.pk)

    verification = stories.filled_in(mini_program)
    assert verification.is_renewal
    stories.passed(stories.applied(verification))

    renewed = MiniProgram.objects.get(pk=mini_program.pk).standing.verified_until
    assert (renewed - now()).days in (RULES.verification.valid_days - 1, RULES.verification.valid_days)


# --- doors ---------------------------------------------------------------------------------------------------------


@pytest.mark.django_db
def test_nobody_but_the_administrator_applies(media, draft, dev, eve):
    developer = stories.bound(media, dev)
    stranger = stories.administrator_of(stories.registered(administrator="eve"))
    staff = stories.staff()
    acts = [
        lambda who: applications.start(media, by=who),
        lambda who: applications.agree(draft, by=who),
        lambda who: applications.choose_subtype(draft, subtype="media_unit", by=who),
        lambda who: applications.save_papers(draft, subtype="media_unit", answers={}, papers={}, by=who),
        lambda who: applications.confirm_phone(draft, phone="+8613800138000", code="1", by=who),
        lambda who: applications.confirm_operator(draft, person=dev, name="x", id_number="y", by=who),
        lambda who: applications.save_name(draft, choice="keep", by=who),
        lambda who: applications.save_invoice(draft, kind="none", answers={}, by=who),
        lambda who: applications.submit(draft, by=who),
        lambda who: applications.resubmit(draft, by=who),
        lambda who: applications.withdraw(draft, by=who),
    ]
    before = AuditEvent.objects.count()

    for who in (developer, stranger, dev, eve, staff):
        for act in acts:
            with pytest.raises(NotAllowed):
                act(who)

    assert developer.role == Role.DEVELOPER
    assert AuditEvent.objects.count() == before
    draft.refresh_from_db()
    assert queries.answers_of(draft)["address"]


# --- drafts --------------------------------------------------------------------------------------------------------


@pytest.mark.django_db
def test_a_draft_takes_anything_and_loses_nothing(media):
    administrator = stories.administrator_of(media)
    verification = applications.start(media, by=administrator)
    odd = {"operator_phone": "not a phone", "address": "", "nobody_asks": "x", "legal_person": "\0李"}

    applications.save_papers(verification, subtype="", answers=odd, papers={}, by=administrator)

    kept = queries.answers_of(Verification.objects.get(pk=verification.pk))
    assert kept == {"operator_phone": "not a phone", "address": "", "legal_person": "李"}


@pytest.mark.django_db
def test_papers_that_are_not_asked_for_too_many_or_not_ones_own_are_refused(media, eve):
    administrator = stories.administrator_of(media)
    verification = applications.start(media, by=administrator)
    own = papers_for(media, "media_unit")["media_licence"][0]
    foreign = papers_for(stories.registered(administrator="eve"), "media_unit")["media_licence"][0]

    def save(code, pages):
        return lambda: applications.save_papers(
            verification, subtype="media_unit", answers={}, papers={code: pages}, by=administrator
        )

    assert refusal_of(save("business_licence", [own])) == ("paper_unknown", "business_licence")
    assert refusal_of(save("operator_id_front", [own, own])) == ("too_many_papers", "operator_id_front")
    assert refusal_of(save("media_licence", [foreign])) == ("paper_foreign", "media_licence")
    assert queries.papers_of(verification) == {}


@pytest.mark.django_db
def test_a_subtype_of_another_entity_type_is_refused(media):
    verification = applications.start(media, by=stories.administrator_of(media))

    for subtype in ("government", "nonprofit_free", "banana"):
        assert refusal_of(
            lambda subtype=subtype: applications.choose_subtype(verification, subtype=subtype, by=by(verification))
        ) == ("subtype_unknown", "subtype")
        assert refusal_of(
            lambda subtype=subtype: applications.save_papers(
                verification, subtype=subtype, answers={}, papers={}, by=by(verification)
            )
        ) == ("subtype_unknown", "subtype")


@pytest.mark.django_db
def test_the_scan_must_be_the_contacts_own(draft, dev):
    ada = stories.person("ada")

    def confirm(person, name, number):
        return lambda: applications.confirm_operator(draft, person=person, name=name, id_number=number, by=by(draft))

    assert refusal_of(confirm(dev, ada.real_name, ada.id_number)) == ("identity_differs", "operator")
    assert refusal_of(confirm(ada, dev.real_name, dev.id_number)) == ("identity_differs", "operator")


@pytest.mark.django_db
def test_another_contact_than_the_one_who_scanned_cannot_be_handed_in(draft, media):
    papers = {code: pages for code, pages in queries.papers_of(draft).items() if code != "name_proof"}
    other = answers_by("dev")
    applications.save_papers(draft, subtype=draft.subtype, answers=other, papers=papers, by=by(draft))

    codes = {problem.code for problem in applications.problems_of(draft)["papers"]}

    assert codes == {"operator_unconfirmed", "phone_unconfirmed"}


# --- handing in ----------------------------------------------------------------------------------------------------


@pytest.mark.django_db
def test_an_incomplete_application_says_what_is_missing_and_stays_a_draft(media):
    verification = applications.start(media, by=stories.administrator_of(media))
    assert refusal_of(lambda: applications.submit(verification, by=by(verification))) == ("not_agreed", "agreed")
    applications.agree(verification, by=by(verification))
    assert refusal_of(lambda: applications.submit(verification, by=by(verification))) == (
        "subtype_missing",
        "subtype",
    )

    verification.refresh_from_db()
    assert (verification.status, PaymentOrder.objects.count()) == (VerificationStatus.DRAFT, 0)


@pytest.mark.django_db
def test_an_application_is_handed_in_paid_once_and_goes_to_an_institution(draft):
    applications.submit(draft, by=by(draft))
    order = queries.open_fee_order_of(draft)
    assert (draft.status, draft.fee_fen, order.amount_fen) == (
        VerificationStatus.AWAITING_PAYMENT,
        RULES.verification.fee_fen,
        RULES.verification.fee_fen,
    )
    assert order.payer_name == draft.mini_program.entity.name

    stories.pay(order, "ada")

    draft.refresh_from_db()
    assert draft.status == VerificationStatus.UNDER_AUDIT
    assert draft.institution
    assert (draft.due_at - now()).days in (RULES.verification.audit_days, RULES.verification.audit_days - 1)
    with pytest.raises(IllegalMove):
        applications.fee_paid(draft, by=by(draft))


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("kind", "subtype"), [("government", "government"), ("government", "public_service"), ("other", "nonprofit_free")]
)
def test_the_free_ones_go_to_the_audit_at_once(ada, kind, subtype):
    verification = stories.filled_in(organisation(kind), subtype=subtype)

    applications.submit(verification, by=by(verification))

    assert (verification.status, verification.fee_fen) == (VerificationStatus.UNDER_AUDIT, 0)
    assert verification.institution
    assert PaymentOrder.objects.count() == 0


@pytest.mark.django_db
def test_what_is_right_is_kept_in_its_tidy_form(media):
    ada = stories.person("ada")
    verification = stories.filled_in(
        media, operator_phone=ada.phone, operator_email=" Ada@Harbour.TEST", address=" 海港路  1 号 "
    )

    applications.submit(verification, by=by(verification))

    kept = queries.answers_of(verification)
    assert (kept["operator_email"], kept["address"]) == ("ada@harbour.test", "海港路 1 号")


@pytest.mark.django_db
def test_a_submitted_application_is_changed_by_opening_it_again_and_its_order_is_closed(draft):
    applications.submit(draft, by=by(draft))
    order = queries.open_fee_order_of(draft)
    with pytest.raises(IllegalMove):
        applications.save_invoice(draft, kind="vat", answers={}, by=by(draft))

    applications.reopen(draft, by=by(draft))

    order.refresh_from_db()
    assert (draft.status, order.status) == (VerificationStatus.DRAFT, PaymentStatus.CLOSED)
    applications.submit(draft, by=by(draft))
    assert queries.open_fee_order_of(draft).pk != order.pk


@pytest.mark.django_db
def test_a_paid_application_can_be_neither_opened_again_nor_withdrawn(draft):
    stories.applied(draft)

    for act in (applications.reopen, applications.withdraw, applications.submit, applications.resubmit):
        with pytest.raises(IllegalMove):
            act(draft, by=by(draft))

    assert queries.paid_fee_order_of(draft) is not None


@pytest.mark.django_db
def test_another_application_after_a_failed_one_is_paid_again(media, draft):
    stories.applied(draft)
    audits.fail_application(draft, by=stories.staff(), code="operator_id_wrong")

    again = stories.applied(stories.filled_in(media))

    paid = PaymentOrder.objects.filter(status=PaymentStatus.PAID)
    assert again.status == VerificationStatus.UNDER_AUDIT
    assert sum(order.amount_fen for order in paid) == 2 * RULES.verification.fee_fen


# --- refilling -----------------------------------------------------------------------------------------------------


@pytest.mark.django_db
def test_what_was_sent_back_is_mended_and_handed_in_again_without_paying(draft):
    stories.sent_back(stories.applied(draft))
    with pytest.raises(IllegalMove):
        applications.choose_subtype(draft, subtype="media_enterprise", by=by(draft))
    with pytest.raises(IllegalMove):
        applications.save_invoice(draft, kind="vat", answers={}, by=by(draft))
    papers = {code: pages for code, pages in queries.papers_of(draft).items() if code != "name_proof"}
    applications.save_papers(
        draft, subtype="media_enterprise", answers=answers_by("ada", address="海港路 2 号"), papers=papers, by=by(draft)
    )

    applications.resubmit(draft, by=by(draft))

    assert (draft.status, draft.subtype, draft.refill_due_at) == (VerificationStatus.UNDER_AUDIT, "media_unit", None)
    assert queries.answers_of(draft)["address"] == "海港路 2 号"
    assert PaymentOrder.objects.count() == 1


@pytest.mark.django_db
def test_an_incomplete_refill_is_refused(draft):
    stories.sent_back(stories.applied(draft))
    answers = answers_by("ada", address="")
    applications.save_papers(draft, subtype="", answers=answers, papers={}, by=by(draft))

    assert refusal_of(lambda: applications.resubmit(draft, by=by(draft))) == ("address_missing", "address")

    assert draft.status == VerificationStatus.REFILL


@pytest.mark.django_db
def test_the_last_second_counts_and_the_one_after_does_not_though_no_sweep_came_by(draft):
    stories.sent_back(stories.applied(draft))
    move_forward(RULES.verification.refill_days * DAY - 60)
    applications.agree(draft, by=by(draft))
    move_forward(61)

    for act in (applications.agree, applications.resubmit):
        assert refusal_of(lambda act=act: act(draft, by=by(draft))) == ("refill_overdue", None)

    assert audits.time_out_refills() == 1
    draft.refresh_from_db()
    assert draft.status == VerificationStatus.FAILED


# --- what the desk reads -------------------------------------------------------------------------------------------


@pytest.mark.django_db
def test_peoples_data_are_masked_unless_they_are_revealed(draft):
    ada = stories.person("ada")
    secrets = {ada.real_name, ada.id_number, ada.phone, "李建国", "contact@harbour.test"}

    masked = {fact.value for fact in queries.facts_of(draft)}
    revealed = {fact.value for fact in queries.facts_of(draft, revealed=True)}

    assert not secrets & masked
    assert secrets <= revealed
    assert draft.mini_program.entity.name in masked


@pytest.mark.django_db
def test_facts_name_each_thing_once_and_all_the_papers(draft):
    facts = queries.facts_of(draft)
    codes = [fact.code for fact in facts]

    assert len(codes) == len(set(codes))
    handed_in = {fact.code: fact.papers for fact in facts if fact.papers}
    assert handed_in == queries.papers_of(draft)


@pytest.mark.django_db
def test_what_is_kept_of_an_application_cannot_be_read_in_the_database(draft):
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("SELECT papers_data, name_data, invoice_data FROM verification_verification")
        row = "".join(cursor.fetchone())

    ada = stories.person("ada")
    assert ada.id_number not in row
    assert "address" not in row
