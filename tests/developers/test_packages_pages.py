"""The report on the project's page and as JSON, what the code uses, and the time and memory of the worst packages."""

import subprocess
import sys

import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from accounts.door import PERSON_KEY
from developers.models import Project
from platform_site.simulation import stories
from tests.developers.zips import with_files
from tests.people import desk, devtools

CODE = "wx.login(); wx.request({ url: 'https://api.tea.example.com/' }); eval('1')"


@pytest.fixture
def project(ada) -> Project:
    return stories.project(stories.registered(administrator=ada), ada, name="tea")


def at(name: str, project: Project) -> str:
    return reverse(f"developers:{name}", kwargs={"appid": project.mini_program.appid, "pk": project.pk})


def send(client: Client, project: Project, data: bytes):
    return client.post(at("project", project), {"archive": SimpleUploadedFile("tea.zip", data)})


def test_the_page_shows_three_parts_with_line_and_help(ada, project) -> None:
    data = with_files({"pages/list/list.js": "Page({\n a: [ })", "app.js": "eval('1')"}, app={"debug": True})
    page = send(devtools(Client(), ada), project, data).content.decode()
    assert [part for part in ("error", "warning", "info") if f'data-severity="{part}"' in page] == [
        "error", "warning", "info",
    ]  # fmt: skip
    assert 'href="/docs/packages/#js_syntax"' in page
    assert "line 2" in page
    assert "a: [ })" in page


def test_the_json_says_what_the_page_says(ada, project) -> None:
    client = devtools(Client(), ada)
    send(client, project, with_files({"pages/list/list.js": CODE}))
    told = client.get(at("report_json", project)).json()
    page = client.get(at("project", project)).content.decode()
    assert told["counts"] == {"error": 0, "warning": 1, "info": 0}
    (item,) = told["items"]
    assert (item["rule"], item["file"], item["help"]) == ("js_eval", "pages/list/list.js", "/docs/packages/#js_eval")
    assert item["message"] in page
    assert told["uses"]["apis"] == ["wx.login", "wx.request"]
    assert told["uses"]["domains"] == ["https://api.tea.example.com"]
    assert told["sizes"]["total"] == told["sizes"]["main"] + told["sizes"]["extra"]
    for used in ("wx.login", "https://api.tea.example.com"):
        assert f"<code>{used}</code>" in page


def test_a_project_without_code_has_an_empty_report(ada, project) -> None:
    assert devtools(Client(), ada).get(at("report_json", project)).json() == {
        "counts": {"error": 0, "warning": 0, "info": 0}, "unlisted": {}, "items": [], "sizes": {}, "uses": {},
    }  # fmt: skip


def test_the_report_is_for_those_who_have_the_project(ada, eve, project) -> None:
    assert devtools(Client(), eve).get(at("report_json", project)).status_code == 404
    assert PERSON_KEY not in (stranger := Client()).session
    assert stranger.get(at("report_json", project)).status_code in (302, 404)


def test_what_a_refused_code_would_use_is_not_mixed_with_what_was_kept(ada, project) -> None:
    client = devtools(Client(), ada)
    send(client, project, with_files({"pages/list/list.js": CODE}))
    page = send(client, project, with_files({"pages/list/list.js": "Page({"})).content.decode()
    assert 'data-rule="js_syntax"' in page
    assert "wx.login" not in page


def test_the_desk_sees_what_the_code_uses(ada, rev) -> None:
    tea = stories.completed(administrator=ada)
    order = stories.submitted(stories.uploaded(tea, archive=with_files({"pages/list/list.js": CODE})))
    page = desk(Client(), rev).get(reverse("releases:desk_order", kwargs={"pk": order.pk})).content.decode()
    for used in ("wx.login", "wx.request", "https://api.tea.example.com"):
        assert f"<code>{used}</code>" in page


WORST = """
import json, os, sys, time
sys.path.insert(0, {root!r})
import django
django.setup()
from developers.packages.inspection import inspect
from developers.packages.report import Report, Unreadable
from developers.packages.tree import SourceTree
from developers.packages.upload import opened
from tests.developers.corpus import changed
from tests.developers.wxapkgs import Wxapkg
MB = 1 << 20
CASES = dict(
    bomb=lambda: Wxapkg(changed()).add("/a.js", bytes(19 * MB)).done(),
    noise=lambda: Wxapkg(changed({{f"f{{n}}.png": os.urandom(MB) for n in range(8)}})).done(),
    brackets=lambda: Wxapkg(changed({{f"f{{n}}.js": b"([" * (MB // 2 - 9) for n in range(7)}})).done(),
    quotes=lambda: Wxapkg(changed({{f"f{{n}}.js": b"'\\\\\\\\`${{" * (MB // 6) for n in range(7)}})).done(),
    tags=lambda: Wxapkg(changed({{f"f{{n}}.wxml": b"<a></a>" * (MB // 8) for n in range(7)}})).done(),
    inputs=lambda: Wxapkg(changed({{f"f{{n}}.wxml": b"<input>" * (MB // 8) for n in range(7)}})).done(),
    styles=lambda: Wxapkg(changed({{f"f{{n}}.wxss": b"a{{(" * (MB // 4) for n in range(7)}})).done(),
    maps=lambda: Wxapkg({{**changed(), "a.js.map": bytes(19 * MB)}}).done(),
    keys=lambda: Wxapkg(changed({{"app.json": json.dumps({{f"k{{n}}": {{}} for n in range(60000)}})}})).done(),
)
body = CASES[sys.argv[1]]()
began = time.monotonic()
try:
    inspect(opened(body).tree, Report())
except Unreadable as problem:
    print(problem.rule)
# ru_maxrss would count the process that this one was forked from
peak = next(line for line in open("/proc/self/status") if line.startswith("VmHWM")).split()[1]
print(time.monotonic() - began, int(peak) // 1024)
"""


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="reads /proc")
@pytest.mark.parametrize("case", ["bomb", "noise", "brackets", "quotes", "tags", "inputs", "styles", "maps", "keys"])
def test_the_worst_packages_take_little_time_and_memory(case: str) -> None:
    command = [sys.executable, "-c", WORST.format(root=str(settings.BASE_DIR)), case]
    ran = subprocess.run(command, cwd=settings.BASE_DIR, capture_output=True, text=True, timeout=60, check=False)
    assert ran.returncode == 0, ran.stderr
    taken, megabytes = map(float, ran.stdout.split()[-2:])
    assert megabytes < 200
    assert taken < 15  # 5 s on a machine that does nothing else
