"""The other ways through: log-in by scan alone, codes typed and pictured, refusals, resets, unbinding, the clock."""

import re
from pathlib import Path

import pytest
from django.core import mail
from playwright.sync_api import expect

from accounts.models import Member
from platform_site.kernel import clock
from platform_site.simulation import stories
from tests.journeys.people import confirm_on, scan_and_confirm, scan_from, scan_in, take_up

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.browser]


def test_who_administers_several_programs_types_the_code_chooses_one_and_switches(open_context):
    ada = stories.person("ada")
    tea, books = (stories.completed(name=name, administrator=ada) for name in ("Quay Tea", "Quay Books"))
    console, phone = open_context(), open_context(phone=True)
    take_up(phone, ada.nickname)
    console.goto("/login/by-scan/")
    phone.goto("/phone/scan/")
    phone.get_by_label("Code beside the QR code").fill(console.locator(".scan-code").inner_text().lower())
    phone.get_by_role("button", name="Go on").click()
    confirm_on(phone)
    console.wait_for_url("**/login/choose/")
    console.get_by_role("button", name="Quay Books").click()
    console.wait_for_url(f"**/console/{books.appid}/")
    console.get_by_role("banner").locator("summary").click()
    console.get_by_role("button", name="Quay Tea").click()
    console.wait_for_url(f"**/console/{tea.appid}/")


def test_a_picture_of_the_qr_is_as_good_as_the_camera_and_a_refusal_stops_the_screen(open_context, tmp_path: Path):
    ada = stories.person("ada")
    stories.registered(administrator=ada)
    console, phone = open_context(), open_context(phone=True)
    take_up(phone, ada.nickname)
    console.goto("/login/by-scan/")
    console.locator(".scan-qr").screenshot(path=tmp_path / "qr.png", caret="initial")
    phone.goto("/phone/scan/")
    phone.get_by_label("Picture of a QR code").set_input_files(tmp_path / "qr.png")
    phone.get_by_role("button", name="Read the picture").click()
    phone.get_by_role("button", name="Refuse").click()
    expect(console.locator(".scan-panel").first).to_contain_text("refused on the phone")
    console.goto("/")
    expect(console.get_by_role("banner").get_by_role("link", name="Register")).to_be_visible()


def test_a_qr_that_has_expired_on_the_worlds_clock_is_refreshed(open_context):
    ada = stories.person("ada")
    tea = stories.registered(administrator=ada)
    console, phone = open_context(), open_context(phone=True)
    take_up(phone, ada.nickname)
    console.goto("/login/by-scan/")
    clock.move_forward(3600)
    expect(console.locator(".scan-panel").first).to_contain_text("This QR code has expired.")
    console.get_by_role("button", name="Refresh the QR code").click()
    scan_and_confirm(console, phone)
    console.wait_for_url(f"**/console/{tea.appid}/")


def test_a_forgotten_password_is_set_anew_by_mail(open_context, settings):
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    tea = stories.registered(email="quay@tea.test")
    console, phone = open_context(), open_context(phone=True)
    take_up(phone, stories.person("ada").nickname)
    console.goto("/login/")
    console.get_by_role("link", name="Forgot the password?").click()
    console.get_by_label("E-mail address").fill("quay@tea.test")
    console.get_by_role("button", name="Send the mail").click()
    console.wait_for_url("**/password/reset/**")
    console.goto(re.search(r"http\S+", mail.outbox[-1].body).group())
    for box in console.locator("main input[type=password]").all():
        box.fill("other-harbour-77")
    console.get_by_role("main").locator("button.btn-primary").click()
    console.goto("/login/")
    console.get_by_label("E-mail address", exact=True).fill("quay@tea.test")
    console.get_by_label("Password").fill("other-harbour-77")
    console.get_by_role("button", name="Log in", exact=True).click()
    scan_and_confirm(console, phone)
    console.wait_for_url(f"**/console/{tea.appid}/**")


def test_an_unbound_developer_loses_the_preview_at_once(open_context):
    tea = stories.completed(name="Quay Tea")
    stories.bound(tea, "dev")
    project = stories.project(tea, "dev")
    console, ada, tools, dev = (open_context(), open_context(phone=True), open_context(), open_context(phone=True))
    take_up(ada, "Ada")
    take_up(dev, "Dev")
    tools.goto("/devtools/")
    scan_and_confirm(tools, dev)
    expect(tools.get_by_role("heading", name="Projects")).to_be_visible()
    tools.goto(f"/devtools/{tea.appid}/projects/{project.pk}/")
    expect(tools.get_by_role("main")).to_contain_text(project.name)

    scan_in(console, ada, tea.appid)
    console.goto(f"/console/{tea.appid}/identity/")
    console.get_by_role("button", name="Unbind").first.click()
    console.get_by_role("dialog").get_by_role("button", name="Unbind").click()
    scan_from(console, ada)
    confirm_on(ada)
    console.wait_for_url(f"**/console/{tea.appid}/identity/")
    assert list(Member.objects.values_list("person__nickname", flat=True)) == ["Ada"]
    assert tools.goto(f"/devtools/{tea.appid}/projects/{project.pk}/").status == 404


def test_the_console_speaks_chinese_to_who_asks_for_it(open_context):
    stories.registered()
    console = open_context(language="zh-CN")
    console.goto("/")
    expect(console.locator("html")).to_have_attribute("lang", "zh-hans")
    expect(console.get_by_role("banner")).to_contain_text("注册")
    console.get_by_role("button", name="English").click()
    expect(console.get_by_role("banner")).to_contain_text("Register")
