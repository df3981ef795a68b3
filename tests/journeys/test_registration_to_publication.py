"""The whole main job: one person takes a Mini Program from registration to publication, in real browsers."""

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from captcha.models import CaptchaStore
from playwright.sync_api import Page, expect

from accounts.actions.registration import claim_email
from accounts.models import EmailKind, MiniProgram
from developers.models import Build
from platform_site.kernel.models import AuditEvent
from platform_site.simulation import stories
from releases.models import AuditOrder, Release
from tests.journeys.people import (
    PASSWORD,
    Someone,
    confirm_on,
    log_in_at_the_desk,
    newest_code_in,
    scan_and_confirm,
    scan_from,
    sign_up,
    told_on,
)

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.browser]

Shot = Callable[[Page, str], None]
EMAIL, NAME = "lin@quay-tea.test", "Quay Tea"
LIN = Someone("Lin", "lin_quay", "13800138001", "林小雨", "110101199003074477")
BO = Someone("Bo", "bo_builder", "13800138002", "王波", "110101198802143315")


def register_account(console: Page, shot: Shot) -> None:
    """Home, account types, step 1."""
    console.goto("/")
    shot(console, "home")
    console.get_by_role("banner").get_by_role("link", name="Register").click()
    shot(console, "choose account type")
    console.get_by_role("button", name="View differences between types").click()
    shot(console, "differences between types")
    console.get_by_role("dialog").get_by_role("button", name="Close").click()
    console.get_by_role("main").locator("a[href='/register/account/']:visible").click()
    console.get_by_label("E-mail address").fill("taken@open.test")
    expect(console.locator("#email-check")).to_contain_text("Open Platform")
    console.get_by_label("E-mail address", exact=True).fill(EMAIL)
    console.get_by_label("Password", exact=True).fill(PASSWORD)
    console.get_by_label("Confirm password").fill(PASSWORD)
    key = console.locator("input[name=captcha_0]").input_value()
    console.get_by_label("Verification code").fill(CaptchaStore.objects.get(hashkey=key).response)
    expect(console.get_by_role("button", name="Register")).to_be_disabled()
    console.get_by_label("I have read and agree").check()
    shot(console, "step 1 account information")
    console.get_by_role("button", name="Register").click()
    console.wait_for_url("**/register/activation/")


def activate_account(console: Page, shot: Shot) -> None:
    """Step 2: the mail and its link."""
    shot(console, "step 2 e-mail activation")
    console.get_by_role("link", name="Log in to mailbox").click()
    shot(console, "mailbox")
    console.get_by_role("main").get_by_role("table").get_by_role("link").first.click()
    shot(console, "activation mail")
    console.locator("a[href*='/register/activate/']").click()
    shot(console, "activation page")
    console.get_by_role("button", name="Activate and go on").click()
    console.wait_for_url("**/register/information/")


def register_information(console: Page, phone: Page, stranger: Page, shot: Shot) -> str:
    """Step 3: the individual, the SMS code, the administrator's scan; returns the AppID."""
    console.get_by_role("radio", name="Individual", exact=False).first.check()
    console.get_by_label("ID name").fill(LIN.real_name)
    console.get_by_label("ID number").fill(LIN.id_number)
    console.get_by_label("Phone number").fill(LIN.phone)
    console.get_by_role("button", name="Get code").click()
    expect(console.locator("#sms-area")).to_contain_text("A code has been sent")
    console.get_by_label("SMS verification code").fill(newest_code_in(phone))
    shot(phone, "sms inbox")
    scan_from(console, stranger)
    expect(stranger.get_by_role("alert")).to_contain_text("do not match")
    shot(stranger, "somebody else may not confirm")
    stranger.get_by_role("button", name="Refuse").click()
    expect(console.locator("#identity-area")).to_contain_text("refused on the phone")
    console.get_by_role("button", name="Refresh the QR code").click()
    shot(console, "step 3 information")
    scan_from(console, phone)
    shot(phone, "confirm identity")
    confirm_on(phone)
    shot(phone, "confirmed")
    expect(console.locator("#identity-area")).to_contain_text("Confirmed by Lin")
    console.get_by_role("button", name="Continue").click()
    shot(console, "entity information can't be changed")
    console.get_by_role("dialog").get_by_role("button", name="Confirm").click()
    expect(console.get_by_role("heading", name="registration is complete")).to_be_visible()
    shot(console, "registration complete")
    appid = console.get_by_text(re.compile(r"^wx[0-9a-f]{16}$")).inner_text()
    console.get_by_role("link", name="Go to Mini Program").click()
    console.wait_for_url(f"**/console/{appid}/")
    shot(console, "console home, new")
    return appid


def log_out_and_in(console: Page, phone: Page, appid: str, shot: Shot) -> None:
    """E-mail and password, then the administrator's scan."""
    console.goto(f"/console/{appid}/")
    console.get_by_role("banner").locator("summary").click()
    shot(console, "account menu")
    console.get_by_role("button", name="Log out").click()
    console.goto("/login/")
    console.get_by_label("E-mail address", exact=True).fill(EMAIL)
    console.get_by_label("Password").fill("not-the-password")
    console.get_by_role("button", name="Log in", exact=True).click()
    expect(console.get_by_role("alert")).to_be_visible()
    shot(console, "wrong password")
    console.get_by_label("E-mail address", exact=True).fill(EMAIL)
    console.get_by_label("Password").fill(PASSWORD)
    console.get_by_role("button", name="Log in", exact=True).click()
    console.wait_for_url("**/login/scan/")
    shot(console, "log in, the administrator's scan")
    scan_and_confirm(console, phone)
    console.wait_for_url(f"**/console/{appid}/**")


def complete_information(console: Page, appid: str, tmp_path: Path, shot: Shot) -> None:
    """Name, avatar, introduction, categories."""
    picture = tmp_path / "avatar.png"
    picture.write_bytes(stories.avatar())
    console.goto(f"/console/{appid}/profile/")
    console.get_by_label("Mini Program name").fill("ab")
    expect(console.locator("#name-check")).not_to_be_empty()
    console.get_by_label("Mini Program name").fill(NAME)
    console.get_by_label("Avatar").set_input_files(picture)
    console.get_by_label("Introduction").fill("Order tea by the quay and pick it up warm.")
    console.get_by_label("Search in the service categories").fill("recommend")
    console.locator("input[name=categories]:visible:not(:disabled)").first.check()
    shot(console, "information form")
    console.get_by_role("button", name="Submit").click()
    expect(console.get_by_role("main")).to_contain_text(NAME)
    shot(console, "information complete")


def bind_developer(console: Page, phone: Page, appid: str, shot: Shot) -> None:
    """User Identity: search, bind, scan."""
    console.goto(f"/console/{appid}/identity/")
    shot(console, "user identity, nobody bound")
    console.get_by_role("button", name="Bind a developer").click()
    dialog = console.get_by_role("dialog")
    dialog.get_by_label("WeChat ID").fill(BO.wechat_id)
    dialog.get_by_role("button", name="Search").click()
    shot(console, "developer found")
    dialog.get_by_role("button", name="Confirm and scan").click()
    shot(console, "scan to bind")
    scan_from(console, phone)
    shot(phone, "confirm binding")
    confirm_on(phone)
    console.wait_for_url(f"**/console/{appid}/identity/")
    expect(console.get_by_role("main")).to_contain_text(BO.nickname)
    shot(console, "user identity, developer bound")


def generate_secret(console: Page, phone: Page, appid: str, shot: Shot) -> None:
    """Development settings: the AppSecret is shown once."""
    console.goto(f"/console/{appid}/settings/development/")
    console.get_by_role("button", name="Generate", exact=True).click()
    console.get_by_role("dialog").get_by_role("button", name="Scan to confirm").click()
    scan_and_confirm(console, phone)
    expect(console.locator("#app-secret")).to_have_text(re.compile(r"^[0-9a-f]{32}$"))
    shot(console, "AppSecret, shown once")
    secret = console.locator("#app-secret").inner_text()
    console.goto(f"/console/{appid}/settings/development/")
    expect(console.get_by_role("main")).not_to_contain_text(secret)
    shot(console, "development settings")


def open_tools(tools: Page, phone: Page, appid: str, tmp_path: Path, shot: Shot) -> None:
    """The developer tools: log in by QR, create a project with the code as a zip."""
    code = tmp_path / "program.zip"
    code.write_bytes(stories.zip_of_demo_program())
    tools.goto("/devtools/")
    shot(tools, "developer tools, log in")
    scan_and_confirm(tools, phone)
    expect(tools.get_by_role("heading", name="Projects")).to_be_visible()
    tools.get_by_role("link", name="Create a project").click()
    tools.locator("#id_appid").fill(appid)
    tools.get_by_label("Project name").fill("quay-tea")
    tools.get_by_label("Or a zip of it").set_input_files(code)
    shot(tools, "create a project")
    tools.get_by_role("button", name="Create").click()
    expect(tools.get_by_role("heading", name="quay-tea").or_(tools.get_by_text("quay-tea").first).first).to_be_visible()
    shot(tools, "project")


def preview(tools: Page, phone: Page, stranger: Page, shot: Shot) -> None:
    """The developer previews; nobody else may."""
    tools.get_by_role("navigation").get_by_role("link", name="Preview").click()
    tools.get_by_role("main").get_by_role("button", name="Preview").click()
    shot(tools, "preview")
    scan_from(tools, stranger)
    expect(stranger.locator("main")).to_contain_text("Only")
    shot(stranger, "preview refused to another person")
    scan_from(tools, phone)
    expect(phone.locator("main")).to_contain_text("Harbour Tea")
    shot(phone, "preview on the phone")


def upload(tools: Page, phone: Page, appid: str, shot: Shot) -> None:
    """The administrator uploads and confirms by scan."""
    tools.get_by_role("navigation").get_by_role("link", name="Upload").click()
    tools.get_by_label("Version number").fill("1.0.0")
    tools.get_by_label("Project notes").fill("First opening")
    shot(tools, "upload")
    tools.get_by_role("main").get_by_role("button", name="Upload").click()
    scan_and_confirm(tools, phone)
    expect(tools.get_by_role("status").or_(tools.get_by_role("alert")).first).to_contain_text("1.0.0")
    shot(tools, "uploaded")
    assert Build.objects.ready().filter(mini_program__appid=appid, version="1.0.0").count() == 1


def submit(console: Page, appid: str, shot: Shot) -> None:
    """Development Management: configure the function pages and submit."""
    console.goto(f"/console/{appid}/versions/")
    shot(console, "versions, uploaded")
    console.get_by_role("link", name="Submit for review").click()
    group = console.get_by_role("group", name="Function page 1")
    group.get_by_label("Title").fill("Order tea")
    group.get_by_label("Tags").fill("tea order quay")
    if not group.get_by_label("Page").input_value():
        group.get_by_label("Page").select_option(index=1)
    if not group.get_by_label("Service category").input_value():
        group.get_by_label("Service category").select_option(index=1)
    console.get_by_label("Notes for the reviewer").fill("No account is needed.")
    shot(console, "submit for review")
    console.get_by_role("button", name="Submit for review").click()
    console.wait_for_url(f"**/console/{appid}/versions/")
    expect(console.get_by_role("main")).to_contain_text("Review in progress")
    shot(console, "versions, review in progress")


def reject(desk: Page, shot: Shot) -> None:
    """With a coded reason and the reviewer's words."""
    desk.goto("/desk/orders/")
    desk.get_by_role("main").get_by_role("link", name=NAME).first.click()
    shot(desk, "desk, submission")
    desk.locator("#reject > summary").click()
    box = desk.locator("input[type=checkbox][value='3.3.1']")
    box.evaluate("box => { box.closest('details').open = true }")
    box.check()
    desk.get_by_label("Words for 3.3.1").fill("The order button on the first page does nothing.")
    shot(desk, "desk, reject")
    desk.locator("#reject").get_by_role("button", name="Reject", exact=True).click()


def approve(desk: Page, shot: Shot) -> None:
    """The second submission passes."""
    desk.goto("/desk/orders/")
    desk.get_by_role("main").get_by_role("link", name=NAME).first.click()
    shot(desk, "desk, submission again, with its history")
    desk.get_by_role("link", name="pages/", exact=False).first.click()
    shot(desk, "desk, a function page")
    desk.go_back()
    desk.locator("#approve > summary").click()
    desk.locator("#approve").get_by_role("button", name="Approve", exact=True).click()
    expect(desk.get_by_role("status")).to_contain_text("Approved")


def publish(console: Page, phone: Page, appid: str, shot: Shot) -> None:
    """By hand, confirmed by the administrator's scan; not in closed beta."""
    program = MiniProgram.objects.get(appid=appid)
    MiniProgram.objects.filter(pk=program.pk).update(in_closed_beta=True)
    console.goto(f"/console/{appid}/versions/")
    expect(console.get_by_role("button", name="Publish").first).to_be_disabled()
    shot(console, "versions, approved in closed beta")
    MiniProgram.objects.filter(pk=program.pk).update(in_closed_beta=False)
    console.goto(f"/console/{appid}/versions/")
    shot(console, "versions, approved")
    console.get_by_role("button", name="Publish", exact=True).click()
    shot(console, "publish, confirm")
    console.get_by_role("dialog").get_by_role("button", name="Publish and scan").click()
    scan_from(console, phone)
    shot(phone, "confirm publication")
    confirm_on(phone)
    console.wait_for_url(f"**/console/{appid}/versions/")
    assert Release.objects.online().filter(mini_program=program).count() == 1


def open_by_name_and_qr(console: Page, anybody: Page, appid: str, shot: Shot) -> None:
    """Anyone finds the program by name, and by its QR."""
    console.goto(f"/console/{appid}/versions/")
    shot(console, "versions, online")
    anybody.goto("/phone/programs/")
    anybody.get_by_label("Search Mini Programs").fill("Quay")
    anybody.get_by_label("Search Mini Programs").press("Enter")
    anybody.get_by_role("link", name=NAME).first.click()
    expect(anybody.locator("main")).to_contain_text("Harbour Tea")
    shot(anybody, "the program on anybody's phone")
    scan_from(console, anybody)
    expect(anybody.locator("main")).to_contain_text("Harbour Tea")


def test_one_person_takes_a_mini_program_from_registration_to_publication(open_context, shot, tmp_path):
    claim_email("taken@open.test", EmailKind.OPEN_PLATFORM)
    console, tools, desk = open_context(), open_context(), open_context()
    lin, bo, anybody = open_context(phone=True), open_context(phone=True), open_context(phone=True)
    sign_up(lin, LIN)
    shot(lin, "phone home")
    sign_up(bo, BO)
    sign_up(anybody, Someone("Passer-by", "passer_by", "13800138003"))

    register_account(console, shot)
    activate_account(console, shot)
    appid = register_information(console, lin, bo, shot)
    log_out_and_in(console, lin, appid, shot)
    complete_information(console, appid, tmp_path, shot)
    bind_developer(console, lin, appid, shot)
    told_on(bo, NAME)
    generate_secret(console, lin, appid, shot)

    open_tools(tools, bo, appid, tmp_path, shot)
    preview(tools, bo, lin, shot)
    tools.get_by_role("navigation").get_by_role("link", name="Upload").click()
    expect(tools.get_by_role("main")).to_contain_text("Only administrators can perform uploads")
    shot(tools, "a developer may not upload")

    own_tools = open_context()
    open_tools(own_tools, lin, appid, tmp_path, shot)
    upload(own_tools, lin, appid, shot)
    submit(console, appid, shot)
    log_in_at_the_desk(desk)
    shot(desk, "desk, queue")
    reject(desk, shot)
    told_on(lin, "3.3.1")
    shot(lin, "told of the rejection")
    console.goto(f"/console/{appid}/versions/")
    expect(console.get_by_role("main")).to_contain_text("The order button on the first page does nothing.")
    shot(console, "versions, rejected")
    submit(console, appid, shot)
    approve(desk, shot)
    publish(console, lin, appid, shot)
    open_by_name_and_qr(console, anybody, appid, shot)
    told_on(lin, NAME)
    shot(lin, "service notifications")
    console.goto(f"/console/{appid}/")
    shot(console, "console home, published")

    assert [order.status for order in AuditOrder.objects.order_by("attempt")] == ["superseded", "published"]
    assert AuditEvent.objects.filter(delivered_at=None).count() == 0
