"""The page of the Mini Program information: filled in once with live checks, then shown."""

import re

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from accounts.permissions import Role
from entities.models import Profile
from platform_site.kernel.rulebook import RULES
from platform_site.simulation import stories
from tests.entities.helpers import picture
from tests.people import console

pytestmark = pytest.mark.django_db


@pytest.fixture
def mini_program(ada):
    return stories.registered()


@pytest.fixture
def client(mini_program) -> Client:
    return console(None, mini_program)


@pytest.fixture
def page(mini_program) -> str:
    return f"/console/{mini_program.appid}/profile/"


def given(**changed) -> dict:
    data = {
        "name": "Harbour Tea",
        "introduction": "Tea by the water.",
        "categories": ["tools.weather", "catering.recipes"],
        "avatar": SimpleUploadedFile("tea.png", picture(), "image/png"),
    }
    return {key: value for key, value in (data | changed).items() if value is not None}


def errors_of(response) -> dict[str, list[str]]:
    return {field: list(errors) for field, errors in response.context["form"].errors.items()}


def test_a_complete_form_is_kept_and_shown(client, page, mini_program):
    answer = client.post(page, given(), follow=True)
    assert answer.redirect_chain == [(page, 302)]
    text = answer.content.decode()
    for words in ("Harbour Tea", "Tea by the water.", "Tools › Weather", "Catering › Recipes"):
        assert words in text
    assert "Change it in Basic Settings" in text
    assert '<form method="post" enctype' not in text
    picture_of_it = client.get(Profile.objects.get().avatar_url)
    assert (picture_of_it["Content-Type"], picture_of_it["Content-Security-Policy"]) == (
        "image/png",
        "default-src 'none'; sandbox",
    )
    assert picture_of_it.content.startswith(b"\x89PNG")
    assert picture_of_it["X-Content-Type-Options"] == "nosniff"


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"name": "Tea"}, "name"),
        ({"name": ""}, "name"),
        ({"name": "x" * 31}, "name"),
        ({"introduction": "abc"}, "introduction"),
        ({"introduction": "茶" * 61}, "introduction"),
        ({"categories": []}, "categories"),
        ({"categories": ["transport.bus"]}, "categories"),
        ({"categories": ["<script>alert(1)</script>"]}, "categories"),
        ({"avatar": None}, "avatar"),
        ({"avatar": SimpleUploadedFile("a.png", b"", "image/png")}, "avatar"),
        ({"avatar": SimpleUploadedFile("a.png", b"<svg onload=alert(1)>", "image/png")}, "avatar"),
        ({"avatar": SimpleUploadedFile("a.png", picture(size=(9, 10)), "image/png")}, "avatar"),
        ({"avatar": SimpleUploadedFile("a.png", b"\0" * (RULES.profile.avatar_bytes + 1))}, "avatar"),
        ({"avatar": None, "avatar_kept": "not base64!"}, "avatar"),
        ({"avatar": None, "avatar_kept": "PHN2Zz4="}, "avatar"),
    ],
)
def test_what_is_wrong_is_told_beside_its_field(client, page, changed, field):
    answer = client.post(page, given(**changed))
    assert list(errors_of(answer)) == [field]
    assert "<script>alert" not in answer.content.decode()
    assert not Profile.objects.exists()


def test_the_file_name_and_type_do_not_matter_but_the_content(client, page):
    client.post(page, given(avatar=SimpleUploadedFile("../../evil.svg", picture(kind="JPEG"), "image/svg+xml")))
    assert re.fullmatch(r"avatars/[0-9a-f]{64}\.png", Profile.objects.get().avatar.name)


def test_nothing_is_lost_on_a_mistake_not_even_the_picture(client, page):
    answer = client.post(page, given(name="Tea"))
    text = answer.content.decode()
    assert 'value="Tea"' in text
    assert "Tea by the water." in text
    assert re.search(r'value="tools\.weather"[^>]* checked', text)
    kept = re.search(r'name="avatar_kept" value="([^"]+)"', text).group(1)
    client.post(page, given(avatar=None, avatar_kept=kept))
    assert Profile.objects.get().name == "Harbour Tea"


def test_markup_in_texts_is_escaped_where_it_is_shown(client, page, mini_program):
    attack = "<script>alert(1)</script> ' OR 1=1 --"
    client.post(page, given(introduction=attack))
    assert Profile.objects.get().introduction == attack
    for path in (page, f"/console/{mini_program.appid}/settings/"):
        text = client.get(path).content.decode()
        assert "&lt;script&gt;alert(1)&lt;/script&gt;" in text
        assert "<script>alert" not in text


def test_a_second_submission_changes_nothing_and_says_so(client, page):
    client.post(page, given())
    answer = client.post(page, given(name="Another name"), follow=True)
    assert "has been filled in already" in answer.content.decode()
    assert Profile.objects.get().name == "Harbour Tea"


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("Harbour Tea", "This name can be had."),
        ("Te", "2 more characters needed"),
        ("x" * 32, "Too long by 2 characters"),
        ("Tea_house", "“_” can&#x27;t be in a name"),
        ("lantern books", "Another Mini Program has this name already."),
    ],
)
def test_the_live_check_says_what_the_submission_would(client, page, eve, name, words):
    stories.completed(administrator="eve", name="Lantern Books")
    assert words in client.get(f"{page}check-name/", {"name": name}).content.decode()


def test_the_live_check_counts_units_and_is_silent_about_nothing(client, page):
    assert "10 / 30" in client.get(f"{page}check-name/", {"name": "茶馆 tea茶"}).content.decode()
    assert client.get(f"{page}check-name/").content.strip() == b""


@pytest.mark.parametrize("path", ["profile/", "profile/check-name/", "settings/", "settings/verification/", "pay/"])
def test_strangers_find_nothing_and_members_without_the_right_are_kept_out(mini_program, eve, dev, path):
    url = f"/console/{mini_program.appid}/{path}"
    assert Client().get(url)["Location"] == f"/login/?next={url}"
    assert console(None, stories.registered(administrator="eve"), eve).get(url).status_code == 404
    stories.bound(mini_program, dev, Role.DEVELOPER)
    assert console(None, mini_program, dev).get(url).status_code == 403


def test_a_stranger_can_not_fill_in_the_information(mini_program, eve, page):
    stranger = console(None, stories.registered(administrator="eve"), eve)
    assert stranger.post(page, given()).status_code == 404
    assert not Profile.objects.exists()


@pytest.mark.parametrize("name", ["0" * 64, "x" * 64, "..%2f..%2fministage", "0" * 63, "A" * 64])
def test_there_is_no_picture_under_other_names(db, name):
    assert Client().get(f"/media/avatars/{name}.png").status_code == 404
