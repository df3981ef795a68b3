"""An Open Platform account in browsers: refused before its qualification, then two programs with one UnionID."""

from collections.abc import Callable
from pathlib import Path

import pytest
from captcha.models import CaptchaStore
from playwright.sync_api import Page, expect

from accounts.models import MiniProgram
from openplatform.models import OpenAccount
from platform_site.kernel.delivery import deliver_overdue
from platform_site.simulation import cast, stories
from tests.journeys.organisations import Look, looking
from tests.journeys.people import log_in_at_the_desk, scan_and_confirm, scan_from, take_up

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.browser]
EMAIL = "studio@lantern.test"
COMPANY = "灯塔软件有限公司"


def register(screen: Page, mail: Page, look: Look) -> None:
    """E-mail, activation, entity."""
    screen.goto("/open/")
    look(screen, "the Open Platform")
    screen.get_by_role("main").get_by_role("link", name="Register", exact=True).click()
    screen.get_by_label("E-mail address").fill(EMAIL)
    screen.get_by_label("Password", exact=True).fill(cast.PASSWORD)
    screen.get_by_label("Confirm password").fill(cast.PASSWORD)
    screen.get_by_label("Verification code").fill(CaptchaStore.objects.latest("pk").response)
    screen.get_by_label("I have read and agree to both agreements").check()
    look(screen, "register", in_chinese=False)
    screen.get_by_role("button", name="Register").click()
    screen.wait_for_url("**/open/register/activation/")
    deliver_overdue()
    mail.goto(f"/sim/mailbox/?to={EMAIL}")
    mail.get_by_role("main").get_by_role("link").last.click()
    href = mail.locator("a[href*='/open/register/activate/']").first.get_attribute("href")
    screen.goto(str(href))
    screen.get_by_role("button", name="Activate and go on").click()
    screen.wait_for_url("**/open/entity/")
    screen.get_by_label("Entity type").select_option("corporate")
    screen.get_by_label("Entity name").fill(COMPANY)
    screen.get_by_label("Number").fill(stories.credit_code(77))
    look(screen, "who stands behind it")
    screen.get_by_role("button", name="Register").click()
    screen.wait_for_url("**/open/center/")
    look(screen, "the Administration Center")


def be_qualified(screen: Page, payer: Page, desk: Page, look: Look, tmp_path: Path) -> None:
    """Apply, pay on the phone, pass at the desk."""
    screen.get_by_role("main").get_by_role("link", name="Developer qualification verification").click()
    look(screen, "the Account Center, not verified")
    screen.get_by_role("link", name="Apply", exact=True).click()
    screen.get_by_label("Contact's name").fill("李建国")
    screen.get_by_label("Contact's phone number").fill("13800138000")
    scan = tmp_path / "licence.png"
    scan.write_bytes(stories.scan())
    screen.get_by_label("Scan of the licence or ID card").set_input_files(scan)
    screen.get_by_label("I know that the fee is not given back").check()
    look(screen, "apply for the qualification")
    screen.get_by_role("button", name="Go on to the payment").click()
    expect(screen.get_by_text("¥300.00").first).to_be_visible()
    look(screen, "pay the fee", in_chinese=False)
    scan_from(screen, payer)
    payer.get_by_role("link", name="Pay").click()
    payer.get_by_label("Payment password").fill(cast.PAYMENT_PASSWORD)
    payer.get_by_role("button", name="Pay").click()
    screen.wait_for_url("**/open/account/")
    expect(screen.get_by_role("main")).to_contain_text("It is being audited")
    log_in_at_the_desk(desk)
    desk.goto("/desk/open/qualifications/")
    look(desk, "the desk's list of qualifications")
    desk.get_by_role("link", name=EMAIL).click()
    look(desk, "a qualification at the desk")
    desk.get_by_role("button", name="Pass", exact=True).click()
    expect(desk.get_by_role("status").first).to_contain_text("Passed")


def bind(screen: Page, phone: Page, program: MiniProgram, look: Look) -> None:
    """E-mail and password, then the administrator's scan."""
    screen.goto("/open/center/official-accounts/")
    screen.get_by_role("link", name="Bind Official Account").click()
    look(screen, "bind", in_chinese=False)
    screen.get_by_label("E-mail address of the Mini Program").fill(program.user.email)
    screen.get_by_label("Its password").fill(cast.PASSWORD)
    screen.get_by_role("button", name="Go on").click()
    scan_and_confirm(screen, phone)
    screen.wait_for_url("**/open/center/official-accounts/")
    expect(screen.get_by_role("main")).to_contain_text(program.appid)


def told(desk: Page, program: MiniProgram, look: Look) -> str:
    """What the explainer says that this program is told of Eve."""
    desk.goto("/sim/unionid/")
    desk.get_by_label("Person (WeChat ID)").fill(stories.person("eve").wechat_id)
    desk.get_by_label("Mini Program (AppID)").fill(program.appid)
    desk.get_by_role("button", name="Explain").click()
    look(desk, f"UnionID, {program.profile.name}")
    return desk.locator("#told").inner_text()


def test_bound_only_after_the_qualification_and_one_unionid_in_both(
    open_context: Callable[..., Page], shot, browser, tmp_path: Path
) -> None:
    look = looking(shot, browser)
    tea = stories.completed(administrator="ada", name="Harbour Tea")
    books = stories.completed(administrator="ada", name="Lantern Books")
    bikes = stories.completed(administrator="eve", name="Pier Bicycles")
    stories.wallet("eve")
    screen, mail, desk = open_context(), open_context(), open_context()
    ada, payer = open_context(phone=True), open_context(phone=True)
    take_up(ada, "Ada")
    take_up(payer, "Eve")

    register(screen, mail, look)
    screen.get_by_role("link", name="Official Accounts").click()
    expect(screen.get_by_role("button", name="Bind Official Account")).to_be_disabled()
    expect(screen.get_by_role("main")).to_contain_text("Complete the developer qualification verification first")
    look(screen, "binding is closed, and why")
    be_qualified(screen, payer, desk, look, tmp_path)
    for program in (tea, books):
        bind(screen, ada, program, look)
    look(screen, "two are bound")
    assert OpenAccount.objects.get().bindings.count() == 2

    first, second, third = (told(desk, program, look) for program in (tea, books, bikes))
    assert first == second
    assert first.startswith("o")
    assert len(first) == 28
    assert third == "—"

    other = stories.open_verified(stories.open_account("other@stories.test", serial=78))
    stories.open_bound(bikes, other)
    assert told(desk, bikes, look) not in (first, "—")

    screen.goto("/open/center/official-accounts/")
    screen.get_by_role("link", name="Unbind").first.click()
    look(screen, "who loses what")
    screen.get_by_role("button", name="Unbind and scan").click()
    scan_and_confirm(screen, ada)
    screen.wait_for_url("**/open/center/official-accounts/")
    assert told(desk, books, look) == "—"
    assert told(desk, tea, look) == first
