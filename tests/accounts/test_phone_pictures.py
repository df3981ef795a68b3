"""The phone's other eyes: typed codes, pasted links, frames of the camera, pictures from the album."""

import io
import random

import pytest
from django.test import Client
from PIL import EpsImagePlugin, Image

from accounts.models import ScanTicket
from platform_site.web import qr
from tests.accounts.scans import ticket_for
from tests.accounts.test_phone import errors
from tests.people import phone


def status():
    return ScanTicket.objects.latest("pk").status


@pytest.mark.parametrize("spelt", ["{code}", "{low} ", "{a} {b}", "{a}-{b}"])
def test_a_typed_code_scans(spelt, ada):
    code = ticket_for().typed_code
    typed = spelt.format(code=code, low=code.lower(), a=code[:4], b=code[4:])
    page = phone(None, ada).post("/phone/scan/", {"code": typed}, follow=True)
    assert (status(), page.templates[0].name) == ("scanned", "accounts/phone_ticket.html")


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        ("", "required"),
        ("ABCD EFGH", "code_unknown"),
        ("🀄🀄", "code_unknown"),
        ("A" * 10_000, "max_length"),
        ("http://evil.example/q/AAAAAAAAAAAAAAAAAAAAAAAA", "qr_foreign"),
        ("http://testserver@evil.example/q/AAAAAAAAAAAAAAAAAAAAAA", "qr_foreign"),
        ("javascript://testserver/q/AAAAAAAAAAAAAAAAAAAAAA", "qr_foreign"),
        ("//testserver/q/AAAAAAAAAAAAAAAAAAAAAA", "qr_foreign"),
        ("http://testserver/phone/logout/", "qr_foreign"),
        ("http://testserver/q/../phone/me/", "qr_foreign"),
        ("http://[/q/AAAAAAAAAAAA", "qr_foreign"),
    ],
)
def test_what_is_typed_wrong_is_told_at_the_field(typed, code, ada):
    ticket_for()
    shown = phone(None, ada).post("/phone/scan/", {"code": typed})
    assert errors(shown, "typed") == {"code": [code]}
    assert status() == "waiting"


def test_trying_typed_codes_is_stopped(ada):
    client = phone(None, ada)
    found = [errors(client.post("/phone/scan/", {"code": f"AAAA{i:04}"}), "typed") for i in range(31)]
    assert [next(iter(f.values()))[0] for f in found] == ["code_unknown"] * 30 + ["too_many"]


def test_a_pasted_link_scans(ada):
    ticket = ticket_for()
    phone(None, ada).post("/phone/scan/", {"code": f" http://testserver/q/{ticket.code}?x=1#y "}, follow=True)
    assert status() == "scanned"


def picture_of(path, **changes):
    """A photograph of a QR: turned a little, on grey."""
    code = Image.open(io.BytesIO(qr.png(path))).convert("RGB").rotate(11, expand=True, fillcolor="white")
    photo = Image.new("RGB", (code.width + 160, code.height + 90), "#b9c0c4")
    photo.paste(code, (90, 30))
    out = io.BytesIO()
    photo.save(out, format=changes.get("format", "JPEG"))
    return out.getvalue()


def decode(client, body, content_type="image/jpeg"):
    return client.post("/phone/scan/decode/", body, content_type=content_type)


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
def test_a_frame_with_a_qr_of_ours_is_read_and_not_yet_scanned(kind, ada):
    ticket = ticket_for()
    read = decode(phone(None, ada), picture_of(f"/q/{ticket.code}", format=kind))
    assert (read.json(), status()) == ({"path": f"/q/{ticket.code}"}, "waiting")


@pytest.mark.parametrize(
    "text", ["https://evil.example/q/AAAAAAAAAAAAAAAAAAAA", "http://testserver/phone/me/", "plain words", "tel:123"]
)
def test_a_frame_with_anything_else_leads_nowhere(text, ada):
    import segno

    out = io.BytesIO()
    segno.make(text).save(out, kind="png", scale=6)
    assert decode(phone(None, ada), out.getvalue()).json() == {"path": None, "reason": "foreign"}


def test_an_address_under_base_url_is_ours_whatever_host_was_asked(ada, settings):
    picture = picture_of("/q/AAAAAAAAAAAAAAAAAAAA")
    settings.BASE_URL = "https://ministage.example"
    elsewhere = picture_of("/q/BBBBBBBBBBBBBBBBBBBB")
    client = phone(None, ada)
    read = [decode(client, body).json()["path"] for body in (picture, elsewhere)]
    assert read == ["/q/AAAAAAAAAAAAAAAAAAAA", "/q/BBBBBBBBBBBBBBBBBBBB"]


def hostile():
    """Bodies that are no pictures, or only nearly."""
    good = picture_of("/q/AAAAAAAAAAAAAAAAAAAA", format="PNG")
    dice = random.Random(7)  # noqa: S311 -- the same rubbish each time
    yield from (
        b"",
        b"\0",
        b"GIF89a",
        b"<svg xmlns='http://www.w3.org/2000/svg'/>",
        b"\xff\xd8\xff" * 50,
        b"BM" + b"\xff" * 60,
    )
    yield from (good[: len(good) // n] for n in (2, 3, 10, 40))
    for _i in range(40):
        broken = bytearray(good)
        for _j in range(8):
            broken[dice.randrange(len(broken))] = dice.randrange(256)
        yield bytes(broken)


def test_what_is_no_picture_is_no_error(ada):
    client = phone(None, ada)
    answers = [decode(client, body) for body in hostile()]
    assert {a.status_code for a in answers} == {200}


def test_a_picture_that_is_huge_inside_is_not_unpacked(ada):
    out = io.BytesIO()
    Image.new("1", (20_000, 20_000)).save(out, format="PNG")
    assert decode(phone(None, ada), out.getvalue()).json() == {"path": None, "reason": "none"}


def test_a_frame_of_more_than_two_megabytes_is_refused_unread(ada):
    assert decode(phone(None, ada), b"x" * 2_000_001).status_code == 413


def test_the_camera_may_send_its_pictures_but_not_without_end(ada):
    client = phone(None, ada)
    codes = [decode(client, b"").status_code for _i in range(151)]
    assert (codes[:150], codes[150]) == ([200] * 150, 429)


def test_the_camera_sends_a_token(ada):
    strict = phone(Client(enforce_csrf_checks=True), ada)
    assert decode(strict, b"x").status_code == 403


def upload(client, data, name="photo.jpg"):
    file = io.BytesIO(data)
    file.name = name
    return client.post("/phone/scan/", {"picture": file}, follow=True)


def test_a_picture_from_the_album_scans(ada):
    ticket = ticket_for()
    upload(phone(None, ada), picture_of(f"/q/{ticket.code}"))
    assert status() == "scanned"


@pytest.mark.parametrize(
    ("data", "code"), [(b"no picture", "qr_none"), (b"", "qr_none"), (b"x" * 8_388_609, "picture_too_large")]
)
def test_a_picture_without_a_qr_is_told_at_the_field(data, code, ada):
    assert errors(upload(phone(None, ada), data), "picture") == {"picture": [code]}


def test_a_postscript_picture_starts_no_program(monkeypatch):
    started = []
    monkeypatch.setattr(EpsImagePlugin, "Ghostscript", lambda *args, **kwargs: started.append(args))
    out = io.BytesIO()
    Image.open(io.BytesIO(qr.png("/q/abcdefgh"))).convert("RGB").save(out, "EPS")
    assert (qr.read(out.getvalue()), started) == (None, [])
