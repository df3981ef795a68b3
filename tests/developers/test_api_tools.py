"""The developer tools' API for the terminal: the same doors as in the browser, and answers that are always JSON."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from accounts.models import ScanTicket
from developers.models import Build, CodePackage, Preview, Project
from platform_site.simulation import stories
from tests.developers.scanning import latest_confirmed
from tests.developers.zips import good
from tests.people import devtools

JSON = {"Accept": "application/json"}


@pytest.fixture
def tea(ada):
    return stories.registered(administrator=ada)


def post(client: Client, name: str, **fields):
    return client.post(reverse(f"developers:api_{name}"), fields, headers=JSON)


def code(tea, **more) -> dict:
    archive = SimpleUploadedFile("code.zip", good())
    return {"appid": tea.appid, "project": "tea", "archive": archive, **more}


def error_of(answer) -> tuple[int, str, str | None]:
    error = answer.json()["error"]
    assert error["message"]
    return answer.status_code, error["code"], error.get("field")


def test_posts_want_the_token_that_the_session_hands_out(tea) -> None:
    client = Client(enforce_csrf_checks=True)
    assert post(client, "login").status_code == 403
    token = client.get(reverse("developers:api_session")).json()["csrf_token"]
    answer = client.post(reverse("developers:api_login"), headers={**JSON, "X-CSRFToken": token})
    assert answer.status_code == 200
    assert answer.json()["qr"].endswith(ScanTicket.objects.get().code)


def test_a_ticket_is_known_to_the_terminal_that_shows_it_only(tea, ada) -> None:
    mine, other = Client(), Client()
    shown = post(mine, "login").json()
    path = reverse("developers:api_ticket", kwargs={"pk": shown["ticket"]})
    assert mine.get(path).json()["status"] == "waiting"
    assert other.get(path).status_code == 404
    assert mine.get(reverse("developers:api_ticket", kwargs={"pk": 2**63})).status_code == 404

    latest_confirmed(ada)

    assert error_of(post(other, "enter", ticket=shown["ticket"]))[:2] == (422, "ticket_not_confirmed")
    assert post(mine, "enter", ticket=shown["ticket"]).json()["person"]["wechat_id"] == "ada_lin"
    assert error_of(post(mine, "enter", ticket=shown["ticket"]))[:2] == (422, "ticket_not_confirmed")
    assert mine.get(reverse("developers:api_session")).json()["login"] is True


def test_logging_in_changes_the_session(tea, ada) -> None:
    client = Client()
    shown = post(client, "login").json()
    before = client.cookies["devtools_session"].value
    latest_confirmed(ada)
    post(client, "enter", ticket=shown["ticket"])
    assert client.cookies["devtools_session"].value != before


def test_a_ticket_that_is_not_confirmed_lets_nobody_in(tea) -> None:
    client = Client()
    shown = post(client, "login").json()
    for ticket in (shown["ticket"], "", "x", "0", "9" * 30):
        assert error_of(post(client, "enter", ticket=ticket))[:2] == (422, "ticket_not_confirmed")
    assert client.get(reverse("developers:api_session")).json()["login"] is False


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"appid": ""}, "appid"),
        ({"appid": "wx\0"}, "appid"),
        ({"project": ""}, "project"),
        ({"project": "x" * 65}, "project"),
        ({"archive": ""}, "archive"),
        ({"scene": "many"}, "scene"),
        ({"page": "x" * 1025}, "page"),
    ],
)
def test_a_form_that_lacks_something_is_refused_with_its_field(tea, ada, wrong, field) -> None:
    client = devtools(None, ada)
    assert error_of(post(client, "preview", **code(tea, **wrong))) == (422, "form", field)
    assert not CodePackage.objects.exists()


def test_a_program_of_others_is_not_told_apart_from_none(tea, eve) -> None:
    stories.registered(administrator=eve)
    client = devtools(None, eve)
    for appid in (tea.appid, "wx0000000000000000"):
        assert error_of(post(client, "preview", **code(tea, appid=appid))) == (422, "not_a_developer", "appid")
    assert not Project.objects.exists()


def test_what_is_no_code_is_refused_with_the_report(tea, ada) -> None:
    client = devtools(None, ada)
    answer = post(client, "preview", **code(tea, archive=SimpleUploadedFile("code.zip", b"no zip")))
    assert error_of(answer)[2] == "archive"
    assert answer.json()["report"]["items"]
    assert not Preview.objects.exists()


def test_a_start_page_that_the_code_has_not_makes_no_preview(tea, ada) -> None:
    answer = post(devtools(None, ada), "preview", **code(tea, page="pages/none/none"))
    assert error_of(answer) == (422, "start_path", "start_path")
    assert not Preview.objects.exists()


def test_an_upload_needs_the_scan_and_uses_it_up(tea, ada) -> None:
    client = devtools(None, ada)
    asked = post(client, "upload", **code(tea, version="1.0.0", notes="First")).json()
    assert error_of(post(client, "uploaded", ticket=asked["ticket"]))[:2] == (422, "ticket_not_confirmed")
    assert not Build.objects.exists()
    latest_confirmed(ada)

    done = post(client, "uploaded", ticket=asked["ticket"])

    assert done.json()["version"] == "1.0.0"
    assert Build.objects.get().notes == "First"
    assert error_of(post(client, "uploaded", ticket=asked["ticket"]))[:2] == (422, "ticket_not_confirmed")
    assert Build.objects.count() == 1


def test_a_log_in_ticket_is_no_upload(tea, ada) -> None:
    client = devtools(None, ada)
    shown = post(client, "login").json()
    latest_confirmed(ada)
    assert error_of(post(client, "uploaded", ticket=shown["ticket"]))[:2] == (422, "ticket_not_confirmed")


def test_a_developer_may_not_upload(tea, dev) -> None:
    stories.bound(tea, dev)
    answer = post(devtools(None, dev), "upload", **code(tea, version="1.0.0"))
    assert error_of(answer)[:2] == (403, "upload_not_administrator")
    assert not CodePackage.objects.exists()
