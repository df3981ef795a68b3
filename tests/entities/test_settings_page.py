"""Basic settings with all their rows, what they lead to, and the pages that say honestly what is not open."""

import io
import re

import pytest
from PIL import Image

from entities.models import Profile
from platform_site.kernel.models import AuditEvent
from platform_site.simulation import stories
from tests.entities.naming import named
from tests.people import console

pytestmark = pytest.mark.django_db


def settings_of(mini_program, page: str = "") -> str:
    answer = console(None, mini_program).get(f"/console/{mini_program.appid}/settings/{page}")
    assert answer.status_code == 200
    return answer.content.decode()


def row(text: str, title: str) -> str:
    """One row of the table, without its markup."""
    found = next(tr for tr in re.findall(r"<tr>.*?</tr>", text, re.S) if f'<th scope="row">{title}</th>' in tr)
    return " ".join(re.sub(r"<[^>]+>", " ", found).split())


def links(text: str, title: str) -> list[str]:
    """Where the row's links lead."""
    found = next(tr for tr in re.findall(r"<tr>.*?</tr>", text, re.S) if f'<th scope="row">{title}</th>' in tr)
    return re.findall(r'href="([^"]+)"', found)


def test_basic_settings_show_what_is_known_with_personal_data_masked(ada):
    mini_program = stories.completed()
    text = console(None, mini_program).get(f"/console/{mini_program.appid}/settings/").content.decode()
    masked = ada.id_number[0] + "*" * 16 + ada.id_number[-1]
    for words in (
        "Harbour Tea",
        "**达",
        masked,
        mini_program.original_id,
        mini_program.user.email,
    ):
        assert words in text
    assert f'href="/console/{mini_program.appid}/settings/verification/"' in text
    assert f'href="/console/{mini_program.appid}/settings/development/"' in text
    for secret in (ada.real_name, ada.id_number, ada.phone):
        assert secret not in text


def test_before_the_information_is_filled_in_the_way_there_is_shown(ada):
    mini_program = stories.registered()
    text = console(None, mini_program).get(f"/console/{mini_program.appid}/settings/").content.decode()
    assert f'href="/console/{mini_program.appid}/profile/"' in text


def test_individuals_do_not_support_wechat_verification(ada):
    mini_program = stories.registered()
    text = console(None, mini_program).get(f"/console/{mini_program.appid}/settings/verification/").content.decode()
    assert "Individual type accounts do not support WeChat Verification for the time being." in text


@pytest.mark.parametrize("path", ["settings/", "profile/"])
def test_pages_take_as_many_queries_for_three_categories_as_for_one(ada, path):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    counts = []
    for categories in (["tools.weather"], ["tools.office", "tools.media", "tools.lookup"]):
        mini_program = stories.completed(categories=categories)
        client = console(None, mini_program)
        client.get(f"/console/{mini_program.appid}/{path}")
        with CaptureQueriesContext(connection) as queries:
            client.get(f"/console/{mini_program.appid}/{path}")
        counts.append(len(queries))
    assert counts[0] == counts[1]


def test_the_settings_lead_to_the_open_platform_which_says_what_it_is_for(client):
    assert links(settings_of(stories.registered()), "Open Platform account") == ["/open/"]
    text = client.get("/open/").content.decode()
    assert "tell its users apart by one UnionID" in text
    assert 'href="/open/register/"' in text


def test_an_organisation_is_shown_by_its_full_name_and_code(ada):
    company = stories.remitted()
    text = settings_of(company)
    assert company.entity.name in row(text, "Entity information")
    assert company.entity.number in row(text, "Entity information")
    details = settings_of(company, "entity/")
    for words in (company.entity.name, company.entity.number, "Remittance from the corporate account", "**达"):
        assert words in details
    for secret in (ada.real_name, ada.id_number, ada.phone):
        assert secret not in details


def test_the_papers_of_the_registration_are_shown_to_their_account(ada):
    media = stories.organisation(type="media")
    paper = media.entity.entity_papers.get().paper
    assert f'src="/papers/{paper.pk}/"' in settings_of(media, "entity/")
    assert console(None, media).get(f"/papers/{paper.pk}/")["Content-Type"] == "image/jpeg"


@pytest.mark.parametrize(
    ("kind", "reason"), [("corporate", "First remit the small amount"), ("media", "First pass WeChat Verification")]
)
def test_while_the_information_is_closed_nothing_can_be_pressed_and_the_reason_is_told(ada, kind, reason):
    closed = stories.organisation(type=kind)
    text = settings_of(closed)
    assert reason in text
    for title in ("Mini Program name", "Avatar", "Introduction", "Service categories"):
        assert links(text, title) == []
    for page in ("name/", "avatar/", "introduction/"):
        answer = console(None, closed).get(f"/console/{closed.appid}/settings/{page}")
        assert answer["Location"] == f"/console/{closed.appid}/profile/"
    answer = console(None, closed).post(f"/console/{closed.appid}/settings/search/", {"searchable": "no"})
    assert answer.status_code == 422


def test_the_verification_row_says_what_holds(ada):
    company, base = stories.remitted(), "/console/{}/settings/verification/"
    assert "Not verified" in row(settings_of(company), "WeChat Verification")
    office = stories.verified()
    assert "Verified Valid until" in row(settings_of(office), "WeChat Verification")
    for program in (company, office):
        assert links(settings_of(program), "WeChat Verification") == [base.format(program.appid)]


def test_after_publication_an_individual_can_not_rename_and_an_organisation_is_led_to_verification(ada):
    tea = stories.published().mini_program
    assert "the name can't be changed any more" in row(settings_of(tea), "Mini Program name").replace("&#x27;", "'")
    assert links(settings_of(tea), "Mini Program name") == []
    company = stories.completed(stories.remitted(), name="Quay Tea")
    stories.published(stories.approved(stories.submitted(stories.uploaded(company))))
    text = settings_of(company)
    assert "with a WeChat Verification only" in row(text, "Mini Program name")
    assert links(text, "Mini Program name") == [f"/console/{company.appid}/settings/verification/"]


def test_a_name_at_the_desk_is_told_in_its_row(ada):
    application = named("Harbour Museum")
    text = settings_of(application.mini_program)
    assert "none yet Harbour Museum: under review" in row(text, "Mini Program name")


def test_the_program_code_comes_in_three_sizes_after_the_first_release(ada):
    tea = stories.completed()
    assert "Available after the first release." in row(settings_of(tea), "Mini Program QR code")
    assert links(settings_of(tea), "Mini Program QR code") == []
    stories.published(stories.approved(stories.submitted(stories.uploaded(tea))))
    client, sides = console(None, tea), []
    for link in links(settings_of(tea), "Mini Program QR code"):
        answer = client.get(link)
        assert answer["Content-Type"] == "image/png"
        sides.append(Image.open(io.BytesIO(answer.content)).width)
    assert len(set(sides)) == 3
    assert sides == sorted(sides)
    assert client.get(f"/console/{tea.appid}/versions/code.png?size=a\0b").status_code == 200


def test_search_is_switched_and_what_is_set_already_leaves_no_trace(ada):
    tea = stories.completed()
    client, url = console(None, tea), f"/console/{tea.appid}/settings/search/"
    for _press in range(2):
        client.post(url, {"searchable": "no"})
    assert not Profile.objects.get().is_searchable
    assert AuditEvent.objects.filter(event="entities.profile.search_forbidden").count() == 1
    assert "Not allowed" in row(settings_of(tea), "Search by name")
    client.post(url, {"searchable": "yes"})
    assert Profile.objects.get().is_searchable
    assert AuditEvent.objects.filter(event="entities.profile.search_allowed").count() == 1
    for hostile in ({}, {"searchable": "maybe"}, {"searchable": "a\0b"}):
        assert client.post(url, hostile).status_code == 422
    assert client.get(url).status_code == 405


def test_no_row_has_a_control_that_leads_nowhere(ada):
    tea = stories.published().mini_program
    client, text = console(None, tea), settings_of(tea)
    for link in set(re.findall(r'href="(/console/[^"]+)"', text)):
        assert client.get(link).status_code == 200, link
