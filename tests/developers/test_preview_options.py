"""A preview opens with the start page, query and scene that were asked for; refusals say who may and how."""

import pytest

from accounts.models import Member
from developers.actions.builds import make_key_preview, make_preview
from developers.models import Preview
from developers.queries import preview_open_to
from platform_site.kernel.lifecycle import Refused
from platform_site.simulation import stories
from tests.developers.test_devtools import at, read_code
from tests.people import devtools, phone

LIST = "pages/list/list"


@pytest.fixture
def project(ada):
    tea = stories.registered(administrator=ada)
    return read_code(devtools(None, ada), stories.project(tea, ada, name="tea"))


@pytest.fixture
def client(ada):
    return devtools(None, ada)


def asked(client, project, **fields):
    return client.post(at("preview", project), fields)


def test_the_form_offers_the_pages_of_the_package(client, project) -> None:
    page = client.get(at("preview", project)).context["form"]
    assert [value for value, _label in page.fields["page"].choices][1:] == project.package.facts["pages"]
    assert page.initial["scene"] == 1011


def test_the_phone_opens_the_page_with_query_and_scene(client, project, ada) -> None:
    answer = asked(client, project, page=LIST, query="table=5&from=poster", scene="1047")

    preview = Preview.objects.get()
    assert (preview.start_path, preview.scene) == (f"{LIST}?table=5&from=poster", 1047)
    qr = client.get(answer.url).content.decode()
    assert f"{LIST}?table=5&amp;from=poster" in qr
    opened = phone(None, ada).get(preview.link.path, follow=True)
    assert opened.redirect_chain == [(f"/phone/preview/{preview.pk}/{LIST}?table=5&from=poster", 302)]
    text = opened.content.decode()
    assert "scene 1047" in text
    assert "?table=5&amp;from=poster" in text


def test_nothing_chosen_is_the_first_page_of_a_scanned_qr(client, project, ada) -> None:
    asked(client, project)
    preview = Preview.objects.get()
    assert (preview.start_path, preview.scene) == ("", 1011)
    assert phone(None, ada).get(preview.link.path).status_code == 200


def test_a_query_without_a_page_opens_the_first_page(client, project) -> None:
    asked(client, project, query="?table=5")
    assert Preview.objects.get().start_path == "pages/home/home?table=5"


@pytest.mark.parametrize(
    ("fields", "bad"),
    [
        ({"page": "pages/none/none"}, "page"),
        ({"page": "../../etc"}, "page"),
        ({"query": "a b"}, "query"),
        ({"query": "a#b"}, "query"),
        ({"query": "a\0b"}, "query"),
        ({"query": "x" * 1024}, "query"),
        ({"scene": "0"}, "scene"),
        ({"scene": "99999"}, "scene"),
        ({"scene": "abc"}, "scene"),
    ],
)
def test_what_can_not_be_opened_is_refused_beside_its_field(client, project, fields, bad) -> None:
    answer = asked(client, project, **fields)
    assert answer.status_code == 422
    assert list(answer.context["form"].errors) == [bad]
    assert not Preview.objects.exists()


def test_the_action_refuses_the_same(project, ada) -> None:
    for wrong in ({"start_path": "pages/none/none"}, {"scene": 0}, {"start_path": f"{LIST}?a b"}):
        with pytest.raises(Refused):
            make_preview(project, package=project.package, by=ada, **wrong)


def test_somebody_else_is_told_who_may_and_how_to_get_there(project, ada, eve) -> None:
    preview = make_preview(project, package=project.package, by=ada)
    answer = phone(None, eve).get(preview.link.path)
    text = answer.content.decode()
    assert answer.status_code == 403
    assert "Only the developer who is logged in to the developer tools" in text
    assert "bound as a developer by the administrator" in text


# --- by the code upload key


@pytest.fixture
def by_key(project):
    boss = stories.administrator_of(project.mini_program)
    return make_key_preview(
        project.mini_program, package=project.package, by=boss, robot=1, start_path=f"{LIST}?a=1", scene=1011
    )


def test_the_administrator_opens_a_preview_by_key(by_key, ada) -> None:
    assert preview_open_to(ada, by_key.pk) == by_key
    answer = phone(None, ada).get(by_key.link.path, follow=True)
    assert answer.redirect_chain[0][0].endswith(f"{LIST}?a=1")


def test_a_developer_does_not(by_key, dev) -> None:
    stories.bound(by_key.mini_program, dev)
    assert phone(None, dev).get(by_key.link.path).status_code == 403


def test_who_made_the_key_and_is_a_developer_only_now_does_not(by_key, ada) -> None:
    Member.objects.filter(person=ada).update(role="developer")
    with pytest.raises(Refused) as refusal:
        preview_open_to(ada, by_key.pk)
    assert refusal.value.code == "preview_unbound"


def test_the_qr_page_of_a_preview_keeps_what_was_chosen(client, project) -> None:
    url = asked(client, project, page=LIST, query="a=1", scene="1047").url
    form = client.get(url).context["form"]
    assert (form["page"].value(), form["query"].value(), form["scene"].value()) == (LIST, "a=1", 1047)
    assert url == at("preview_qr", project, number=Preview.objects.get().pk)
