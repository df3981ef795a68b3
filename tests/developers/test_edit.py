"""Edit in the developer tools: one file is changed, added, renamed or deleted, each time through the inspector."""

from typing import Any
from urllib.parse import quote

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from accounts.models import WeChatPerson
from developers.actions import files
from developers.actions.members import unbind_member
from developers.models import Project
from developers.packages.editing import all_files
from developers.views.project_door import place
from platform_site.kernel.lifecycle import NotAllowed, Refused
from platform_site.kernel.rulebook import RULES
from platform_site.simulation import stories
from tests.developers.zips import good, with_files
from tests.people import devtools

WXML = "pages/home/home.wxml"


@pytest.fixture
def project(ada) -> Project:
    return with_code(stories.project(stories.registered(administrator=ada), ada, name="tea"), ada)


def with_code(project: Project, person: WeChatPerson, data: bytes | None = None) -> Project:
    """The project once its directory has been read."""
    archive = SimpleUploadedFile("tea.zip", good() if data is None else data)
    devtools(None, person).post(place(project, "project"), {"archive": archive})
    project.refresh_from_db()
    assert project.package is not None
    return project


@pytest.fixture
def client(ada) -> Client:
    return devtools(None, ada)


def send(client: Client, project: Project, do: str, path: str, **more: str) -> Any:
    """Send a form of the page as it stood when the project's package was looked at."""
    form = {"do": do, "path": path, "base": project.package.sha256} | more
    return client.post(place(project, "edit"), form)


def texts(project: Project) -> dict[str, bytes]:
    project.refresh_from_db()
    return all_files(project.package)


def html(answer: Any) -> str:
    return " ".join(answer.content.decode().split())


def test_the_tree_shows_every_file_and_opens_where_one_looks(client, project):
    page = html(client.get(place(project, "edit"), {"file": WXML}))
    for path in texts(project):
        assert "?file=" + quote(path, safe="") in page
    assert '<textarea id="text"' in page
    assert 'data-editor="xml"' in page
    assert "&lt;view&gt;{{greeting}}&lt;/view&gt;" in page


def test_a_saved_text_is_what_preview_and_upload_take(client, project):
    before = texts(project)
    answer = send(client, project, "save", WXML, text="<view>Good morning, {{greeting}}</view>\r\n")
    assert answer.url == place(project, "edit") + "?file=pages/home/home.wxml".replace("/", "%2F")
    assert texts(project) == before | {WXML: b"<view>Good morning, {{greeting}}</view>\n"}


def test_line_ends_stay_as_they_were_in_the_file(ada, client, project):
    with_code(project, ada, with_files({"app.wxss": "page {\r\n  color: red\r\n}\r\n"}))
    send(client, project, "save", "app.wxss", text="page {\n  color: blue\n}\n")
    assert texts(project)["app.wxss"] == b"page {\r\n  color: blue\r\n}\r\n"


def test_a_file_is_added_renamed_and_deleted(client, project):
    before = texts(project)
    send(client, project, "add", "utils/money.js", text="module.exports = {}")
    assert texts(project) == before | {"utils/money.js": b"module.exports = {}"}
    send(client, project, "rename", "utils/money.js", new_path="utils/Money.js")
    assert texts(project) == before | {"utils/Money.js": b"module.exports = {}"}
    send(client, project, "delete", "utils/Money.js")
    assert texts(project) == before


def test_what_the_inspector_refuses_changes_nothing_and_the_text_stays(client, project):
    before = texts(project)
    answer = send(client, project, "save", "app.json", text='{"pages": []}')
    assert answer.status_code == 422
    page = html(answer)
    assert "Not saved: the inspector found what must be fixed first." in page
    assert "{&quot;pages&quot;: []}" in page
    assert texts(project) == before


def test_a_file_that_a_page_needs_is_not_deleted(client, project):
    before = texts(project)
    answer = send(client, project, "delete", WXML)
    assert answer.status_code == 422
    assert WXML in html(answer)
    assert texts(project) == before


def test_who_looked_at_an_older_package_is_told_and_may_save_all_the_same(client, project):
    here = Project.objects.get(pk=project.pk)
    send(client, project, "save", WXML, text="<view>first tab</view>")
    answer = send(client, here, "save", WXML, text="<view>second tab</view>")
    assert answer.status_code == 422
    page = html(answer)
    assert "The project&#x27;s code has changed since you opened this file" in page
    assert "&lt;view&gt;second tab&lt;/view&gt;" in page
    assert "Save my text all the same" in page
    assert texts(project)[WXML] == b"<view>first tab</view>"
    send(client, project, "save", WXML, text="<view>second tab</view>")
    assert texts(project)[WXML] == b"<view>second tab</view>"


@pytest.mark.parametrize(
    ("path", "said"),
    [
        ("../app.js", ""),
        ("/etc/passwd", ""),
        ("pages\\home.js", ""),
        ("APP.json", "There is a file of this name already"),
        ("node_modules/a.js", "Hidden files and node_modules are no part of a program."),
        ("project.config.json", "belongs to your directory, not to the program"),
        ("pages/new/", ""),
    ],
)
def test_a_path_that_no_program_may_have_is_refused_beside_its_field(client, project, path, said):
    before = texts(project)
    for answer in (
        send(client, project, "add", path, text="x"),
        send(client, project, "rename", "app.wxss", new_path=path),
    ):
        assert answer.status_code == 422
        errors = answer.context["form"].errors
        assert set(errors) <= {"path", "new_path"}
        assert len(errors) == 1
        assert said in str(errors)
    assert texts(project) == before


@pytest.mark.parametrize(
    ("text", "code"),
    [("a\0b", "nul"), ("\ud800", "encoding"), ("茶" * (RULES.package.edited_bytes // 3 + 1), "edited_bytes")],
    ids=["nul", "encoding", "edited_bytes"],
)
def test_a_text_that_is_none_or_too_long_is_refused(ada, project, text, code):
    before = texts(project)
    with pytest.raises(Refused) as refused:
        files.change_file(project, path=WXML, text=text, base_sha256=project.package.sha256, by=ada)
    assert refused.value.code == code
    assert texts(project) == before


def test_pictures_and_what_is_no_text_are_looked_at_and_not_edited(ada, client, project):
    with_code(project, ada, with_files({"fonts/tea.woff2": b"wOF2\xff\xfe\x00"}))
    picture = html(client.get(place(project, "edit"), {"file": "images/a.png"}))
    assert place(project, "debug_asset", page="images/a.png") in picture
    assert '<textarea id="text"' not in picture
    other = html(client.get(place(project, "edit"), {"file": "fonts/tea.woff2"}))
    assert "This file is no text" in other
    with pytest.raises(Refused) as refused:
        files.change_file(project, path="images/a.png", text="x", base_sha256=project.package.sha256, by=ada)
    assert refused.value.code == "no_text"


def test_a_file_that_is_gone_says_so(client, project):
    assert "The program has no file pages/gone.js" in html(
        client.get(place(project, "edit"), {"file": "pages/gone.js"})
    )
    answer = send(client, project, "save", "pages/gone.js", text="what I typed")
    assert answer.status_code == 422
    assert "what I typed" in html(answer)


def test_the_file_is_data_and_never_markup_of_the_page(ada, client, project):
    with_code(project, ada, with_files({"app.js": "App({}) // </textarea><script>alert(1)</script>"}))
    page = client.get(place(project, "edit"), {"file": "app.js"}).content.decode()
    assert "</textarea><script>alert(1)" not in page
    assert "&lt;/textarea&gt;&lt;script&gt;" in page


def test_without_code_the_page_leads_to_choosing_it(ada, client):
    empty = stories.project(stories.registered(administrator=ada, email="b@stories.test"), ada, name="empty")
    page = html(client.get(place(empty, "edit")))
    assert place(empty, "project") in page
    assert "No code yet" in page


def test_only_whose_project_it_is_edits_it_and_only_while_bound(dev, eve, project):
    tea = project.mini_program
    stories.bound(tea, dev)
    devs = with_code(stories.project(tea, dev, name="tea"), dev)
    for stranger in (dev, eve):
        assert devtools(None, stranger).get(place(project, "edit")).status_code in (302, 404)
        with pytest.raises(NotAllowed):
            files.delete_file(project, path="app.wxss", base_sha256=project.package.sha256, by=stranger)
    unbind_member(tea.members.get(person=dev), by=stories.administrator_of(tea))
    with pytest.raises(Refused) as refused:
        files.delete_file(devs, path="app.wxss", base_sha256=devs.package.sha256, by=dev)
    assert refused.value.code == "not_a_developer"
    assert "app.wxss" in texts(devs)


def test_saving_has_a_budget(client, project):
    per_minute = int(RULES.rates.file_change.split("/")[0])
    codes = {send(client, project, "delete", "not-there.js").status_code for _n in range(per_minute)}
    too_many = send(client, project, "delete", "app.wxss")
    assert (codes, too_many.status_code) == ({422}, 422)
    assert "Too many tries" in html(too_many)
    assert "app.wxss" in texts(project)
