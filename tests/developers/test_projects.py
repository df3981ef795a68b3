"""Projects of the developer tools: without an AppID, begun from the sample; facts, sizes and settings; Cancel."""

import json
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from developers.models import CodePackage, Project
from developers.views.project_door import place
from platform_site.kernel.rulebook import RULES
from platform_site.simulation import stories
from tests.developers.zips import good, with_files
from tests.people import devtools

CREATE = "/devtools/projects/new/"
JOB = "0123456789abcdef" * 2


@pytest.fixture
def tea(ada):
    return stories.registered(administrator=ada)


@pytest.fixture
def client(tea, ada) -> Client:
    return devtools(None, ada)


def archive(data: bytes | None = None) -> dict[str, Any]:
    return {"archive": SimpleUploadedFile("tea.zip", good() if data is None else data)}


def errors_of(answer: Any) -> dict[str, list[str]]:
    return {field: list(errors) for field, errors in answer.context["form"].errors.items()}


# --- without an AppID


def test_without_an_appid_one_writes_and_debugs_but_neither_previews_nor_uploads(client, ada):
    client.post(CREATE, {"no_appid": "on", "name": "A try", **archive()})
    project = Project.objects.get()
    assert (project.mini_program, project.person, project.directory) == (None, ada, "tea.zip")
    page = client.get(place(project, "project")).content.decode()
    assert "This project has no AppID" in page
    assert 'aria-describedby="why-disabled"' in page
    for name in ("edit", "debug"):
        assert client.get(place(project, name)).status_code == 200
    sent = {"do": "save", "path": "app.wxss", "base": project.package.sha256, "text": "page { color: blue }"}
    assert client.post(place(project, "edit"), sent).status_code == 302


def test_the_list_of_projects_leads_to_those_without_an_appid_too(client, tea, ada):
    stories.project(tea, ada, name="with")
    client.post(CREATE, {"no_appid": "on", "name": "without"})
    page = client.get(reverse("developers:devtools")).content.decode()
    for project in Project.objects.all():
        assert place(project, "project") in page
    assert "No AppID" in page


def test_a_project_without_an_appid_is_its_makers_alone(client, tea, dev):
    stories.bound(tea, dev)
    client.post(CREATE, {"no_appid": "on", "name": "mine", **archive()})
    project = Project.objects.get()
    others = devtools(None, dev)
    for name in ("project", "edit", "debug"):
        assert others.get(place(project, name)).status_code == 404
    assert others.get(place(project, "debug_asset", page="images/a.png")).status_code == 404


def test_either_an_appid_or_none(client, tea):
    both = client.post(CREATE, {"appid": tea.appid, "no_appid": "on", "name": "tea"})
    neither = client.post(CREATE, {"name": "tea"})
    assert errors_of(both) == {"no_appid": ["Give an AppID or choose “No AppID”, not both."]}
    assert errors_of(neither) == {"appid": ["Enter the AppID, or choose “No AppID”."]}
    assert not Project.objects.exists()


def test_a_name_is_used_once_and_there_are_so_many_and_no_more(client):
    for number in range(RULES.package.local_projects):
        client.post(CREATE, {"no_appid": "on", "name": f"try {number}"})
    again = client.post(CREATE, {"no_appid": "on", "name": "one more"})
    assert errors_of(again) == {
        "no_appid": [f"You have {RULES.package.local_projects} projects without an AppID; there can't be more."]
    }
    Project.objects.order_by("-pk").first().delete()
    twice = client.post(CREATE, {"no_appid": "on", "name": "try 0"})
    assert errors_of(twice) == {"name": ["You have a project of this name without an AppID already."]}


def test_the_quick_start_program_is_where_no_code_is_chosen(client):
    client.post(CREATE, {"no_appid": "on", "name": "quick", "quick_start": "on"})
    project = Project.objects.get()
    assert len(project.package.facts["pages"]) > 1
    both = client.post(CREATE, {"no_appid": "on", "name": "both", "quick_start": "on", **archive()})
    assert errors_of(both) == {"quick_start": ["Choose your own code or the quick-start program, not both."]}


# --- what the page tells


def test_sizes_by_package_and_the_settings_of_the_directory(client, tea):
    config = {"appid": tea.appid, "projectname": "tea", "setting": {"urlCheck": False, "es6": True, "deep": {"a": 1}}}
    data = with_files({"project.config.json": json.dumps(config)})
    client.post(CREATE, {"appid": tea.appid, "name": "tea", **archive(data)})
    answer = client.get(place(Project.objects.get(), "project"))
    sizes = {size.name: (size.size, size.most) for size in answer.context["sizes"]}
    facts = Project.objects.get().package.facts["sizes"]
    rules = RULES.package
    assert sizes == {
        "Main package": (facts["main"], rules.main_bytes),
        "extra": (facts["extra"], rules.subpackage_bytes),
        "All packages together": (facts["total"], rules.total_bytes),
    }
    page = " ".join(answer.content.decode().split())
    assert '<dt class="mono small">setting.urlCheck</dt><dd>Off</dd>' in page
    assert '<dt class="mono small">setting.es6</dt><dd>On</dd>' in page
    assert "setting.deep" not in page


# --- Cancel


def test_cancelled_work_takes_nothing_even_if_all_has_arrived(client, tea):
    assert client.post(reverse("developers:work_cancel"), {"job": JOB}).status_code in (200, 204)
    created = client.post(CREATE, {"appid": tea.appid, "name": "tea", "job": JOB, **archive()})
    assert "Cancelled. Nothing was changed." in created.content.decode()
    assert not Project.objects.exists()


def test_reading_anew_is_cancelled_and_the_code_stays(client, tea):
    client.post(CREATE, {"appid": tea.appid, "name": "tea", **archive()})
    project = Project.objects.get()
    client.post(reverse("developers:work_cancel"), {"job": JOB})
    changed = archive(with_files({"app.js": "App({ changed: 1 })"}))
    client.post(place(project, "project"), {"job": JOB, **changed})
    assert Project.objects.get().package == project.package
    client.post(place(project, "project"), {"job": JOB[::-1], **archive(with_files({"app.js": "App({ changed: 2 })"}))})
    assert Project.objects.get().package != project.package


def test_nobody_cancels_the_work_of_others(client, tea, dev):
    stories.bound(tea, dev)
    devtools(None, dev).post(reverse("developers:work_cancel"), {"job": JOB})
    client.post(CREATE, {"appid": tea.appid, "name": "tea", "job": JOB, **archive()})
    assert Project.objects.get().package == CodePackage.objects.get()
