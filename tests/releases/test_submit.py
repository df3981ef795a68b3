"""Submit for review: who may, what is refused and with which code, what makes way."""

from dataclasses import replace
from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction

from developers.actions.builds import delete_build
from platform_site.kernel import clock
from platform_site.kernel.clock import now
from platform_site.kernel.lifecycle import NotAllowed, Refused
from platform_site.kernel.models import AuditEvent
from platform_site.kernel.rulebook import RULES
from platform_site.simulation import stories
from releases.actions.orders import delete_order, submit_for_review
from releases.actions.pages import PageInput
from releases.lifecycle import OrderStatus
from releases.models import AuditOrder, FunctionPage, RejectionReason


@pytest.fixture
def build(ada):
    return stories.uploaded(administrator=ada)


def submit(build, pages=None, **kwargs):
    pages = stories.function_pages(build) if pages is None else pages
    by = kwargs.pop("by", None) or stories.administrator_of(build.mini_program)
    return submit_for_review(build, by=by, pages=pages, **kwargs)


def refusal_of(act, *args, **kwargs):
    before = AuditOrder.objects.count(), AuditEvent.objects.count()
    with pytest.raises(Refused) as caught:
        act(*args, **kwargs)
    assert (AuditOrder.objects.count(), AuditEvent.objects.count()) == before
    return caught.value.code, caught.value.field


def test_a_submission_keeps_its_pages_and_is_due_within_the_promised_days(build, ada):
    page = stories.function_pages(build, count=1)[0]
    pages = [replace(page, title="Order tea", tags=["tea", "order"]), replace(page, title="Again")]

    order = submit(build, pages, notes="Nothing special.")

    assert (order.status, order.attempt, order.notes, order.submitted_by) == (
        "queued",
        1,
        "Nothing special.",
        ada,
    )
    assert order.due_at - order.submitted_at == timedelta(days=RULES.version.review_days)
    kept = order.function_pages.order_by("position").values_list("position", "path", "title", "category", "tags")
    assert list(kept) == [
        (1, page.path, "Order tea", page.category, ["tea", "order"]),
        (2, page.path, "Again", page.category, page.tags),
    ]
    event = AuditEvent.objects.get(event="releases.order.submitted")
    assert (event.appid, event.actor_id, event.to_state) == (build.mini_program.appid, str(ada.pk), "queued")


def test_information_must_be_complete(ada):
    mini_program = stories.registered(administrator=ada)
    build = stories.uploaded(mini_program)

    assert refusal_of(submit, build, [PageInput("x", "x", "x")]) == ("86002", None)


def test_a_deleted_development_version_can_not_be_submitted(build):
    pages = stories.function_pages(build)
    stale = type(build).objects.get(pk=build.pk)
    delete_build(build, by=stories.administrator_of(build.mini_program))

    assert refusal_of(submit, stale, pages) == ("85086", None)


def test_a_replaced_development_version_can_not_be_submitted(build):
    stories.uploaded(build.mini_program, version="1.0.1")

    assert refusal_of(submit, build) == ("85086", None)


def test_only_one_version_is_under_review(build):
    submit(build)

    assert refusal_of(submit, build) == ("85009", None)


def test_the_database_has_one_place_in_the_review_slot(build):
    order = submit(build)
    twin = {f.attname: getattr(order, f.attname) for f in AuditOrder._meta.concrete_fields if f.attname != "id"}

    with pytest.raises(IntegrityError), transaction.atomic():
        AuditOrder(**twin | {"attempt": 2}).save(force_insert=True)


def test_what_was_submitted_and_why_it_was_rejected_can_not_be_changed(build):
    order = stories.rejected(submit(build))

    for row in [order.function_pages.first(), order.reasons.first()]:
        with pytest.raises(TypeError):
            row.save()
    with pytest.raises(IntegrityError), transaction.atomic():
        FunctionPage.objects.filter(order=order).update(title="Other")
    with pytest.raises(IntegrityError), transaction.atomic():
        RejectionReason.objects.filter(order=order).update(text="Other")


@pytest.mark.parametrize("story", [stories.approved, stories.rejected])
def test_a_decided_version_makes_way_for_the_next_submission(build, story):
    first = story(submit(build))

    second = submit(build)

    first.refresh_from_db()
    assert (first.status, second.status, second.attempt) == ("superseded", "queued", 2)
    events = (
        AuditEvent.objects.filter(subject_type="releases.auditorder").values_list("event", flat=True).order_by("pk")
    )
    assert list(events)[-2:] == ["releases.order.superseded", "releases.order.submitted"]


def test_a_refused_resubmission_leaves_the_decided_version_where_it_is(build):
    first = stories.approved(submit(build))

    assert refusal_of(submit, build, []) == ("85023", "pages")

    first.refresh_from_db()
    assert first.status == OrderStatus.APPROVED


def test_a_rejected_version_can_be_deleted_and_submitted_again(build):
    order = stories.rejected(submit(build))
    delete_order(order, by=stories.administrator_of(build.mini_program))

    again = submit(build)

    assert (AuditOrder.objects.get(pk=order.pk).status, again.attempt) == ("deleted", 2)


@pytest.mark.parametrize("count", [0, 6])
def test_one_to_five_function_pages(build, count):
    page = stories.function_pages(build, count=1)[0]

    assert refusal_of(submit, build, [page] * count) == ("85023", "pages")


def test_five_function_pages_are_accepted(build):
    assert submit(build, [stories.function_pages(build, count=1)[0]] * 5).function_pages.count() == 5


@pytest.mark.parametrize(
    ("change", "code", "field"),
    [
        ({"path": "pages/nowhere/nowhere"}, "85007", "path"),
        ({"path": ""}, "85007", "path"),
        ({"path": "../app.json"}, "85007", "path"),
        ({"title": ""}, "85011", "title"),
        ({"title": "   "}, "85011", "title"),
        ({"title": "x" * 33}, "85011", "title"),
        ({"title": "tea\x00"}, "85011", "title"),
        ({"title": "tea\u202emoc"}, "85011", "title"),
        ({"category": "no.such"}, "85008", "category"),
        ({"category": ""}, "85008", "category"),
        ({"tags": [str(n) for n in range(11)]}, "85006", "tags"),
        ({"tags": ["x" * 21]}, "85006", "tags"),
        ({"tags": ["a\nb"]}, "85006", "tags"),
        ({"tags": [""]}, "85006", "tags"),
        ({"path": "", "title": "", "category": "", "tags": []}, "85010", "path"),
    ],
)
def test_each_fault_of_a_function_page_has_its_code_and_its_field(build, change, code, field):
    good = stories.function_pages(build, count=1)[0]

    assert refusal_of(submit, build, [good, replace(good, **change)]) == (code, f"pages-1-{field}")


@pytest.mark.parametrize("change", [{"title": "茶" * 32}, {"tags": ["茶" * 20] * 10}, {"tags": []}])
def test_the_limits_themselves_are_allowed(build, change):
    good = stories.function_pages(build, count=1)[0]

    assert submit(build, [replace(good, **change)]).status == OrderStatus.QUEUED


def test_a_category_of_the_list_that_the_program_has_not_chosen_is_refused(build):
    from entities.categories import CATEGORIES

    chosen = stories.function_pages(build, count=1)[0].category
    other = next(code for code in CATEGORIES if code != chosen)
    page = replace(stories.function_pages(build, count=1)[0], category=other)

    assert refusal_of(submit, build, [page]) == ("85008", "pages-0-category")


@pytest.mark.parametrize("notes", ["x" * 201, "a\x00b"])
def test_notes_for_the_reviewer_are_short_text(build, notes):
    code, field = refusal_of(submit, build, notes=notes)

    assert (code.split("_")[0], field) == ("notes", "notes")


def test_the_submissions_of_a_month_are_counted_and_begin_anew_with_the_next(build):
    for _attempt in range(RULES.version.submissions_per_month):
        stories.rejected(submit(build))

    assert refusal_of(submit, build) == ("85085", None)

    clock.move_forward(int(timedelta(days=31).total_seconds()))
    assert submit(build).attempt == RULES.version.submissions_per_month + 1
    assert AuditOrder.objects.filter(submitted_at__gt=now() - timedelta(days=1)).count() == 1


def test_the_online_version_is_not_submitted_once_more(build):
    stories.published(stories.approved(submit(build)))

    assert refusal_of(submit, build) == ("already_published", None)


def test_a_developer_does_not_submit(build, dev):
    developer = stories.bound(build.mini_program, dev)

    with pytest.raises(NotAllowed):
        submit(build, by=developer)
    assert not AuditOrder.objects.exists()


def test_another_programs_administrator_does_not_submit(build, eve):
    hers = stories.completed(administrator=eve, name="Lantern Books")

    with pytest.raises(NotAllowed):
        submit(build, by=stories.administrator_of(hers))
