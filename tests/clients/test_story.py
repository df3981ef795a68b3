"""From the key to the experiencer's phone: two screens, three phones, and Tencent's own uploader between them."""

import json

import pytest
from playwright.sync_api import expect

from accounts.permissions import Role
from platform_site.simulation import stories
from platform_site.web import qr
from tests.developers.zips import APP, files
from tests.journeys.conftest import open_context, qr_on, site  # noqa: F401 -- fixtures
from tests.journeys.people import scan_and_confirm, scan_from, scan_in, take_up

pytestmark = [pytest.mark.clients, pytest.mark.django_db(transaction=True)]


def write(folder, contents):
    for path, content in contents.items():
        target = folder / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(content)


def test_a_key_made_in_the_console_brings_a_program_to_the_experiencers_phone(open_context, run, relay, tmp_path):  # noqa: F811
    ada, max_, ned = (stories.person(key) for key in ("ada", "max", "ned"))
    tea = stories.completed(name="Quay Tea", administrator=ada)
    stories.bound(tea, max_, Role.EXPERIENCER)
    console, phone, his, stranger = open_context(), *(open_context(phone=True) for _ in range(3))
    for each, who in ((phone, ada), (his, max_), (stranger, ned)):
        take_up(each, who.nickname)
    scan_in(console, phone, tea.appid)

    console.goto(f"/console/{tea.appid}/settings/development/")
    console.get_by_role("button", name="Generate Code upload key").click()
    console.locator("#key-dialog").get_by_role("button", name="Scan to confirm").click()
    scan_and_confirm(console, phone)
    with console.expect_download() as download:
        console.get_by_role("button", name="Make the key and download it").click()
    key = tmp_path / download.value.suggested_filename
    download.value.save_as(key)
    assert key.name == f"private.{tea.appid}.key"

    program = tmp_path / "program"
    app = {**APP, "window": {"navigationBarTitleText": "Quay Tea"}}
    config = {"appid": tea.appid, "projectname": "tea", "compileType": "miniprogram", "setting": {}}
    write(program, {**files(app), "project.config.json": json.dumps(config).encode()})
    own = ["--pp", str(program), "--pkp", str(key), "--appid", tea.appid, "--uv", "1.2.0", "-r", "3"]
    uploaded = run(relay, "miniprogram-ci", "upload", *own, "--ud", "From the uploader")
    assert uploaded.code == 0, uploaded.said

    console.goto(f"/console/{tea.appid}/versions/")
    card = console.locator(".version-card").filter(has_text="1.2.0")
    expect(card).to_contain_text("Robot 3")
    expect(card).to_contain_text("From the uploader")
    card.get_by_role("link", name="Select as experience version").click()
    console.get_by_role("button", name="Select", exact=True).click()
    expect(console.locator(".version-card").filter(has_text="1.2.0")).to_contain_text("Experience version")

    scan_from(console, his)
    expect(his.locator("body")).to_contain_text("Hello")
    his.get_by_role("link", name="List").click()
    his.wait_for_url("**/pages/list/list")
    stranger.goto(qr_on(console))
    expect(stranger.locator("main")).to_contain_text("Only the administrator, bound developers and experiencers")

    picture = tmp_path / "preview.jpg"
    previewed = run(
        relay, "miniprogram-ci", "preview", *own, "--qrcode-format", "image", "--qrcode-output-dest", str(picture)
    )
    assert previewed.code == 0, previewed.said
    phone.goto(qr.read(picture.read_bytes()) or "")
    expect(phone.locator("body")).to_contain_text("Hello")
    his.goto(qr.read(picture.read_bytes()) or "")
    expect(his.locator("main")).to_contain_text("Only the developer who is logged in")
