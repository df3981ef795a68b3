"""The submit-for-review form: what it begins with, what it refuses and where, adding and removing groups."""

import re

import pytest

from platform_site.simulation import stories
from releases.models import AuditOrder, FunctionPage
from tests.releases.pages import form_of, url, words


def test_the_form_begins_with_the_first_page_and_the_only_category(client, tea):
    build = stories.uploaded(tea)
    page = stories.function_pages(build, count=1)[0]

    form = client.get(url("order_submit", tea, pk=build.pk)).context["form"]

    assert [(group["path"].value(), group["category"].value()) for group in form.pages] == [(page.path, page.category)]


def test_submitting_leads_back_to_the_review_in_progress(client, tea):
    build = stories.uploaded(tea)

    answer = client.post(
        url("order_submit", tea, pk=build.pk),
        form_of(build, {}, {"tags": "  tea　tea black "}, notes="Hello"),
        follow=True,
    )

    assert answer.redirect_chain == [(url("versions", tea), 302)]
    assert "Review in progress" in words(answer.content.decode())
    assert AuditOrder.objects.get().notes == "Hello"
    assert list(FunctionPage.objects.order_by("position").values_list("tags", flat=True)) == [
        ["tea", "shop"],
        ["tea", "black"],
    ]


@pytest.mark.parametrize(
    ("page", "field", "message"),
    [
        ({"path": "pages/none/none"}, "path", "Choose a page that this version has."),
        ({"title": ""}, "title", "Give the page a title."),
        ({"title": "x" * 33}, "title", "Use at most 32 characters for the title."),
        ({"category": "x"}, "category", "Choose one of the service categories of this Mini Program."),
        ({"tags": " ".join(map(str, range(11)))}, "tags", "Use at most 10 tags."),
        ({"tags": "x" * 21}, "tags", "The tag “" + "x" * 20 + "…” is too long: use at most 20 characters."),
        (
            {"path": "", "title": "", "category": "", "tags": ""},
            "path",
            "This function page is empty: fill it in or remove it.",
        ),
    ],
)
def test_what_is_wrong_stands_beside_its_field_and_nothing_typed_is_lost(client, tea, page, field, message):
    build = stories.uploaded(tea)

    answer = client.post(url("order_submit", tea, pk=build.pk), form_of(build, {"title": "First"}, page, notes="Kept"))

    form = answer.context["form"]
    assert [dict(group.errors) for group in form.pages] == [{}, {field: [message]}]
    assert form.pages[0]["title"].value() == "First"
    assert form["notes"].value() == "Kept"
    for name, value in page.items():
        assert form.pages[1][name].value() == value
    assert not AuditOrder.objects.exists()


def test_the_browser_begins_at_the_first_field_that_is_wrong(client, tea):
    build = stories.uploaded(tea)

    answer = client.post(
        url("order_submit", tea, pk=build.pk), form_of(build, {}, {"title": ""}, {"title": ""}, notes="x" * 201)
    )

    fields = re.findall(r"<(?:input|select|textarea)[^>]*autofocus[^>]*>", answer.content.decode())
    assert [re.search(r'name="([^"]+)"', field)[1] for field in fields] == ["pages-1-title"]


def test_six_groups_are_refused(client, tea):
    build = stories.uploaded(tea)

    answer = client.post(url("order_submit", tea, pk=build.pk), form_of(build, *[{}] * 6))

    assert answer.context["form"].non_field_errors() == ["Give 1 to 5 function pages."]


@pytest.mark.parametrize("total", ["", "x", "-1", "0", "99999999999999"])
def test_a_count_of_groups_that_makes_no_sense_is_refused(client, tea, total):
    build = stories.uploaded(tea)

    answer = client.post(url("order_submit", tea, pk=build.pk), form_of(build, {}) | {"pages-TOTAL_FORMS": total})

    assert answer.status_code == 200
    assert not AuditOrder.objects.exists()


def test_long_notes_are_refused_beside_their_field(client, tea):
    build = stories.uploaded(tea)

    answer = client.post(url("order_submit", tea, pk=build.pk), form_of(build, {}, notes="x" * 201))

    assert list(answer.context["form"].errors) == ["notes"]


def test_a_group_can_be_added_and_removed_without_losing_anything(client, tea):
    build = stories.uploaded(tea)
    address = url("order_submit", tea, pk=build.pk)

    def titles(change, *pages):
        form = client.post(address, form_of(build, *pages, notes="Kept", change=change)).context["form"]
        assert form["notes"].value() == "Kept"
        return [group["title"].value() or "" for group in form.pages]

    assert titles("add", {"title": "One"}) == ["One", ""]
    assert titles("remove:0", {"title": "One"}, {"title": "Two"}) == ["Two"]
    assert titles("remove:0", {"title": "One"}) == ["One"]
    assert titles("remove:7", {"title": "One"}, {"title": "Two"}) == ["One", "Two"]
    assert titles("remove:x", {"title": "One"}) == ["One"]
    assert titles("add", *[{"title": "One"}] * 5) == ["One"] * 5
    assert not AuditOrder.objects.exists()


def test_the_form_of_a_form_that_went_stale_says_so(client, tea):
    build = stories.uploaded(tea)
    stories.submitted(build)

    answer = client.post(url("order_submit", tea, pk=build.pk), form_of(build, {}))

    assert answer.context["form"].non_field_errors() == ["Another version is under review. Wait for the decision."]
    assert AuditOrder.objects.count() == 1


def test_an_approved_version_that_would_make_way_is_named(client, tea):
    order = stories.approved(stories.submitted(stories.uploaded(tea)))

    html = client.get(url("order_submit", tea, pk=order.build_id)).content.decode()

    assert "Version 1.0.0 is approved and not published yet." in html
