"""The pages of service categories: in the information form, under Settings, and handed in again after a rejection."""

import re
from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from entities.actions.categories import approve_category, reject_category
from entities.actions.papers import upload_paper
from entities.models import Draft, Paper, ServiceCategory
from platform_site.kernel import clock
from platform_site.simulation import stories
from tests.entities.helpers import picture
from tests.people import console

pytestmark = pytest.mark.django_db
FOOD, WEATHER = "catering.restaurant", "tools.weather"
SLOT = "papers_catering__restaurant_1_1"


@pytest.fixture
def company(ada):
    """A company that is proven and has filled in nothing."""
    return stories.remitted()


@pytest.fixture
def noodles(company):
    return stories.completed(company, name="Noodle House", categories=[WEATHER])


@pytest.fixture
def client(company) -> Client:
    return console(None, company)


@pytest.fixture
def page(company) -> str:
    return f"/console/{company.appid}/settings/categories/"


@pytest.fixture
def profile_page(company) -> str:
    return f"/console/{company.appid}/profile/"


@pytest.fixture
def paper(company) -> Paper:
    return upload_paper(company.user, data=picture(80), name="licence.png")


def information(**changed) -> dict:
    data = {
        "name": "Noodle House",
        "introduction": "Noodles by the harbour.",
        "categories": [FOOD, WEATHER],
        "avatar": SimpleUploadedFile("tea.png", picture(), "image/png"),
    }
    return {key: value for key, value in (data | changed).items() if value is not None}


def errors_of(answer) -> dict[str, list[str]]:
    return {field: list(errors) for field, errors in answer.context["form"].errors.items()}


def states(mini_program) -> dict[str, str]:
    return dict(mini_program.categories.order_by("position").values_list("code", "status"))


def box(text: str, code: str) -> str:
    return re.search(rf'<input[^>]*value="{re.escape(code)}"[^>]*>', text).group()


# --- in the information form -----------------------------------------------------------------------------------------


def test_an_individual_sees_only_what_individuals_may_choose(ada):
    tea = stories.registered()
    text = console(None, tea).get(f"/console/{tea.appid}/profile/").content.decode()
    assert 'value="tools.weather"' in text
    assert 'value="express.sending"' in text  # asks for papers, and may be chosen
    assert 'value="transport.bus"' not in text
    assert 'value="catering.restaurant"' not in text


def test_a_company_sees_what_companies_may_choose(client, profile_page):
    text = client.get(profile_page).content.decode()
    assert 'value="catering.restaurant"' in text
    assert 'value="finance.bank"' in text
    assert 'value="charity.foundation"' not in text
    assert "hx-get" in box(text, FOOD)
    assert "hx-get" not in box(text, "transport.bus")
    assert "Needs: Food operating licence" in " ".join(text.split())


def test_ticking_one_with_papers_opens_its_slots(client, company):
    address = reverse("entities:category_papers", args=[company.appid])
    text = client.get(address, {"categories": "finance.insurance"}).content.decode()
    assert len(re.findall(r'type="radio"', text)) == 4
    assert len(re.findall(r'type="file"', text)) == 4
    assert f'name="{SLOT}"' in client.get(address, {"categories": FOOD}).content.decode()
    for nothing in ({}, {"categories": WEATHER}, {"categories": "charity.foundation"}, {"categories": "\0"}):
        assert client.get(address, nothing).content.decode().strip() == ""


def test_without_scripts_the_form_comes_back_with_the_slots(client, profile_page, company):
    answer = client.post(profile_page, information())
    assert errors_of(answer)[SLOT] == ["Upload this paper."]
    assert re.search(rf'<input type="file" name="{SLOT}"', answer.content.decode())
    assert states(company) == {}
    again = information(avatar=None, avatar_kept=answer.context["form"].picture_to_keep)
    answer = client.post(profile_page, again | {SLOT: SimpleUploadedFile("l.png", picture(90), "image/png")})
    assert answer.status_code == 302
    assert states(company) == {FOOD: "under_review", WEATHER: "approved"}


def test_papers_that_were_uploaded_survive_a_refused_form(client, profile_page, company, paper):
    answer = client.post(profile_page, information(introduction="", **{SLOT: str(paper.pk)}))
    assert list(errors_of(answer)) == ["introduction"]
    assert f'name="{SLOT}" value="{paper.pk}"' in answer.content.decode()
    assert "checked" in box(answer.content.decode(), FOOD)
    client.post(profile_page, information(**{SLOT: str(paper.pk)}))
    kept = company.categories.get(code=FOOD).category_papers.get()
    assert (kept.paper, kept.round, kept.alternative, kept.document) == (paper, 1, 1, 1)


def test_the_chosen_alternative_counts_and_the_others_do_not(client, profile_page, company, paper):
    code, given = "medical.private-hospital", {"papers_medical__private_hospital_1_1": str(paper.pk)}
    given |= {"papers_medical__private_hospital_2_1": str(paper.pk), "categories": [code]}
    answer = client.post(profile_page, information(**given))
    assert errors_of(answer) == {"categories": ["Choose which papers you hand in."]}
    answer = client.post(profile_page, information(**given, choice_medical__private_hospital="2"))
    assert list(errors_of(answer)) == ["papers_medical__private_hospital_2_2"]
    given["papers_medical__private_hospital_2_2"] = str(paper.pk)
    client.post(profile_page, information(**given, choice_medical__private_hospital="2"))
    kept = company.categories.get().category_papers.values_list("alternative", "document")
    assert list(kept.order_by("pk")) == [(2, 1), (2, 2)]


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>",
        b"<html><script>alert(1)</script>",
        b"%PDF-1.4",
        b"\x89PNG\r\n\x1a\n" + b"\0" * 30,
        b"\0" * (6 * 1024 * 1024),
    ],
    ids=["nothing", "svg", "html", "pdf", "broken", "huge"],
)
def test_files_that_are_not_what_they_say_are_refused(client, profile_page, company, data):
    answer = client.post(profile_page, information(**{SLOT: SimpleUploadedFile("l.png", data, "image/png")}))
    assert SLOT in errors_of(answer)
    assert "<script>alert" not in answer.content.decode()
    assert (states(company), Paper.objects.filter(name="l.png").exists()) == ({}, False)


@pytest.mark.parametrize("number", ["theirs", "0", "-1", "9" * 30, "x", "\0"])
def test_a_paper_that_is_not_ones_own_is_not_taken(client, profile_page, company, eve, number):
    if number == "theirs":
        number = str(stories.handed_in(stories.registered(administrator="eve"), FOOD).documents[0][0].pk)
    answer = client.post(profile_page, information(**{SLOT: number}))
    assert SLOT in errors_of(answer)
    assert f'value="{number}"' not in answer.content.decode()
    assert states(company) == {}


@pytest.mark.parametrize(
    ("codes", "words"),
    [
        ([], "Choose 1 to 5 service categories."),
        ([f"tools.{c}" for c in ("weather", "office", "media", "prices", "lookup", "booking")], "At most 5"),
        ([WEATHER, WEATHER], "A service category can be chosen once only."),
        (["charity.foundation"], "is not open to entities of the type “Corporate”"),
        (["none.none"], "There is no such service category."),
        (["x" * 5000], "There is no such service category."),
    ],
)
def test_what_can_not_be_chosen_is_told_in_words(client, profile_page, company, codes, words):
    answer = client.post(profile_page, information(categories=codes))
    assert list(errors_of(answer)) == ["categories"]
    assert words in errors_of(answer)["categories"][0]
    assert states(company) == {}


# --- under Settings --------------------------------------------------------------------------------------------------


def test_before_the_information_is_filled_in_the_page_leads_there(client, page, profile_page):
    text = client.get(page).content.decode()
    assert "Nothing is chosen yet" in text
    assert f'href="{profile_page}"' in text
    answer = client.post(page, {"categories": [WEATHER]})
    assert errors_of(answer) == {"categories": ["Complete the Mini Program information first."]}


def test_the_page_shows_each_with_its_state_and_what_can_be_done(client, page, noodles, rev, paper):
    client.post(page, {"categories": [FOOD], SLOT: str(paper.pk)})
    row = noodles.categories.get(code=FOOD)
    text = client.get(page).content.decode()
    assert "Under review" in text
    assert "not while it is under review" in text
    assert "can be changed 1 time(s) a month" in text
    assert 'name="remove"' not in text
    reject_category(row, by=rev, reason="The licence <b>has expired</b>.")
    text = client.get(page).content.decode()
    assert "The licence &lt;b&gt;has expired&lt;/b&gt;." in text
    assert f'href="{page}{row.pk}/"' in text


def test_adding_and_removing_are_one_change(client, page, noodles):
    answer = client.post(page, {"categories": ["transport.bus", "tools.office"], "remove": [WEATHER]}, follow=True)
    assert answer.redirect_chain == [(page, 302)]
    assert "The service categories are changed." in answer.content.decode()
    assert states(noodles) == {"transport.bus": "approved", "tools.office": "approved"}
    answer = client.post(page, {"categories": ["tools.media"]})
    assert errors_of(answer)["categories"] == [
        "The service categories can be changed 1 time(s) a month. Change them again next month."
    ]
    at = timezone.localtime(clock.now())
    clock.move_forward(int(((at.replace(day=1) + timedelta(days=32)).replace(day=2) - at).total_seconds()))
    assert client.post(page, {"categories": ["tools.media"]}).status_code == 302
    assert "tools.media" in states(noodles)


@pytest.mark.parametrize(
    ("given", "field", "words"),
    [
        ({}, "categories", "Choose what to add or to remove."),
        ({"categories": [WEATHER]}, "categories", "once only"),
        ({"remove": [WEATHER]}, "categories", "Choose 1 to 5"),
        ({"remove": ["tools.office"], "categories": ["tools.media"]}, "remove", "does not have"),
        ({"categories": ["charity.foundation"]}, "categories", "not open to entities"),
        ({"categories": [FOOD]}, SLOT, "Upload this paper."),
        (
            {"categories": [f"tools.{c}" for c in ["calendar", "office", "media", "prices", "lookup"]]},
            "categories",
            "At most 5",
        ),
        ({"remove": ["\0"]}, "remove", "does not have"),
    ],
)
def test_a_change_that_breaks_a_rule_is_told_in_words(client, page, noodles, given, field, words):
    answer = client.post(page, given)
    assert answer.status_code == 200
    assert words in errors_of(answer)[field][0]
    assert words in answer.content.decode()
    assert states(noodles) == {WEATHER: "approved"}


def test_one_under_review_can_not_be_removed_by_a_stale_page(client, page, company):
    stories.completed(company, categories=[FOOD], papers={FOOD: stories.handed_in(company, FOOD)})
    answer = client.post(page, {"categories": [WEATHER], "remove": [FOOD]})
    assert errors_of(answer) == {"remove": ["A service category under review can't be removed. Wait for the decision."]}
    assert states(company) == {FOOD: "under_review"}


def test_one_category_or_five_cost_the_same_number_of_queries(client, page, noodles, django_assert_num_queries):
    client.get(page)
    with CaptureQueriesContext(connection) as one:
        client.get(page)
    most = len(one)
    client.post(page, {"categories": [f"tools.{name}" for name in ["office", "media", "prices", "lookup"]]})
    client.get(page)
    with django_assert_num_queries(most):
        assert len(client.get(page).context["form"].rows) == 5


def test_a_change_that_was_left_is_there_in_another_session_until_it_is_made(client, page, company, noodles, paper):
    client.post("/drafts/categories/", {"categories": FOOD, "remove": WEATHER, SLOT: str(paper.pk)})
    text = console(None, company).get(page).content.decode()
    assert "checked" in box(text, FOOD)
    assert "checked" in box(text, WEATHER)
    assert f'name="{SLOT}" value="{paper.pk}"' in text
    client.post(page, {"categories": [FOOD], "remove": [WEATHER], SLOT: str(paper.pk)})
    assert states(noodles) == {FOOD: "under_review"}
    assert not Draft.objects.exists()


def test_a_refused_change_is_kept_too(client, page, company, noodles):
    client.post(page, {"categories": [FOOD, "tools.office"]})
    text = console(None, company).get(page).content.decode()
    assert "checked" in box(text, FOOD)
    assert "checked" in box(text, "tools.office")
    assert f'name="{SLOT}"' in text  # the places for its papers are open


# --- handed in again -------------------------------------------------------------------------------------------------


@pytest.fixture
def rejected(company, rev) -> ServiceCategory:
    stories.completed(company, categories=[FOOD], papers={FOOD: stories.handed_in(company, FOOD)})
    row = company.categories.get()
    reject_category(row, by=rev, reason="The licence has expired.")
    return row


def test_a_restaurant_hands_in_its_licence_again_and_is_approved(client, page, rejected, paper, rev):
    address = f"{page}{rejected.pk}/"
    text = client.get(address).content.decode()
    assert "The papers were rejected: The licence has expired." in text
    assert rev.name not in text
    assert errors_of(client.post(address, {})) == {SLOT: ["Upload this paper."]}
    answer = client.post(address, {SLOT: str(paper.pk)}, follow=True)
    assert answer.redirect_chain == [(address, 302)]
    text = answer.content.decode()
    assert "The desk looks at the papers" in text
    assert text.index("Round 2") < text.index("Round 1")
    assert f"/papers/{paper.pk}/" in text
    approve_category(ServiceCategory.objects.get(), by=rev)
    assert "Function pages can lie in this category." in client.get(address).content.decode()


def test_papers_to_be_handed_in_again_are_kept_while_one_looks_for_the_others(client, page, company, rejected, paper):
    address = f"{page}{rejected.pk}/"
    client.post("/drafts/category-papers/", {SLOT: str(paper.pk)})
    assert f'name="{SLOT}" value="{paper.pk}"' in console(None, company).get(address).content.decode()
    client.post(address, {SLOT: str(paper.pk)})
    assert not Draft.objects.exists()


def test_pressing_twice_hands_in_once(client, page, rejected, paper):
    address = f"{page}{rejected.pk}/"
    first, second = (client.post(address, {SLOT: str(paper.pk)}) for _ in range(2))
    assert (first.status_code, second.status_code) == (302, 200)
    assert "Only a rejected service category can be handed in again." in second.content.decode()
    assert set(rejected.category_papers.values_list("round", flat=True)) == {1, 2}


def test_a_category_of_another_program_is_not_there(client, rejected, eve):
    bikes = stories.completed(administrator="eve", name="Pier Bicycles")
    hers = console(None, bikes)
    address = f"/console/{bikes.appid}/settings/categories/{rejected.pk}/"
    assert (hers.get(address).status_code, hers.post(address, {}).status_code) == (404, 404)
    assert ServiceCategory.objects.get(pk=rejected.pk).status == "rejected"


def test_a_member_without_the_right_is_turned_away(page, noodles, dev):
    stories.bound(noodles, dev)
    developer = console(None, noodles, dev)
    row = noodles.categories.get()
    for address in (page, f"{page}{row.pk}/", f"{page}papers/"):
        assert developer.get(address).status_code == 403
    assert developer.post(page, {"categories": ["tools.office"]}).status_code == 403
