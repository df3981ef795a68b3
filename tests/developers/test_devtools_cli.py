"""The developer tools on the command line, against a running platform: log in, preview, upload, and what is refused."""

import base64
import io
import json
import re
import stat
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest
from django.conf import settings as configured
from django.core.management import call_command

from accounts.actions import tickets
from accounts.models import ScanTicket
from accounts.queries import ticket_with_code
from developers.actions.members import unbind_member
from developers.cli.client import Tools, ToolsError
from developers.cli.code import project_in, zip_of
from developers.models import Build, Preview, Project
from platform_site.simulation import stories
from platform_site.web import qr
from tests.developers.zips import files
from tests.people import phone

pytestmark = pytest.mark.django_db(transaction=True)
OUR_QR = re.compile(r"http://[^\s/]+/q/([-_A-Za-z0-9]{8,})")


class Terminal(io.StringIO):
    """What the command prints; who looks at it scans each ticket's QR that appears, and answers."""

    def __init__(self, person=None, *, answer=tickets.confirm) -> None:
        super().__init__()
        self.person, self.answer, self.done = person, answer, set()

    def write(self, text: str) -> int:
        written = super().write(text)
        for code in OUR_QR.findall(text):
            ticket = ticket_with_code(code)
            if self.person is not None and ticket is not None and code not in self.done:
                self.done.add(code)
                tickets.scan(ticket, by=self.person)
                self.answer(ticket, by=self.person)
        return written


@pytest.fixture(autouse=True)
def var(settings, tmp_path, live_server) -> Path:
    settings.VAR = tmp_path / "var"
    settings.BASE_URL = live_server.url
    return settings.VAR


@pytest.fixture
def ada(db):
    return stories.person("ada")


@pytest.fixture
def tea(ada):
    return stories.registered(administrator=ada)


@pytest.fixture
def folder(tmp_path, tea) -> Path:
    project = tmp_path / "tea"
    config = json.dumps({"appid": tea.appid, "projectname": "tea"}).encode()
    for path, content in {**files(), "project.config.json": config, ".hidden": b"x"}.items():
        (project / path).parent.mkdir(parents=True, exist_ok=True)
        (project / path).write_bytes(content)
    return project


def run(*words, person=None, answer=tickets.confirm) -> tuple[int, str, str]:
    """(exit status, what was printed, what was complained of)."""
    out, err = Terminal(person, answer=answer), io.StringIO()
    try:
        call_command("devtools", *map(str, words), stdout=out, stderr=err)
    except SystemExit as end:
        return int(end.code or 0), out.getvalue(), err.getvalue()
    return 0, out.getvalue(), err.getvalue()


@pytest.fixture
def logged_in(ada, tea):
    assert run("login", person=ada)[0] == 0


def preview(folder, *more, **who):
    return run("preview", "--project", folder, *more, **who)


def upload(folder, *more, **who):
    return run("upload", "--project", folder, "-v", "1.0.0", "-d", "First", *more, **who)


# --- logging in


def test_log_in_by_the_qr_that_the_terminal_shows(ada, tea, var) -> None:
    assert run("islogin") == (0, '{"login":false}\n', "")

    status, out, err = run("login", person=ada)

    assert (status, err) == (0, "")
    assert "█" in out or "\x1b[" in out
    assert out.endswith("Logged in as Ada.\n")
    assert run("islogin") == (0, '{"login":true}\n', "")
    kept = var / "devtools-cli.json"
    assert stat.S_IMODE(kept.stat().st_mode) == 0o600


def test_the_session_is_of_one_platform_only(logged_in, live_server, var) -> None:
    kept = json.loads((var / "devtools-cli.json").read_text())
    assert list(kept) == [live_server.url]
    other = Tools("http://127.0.0.1:9", var / "devtools-cli.json")
    assert other.cookies == {}


def test_log_out(logged_in, var) -> None:
    assert run("logout") == (0, "Logged out.\n", "")
    assert json.loads((var / "devtools-cli.json").read_text()) == {}
    assert run("islogin")[1] == '{"login":false}\n'


def test_a_stranger_is_told_why_they_do_not_get_in(tea, tmp_path) -> None:
    result = tmp_path / "result.json"
    status, _out, err = run("login", "-r", result, person=stories.person("eve"))
    assert status == 255
    assert "neither the administrator nor a bound developer" in err
    assert json.loads(result.read_text())["status"] == "FAILED"
    assert run("islogin")[1] == '{"login":false}\n'


def test_a_no_on_the_phone_and_nobody_at_all(ada, tea) -> None:
    status, _out, err = run("login", person=ada, answer=tickets.refuse)
    assert (status, "The phone said no." in err) == (255, True)
    status, _out, err = run("login", "--timeout", "0")
    assert (status, "Nobody has scanned the QR code in time." in err) == (255, True)


def test_who_is_unbound_is_logged_out_with_the_next_command(tea, folder) -> None:
    member = stories.bound(tea, "dev")
    assert run("login", person=member.person)[0] == 0
    unbind_member(member, by=stories.administrator_of(tea))
    assert run("islogin")[1] == '{"login":false}\n'
    status, _out, err = preview(folder)
    assert (status, "code 10:" in err) == (255, True)


# --- preview


def test_a_preview_opens_on_the_phone_of_who_is_logged_in(logged_in, folder, tea, ada, tmp_path) -> None:
    info = tmp_path / "info.json"
    condition = '{"pathName": "pages/list/list", "query": "table=5", "scene": 1047}'

    status, out, err = preview(folder, "--compile-condition", condition, "-i", info, "-s", "small")

    assert status == 0, err
    made = Preview.objects.get()
    assert (made.person, made.project.name, made.start_path) == (ada, "tea", "pages/list/list?table=5")
    assert made.scene == 1047
    assert OUR_QR.search(out)[1] == made.link.code
    assert phone(None, ada).get(made.link.path, follow=True).status_code == 200
    size = json.loads(info.read_text())["size"]
    assert size["packages"][0] == {"name": "__FULL__", "size": size["total"]}
    assert size["total"] == round(made.package.facts["sizes"]["total"] / 1024, 2)


def test_a_developer_previews_too_and_one_project_serves_all_of_it(tea, folder) -> None:
    member = stories.bound(tea, "dev")
    run("login", person=member.person)
    assert preview(folder)[0] == preview(folder)[0] == 0
    assert Project.objects.get().person == member.person
    assert Preview.objects.count() == 2


@pytest.mark.parametrize("as_", ["image", "base64"])
def test_the_qr_as_a_picture(logged_in, folder, tmp_path, as_) -> None:
    path = tmp_path / "qr"
    status, _out, err = preview(folder, "-f", as_, "-o", path)
    assert status == 0, err
    picture = path.read_bytes()
    if as_ == "base64":
        picture = base64.b64decode(picture.removeprefix(b"data:image/png;base64,"))
    assert qr.read(picture).endswith("/q/" + Preview.objects.get().link.code)


def test_a_picture_wants_a_file_and_base64_is_printed_without_one(logged_in, folder) -> None:
    status, _out, err = preview(folder, "-f", "image")
    assert (status, "Say with -o" in err) == (255, True)
    assert "data:image/png;base64," in preview(folder, "-f", "base64")[1]
    assert "No such file" in preview(folder, "-f", "image", "-o", "/nowhere/qr.png")[2]


def test_without_log_in_it_is_error_10(folder) -> None:
    for verb in (preview, upload):
        status, _out, err = verb(folder)
        assert (status, "[error] code 10: Log in again" in err) == (255, True)


@pytest.mark.parametrize(
    ("condition", "words"),
    [
        ('{"pathName": "pages/none/none"}', "no page “pages/none/none”"),
        ('{"query": "a b"}', "without spaces"),
        ('{"scene": 3}', "A scene is a number"),
        ('{"scene": "x"}', "whole number"),
        ("[1]", "as JSON"),
        ("{", "as JSON"),
    ],
)
def test_a_condition_that_can_not_be_is_refused(logged_in, folder, condition, words) -> None:
    status, _out, err = preview(folder, "--compile-condition", condition)
    assert (status, words in err) == (255, True), err
    assert not Preview.objects.exists()


def test_bad_code_is_refused_with_the_whole_report(logged_in, folder) -> None:
    (folder / "pages/list/list.wxml").unlink()
    (folder / "images/a.png").unlink()
    status, _out, err = preview(folder)
    assert status == 255
    assert "[error] app.json pages[1]: The page “pages/list/list” has no file" in err
    assert "[error] app.json tabBar.list[0]" in err
    assert not Preview.objects.exists()


def test_a_program_of_somebody_else_is_refused(logged_in, folder) -> None:
    bikes = stories.registered(administrator="eve")
    for appid in (bikes.appid, "wx0000000000000000"):
        status, _out, err = preview(folder, "--appid", appid)
        assert (status, "This WeChat isn't a developer of the AppID." in err) == (255, True)


# --- upload


def test_the_administrator_uploads_with_a_scan(logged_in, folder, tea, ada, tmp_path) -> None:
    info = tmp_path / "info.json"
    status, out, err = upload(folder, "-i", info, person=ada)
    assert status == 0, err
    build = Build.objects.get()
    assert (build.version, build.notes, build.uploader, build.status) == ("1.0.0", "First", ada, "ready")
    assert out.endswith("Uploaded: version 1.0.0.\n")
    assert json.loads(info.read_text())["size"]["packages"][0]["name"] == "__FULL__"
    assert Project.objects.get().uploaded_at is not None


def test_a_developer_is_told_that_only_administrators_upload(tea, folder) -> None:
    member = stories.bound(tea, "dev")
    run("login", person=member.person)
    status, _out, err = upload(folder, person=member.person)
    assert (status, "Only administrators can perform uploads" in err) == (255, True)
    assert not Build.objects.exists()
    assert ScanTicket.objects.filter(purpose="build_upload").count() == 0


def test_an_upload_that_the_phone_refuses_is_none(logged_in, folder, ada) -> None:
    assert upload(folder, person=ada, answer=tickets.refuse)[0] == 255
    assert not Build.objects.exists()


@pytest.mark.parametrize(("words", "said"), [(("-v", "1 0"), "letters, digits and dots"), (("-d", "x" * 201), "200")])
def test_a_bad_version_or_note_is_refused_before_the_scan(logged_in, folder, words, said) -> None:
    status, _out, err = upload(folder, *words)
    assert (status, said in err) == (255, True), err
    assert not ScanTicket.objects.filter(purpose="build_upload").exists()


def test_in_chinese_where_asked(logged_in, folder) -> None:
    status, _out, err = upload(folder, "-v", "1 0", "--lang", "zh")
    assert status == 255
    assert re.search(r"[一-鿿]", err)


# --- the directory


def test_what_is_sent_of_a_directory(folder, tmp_path) -> None:
    (folder / "node_modules/x").mkdir(parents=True)
    (folder / "node_modules/x/a.js").write_text("x")
    (tmp_path / "secret.js").write_text("secret")
    (folder / "linked.js").symlink_to(tmp_path / "secret.js")
    names = zipfile.ZipFile(io.BytesIO(zip_of(folder))).namelist()
    assert names == sorted([*files(), "project.config.json"])


def test_too_much_is_refused_here_already(folder) -> None:
    with (folder / "big.bin").open("wb") as big:
        big.truncate(30 * 1024 * 1024)
    with pytest.raises(ToolsError) as refusal:
        zip_of(folder)
    assert refusal.value.code == "too_much_code"


@pytest.mark.parametrize(("config", "code"), [(None, "no_project"), ("{", "bad_project"), ("[]", "bad_project")])
def test_a_directory_that_is_no_project(tmp_path, config, code) -> None:
    if config is not None:
        (tmp_path / "project.config.json").write_text(config)
    with pytest.raises(ToolsError) as refusal:
        project_in(str(tmp_path))
    assert refusal.value.code == code
    assert project_in(str(tmp_path), appid="wx1").name == tmp_path.name if config == "[]" else True


# --- as a process


def process(*words, var: Path) -> subprocess.CompletedProcess:
    environment = {"PATH": "/usr/bin:/bin", "MINISTAGE_VAR": str(var), "HTTP_PROXY": "http://127.0.0.1:9"}
    command = [sys.executable, "manage.py", "devtools", *map(str, words)]
    return subprocess.run(
        command, cwd=configured.BASE_DIR, env=environment, capture_output=True, text=True, timeout=60, check=False
    )


def test_a_real_process_ends_with_the_real_tools_status(live_server, folder, var) -> None:
    asked = process("islogin", "--port", live_server.thread.port, var=var)
    assert (asked.returncode, asked.stdout) == (0, '{"login":false}\n'), asked.stderr

    refused = process("upload", "--project", folder, "-v", "1.0.0", "-d", "x", "--url", live_server.url, var=var)
    assert (refused.returncode, refused.stdout) == (255, "")
    assert "code 10:" in refused.stderr

    nobody = process("islogin", "--port", 9, var=var)
    assert nobody.returncode == 255
    assert "Nobody answers at http://127.0.0.1:9" in nobody.stderr
