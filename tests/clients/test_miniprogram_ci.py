"""Tencent's own uploader, unmodified, against a listening platform: it uploads, previews, and is refused in words."""

import base64
import json
import os
import zipfile

import pytest

from accounts.models import WeChatPerson
from developers.actions.upload_addresses import set_addresses
from developers.actions.upload_keys import generate_upload_key
from developers.models import Build, CodePackage, Preview
from platform_site.simulation import stories
from platform_site.web import qr
from tests.developers.zips import APP, files
from tests.people import phone

pytestmark = [pytest.mark.clients, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def tea(live_server):
    return stories.registered(administrator="ada")


@pytest.fixture
def ci(run, relay, tea, tmp_path):
    """`ci("upload", …)`: the client with a program, an AppID and its key, as the console page prints it."""
    key = tmp_path / f"private.{tea.appid}.key"
    key.write_text(generate_upload_key(tea, by=stories.administrator_of(tea)))
    program = tmp_path / "program"

    def write(contents):
        for path, content in contents.items():
            target = program / path
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(content)

    config = {"appid": tea.appid, "projectname": "tea", "compileType": "miniprogram", "setting": {}}
    write({**files(), "project.config.json": json.dumps(config).encode()})

    def asked(command, *more, appid=tea.appid, version="1.0.0", through=relay):
        return run(
            through, "miniprogram-ci", command, "--pp", str(program), "--pkp", str(key), "--appid", appid,
            "--uv", version, *more,
        )  # fmt: skip

    asked.write, asked.key = write, key
    return asked


def test_it_uploads_a_program_of_several_pages_and_a_sub_package(ci, tea) -> None:
    ran = ci("upload", "--ud", "New: tea 茶", "-r", "2", version="2.1.0")
    assert ran.code == 0, ran.said
    build = tea.builds.ready().get()
    assert (build.version, build.notes, build.robot) == ("2.1.0", "New: tea 茶", 2)
    assert build.package.facts["pages"] == ["pages/home/home", "pages/list/list", "extra/pages/one/one"]
    assert "LEFT LOOPBACK" not in ran.said


def test_each_robot_has_a_version_and_its_source_maps_come_back(ci, tea, tmp_path) -> None:
    ci.write({"pages/home/home.js": b"const tea = () => 'green'\nPage({ data: { greeting: tea() } })\n"})
    for robot in ("1", "30"):
        assert ci("upload", "-r", robot, "--enable-es6", version=f"1.{robot}").code == 0
    assert {(b.robot, b.version) for b in tea.builds.ready()} == {(1, "1.1"), (30, "1.30")}
    saved = tmp_path / "maps.zip"
    ran = ci("get-dev-source-map", "-r", "30", "--source-map-save-path", str(saved))
    assert ran.code == 0, ran.said
    with zipfile.ZipFile(saved) as archive:
        names = [name for name in archive.namelist() if not name.endswith("/")]
        assert any("pages/home/home" in name for name in names)
        one = json.loads(archive.read(next(name for name in names if "pages/home/home" in name)))
    assert one["version"] == 3


def test_a_preview_is_a_picture_whose_qr_opens_on_the_administrators_phone(ci, tmp_path) -> None:
    picture = tmp_path / "preview.jpg"
    ran = ci(
        "preview", "--qrcode-format", "image", "--qrcode-output-dest", str(picture),
        "--preview-page-path", "pages/list/list", "--preview-search-query", "table=4",
    )  # fmt: skip
    assert ran.code == 0, ran.said
    preview = Preview.objects.get()
    assert qr.read(picture.read_bytes()) == qr.absolute(f"/q/{preview.link.code}")
    assert preview.start_path == "pages/list/list?table=4"
    ada = WeChatPerson.objects.get(pk=preview.person_id)
    assert phone(None, ada).get(f"/q/{preview.link.code}", follow=True).status_code == 200
    assert phone(None, stories.person("dev")).get(f"/q/{preview.link.code}", follow=True).status_code == 403


def test_a_preview_is_shown_in_a_terminal_and_as_base64(ci, tmp_path) -> None:
    ran = ci("preview")
    assert ran.code == 0, ran.said
    text = tmp_path / "preview.txt"
    ran = ci("preview", "--qrcode-format", "base64", "--qrcode-output-dest", str(text))
    assert ran.code == 0, ran.said
    head, _comma, data = text.read_text().partition(",")
    assert head == "data:image/jpeg;base64"
    assert qr.read(base64.b64decode(data)) == qr.absolute(f"/q/{Preview.objects.latest('pk').link.code}")


def test_a_wrong_key_is_refused(ci, tea) -> None:
    ci.key.write_text(generate_upload_key(stories.registered(administrator="eve"), by=_administrator("eve")))
    ran = ci("upload")
    assert ran.code == 1
    assert f"The signature was not made by the code upload key of {tea.appid} in use." in ran.said
    assert not Build.objects.exists()


def _administrator(who):
    return stories.person(who).memberships.select_related("person", "mini_program").get()


def test_an_unknown_appid_is_refused(ci) -> None:
    ran = ci("upload", appid="wx0123456789abcdef")
    assert ran.code == 1
    assert "invalid appid" in ran.said


def test_an_address_that_is_not_on_the_list_is_refused_with_the_address(ci, tea) -> None:
    set_addresses(tea, networks=["203.0.113.7"], on=True, by=stories.administrator_of(tea))
    ran = ci("upload")
    assert ran.code == 1
    assert "-10008" in ran.said
    assert "invalid ip: 127.0.0.1" in ran.said
    set_addresses(tea, networks=["127.0.0.1"], on=True, by=stories.administrator_of(tea))
    assert ci("upload").code == 0


def test_a_main_package_that_is_too_big_is_refused_with_its_size(ci) -> None:
    ci.write({"images/big.png": os.urandom(3 * 1024 * 1024)})
    ran = ci("upload")
    assert ran.code == 1
    assert "80200" in ran.said
    assert "images/big.png" in ran.said
    assert not CodePackage.objects.exists()


def test_more_than_can_be_read_at_all_is_refused_after_the_fallback_from_the_cloud_store(ci) -> None:
    ci.write({f"images/{n}.png": os.urandom(2 * 1024 * 1024) for n in range(6)})
    ran = ci("upload")
    assert ran.code == 1
    assert "The package is too big" in ran.said
    assert "LEFT LOOPBACK" not in ran.said


def test_what_the_client_lets_through_is_refused_with_its_file(ci) -> None:
    bar = {**APP["tabBar"], "list": [{"pagePath": "pages/home/home", "text": "Home"}, {"pagePath": "pages/list/list"}]}
    ci.write({"app.json": json.dumps({**APP, "tabBar": bar}).encode()})
    ran = ci("upload")
    assert ran.code == 1
    assert "app.json tabBar.list[1].text" in ran.said
    assert not CodePackage.objects.exists()


def test_a_version_that_the_client_lets_through_is_refused_in_words(ci) -> None:
    ran = ci("upload", version="<b>1</b>")
    assert ran.code == 1
    assert "version: Use 1 to 32 letters, digits and dots" in ran.said


def test_without_the_relays_settings_it_reaches_nobody(ci) -> None:
    """What keeps these tests from the real platform works."""
    ran = ci("upload", through=None)
    assert ran.code != 0
    assert "LEFT LOOPBACK: servicewechat.com" in ran.said
    assert not Build.objects.exists()
