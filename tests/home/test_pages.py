"""The platform's home, help and error pages: what they must show, in both languages."""

import pytest
from django.test import Client
from django.urls import reverse

from platform_site.home.docs import PAGES

SIMULATED = "Ministage: a simulated platform. Not connected with Tencent or WeChat."
pytestmark = pytest.mark.django_db


def text_of(client: Client, path: str, status: int = 200) -> str:
    response = client.get(path)
    assert response.status_code == status
    return response.content.decode()


def test_the_home_page_offers_register_log_in_documentation_and_downloads(client):
    page = text_of(client, "/")
    assert [page.count(f'href="{reverse(name)}"') > 0 for name in ("accounts:register_choose", "home:docs")] == [
        True
    ] * 2
    assert f'href="{reverse("home:docs_page", args=["downloads"])}"' in page
    assert f'<form method="post" action="{reverse("accounts:login")}"' in page


def test_register_is_the_last_and_prominent_thing_in_the_header(client):
    header = text_of(client, "/").split("</header>")[0]
    assert header.rindex("btn btn-primary") > header.rindex(reverse("accounts:login"))


def test_the_demo_says_who_can_log_in(client, settings):
    settings.DEMO = True
    assert "tea@harbour.test" in text_of(client, "/")


def test_outside_the_demo_nobodys_log_in_is_told(client, settings):
    settings.DEMO = False
    assert "tea@harbour.test" not in text_of(client, "/")


@pytest.mark.parametrize("path", ["/", "/docs/", *(f"/docs/{slug}/" for slug in PAGES)])
def test_every_public_page_says_that_it_is_simulated(client, path):
    assert SIMULATED in text_of(client, path)


@pytest.mark.parametrize("path", ["/", "/phone/nope/", "/devtools/nope/", "/desk/nope/"])
def test_every_page_offers_the_other_language(client, path):
    page = client.get(path).content.decode()
    assert 'name="language" value="zh-hans" lang="zh-hans">简体中文</button>' in page
    assert SIMULATED in page


def test_the_language_is_changed_by_a_button_and_kept(client):
    client.post(reverse("home:language"), {"language": "zh-hans", "next": "/docs/"})
    page = text_of(client, "/docs/")
    assert '<html lang="zh-hans">' in page
    assert 'name="language" value="en" lang="en">English</button>' in page


@pytest.mark.parametrize("next_page", ["//evil.test/", "https://evil.test/"])
def test_the_language_button_leads_nowhere_else(client, next_page):
    response = client.post(reverse("home:language"), {"language": "en", "next": next_page})
    assert response.headers["Location"] == "/"


def test_an_unknown_help_page_is_404(client):
    assert "There is no such page" in text_of(client, "/docs/nothing/", 404)


def test_the_help_pages_show_the_rulebooks_numbers(client):
    page = text_of(client, "/docs/development/")
    assert "6.3.27" in page
    assert "at most 2 MB, all together 8 MB" in page


def test_the_rejection_reasons_are_those_of_the_rulebook(client):
    from releases.reasons import REASONS

    page = text_of(client, "/docs/rejections/")
    assert [code for code in REASONS if f">{code}</td>" not in page] == []


def test_the_materials_page_names_every_category(client):
    from entities.categories import CATEGORIES

    assert text_of(client, "/docs/materials/").count("<tr><th scope=") == len(CATEGORIES) + len(
        {category.first for category in CATEGORIES.values()}
    )


@pytest.mark.parametrize(
    ("path", "mark"), [("/nope/", "top-nav"), ("/phone/nope/", "phone-screen"), ("/desk/nope/", "Desk")]
)
def test_a_missing_page_looks_like_its_realm(client, path, mark):
    page = text_of(client, path, 404)
    assert "There is no such page" in page
    assert mark in page


def test_a_form_without_its_token_is_told_in_words():
    response = Client(enforce_csrf_checks=True).post(reverse("accounts:logout"))
    assert response.status_code == 403
    assert "This form has expired" in response.content.decode()


def test_an_error_of_ours_is_answered_without_a_request(rf):
    from platform_site.home.errors import server_error

    response = server_error(rf.get("/"))
    assert response.status_code == 500
    assert "Something went wrong" in response.content.decode()


@pytest.mark.parametrize("path", ["/", "/docs/", "/nope/", "/phone/nope/"])
def test_pages_load_nothing_of_others_and_run_nothing_inline(client, path):
    policy = client.get(path).headers["Content-Security-Policy"]
    assert "script-src 'self';" in policy + ";"
    assert "style-src 'self';" in policy + ";"
    assert "unsafe" not in policy


def test_htmx_may_neither_evaluate_nor_add_styles(client):
    page = text_of(client, "/")
    assert '"includeIndicatorStyles": false, "allowEval": false' in page


def test_the_worlds_time_is_shown_only_when_it_is_ahead(client):
    from platform_site.kernel import clock

    assert "World's time" not in text_of(client, "/")
    clock.move_forward(3 * 24 * 3600)
    page = text_of(client, "/")
    assert "World&#x27;s time" in page or "World's time" in page
