"""The developer tools in the browser: log in, projects, preview, upload; and the preview on the phone."""

import json
import re
from datetime import datetime, timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.actions import tickets
from accounts.actions.people import change_settings
from accounts.door import PERSON_KEY
from accounts.models import ScanTicket
from developers.actions.members import unbind_member
from developers.lifecycle import BuildStatus
from developers.models import Build, Preview, Project
from platform_site.kernel import clock
from platform_site.kernel.lifecycle import Refused
from platform_site.simulation import stories
from tests.developers.scanning import latest_confirmed
from tests.developers.zips import files, good, with_files, zipped
from tests.people import devtools, phone


@pytest.fixture
def tea(ada):
    return stories.registered(administrator=ada)


@pytest.fixture
def project(tea, dev) -> Project:
    stories.bound(tea, dev)
    return stories.project(tea, dev, name="tea")


@pytest.fixture
def adas(tea, ada) -> Project:
    return stories.project(tea, ada, name="tea")


def at(name: str, project: Project, **more) -> str:
    return reverse(f"developers:{name}", kwargs={"appid": project.mini_program.appid, "pk": project.pk, **more})


def archive(data: bytes | None = None) -> dict:
    return {"archive": SimpleUploadedFile("tea.zip", good() if data is None else data)}


def read_code(client: Client, project: Project, data: bytes | None = None) -> Project:
    client.post(at("project", project), archive(data))
    project.refresh_from_db()
    return project


def messages_of(response) -> list[str]:
    return [str(message) for message in response.context["messages"]]


# --- logging in


def log_in(client: Client, person):
    client.get(reverse("developers:devtools_login"))
    ticket = latest_confirmed(person)
    return client.post(reverse("developers:devtools_enter"), {"ticket": ticket.pk}, follow=True)


@pytest.mark.parametrize("who", ["administrator", "developer"])
def test_administrators_and_bound_developers_log_in_by_scanning(tea, ada, dev, who) -> None:
    stories.bound(tea, dev)
    person = ada if who == "administrator" else dev
    client = Client()
    client.get(reverse("developers:devtools_login"))
    before = client.cookies["devtools_session"].value
    ticket = latest_confirmed(person)
    client.post(reverse("developers:devtools_enter"), {"ticket": ticket.pk})
    assert client.cookies["devtools_session"].value != before
    page = client.get(reverse("developers:devtools"))
    assert page.status_code == 200
    assert person.nickname in page.content.decode()


def test_others_are_told_why_they_do_not_get_in(tea, eve) -> None:
    client = Client()
    answer = log_in(client, eve)
    assert answer.redirect_chain == [(reverse("developers:devtools_login"), 302)]
    assert [m.split(" is neither")[0] for m in messages_of(answer)] == [eve.actor_name]
    assert PERSON_KEY not in client.session


def test_an_experiencer_does_not_get_in(tea, eve) -> None:
    stories.bound(tea, eve, role="experiencer")
    client = Client()
    log_in(client, eve)
    assert client.get(reverse("developers:devtools")).status_code == 302


def test_a_qr_that_nobody_confirmed_logs_nobody_in(tea) -> None:
    client = Client()
    client.get(reverse("developers:devtools_login"))
    client.post(reverse("developers:devtools_enter"), {"ticket": ScanTicket.objects.latest("pk").pk})
    assert client.get(reverse("developers:devtools")).url.startswith("/devtools/login/")


def test_logging_out_ends_it(tea, ada) -> None:
    client = devtools(None, ada)
    client.post(reverse("developers:devtools_logout"))
    assert client.get(reverse("developers:devtools")).url.startswith("/devtools/login/")


def test_who_is_unbound_everywhere_is_logged_out_with_the_reason(tea, dev, project) -> None:
    client = devtools(None, dev)
    unbind_member(tea.members.get(person=dev), by=stories.administrator_of(tea))
    answer = client.get(reverse("developers:devtools"), follow=True)
    assert answer.redirect_chain[-1][0] == reverse("developers:devtools_login")
    assert "neither the administrator nor a bound developer" in messages_of(answer)[0]
    for page in ("project", "preview", "upload"):
        assert client.get(at(page, project)).url.startswith("/devtools/login/")


def test_unbinding_from_one_program_closes_its_projects_only(tea, ada, dev, project, eve) -> None:
    other = stories.registered(administrator=eve)
    stories.bound(other, dev)
    client = devtools(None, dev)
    unbind_member(tea.members.get(person=dev), by=stories.administrator_of(tea))
    for page in ("project", "preview", "upload"):
        assert client.get(at(page, project)).status_code == 404
    assert client.post(at("preview", project)).status_code == 404
    assert project.name not in client.get(reverse("developers:devtools")).content.decode()


# --- projects


def test_creating_a_project_with_its_code(tea, dev) -> None:
    stories.bound(tea, dev)
    client = devtools(None, dev)
    answer = client.post(
        reverse("developers:project_create"), {"appid": f" {tea.appid.upper()} ", "name": "Tea house", **archive()}
    )
    project = Project.objects.get()
    assert answer.url == at("project", project)
    assert (project.person, project.mini_program, project.name, project.directory) == (dev, tea, "Tea house", "tea.zip")
    assert project.package.facts["pages"][0] == "pages/home/home"


def test_a_project_whose_code_is_refused_exists_without_code(tea, ada) -> None:
    client = devtools(None, ada)
    form = {"appid": tea.appid, "name": "Tea", **archive(b"no zip")}
    page = client.post(reverse("developers:project_create"), form, follow=True)
    assert Project.objects.get().package is None
    assert messages_of(page) == ["The code was not taken: This is not a zip file."]


@pytest.mark.parametrize("appid", ["theirs", "wx0000000000000000", "nonsense"])
def test_an_appid_that_one_does_not_develop_is_refused_alike(tea, ada, eve, appid) -> None:
    theirs = stories.registered(administrator=eve)
    form = {"appid": theirs.appid if appid == "theirs" else appid, "name": "Tea"}
    page = devtools(None, ada).post(reverse("developers:project_create"), form)
    assert page.context["form"].errors == {"appid": ["This WeChat isn't a developer of the AppID."]}
    assert Project.objects.count() == 0


def test_a_project_name_is_used_once_per_appid(tea, ada, adas) -> None:
    page = devtools(None, ada).post(reverse("developers:project_create"), {"appid": tea.appid, "name": "tea"})
    assert page.context["form"].errors == {"name": ["You have a project of this name for this AppID already."]}


def test_a_project_is_its_persons_own(tea, ada, dev, project) -> None:
    """Not even the administrator of the same Mini Program opens another's project."""
    assert devtools(None, ada).get(at("project", project)).status_code == 404


def test_strangers_do_not_find_the_project(project, eve) -> None:
    stories.registered(administrator=eve)
    for page in ("project", "preview", "upload"):
        assert devtools(None, eve).get(at(page, project)).status_code == 404


def test_the_list_asks_the_same_for_one_project_and_for_three(tea, ada) -> None:
    client, counts = devtools(None, ada), []
    for n in range(3):
        stories.project(tea, ada, name=f"tea {n}")
        with CaptureQueriesContext(connection) as queries:
            client.get(reverse("developers:devtools"))
        counts.append(len(queries))
    assert counts[0] == counts[2]


def test_a_folder_is_read_with_its_paths(project, dev) -> None:
    sent = [(f"tea/{path}", content) for path, content in sorted(files().items())]
    form = {
        "folder": [SimpleUploadedFile(path, content) for path, content in sent],
        "paths": json.dumps([path for path, _content in sent]),
    }
    client = devtools(None, dev)
    assert client.post(at("project", project), form).status_code == 302
    project.refresh_from_db()
    assert project.directory == "tea"
    assert project.package.facts["pages"] == ["pages/home/home", "pages/list/list", "extra/pages/one/one"]


@pytest.mark.parametrize("paths", ["", "[]", "{}", "[1]", "not json", "[" * 5000, json.dumps(["../x"])])
def test_a_folder_with_wrong_paths_is_refused(project, dev, paths) -> None:
    form = {"folder": [SimpleUploadedFile("app.json", b"{}")], "paths": paths}
    answer = devtools(None, dev).post(at("project", project), form)
    assert answer.status_code == 422
    project.refresh_from_db()
    assert project.package is None


def test_a_refused_package_shows_its_report_and_keeps_the_old_code(project, dev) -> None:
    client = devtools(None, dev)
    kept = read_code(client, project).package
    answer = client.post(at("project", project), archive(with_files({}, without=("pages/list/list.wxml",))))
    assert answer.status_code == 422
    assert 'data-rule="page_file_missing"' in answer.content.decode()
    assert "pages/list/list.wxml" in answer.content.decode()
    project.refresh_from_db()
    assert project.package == kept


def test_the_report_is_escaped(project, dev) -> None:
    bad = zipped({"app.json": b'{"pages": ["/<script>alert(1)</script>"]}'})
    page = devtools(None, dev).post(at("project", project), archive(bad)).content.decode()
    assert "&lt;script&gt;alert(1)" in page
    assert "<script>alert" not in page


def test_an_empty_form_asks_for_code(project, dev) -> None:
    page = devtools(None, dev).post(at("project", project), {})
    assert page.context["form"].errors == {"folder": ["Choose the program's folder, or a zip of it."]}


# --- preview


@pytest.fixture
def preview(project, dev) -> Preview:
    client = devtools(None, dev)
    read_code(client, project)
    client.post(at("preview", project))
    return Preview.objects.get()


def test_pressing_preview_shows_a_qr_that_opens_the_page(project, preview, dev) -> None:
    page = devtools(None, dev).get(at("preview_qr", project, number=preview.pk)).content.decode()
    assert re.search(r"<svg[^>]*qr", page)
    ends = datetime.fromisoformat(re.search(r'data-countdown="([^"]+)"', page)[1])  # in the reader's time zone
    assert abs(ends - preview.expires_at) < timedelta(seconds=1)
    hand = phone(None, dev)
    opened = hand.get(reverse("accounts:qr", kwargs={"code": preview.link.code}), follow=True)
    assert opened.redirect_chain[-1][0] == f"/phone/preview/{preview.pk}/"
    text = opened.content.decode()
    assert "<h1>Home</h1>" in text
    assert "Hello" in text
    assert f'href="/phone/preview/{preview.pk}/pages/list/list"' in text


def test_previews_have_a_budget(project, dev) -> None:
    client = devtools(None, dev)
    read_code(client, project)
    codes = {client.post(at("preview", project)).status_code for _n in range(30)}
    too_many = client.post(at("preview", project))
    assert (codes, too_many.status_code, Preview.objects.count()) == ({302}, 422, 30)


def test_without_code_there_is_no_preview(project, dev) -> None:
    client = devtools(None, dev)
    client.post(at("preview", project))
    assert Preview.objects.count() == 0
    assert "Choose the project" in client.get(at("preview", project)).content.decode()


def test_pages_pictures_and_colours_of_the_preview(preview, dev) -> None:
    hand = phone(None, dev)
    base = f"/phone/preview/{preview.pk}/"
    assert hand.get(base + "extra/pages/one/one").status_code == 200
    assert hand.get(base + "pages/nowhere").status_code == 404
    icon = hand.get(base + "~asset/images/a.png")
    assert (icon["Content-Type"], icon["X-Content-Type-Options"]) == ("image/png", "nosniff")
    assert "sandbox" in icon["Content-Security-Policy"]
    for hidden in ("app.js", "app.json", "pages/home/home.wxml", "../app.json", "nowhere.png"):
        assert hand.get(f"{base}~asset/{hidden}").status_code == 404
    skin = hand.get(base + "~skin/pages/home/home")
    assert skin["Content-Type"] == "text/css; charset=utf-8"
    assert ".mp-bar { background-color: #12805c; }" in skin.content.decode()


def test_nobody_else_opens_it(preview, tea, ada, eve) -> None:
    stories.bound(tea, eve)
    for person in (ada, eve):
        hand = phone(None, person)
        answer = hand.get(f"/phone/preview/{preview.pk}/")
        assert answer.status_code == 403
        assert "Only the developer who is logged in to the developer tools" in answer.content.decode()
        assert hand.get(f"/phone/preview/{preview.pk}/~asset/images/a.png").status_code == 422
        assert hand.get(f"/phone/preview/{preview.pk}/~skin/pages/home/home").status_code == 422
    assert Client().get(f"/phone/preview/{preview.pk}/").url.startswith("/phone/login/")


@pytest.mark.parametrize(("version", "status"), [("6.3.26", 403), ("6.3.27", 200), ("6.10", 200)])
def test_the_clients_version_decides(preview, dev, version, status) -> None:
    change_settings(dev, nickname=dev.nickname, client_version=version, is_searchable=True)
    answer = phone(None, dev).get(f"/phone/preview/{preview.pk}/")
    assert answer.status_code == status
    assert ("need version 6.3.27 or above" in answer.content.decode()) == (status == 403)


def test_an_expired_preview_says_so_on_both_sides(project, preview, dev) -> None:
    clock.move_forward(25 * 60 + 1)
    assert phone(None, dev).get(f"/phone/preview/{preview.pk}/").status_code == 410
    page = devtools(None, dev).get(at("preview_qr", project, number=preview.pk)).content.decode()
    assert "This preview has expired." in page
    assert '<svg class="qr"' not in page


def test_an_unbound_developers_preview_is_closed(preview, tea, dev) -> None:
    unbind_member(tea.members.get(person=dev), by=stories.administrator_of(tea))
    answer = phone(None, dev).get(f"/phone/preview/{preview.pk}/")
    assert (answer.status_code, "not a developer of this Mini Program any more" in answer.content.decode()) == (
        403,
        True,
    )


def test_previews_of_other_projects_are_not_there(preview, adas, ada) -> None:
    assert devtools(None, ada).get(at("preview_qr", adas, number=preview.pk)).status_code == 404


# --- upload


def test_the_administrator_uploads_after_a_scan(adas, tea, ada) -> None:
    client = devtools(None, ada)
    read_code(client, adas)
    asked = client.post(at("upload", adas), {"version": "1.0.0", "notes": "First"})
    ticket = ScanTicket.objects.latest("pk")
    assert asked.url == f"/devtools/scan/{ticket.pk}/"
    assert {k: ticket.facts[k] for k in ("version", "notes", "project")} == {
        "version": "1.0.0",
        "notes": "First",
        "project": "tea",
    }
    done = reverse("developers:upload_confirmed", args=[tea.appid])
    client.post(done, {"ticket": ticket.pk})
    assert Build.objects.count() == 0  # not scanned yet
    latest_confirmed(ada)
    answer = client.post(done, {"ticket": ticket.pk}, follow=True)
    assert messages_of(answer)[-1:] == ["Uploaded. Version 1.0.0 is in Development Management now."]
    build = Build.objects.get()
    assert (build.version, build.notes, build.uploader, build.package) == ("1.0.0", "First", ada, adas.package)
    adas.refresh_from_db()
    assert adas.uploaded_at == build.uploaded_at


def test_what_was_confirmed_is_uploaded_though_the_code_has_changed_since(adas, tea, ada) -> None:
    client = devtools(None, ada)
    confirmed = read_code(client, adas).package
    client.post(at("upload", adas), {"version": "1.0.0"})
    ticket = latest_confirmed(ada)
    read_code(client, adas, with_files({"utils/later.js": "// later"}))
    client.post(reverse("developers:upload_confirmed", args=[tea.appid]), {"ticket": ticket.pk})
    assert Build.objects.get().package == confirmed != adas.package


def test_a_second_upload_replaces_the_first(adas, tea, ada) -> None:
    client = devtools(None, ada)
    read_code(client, adas)
    for version in ("1.0.0", "1.0.1"):
        client.post(at("upload", adas), {"version": version})
        ticket = latest_confirmed(ada)
        client.post(reverse("developers:upload_confirmed", args=[tea.appid]), {"ticket": ticket.pk})
    assert {build.version: build.status for build in Build.objects.all()} == {
        "1.0.0": BuildStatus.REPLACED,
        "1.0.1": BuildStatus.READY,
    }
    assert "your version 1.0.1" in client.get(at("upload", adas)).content.decode()


def test_a_developer_is_refused_with_the_reason(project, tea, dev) -> None:
    client = devtools(None, dev)
    read_code(client, project)
    page = client.get(at("upload", project)).content.decode()
    assert "Only administrators can perform uploads" in page
    before = ScanTicket.objects.count()
    answer = client.post(
        at("upload", project),
        {"version": "1.0.0"},
        headers={"Referer": f"http://testserver{at('upload', project)}"},
        follow=True,
    )
    assert messages_of(answer)[0].startswith("Only administrators can perform uploads")
    direct = client.post(reverse("developers:upload_confirmed", args=[tea.appid]), {"ticket": 1})
    assert direct.status_code == 403
    assert (Build.objects.count(), ScanTicket.objects.count()) == (0, before)


def test_a_scan_by_anybody_but_the_administrator_uploads_nothing(adas, tea, ada, dev) -> None:
    stories.bound(tea, dev)
    client = devtools(None, ada)
    read_code(client, adas)
    client.post(at("upload", adas), {"version": "1.0.0"})
    ticket = ScanTicket.objects.latest("pk")
    tickets.scan(ticket, by=dev)
    with pytest.raises(Refused) as refused:
        tickets.confirm(ticket, by=dev)
    assert refused.value.code == "ticket_no_right"
    client.post(reverse("developers:upload_confirmed", args=[tea.appid]), {"ticket": ticket.pk})
    assert Build.objects.count() == 0


@pytest.mark.parametrize(
    ("sent", "field"),
    [({"version": "1.0-rc"}, "version"), ({"version": ""}, "version"), ({"version": "1", "notes": "x" * 201}, "notes")],
)
def test_wrong_input_is_marked_at_its_field(adas, ada, sent, field) -> None:
    client = devtools(None, ada)
    read_code(client, adas)
    before = ScanTicket.objects.count()
    assert list(client.post(at("upload", adas), sent).context["form"].errors) == [field]
    assert ScanTicket.objects.count() == before


def test_uploading_is_limited(adas, ada) -> None:
    client = devtools(None, ada)
    codes = {client.post(at("project", adas), archive(b"x")).status_code for _n in range(30)}
    assert codes == {422}
    last = client.post(at("project", adas), archive(b"x"))
    assert "Too many tries" in str(last.context["form"].errors)
