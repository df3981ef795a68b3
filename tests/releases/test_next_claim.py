"""Next: the most urgent submission that a reviewer may take; claims that lapse; who is looking."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.actions.people import create_staff
from accounts.models import User
from platform_site.kernel.clock import move_forward, now
from platform_site.kernel.lifecycle import NotAllowed, Refused
from platform_site.kernel.models import AuditEvent
from platform_site.kernel.rulebook import RULES
from platform_site.reactions import sweep_deadlines
from platform_site.simulation import stories
from platform_site.simulation.cast import PASSWORD
from releases.actions.appeals import appeal
from releases.actions.claims import claim, release_claim
from releases.actions.expedites import expedite
from releases.actions.next_claim import claim_next, lapse_overdue_claims
from releases.models import AuditOrder
from tests.people import desk
from tests.releases.pages import words

NEXT = "/desk/orders/next/"


@pytest.fixture
def order(tea):
    return stories.submitted(stories.uploaded(tea))


def other(eve, name="Lantern Books"):
    return stories.submitted(stories.uploaded(stories.completed(administrator=eve, name=name), administrator=eve))


def claim_time_over():
    move_forward(int(timedelta(minutes=RULES.desk.claim_minutes, seconds=1).total_seconds()))


def test_next_is_the_most_urgent_one_and_claimed(order, eve, rev):
    bikes = other(eve)
    expedite(bikes, by=stories.administrator_of(bikes.mini_program), reason="The shop opens on Friday.")

    first, second = claim_next(by=rev), claim_next(by=rev)

    assert [first.pk, second.pk] == [bikes.pk, order.pk]
    assert {(row.status, row.claimed_by) for row in AuditOrder.objects.all()} == {("claimed", rev)}
    assert claim_next(by=rev) is None


def test_next_leaves_out_what_a_colleague_has(order, eve, rev):
    bikes = other(eve)
    claim(order, by=stories.staff("sol"))

    assert claim_next(by=rev).pk == bikes.pk


def test_next_is_never_of_ones_own_mini_program(order, eve, rev, dev):
    bikes = other(eve)
    stories.bound(order.mini_program, dev)
    User.objects.filter(pk=rev.pk).update(person=dev)

    rev.refresh_from_db()

    assert claim_next(by=rev).pk == bikes.pk
    assert claim_next(by=rev) is None


def test_next_is_never_an_appeal_against_ones_own_verdict(order, rev):
    stories.rejected(order)
    again = appeal(order, by=stories.administrator_of(order.mini_program), words="It is finished.")

    assert claim_next(by=rev) is None
    assert claim_next(by=stories.staff("sol")).pk == again.pk


def test_a_reviewer_has_so_many_at_a_time_and_no_more(eve, rev):
    for n in range(RULES.desk.claims_max + 1):
        other(eve, f"Paper Shop {'ABCDE'[n]}")
    held = [claim_next(by=rev) for _n in range(RULES.desk.claims_max)]

    with pytest.raises(Refused) as refused:
        claim_next(by=rev)
    release_claim(held[0], by=rev)

    assert refused.value.code == "claims_max"
    assert claim_next(by=rev).pk == held[0].pk


def test_only_reviewers_take_the_next(order, tea):
    with pytest.raises(NotAllowed):
        claim_next(by=tea.user)


def test_the_button_opens_what_it_has_claimed(order, rev):
    reviewer = desk(None, rev)

    assert reviewer.post(NEXT).url == f"/desk/orders/{order.pk}/"
    assert reviewer.post(NEXT).url == "/desk/orders/"
    assert reviewer.get(NEXT).status_code == 405


def test_the_button_is_closed_with_the_reason_and_says_it_when_pressed_all_the_same(eve, rev):
    reviewer = desk(None, rev)
    for n in range(RULES.desk.claims_max):
        other(eve, f"Paper Shop {'ABCDE'[n]}")
        claim_next(by=rev)

    page = reviewer.get("/desk/orders/").content.decode()
    answer = reviewer.post(NEXT, follow=True)

    assert "as many as one may have. Decide on one, or give it back." in words(page)
    assert 'data-key="n" disabled aria-describedby="why-no-next"' in page
    assert answer.redirect_chain == [("/desk/orders/?who=mine", 302)]
    assert "Decide on one of them, or give it back." in answer.content.decode()


# --- lapsed claims -------------------------------------------------------------------------------------------------


def test_a_claim_whose_time_is_over_goes_back_by_the_sweep(order, rev):
    claim(order, by=rev)
    claim_time_over()

    assert sweep_deadlines()["claims"] == 1

    order.refresh_from_db()
    assert (order.status, order.claimed_by, order.claimed_until) == ("queued", None, None)
    event = AuditEvent.objects.get(event="releases.order.claim_lapsed")
    assert (event.actor_kind, event.appid, event.subject_id) == ("system", order.mini_program.appid, str(order.pk))
    assert lapse_overdue_claims() == 0


@pytest.mark.parametrize("address", ["/desk/", "/desk/orders/"])
def test_a_claim_whose_time_is_over_goes_back_when_somebody_looks(order, rev, address):
    claim(order, by=rev)
    claim_time_over()

    desk(None, stories.staff("sol")).get(address)

    assert AuditOrder.objects.get().status == "queued"


def test_a_lapsed_claim_is_the_next_of_somebody_else(order, rev):
    claim(order, by=rev)
    claim_time_over()
    sol = stories.staff("sol")

    assert claim_next(by=sol).claimed_by == sol


def test_a_claim_that_lasts_stays(order, rev):
    claim(order, by=rev)

    assert lapse_overdue_claims() == 0
    assert AuditOrder.objects.get(claimed_until__gt=now()).claimed_by == rev


# --- presence ------------------------------------------------------------------------------------------------------


def looking(reviewer, order, **data):
    return reviewer.post(f"/desk/orders/{order.pk}/looking/", data)


def test_colleagues_see_who_is_looking_on_the_page_and_in_the_queue(order, rev):
    reviewer, sol = desk(None, rev), desk(None, stories.staff("sol"))

    alone = looking(reviewer, order)
    both = looking(sol, order)

    assert alone.content.decode().strip() == ""
    assert f"{rev} is looking at this" in both.content.decode()
    assert f"{stories.staff('sol')} is looking at this" in looking(reviewer, order).content.decode()
    assert f"{rev} is looking at this" in sol.get("/desk/orders/").content.decode()


def test_several_colleagues_are_named_together(order, rev):
    for key in ("rev", "sol"):
        looking(desk(None, stories.staff(key)), order)
    third = create_staff(email="ops@ministage.test", password=PASSWORD, name="Ops")

    assert "are looking at this" in looking(desk(None, third), order).content.decode()


def test_who_closes_the_page_is_gone_at_once(order, rev):
    reviewer, sol = desk(None, rev), desk(None, stories.staff("sol"))
    looking(reviewer, order)

    assert looking(reviewer, order, gone="1").status_code == 204
    assert looking(sol, order).content.decode().strip() == ""


def test_nobody_looks_at_what_is_not_there(rev):
    assert desk(None, rev).post("/desk/orders/999/looking/").status_code == 404


def test_lapsed_claims_are_found_by_their_index_and_not_by_reading_every_submission(order):
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SET LOCAL enable_seqscan = off")  # of a few rows it would rather read all
    with CaptureQueriesContext(connection) as captured:
        lapse_overdue_claims()

    [asked] = [query["sql"] for query in captured if "claimed_until" in query["sql"]]
    ask = "EXPLAIN" if connection.vendor == "postgresql" else "EXPLAIN QUERY PLAN"
    with connection.cursor() as cursor:
        cursor.execute(f"{ask} {asked}")
        assert "order_claims" in str(cursor.fetchall())
