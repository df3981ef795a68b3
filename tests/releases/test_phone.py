"""Mini Programs on the phone: found by name and words, opened by anybody, only while online."""

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from platform_site.simulation import stories
from platform_site.web.paging import search_key
from releases.actions.pages import PageInput
from tests.people import phone
from tests.releases.pages import words

LIST = "/phone/programs/"


@pytest.fixture
def anybody(dev):
    return phone(None, dev)


def online(mini_program, **page):
    build = stories.uploaded(mini_program)
    first = stories.function_pages(build, count=1)[0]
    given = PageInput(**{"path": first.path, "title": "Home", "category": first.category, "tags": []} | page)
    return stories.published(stories.approved(stories.submitted(build, pages=[given])))


def at(mini_program, path="", name="phone_program"):
    kwargs = {"appid": mini_program.appid} | ({"path": path} if path else {})
    return reverse(f"releases:{'phone_page' if path and name == 'phone_program' else name}", kwargs=kwargs)


def found(client, q):
    return [release.mini_program.profile.name for release in client.get(LIST, {"q": q}).context["page"]]


def test_one_needs_a_phone(tea):
    for address in (LIST, at(tea), at(tea, "pages/home/home")):
        assert Client().get(address).url == f"/phone/login/?next={address}"


def test_only_what_is_online_is_found(anybody, tea, eve):
    stories.approved(stories.submitted(stories.uploaded(stories.completed(administrator=eve, name="Harbour Bikes"))))
    online(tea)

    assert found(anybody, "") == found(anybody, "harbour") == ["Harbour Tea"]


@pytest.mark.parametrize(
    "q", ["harbour tea", "HARBOUR", "  bour   t ", "order ahead", "龙井", "Ｏｒｄｅｒ", "lóngjǐng".upper()]
)
def test_it_is_found_by_name_and_by_title_and_tags_of_its_function_pages(anybody, tea, q):
    online(tea, title="Order ahead", tags=["龙井", "lóngjǐng"])

    assert found(anybody, q) == ["Harbour Tea"]


@pytest.mark.parametrize("q", ["coffee", "%", "_", "\\", "'", "x" * 64])
def test_what_nobody_wrote_is_not_found(anybody, tea, q):
    online(tea, title="Order", tags=["tea"])

    assert found(anybody, q) == []


@pytest.mark.parametrize("q", ["x" * 65, "\0x"])
def test_a_search_that_makes_no_sense_shows_all(anybody, tea, q):
    online(tea)

    assert found(anybody, q) == ["Harbour Tea"]


def test_the_words_of_a_replaced_version_are_forgotten(anybody, tea):
    online(tea, title="Winter offer")
    online(tea, title="Summer offer")

    assert (found(anybody, "winter"), found(anybody, "summer")) == ([], ["Harbour Tea"])


def test_mine_are_listed_with_their_state(anybody, tea, dev, eve):
    bikes = stories.completed(administrator=eve, name="Pier Bicycles")
    stories.bound(tea, dev)
    stories.bound(bikes, dev)
    online(tea)

    answer = anybody.get(LIST)

    assert [(m.mini_program.profile.name, m.is_online) for m in answer.context["mine"]] == [
        ("Pier Bicycles", False),
        ("Harbour Tea", True),
    ]
    assert "Developer, not online yet" in words(answer.content.decode())


def test_one_row_or_three_cost_the_same_number_of_queries(anybody, tea, dev, eve, django_assert_num_queries):
    stories.bound(tea, dev)
    online(tea)
    with CaptureQueriesContext(connection) as one:
        anybody.get(LIST)
    for name in ("Lantern Books", "Pier Bicycles"):
        program = stories.completed(administrator=eve, name=name)
        stories.bound(program, dev)
        online(program)

    with django_assert_num_queries(len(one)):
        assert len(found(anybody, "")) == 3


def test_anybody_opens_an_online_program_and_each_of_its_pages(anybody, tea):
    release = online(tea)
    pages = release.order.build.package.facts["pages"]

    assert anybody.get(at(tea)).context["program"].path == pages[0]
    for path in pages:
        assert anybody.get(at(tea, path)).context["program"].path == path
    assert anybody.get(at(tea, "pages/none/none")).status_code == 404


def test_the_qr_of_the_program_leads_there(anybody, tea):
    release = online(tea)

    answer = anybody.get(f"/q/{release.mini_program.program_code.link.code}", follow=True)

    assert answer.redirect_chain[-1][0] == at(tea)
    assert answer.context["program"].is_home


@pytest.mark.parametrize(
    "story", [stories.uploaded, lambda p: stories.approved(stories.submitted(stories.uploaded(p)))]
)
def test_what_is_not_published_says_so_and_shows_nothing(anybody, tea, story):
    story(tea)

    for address in (at(tea), at(tea, "pages/home/home")):
        answer = anybody.get(address)
        assert answer.status_code == 404
        assert "This Mini Program is not online" in words(answer.content.decode())
    for name in ("phone_asset", "phone_skin"):
        assert anybody.get(at(tea, "pages/home/home", name)).status_code == 404


def test_an_unknown_appid_reads_like_one_that_is_not_published(anybody, tea):
    unknown = anybody.get(reverse("releases:phone_program", kwargs={"appid": "wx0000000000000000"}))

    assert words(unknown.content.decode()) == words(anybody.get(at(tea)).content.decode())


def test_only_pictures_are_served(anybody, tea):
    files = [file["path"] for file in online(tea).order.build.package.facts["files"]]
    picture = next(path for path in files if path.endswith(".png"))

    answer = anybody.get(at(tea, picture, "phone_asset"))
    assert (answer["Content-Type"], answer["Content-Security-Policy"]) == ("image/png", "default-src 'none'; sandbox")
    for path in ["app.json", "app.js", "app.wxss", "../app.json"]:
        assert anybody.get(at(tea, path, "phone_asset")).status_code == 404


def test_searching_sees_width_case_and_spaces_alike():
    assert search_key("  Ｈａｒｂｏｕｒ \t TEA\0 ") == "harbour tea"
