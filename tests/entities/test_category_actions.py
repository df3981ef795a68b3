"""Service categories by their actions: granted or reviewed, changed once a month, resubmitted, decided at the desk."""

from datetime import timedelta

import pytest
from django.utils import timezone

from accounts.models import ConsoleNotice, ServiceNotification
from accounts.permissions import Role
from entities import queries
from entities.actions.categories import (
    NOTHING,
    Handed,
    approve_category,
    change_categories,
    reject_category,
    resubmit_category,
)
from entities.actions.papers import upload_paper
from entities.actions.standing import verify
from entities.models import CategoryPaper, ProfileChange, ServiceCategory
from platform_site.kernel import clock
from platform_site.kernel.lifecycle import SYSTEM, IllegalMove, LostRace, NotAllowed, Refused
from platform_site.kernel.models import AuditEvent
from platform_site.kernel.rulebook import RULES
from platform_site.simulation import stories
from releases.actions.readiness import check_program_may_submit
from tests.entities.helpers import picture

pytestmark = pytest.mark.django_db
FOOD, SHOP, WEATHER = "catering.restaurant", "shop.food", "tools.weather"


@pytest.fixture
def noodles(ada):
    """A company that is proven and has one plain category."""
    return stories.completed(stories.remitted(), name="Noodle House", categories=[WEATHER])


@pytest.fixture
def restaurant(ada):
    """A company whose food licence waits at the desk."""
    company = stories.remitted()
    papers = {FOOD: stories.handed_in(company, FOOD)}
    return stories.completed(company, name="Noodle House", categories=[FOOD], papers=papers)


def admin(mini_program):
    return stories.administrator_of(mini_program)


def change(mini_program, **given) -> None:
    change_categories(mini_program, by=given.pop("by", admin(mini_program)), **given)


def refusal_of(act, *args, **given) -> tuple[str, str | None]:
    before = AuditEvent.objects.count(), list(ServiceCategory.objects.values()), CategoryPaper.objects.count()
    with pytest.raises(Refused) as refused:
        act(*args, **given)
    assert (AuditEvent.objects.count(), list(ServiceCategory.objects.values()), CategoryPaper.objects.count()) == before
    assert refused.value.message
    return refused.value.code, refused.value.field


def states(mini_program) -> dict[str, str]:
    return {row.code: row.status for row in queries.category_rows_of(mini_program)}


def usable(mini_program) -> list[str]:
    return [category.code for category in queries.categories_of(mini_program)]


def scan_of(mini_program, side: int = 60):
    return upload_paper(mini_program.user, data=picture(side), name="licence.png")


def next_month() -> None:
    """Move the world's clock to the second day of the next calendar month in the platform's time zone."""
    today = timezone.localtime(clock.now())
    first = (today.replace(day=1, hour=0, minute=0, second=0, microsecond=0) + timedelta(days=32)).replace(day=2)
    clock.move_forward(int((first - today).total_seconds()))


# --- chosen ----------------------------------------------------------------------------------------------------------


def test_one_without_papers_is_granted_at_once_and_one_with_papers_waits(restaurant):
    row = restaurant.categories.get()
    days = timedelta(days=RULES.profile.category_review_days)
    assert (row.status, row.due_at) == ("under_review", row.submitted_at + days)
    assert usable(restaurant) == []
    assert [(p.round, p.alternative, p.document) for p in row.category_papers.all()] == [(1, 1, 1)]
    change(restaurant, add=[WEATHER])
    assert states(restaurant) == {FOOD: "under_review", WEATHER: "approved"}
    assert usable(restaurant) == [WEATHER]
    assert restaurant.categories.get(code=WEATHER).due_at is None


def test_without_an_approved_category_nothing_is_submitted_for_review(restaurant, rev):
    with pytest.raises(Refused) as refused:
        check_program_may_submit(restaurant)
    assert refused.value.code == "category_not_approved"
    approve_category(restaurant.categories.get(), by=rev)
    check_program_may_submit(restaurant)


@pytest.mark.parametrize(
    ("alternative", "counts", "refusal"),
    [
        (1, (), ("category_papers", "papers_medical__private_hospital_1_1")),
        (1, (0, 1), ("category_papers", "papers_medical__private_hospital_1_1")),
        (1, (1,), ("category_papers", "papers_medical__private_hospital_1_2")),
        (2, (1, 0), ("category_papers", "papers_medical__private_hospital_2_2")),
        (0, (1, 1), ("category_alternative", "categories")),
        (3, (1, 1), ("category_alternative", "categories")),
        (1, (1, 6), ("category_papers_many", "papers_medical__private_hospital_1_2")),
    ],
)
def test_each_document_of_one_alternative_is_asked_for(noodles, alternative, counts, refusal):
    code, scan = "medical.private-hospital", scan_of(noodles)
    handed = Handed(alternative, tuple((scan,) * n for n in counts))
    assert refusal_of(change, noodles, add=[code], papers={code: handed}) == refusal


def test_the_alternative_that_was_chosen_is_kept(noodles):
    code, scan, other = "medical.private-hospital", scan_of(noodles), scan_of(noodles, 80)
    change(noodles, add=[code], papers={code: Handed(2, ((scan,), (scan, other)))})
    kept = noodles.categories.get(code=code).category_papers.order_by("pk")
    assert [(p.alternative, p.document, p.paper) for p in kept] == [(2, 1, scan), (2, 2, scan), (2, 2, other)]
    names = [(name, len(papers)) for name, papers in queries.category_rounds(kept[0].category)[0].documents]
    assert names == [("Medical institution practising licence", 1), ("ICP filing", 2)]


def test_a_strangers_paper_is_not_taken(noodles, eve):
    theirs = stories.handed_in(stories.registered(administrator="eve"), FOOD)
    refusal = refusal_of(change, noodles, add=[FOOD], papers={FOOD: theirs})
    assert refusal == ("paper_unknown", "papers_catering__restaurant_1_1")


# --- changed ---------------------------------------------------------------------------------------------------------


def test_adding_and_removing_together_is_one_change_a_month(noodles):
    assert queries.category_changes_left(noodles) == 1
    change(noodles, add=["tools.office", "transport.bus"], remove=[WEATHER])
    assert usable(noodles) == ["tools.office", "transport.bus"]
    assert (queries.category_changes_left(noodles), ProfileChange.objects.get().kind) == (0, "categories")
    event = AuditEvent.objects.get(event="entities.profile.categories_changed")
    assert event.data == {"added": ["tools.office", "transport.bus"], "removed": [WEATHER]}
    assert refusal_of(change, noodles, add=["tools.media"]) == ("53300", "categories")
    next_month()
    change(noodles, add=["tools.media"])
    assert usable(noodles) == ["tools.office", "transport.bus", "tools.media"]


def test_the_month_is_the_platforms_not_utcs(noodles):
    change(noodles, add=["tools.media"])
    at = timezone.localtime(clock.now())
    first = (at.replace(day=1, hour=0, minute=0, second=0, microsecond=0) + timedelta(days=32)).replace(day=1)
    clock.move_forward(int((first - at).total_seconds()) - 60)  # a minute before midnight in Shanghai
    assert refusal_of(change, noodles, add=["tools.office"])[0] == "53300"
    clock.move_forward(120)
    change(noodles, add=["tools.office"])


MANY = [f"tools.{name}" for name in ("calendar", "office", "media", "prices", "lookup")]


@pytest.mark.parametrize(
    ("given", "refusal"),
    [
        ({}, ("category_nothing", "categories")),
        ({"add": [WEATHER]}, ("53304", "categories")),
        ({"add": [WEATHER], "remove": [WEATHER]}, ("53304", "categories")),
        ({"add": ["tools.office", "tools.office"]}, ("53304", "categories")),
        ({"add": MANY}, ("53301", "categories")),
        ({"add": ["government.tax"], "remove": [WEATHER]}, ("category_papers", "papers_government__tax_1_1")),
        ({"add": ["medical.public-hospital"]}, ("53302", "categories")),
        ({"add": ["tools"]}, ("category_unknown", "categories")),
        ({"add": ["\0"]}, ("category_unknown", "categories")),
        ({"remove": [WEATHER]}, ("category_count", "categories")),
        ({"remove": ["tools.office"]}, ("category_unknown", "remove")),
        ({"add": [FOOD]}, ("category_papers", "papers_catering__restaurant_1_1")),
    ],
)
def test_what_breaks_a_rule_is_refused_and_changes_nothing(noodles, given, refusal):
    if given.get("add") == ["government.tax"]:
        given = given | {"papers": {"government.tax": NOTHING}}
    assert refusal_of(change, noodles, **given) == refusal
    assert not ProfileChange.objects.exists()


def test_five_are_the_most_with_those_that_stay(noodles):
    change(noodles, add=MANY, remove=[WEATHER])
    assert usable(noodles) == MANY


def test_one_under_review_stays(restaurant):
    assert refusal_of(change, restaurant, add=[WEATHER], remove=[FOOD]) == ("53308", "remove")


def test_a_rejected_one_may_go_and_takes_its_papers_along(restaurant, rev):
    reject_category(restaurant.categories.get(), by=rev, reason="It has expired.")
    change(restaurant, add=[WEATHER], remove=[FOOD])
    assert (states(restaurant), CategoryPaper.objects.count()) == ({WEATHER: "approved"}, 0)


def test_before_the_information_is_there_nothing_is_changed(ada):
    assert refusal_of(change, stories.registered(), add=[WEATHER]) == ("profile_missing", "categories")
    assert refusal_of(change, stories.organisation(), add=[WEATHER]) == ("remittance_first", None)


@pytest.mark.parametrize("who", ["developer", "stranger", "staff"])
def test_only_the_administrator_changes_them(noodles, dev, eve, rev, who):
    by = {"developer": stories.bound(noodles, dev, Role.DEVELOPER), "stranger": eve, "staff": rev}[who]
    for act in (
        lambda: change(noodles, add=["tools.office"], by=by),
        lambda: resubmit_category(noodles.categories.get(), by=by, handed=NOTHING),
    ):
        with pytest.raises(NotAllowed):
            act()
    assert usable(noodles) == [WEATHER]


# --- who may choose what ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("kind", "code", "may"),
    [
        ("government", "government.tax", True),
        ("media", "media.news", True),
        ("other", "charity.foundation", True),
        ("government", "finance.bank", False),
        ("media", "charity.charity", False),
        ("other", "it.carrier", False),
    ],
)
def test_each_type_chooses_what_is_open_to_it(ada, kind, code, may):
    program = stories.organisation(type=kind)
    verify(program, by=SYSTEM)
    program.standing.refresh_from_db()
    given = {"categories": [code], "papers": {code: stories.handed_in(program, code)}}
    if may:
        assert states(stories.completed(program, **given)) == {code: "under_review"}
    else:
        assert refusal_of(lambda: stories.completed(program, **given)) == ("53302", "categories")


def test_an_individual_who_sends_parcels_hands_in_the_permit(ada, rev):
    program = stories.registered()
    code = "express.sending"
    stories.completed(program, categories=[code], papers={code: stories.handed_in(program, code)})
    approve_category(program.categories.get(), by=rev)
    assert usable(program) == [code]


# --- decided ---------------------------------------------------------------------------------------------------------


def test_a_restaurant_is_rejected_hands_in_another_licence_and_is_approved(restaurant, ada, rev, deliver):
    row = restaurant.categories.get()
    reject_category(row, by=rev, reason="  The licence has expired.\r\nSend the new one. ")
    assert (row.status, row.decided_by, row.reason) == (
        "rejected",
        rev,
        "The licence has expired.\nSend the new one.",
    )
    assert usable(restaurant) == []
    clock.move_forward(3600)
    scan = scan_of(restaurant)
    resubmit_category(row, by=admin(restaurant), handed=Handed(1, ((scan,),)))
    row.refresh_from_db()
    assert (row.status, row.decided_by, row.decided_at) == ("under_review", None, None)
    assert row.due_at == row.submitted_at + timedelta(days=RULES.profile.category_review_days)
    assert [(r.number, len(r.documents)) for r in queries.category_rounds(row)] == [(2, 1), (1, 1)]
    assert not ProfileChange.objects.exists()
    approve_category(row, by=rev)
    assert usable(restaurant) == [FOOD]

    deliver()
    told = list(ServiceNotification.objects.filter(person=ada, event__startswith="entities.category").order_by("pk"))
    assert [(n.event.rsplit(".", 1)[1], n.facts["category"]) for n in told] == [
        ("rejected", "Restaurant 餐饮服务场所"),
        ("approved", "Restaurant 餐饮服务场所"),
    ]
    assert told[0].facts["reason"].startswith("The licence has expired.")
    notice = ConsoleNotice.objects.filter(event="entities.category.rejected").get()
    assert notice.path == f"/console/{restaurant.appid}/settings/categories/{row.pk}/"
    assert notice.facts["mini_program"] == "Noodle House"


def test_only_a_rejected_one_is_resubmitted_and_only_with_papers(restaurant, rev):
    row, by = restaurant.categories.get(), admin(restaurant)
    handed = Handed(1, ((scan_of(restaurant),),))
    assert refusal_of(resubmit_category, row, by=by, handed=handed) == ("53307", "categories")
    reject_category(row, by=rev, reason="Expired.")
    slot = "papers_catering__restaurant_1_1"
    assert refusal_of(resubmit_category, row, by=by, handed=NOTHING) == ("category_papers", slot)
    resubmit_category(row, by=by, handed=handed)
    approve_category(row, by=rev)
    assert refusal_of(resubmit_category, row, by=by, handed=handed) == ("53307", "categories")


@pytest.mark.parametrize(
    ("reason", "code"), [("", "reason_missing"), (" \n\0 ", "reason_missing"), ("x" * 501, "reason_too_long")]
)
def test_a_rejection_says_why(restaurant, rev, reason, code):
    row = restaurant.categories.get()
    assert refusal_of(reject_category, row, by=rev, reason=reason) == (code, "reason")


def test_what_is_decided_stays_decided(restaurant, rev):
    row = restaurant.categories.get()
    stale = restaurant.categories.get()
    approve_category(row, by=rev)
    with pytest.raises(IllegalMove):
        reject_category(row, by=rev, reason="Too late.")
    with pytest.raises(LostRace):
        reject_category(stale, by=rev, reason="Too late.")
    assert states(restaurant) == {FOOD: "approved"}


def test_nobody_decides_on_their_own_program(restaurant):
    row, sol = restaurant.categories.get(), stories.staff("sol")
    stories.bound(restaurant, sol.person, Role.EXPERIENCER)
    for act in (
        lambda: approve_category(row, by=sol),
        lambda: reject_category(row, by=sol, reason="Expired."),
    ):
        with pytest.raises(NotAllowed) as refused:
            act()
        assert refused.value.code == "own_program"
    assert row.status == "under_review"


def test_an_account_that_is_no_staff_decides_nothing(restaurant, ada):
    with pytest.raises(NotAllowed):
        approve_category(restaurant.categories.get(), by=restaurant.user)


def test_a_category_that_left_the_list_is_shown_by_its_code_and_not_used(noodles):
    ServiceCategory.objects.update(code="gone.away")
    assert usable(noodles) == []
    assert [row.label for row in queries.category_rows_of(noodles)] == ["gone.away"]
