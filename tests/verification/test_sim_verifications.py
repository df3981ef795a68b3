"""The switchboard of WeChat Verification: every state is forced from it, by ordinary actions, as somebody named."""

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts.models import User
from entities.models import Standing
from platform_site.kernel import clock
from platform_site.kernel.lifecycle import SYSTEM, NotAllowed
from platform_site.kernel.models import AuditEvent
from platform_site.kernel.rulebook import RULES
from platform_site.simulation import stories
from platform_site.simulation import verifications as switchboard
from tests.people import console, desk
from tests.releases.pages import words
from tests.verification.auditing import in_audit, resubmitted, sent_back
from verification.actions import applications
from verification.models import LedgerAccount, PaymentOrder, Verification

pytestmark = pytest.mark.django_db
PAGE = "/sim/verifications/"
DAY = 86_400


@pytest.fixture
def staff(rev):
    return desk(None, rev)


@pytest.fixture
def daily(db):
    """A media company that has not applied yet."""
    return stories.organisation(type="media")


def press(client, mini_program, step, **data):
    answer = client.post(f"{PAGE}{mini_program.appid}/", {"step": step, **data}, follow=True)
    assert answer.redirect_chain[0][0].endswith(f"#{mini_program.appid}")
    return words(answer.content.decode())


def state(mini_program):
    last = Verification.objects.filter(mini_program=mini_program).order_by("-pk").first()
    return (last.status if last else None, Standing.objects.get(mini_program=mini_program).status)


def steps(client, mini_program):
    row = next(r for r in client.get(PAGE).context["rows"] if r.mini_program.pk == mini_program.pk)
    return [step.code for step in row.steps]


def test_only_staff_steer(daily, ada):
    address = f"{PAGE}{daily.appid}/"
    assert Client().get(PAGE).url == f"/desk/login/?next={PAGE}"
    assert Client().post(address, {"step": "begin"}).url == f"/desk/login/?next={address}"
    assert console(None, daily).post(address, {"step": "begin"}).status_code == 302
    assert desk(None, daily.user).post(address, {"step": "begin"}).status_code == 404
    assert desk(None, stories.staff()).get(address).status_code == 405
    with pytest.raises(NotAllowed):
        switchboard.force(daily, "begin", by=daily.user)
    assert state(daily) == (None, "unproven")


def test_an_organisation_is_taken_from_nothing_to_verified_by_its_buttons(staff, daily):
    assert steps(staff, daily) == ["begin"]
    press(staff, daily, "begin")
    assert steps(staff, daily) == ["submit", "fill_in", "withdraw"]
    press(staff, daily, "submit")
    assert steps(staff, daily) == ["pay", "withdraw"]
    said = press(staff, daily, "pay")
    assert "Pay the fee: done by Ada (ada_lin)." in said
    assert steps(staff, daily) == ["pass", "send_back", "fail"]
    press(staff, daily, "send_back")
    assert steps(staff, daily) == ["resubmit"]
    press(staff, daily, "resubmit")
    said = press(staff, daily, "pass")

    assert "Call and pass: done by Rev Gao." in said
    assert state(daily) == ("passed", "verified")
    actors = AuditEvent.objects.filter(subject_type="verification.verification").values_list("event", "actor_kind")
    assert {kind for event, kind in actors if event.endswith((".sent_back", ".passed", ".called"))} == {"staff"}
    assert SYSTEM.actor_kind not in {kind for _event, kind in actors}


def test_a_renewal_is_refused_until_it_is_time_and_the_year_ends_by_the_clock(staff, daily):
    stories.passed(stories.applied(stories.filled_in(daily)))
    end = Standing.objects.get().verified_until

    assert "can be renewed from" in press(staff, daily, "begin")
    assert f"It ends at {end:%Y}" in press(staff, daily, "let_end")
    assert state(daily) == ("passed", "verified")
    clock.move_forward(RULES.verification.valid_days * DAY + 60)
    assert "The deadline has passed" in press(staff, daily, "let_end")
    assert state(daily) == ("passed", "lapsed")
    press(staff, daily, "begin")
    assert state(daily) == ("draft", "lapsed")


def test_the_time_to_refill_ends_by_the_clock_too(staff, daily):
    stories.sent_back(stories.applied(stories.filled_in(daily)))

    assert "It ends at" in press(staff, daily, "let_end")
    assert state(daily)[0] == "refill"
    clock.move_forward(RULES.verification.refill_days * DAY)
    assert "The deadline has passed" in press(staff, daily, "let_end")
    assert state(daily) == ("failed", "unproven")


def test_failing_and_applying_again(staff, daily):
    stories.applied(stories.filled_in(daily))

    press(staff, daily, "fail")
    assert state(daily)[0] == "failed"
    press(staff, daily, "begin")
    assert state(daily)[0] == "draft"


def test_withdrawing(staff, daily):
    press(staff, daily, "begin")
    press(staff, daily, "submit")
    press(staff, daily, "withdraw")

    assert state(daily)[0] == "withdrawn"
    assert PaymentOrder.objects.get().status == "closed"


def test_anybody_of_the_cast_may_pay_and_nobody_is_charged_twice(staff, daily):
    eve = stories.person("eve")
    press(staff, daily, "begin")
    press(staff, daily, "submit")

    press(staff, daily, "pay", payer=eve.pk)
    again = press(staff, daily, "pay", payer=eve.pk)

    assert PaymentOrder.objects.get().paid_by == eve
    assert "This can't be done now." in again.replace("&#x27;", "'")
    assert LedgerAccount.objects.get(person=eve).taken.count() == 1


@pytest.mark.parametrize("payer", ["999", "x", "-1", "9" * 30])
def test_payers_that_are_nobody_are_not_charged(staff, daily, payer):
    press(staff, daily, "begin")
    press(staff, daily, "submit")

    answer = staff.post(f"{PAGE}{daily.appid}/", {"step": "pay", "payer": payer})

    paid_by_the_administrator = not (payer.isdigit() and len(payer) < 19)
    assert (answer.status_code, state(daily)[0]) == (
        (302, "under_audit") if paid_by_the_administrator else (404, "awaiting_payment")
    )


def test_an_order_whose_time_is_over_is_opened_anew_to_be_paid(staff, daily):
    press(staff, daily, "begin")
    press(staff, daily, "submit")
    clock.move_forward(RULES.payment.order_minutes * 60 + 1)

    press(staff, daily, "pay")

    assert state(daily)[0] == "under_audit"
    assert sorted(PaymentOrder.objects.values_list("status", flat=True)) == ["closed", "paid"]


def test_a_draft_of_somebody_is_filled_in(staff, daily):
    applications.start(daily, by=stories.administrator_of(daily))
    press(staff, daily, "submit")
    assert state(daily)[0] == "draft"  # the action says what is missing

    press(staff, daily, "fill_in")
    press(staff, daily, "submit")

    assert state(daily)[0] == "awaiting_payment"


def test_a_fourth_refill_is_refused_here_as_at_the_desk(staff, daily):
    row = in_audit(daily)
    for _round in range(RULES.verification.refills):
        resubmitted(sent_back(row))

    assert "It has been sent back 3 times already" in press(staff, daily, "send_back")
    assert state(daily)[0] == "under_audit"


def test_the_reviewer_is_one_who_is_no_member(staff, daily, rev, ada):
    row = in_audit(daily)
    User.objects.filter(pk=rev.pk).update(person=ada)

    press(staff, daily, "pass")

    row.refresh_from_db()
    assert (row.status, row.decided_by) == ("passed", stories.staff("sol"))


@pytest.mark.parametrize("step", ["", "banana", "pass", "let_end"])
def test_steps_that_are_not_next_are_refused_in_words(staff, daily, step):
    said = press(staff, daily, step).replace("&#x27;", "'")

    assert "This can't be done now." in said or "No deadline is running here." in said
    assert state(daily) == (None, "unproven")


def test_unknown_mini_programs_are_not_found(staff):
    assert staff.post(f"{PAGE}wx0000000000000000/", {"step": "begin"}).status_code == 404


def test_a_company_that_has_to_remit_first_is_led_to_the_bank(staff):
    tea = stories.organisation()

    text = staff.get(PAGE).content.decode()

    assert 'href="/sim/bank/"' in text.split("Prove it by a right transfer")[0][-60:]
    assert steps(staff, tea) == []
    assert "This can't be done now." in press(staff, tea, "begin").replace("&#x27;", "'")
    stories.transferred(tea)
    assert steps(staff, tea) == ["begin"]


def test_a_failed_registration_has_no_next_step(staff, daily):
    from entities.actions.standing import fail_registration

    fail_registration(daily, by=SYSTEM, reason="a test")

    text = words(staff.get(PAGE).content.decode())
    assert "Nothing: its registration has failed." in text
    assert steps(staff, daily) == []


def test_individuals_are_not_listed_and_appids_are_searched(staff, daily):
    stories.registered(administrator="eve")
    other = stories.organisation(type="government", administrator="max")

    def listed(**query):
        return {row.mini_program.appid for row in staff.get(PAGE, query).context["rows"]}

    assert listed() == {daily.appid, other.appid}
    assert listed(words=daily.appid.upper()) == {daily.appid}
    assert listed(words="%") == set()


def test_one_organisation_or_three_cost_the_same_number_of_queries(staff, django_assert_num_queries):
    in_audit()
    with CaptureQueriesContext(connection) as one:
        staff.get(PAGE)
    in_audit(stories.organisation(type="media", administrator="eve"))
    in_audit(stories.organisation(type="other", administrator="max"))

    with django_assert_num_queries(len(one)):
        assert len(staff.get(PAGE).context["rows"]) == 3


def test_the_overview_says_how_many_wait_and_leads_to_them(staff):
    in_audit()
    stories.organisation(administrator="eve")

    text = staff.get("/sim/").content.decode()

    assert '<a href="/sim/verifications/">1</a>' in text
    assert '<a href="/sim/bank/">1</a>' in text
