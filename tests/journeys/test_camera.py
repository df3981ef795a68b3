"""The phone's camera for real: Chromium films the QR of another browser's screen."""

import io
from pathlib import Path

import pytest
from PIL import Image
from playwright.sync_api import Page, expect

from accounts.models import ScanTicket
from platform_site.simulation import stories
from tests.chromium import chromium_path

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def film(picture: bytes, path: Path) -> None:
    """A second of a turned picture on grey, as the video that Chromium's fake camera plays."""
    code = Image.open(io.BytesIO(picture)).convert("RGB").resize((300, 300)).rotate(9, expand=True, fillcolor="white")
    frame = Image.new("RGB", (640, 480), "#9aa5a0")
    frame.paste(code, (160, 60))
    y, cb, cr = frame.convert("YCbCr").split()
    planes = y.tobytes() + cb.resize((320, 240)).tobytes() + cr.resize((320, 240)).tobytes()
    path.write_bytes(b"YUV4MPEG2 W640 H480 F10:1 Ip A1:1 C420jpeg\n" + (b"FRAME\n" + planes) * 10)


def test_the_camera_reads_the_qr_of_a_screen_and_the_screen_goes_on(open_context, browser, site, tmp_path):
    ada = stories.person("ada")
    mini_program = stories.completed(administrator=ada)
    screen: Page = open_context()
    screen.goto("/login/by-scan/")
    film(screen.locator(".scan-qr").screenshot(), tmp_path / "camera.y4m")
    flags = ["--no-sandbox", "--disable-background-networking", "--use-fake-ui-for-media-stream"]
    flags += ["--use-fake-device-for-media-stream", f"--use-file-for-fake-video-capture={tmp_path}/camera.y4m"]

    filming = browser.browser_type.launch(executable_path=chromium_path(), args=flags)
    phone = filming.new_page(base_url=site, viewport={"width": 390, "height": 844})
    phone.goto("/phone/login/?next=/phone/scan/")
    phone.get_by_role("button", name=ada.nickname).click()
    phone.get_by_role("button", name="Open the camera").click()
    phone.wait_for_url("**/phone/tickets/**")
    expect(screen.get_by_text(f"Scanned by {ada.nickname}")).to_be_visible()
    phone.get_by_role("button", name="Confirm", exact=True).click()
    expect(phone.get_by_role("heading", name="Confirmed").last).to_be_visible()
    screen.wait_for_url(f"**/console/{mini_program.appid}/**")
    filming.close()

    assert ScanTicket.objects.get().status == "consumed"
