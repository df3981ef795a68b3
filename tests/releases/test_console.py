"""Development Management in the console: what each module shows, and one review version."""

import io
from html import unescape

from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from PIL import Image

from accounts.models import MiniProgram
from developers.models import Build
from platform_site.simulation import stories
from platform_site.web import qr
from releases.models import ProgramCode
from tests.people import console
from tests.releases.pages import shown, url, words


def test_three_modules_stand_from_top_to_bottom_and_say_when_they_are_empty(client, tea):
    text = words(shown(client, tea))

    places = [text.index(title) for title in ("Online version", "Review version", "Development version")]
    assert places == sorted(places)
    assert "No version has been published yet." in text
    assert "No version has been submitted for review, or it is already published." in text
    assert "Bind a developer first, or upload code yourself with the developer tools." in text


def test_with_a_developer_bound_the_empty_development_module_points_to_the_tools(client, tea, dev):
    stories.bound(tea, dev)

    assert "No development version has been uploaded yet." in words(shown(client, tea))


def test_a_development_version_shows_what_was_uploaded(client, tea):
    build = stories.uploaded(tea, version="1.0.0", notes="Home page and menu")

    html = shown(client, tea)

    text = words(html)
    pages = len(build.package.facts["pages"])
    for fact in ("1.0.0", "Ada", "Home page and menu", f"{pages} pages"):
        assert fact in text
    assert f'href="{url("order_submit", tea, pk=build.pk)}"' in html


def test_while_a_version_is_under_review_no_other_is_submitted(client, tea):
    build = stories.uploaded(tea)
    stories.submitted(build)

    html = shown(client, tea)

    assert "Review in progress, place 1 in the queue." in words(html)
    assert "Another version is under review. Wait for the decision. Who must act: The review team." in words(html)
    assert "disabled" in html.split("Submit for review</button>")[0].rsplit("<button", 1)[1]
    page = client.get(url("order_submit", tea, pk=build.pk))
    assert "Another version is under review. Wait for the decision." in words(page.content.decode())
    assert 'name="submit"' not in page.content.decode()


def test_information_that_is_incomplete_is_the_reason_at_the_button(ada):
    fresh = stories.registered(administrator=ada)
    stories.uploaded(fresh)

    assert "Complete the Mini Program information first." in words(shown(console(None, fresh), fresh))


def test_a_rejected_version_shows_code_title_words_and_the_help_page(client, tea):
    order = stories.rejected(stories.submitted(stories.uploaded(tea)), reasons=[("3.3.1", "<b>No</b> button works.")])

    html = shown(client, tea)

    assert "3.3.1 Not a finished product" in html
    assert "&lt;b&gt;No&lt;/b&gt; button works." in html
    assert reverse("home:docs_page", kwargs={"slug": "rejections"}) in html
    assert url("order_delete_ask", tea, pk=order.pk) in html
    assert "Publish" not in words(html).split("Review version")[1].split("Development version")[0]


def test_the_place_in_the_queue_counts_those_that_are_due_before(client, tea, eve):
    stories.submitted(stories.uploaded(stories.completed(administrator=eve, name="Lantern Books"), administrator=eve))
    stories.submitted(stories.uploaded(tea))

    assert "place 2 in the queue" in words(shown(client, tea))


def test_an_approved_version_shows_publish(client, tea):
    order = stories.approved(stories.submitted(stories.uploaded(tea)))

    html = shown(client, tea)

    assert "It goes online only when you press Publish." in words(html)
    assert url("publish_ask", tea, pk=order.pk) in html


def test_in_closed_beta_publish_can_not_be_pressed_and_says_why(client, tea):
    order = stories.approved(stories.submitted(stories.uploaded(tea)))
    MiniProgram.objects.filter(pk=tea.pk).update(in_closed_beta=True)

    html = shown(client, tea)

    assert url("publish_ask", tea, pk=order.pk) not in html
    assert "disabled" in html.split(">Publish<")[0].rsplit("<button", 1)[1]
    assert "The Mini Program is in closed beta testing: it can't be published now." in unescape(words(html))


def test_the_online_module_shows_who_published_and_the_programs_own_qr(client, tea):
    stories.published(stories.approved(stories.submitted(stories.uploaded(tea))))

    html = shown(client, tea)

    assert "Online" in words(html)
    assert "disabled>Published</button>" in html
    assert url("program_code", tea) in html
    assert '<svg class="qr"' in html or "<svg" in html


def test_the_qr_can_be_downloaded_and_opens_the_program(client, tea):
    assert client.get(url("program_code", tea)).status_code == 404
    stories.published(stories.approved(stories.submitted(stories.uploaded(tea))))

    answer = client.get(url("program_code", tea))

    assert answer["Content-Type"] == "image/png"
    assert answer["Content-Disposition"] == f'attachment; filename="{tea.appid}-medium.png"'
    assert Image.open(io.BytesIO(answer.content)).format == "PNG"
    assert qr.read(answer.content) == f"http://testserver/q/{ProgramCode.objects.get().link.code}"


def test_one_row_or_three_cost_the_same_number_of_queries(client, tea, ada, eve, dev, django_assert_num_queries):
    build = stories.uploaded(tea)
    with CaptureQueriesContext(connection) as one:
        shown(client, tea)
    for number, person in enumerate((eve, dev)):
        Build.objects.create(
            mini_program=tea,
            package=build.package,
            uploader=person,
            version=f"2.{number}",
            uploaded_at=build.uploaded_at,
        )

    with django_assert_num_queries(len(one)):
        html = shown(client, tea)
    assert "2.0" in html
    assert "2.1" in html


def test_the_page_of_a_review_version_names_no_reviewer(client, tea, rev):
    order = stories.rejected(stories.submitted(stories.uploaded(tea), notes="Please try <i>tea</i>."))

    html = client.get(url("order_detail", tea, pk=order.pk)).content.decode()

    assert rev.name not in html
    assert "Review team" in html
    assert "Please try &lt;i&gt;tea&lt;/i&gt;." in html
    assert "Review not passed" in html


def test_the_numbers_of_another_program_are_not_found(client, tea, eve):
    hers = stories.completed(administrator=eve, name="Lantern Books")
    build = stories.uploaded(hers)
    order = stories.submitted(build)

    assert client.get(url("order_detail", tea, pk=order.pk)).status_code == 404
    assert client.get(url("order_submit", tea, pk=build.pk)).status_code == 404
    assert client.post(url("build_delete_ask", tea, pk=build.pk)).status_code == 404
    assert client.get(url("versions", hers)).status_code == 404
