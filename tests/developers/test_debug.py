"""Debug in the developer tools: a page of the program beside its console and its data."""

from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from developers.models import Project
from developers.views.project_door import place
from platform_site.simulation import stories
from tests.developers.zips import with_files
from tests.people import devtools

PROGRAM = {
    "pages/home/home.js": "Page({ data: { greeting: 'Hello', teas: ['Longjing'], later: compute() } })",
    "pages/home/home.wxml": "<view>{{greeting}}</view><view>{{later}}</view><image src='/images/a.png'/>"
    "<image src='/images/not-there.png'/>",
    "tool.exe": b"MZ",
}


@pytest.fixture
def client(ada) -> Client:
    return devtools(None, ada)


@pytest.fixture
def project(ada, client) -> Project:
    project = stories.project(stories.registered(administrator=ada), ada, name="tea")
    client.post(place(project, "project"), {"archive": SimpleUploadedFile("tea.zip", with_files(PROGRAM))})
    project.refresh_from_db()
    assert project.package is not None
    return project


def html(answer: Any) -> str:
    assert answer.status_code == 200
    return " ".join(answer.content.decode().split())


def test_the_first_page_is_shown_beside_its_console_and_its_data(client, project):
    answer = client.get(place(project, "debug"))
    page = html(answer)
    program = answer.context["program"]
    assert program.path == "pages/home/home"
    assert "Hello" in page
    assert '"greeting": "Hello"' in program.data
    assert "Longjing" in program.data
    assert "“later” is known only when the script runs." in page
    assert "The picture “/images/not-there.png” is not in the package." in page
    assert "Scripts do not run here yet." in page  # it says what it is


def test_the_console_repeats_what_the_inspector_said_and_leads_to_the_file(client, project):
    page = html(client.get(place(project, "debug")))
    assert f"{place(project, 'edit')}?file=tool.exe" in page


def test_every_page_of_the_package_is_offered_and_opens(client, project):
    page = html(client.get(place(project, "debug")))
    for path in project.package.facts["pages"]:
        address = place(project, "debug_page", page=path)
        assert f'href="{address}"' in page
        assert client.get(address).context["program"].path == path
    assert client.get(place(project, "debug_page", page="pages/none/none")).status_code == 404


def test_a_page_is_opened_with_a_query(client, project):
    page = html(client.get(place(project, "debug_page", page="pages/list/list"), {"id": "<7>"}))
    assert "id=%3C7%3E" in page


def test_pictures_and_colours_are_served_and_code_is_not(client, project):
    assert client.get(place(project, "debug_asset", page="images/a.png"))["Content-Type"] == "image/png"
    assert client.get(place(project, "debug_asset", page="app.js")).status_code == 404
    assert client.get(place(project, "debug_skin", page="pages/home/home"))["Content-Type"].startswith("text/css")


def test_without_code_the_page_leads_to_choosing_it(ada, client):
    empty = stories.project(stories.registered(administrator=ada), ada, name="empty")
    assert f'href="{place(empty, "project")}"' in html(client.get(place(empty, "debug")))
    assert client.get(place(empty, "debug_asset", page="images/a.png")).status_code == 404


def test_nobody_else_debugs_it(dev, eve, project):
    stories.bound(project.mini_program, dev)
    for stranger in (dev, eve):
        answer = devtools(None, stranger).get(place(project, "debug"))
        assert answer.status_code in (302, 404)
        assert b"Hello" not in answer.content
