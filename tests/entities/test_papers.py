"""Papers: only real pictures, drawn anew; shown to their own account and to staff, and never as anything else."""

import io
import struct
import zlib

import pytest
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from PIL import Image

from entities.actions.papers import upload_paper
from entities.models import NameApplication, NamePaper, Paper
from entities.papers import clean_scan
from platform_site.kernel.clock import now
from platform_site.kernel.lifecycle import Refused
from platform_site.kernel.rulebook import RULES
from platform_site.simulation import stories
from tests.entities.helpers import browser, picture
from tests.people import console, desk

pytestmark = pytest.mark.django_db
SVG = b'<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"><script>alert(1)</script></svg>'
HTML = b"<!doctype html><html><body><script>alert(1)</script></body></html>"


def refusal_of(data: bytes) -> str:
    with pytest.raises(Refused) as refused:
        clean_scan(data)
    assert refused.value.field == "papers"
    return refused.value.code


def opened(data: bytes) -> Image.Image:
    image = Image.open(io.BytesIO(data))
    image.load()
    return image


def png_header(width: int, height: int) -> bytes:
    """A PNG that claims to be this large and has no pixels."""
    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    chunk = struct.pack(">I", len(head)) + b"IHDR" + head + struct.pack(">I", zlib.crc32(b"IHDR" + head))
    return b"\x89PNG\r\n\x1a\n" + chunk + struct.pack(">I", 0) + b"IDAT" + struct.pack(">I", zlib.crc32(b"IDAT"))


def animation() -> bytes:
    out = io.BytesIO()
    first, second = (Image.new("RGB", (60, 40), colour) for colour in ("#ff0000", "#0000ff"))
    first.save(out, "GIF", save_all=True, append_images=[second])
    return out.getvalue()


def upload(client: Client, data: bytes, name: str = "seal.png", kind: str = "image/png", field: str = "papers"):
    file = SimpleUploadedFile(name, data, content_type=kind)
    return client.post(f"/papers/upload/?field={field}", {field: file}, headers={"HX-Request": "true"})


@pytest.fixture
def user(db):
    return stories.activated(email="papers@stories.test")


@pytest.fixture
def client(user) -> Client:
    return browser(user)


# --- what a scan is


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "GIF", "BMP"])
def test_a_picture_of_four_kinds_becomes_a_jpeg(kind):
    clean = opened(clean_scan(picture(size=(300, 200), kind=kind)))
    assert (clean.format, clean.size) == ("JPEG", (300, 200))


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "RGBA", "CMYK", "I;16"])
def test_every_way_to_write_colours_is_read(mode):
    out = io.BytesIO()
    Image.new(mode, (40, 30)).save(out, "JPEG" if mode == "CMYK" else "PNG")
    assert opened(clean_scan(out.getvalue())).mode == "RGB"


def test_what_was_transparent_is_white():
    out = io.BytesIO()
    Image.new("RGBA", (40, 30), (0, 0, 0, 0)).save(out, "PNG")
    assert opened(clean_scan(out.getvalue())).getpixel((5, 5)) == (255, 255, 255)


def test_a_large_scan_is_made_smaller_and_keeps_its_shape():
    side = RULES.entity.scan_side
    clean = opened(clean_scan(picture(size=(side * 2, side), kind="JPEG")))
    assert clean.size == (side, side // 2)


def test_nothing_of_the_file_is_kept_but_its_pixels():
    exif = Image.Exif()
    exif[0x010E] = "made in secret"
    exif[0x0112] = 6  # lies on its side
    data = picture(size=(60, 40), kind="JPEG", exif=exif.tobytes(), comment=b"made in secret") + b"<script>PK\x03\x04"
    clean = clean_scan(data)
    assert opened(clean).size == (40, 60)
    assert b"secret" not in clean
    assert b"script" not in clean
    assert not opened(clean).getexif()


def test_of_an_animation_the_first_picture_counts():
    red, _green, blue = opened(clean_scan(animation())).getpixel((10, 10))
    assert red > 200
    assert blue < 50


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", "papers_empty"),
        (b"hello", "papers_type"),
        (b"\0" * 500, "papers_type"),
        (SVG, "papers_type"),
        (b'<?xml version="1.0"?>' + SVG, "papers_type"),
        (HTML, "papers_type"),
        (b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n", "papers_type"),
        (b"PK\x03\x04" + b"\0" * 60, "papers_type"),
        (b"GIF89a<script>alert(1)</script>", "papers_broken"),
        (b"\xff\xd8\xff<html><script>alert(1)</script>", "papers_type"),
        (b"BM<script>alert(1)</script>" + b" " * 80, "papers_type"),
        (picture(kind="TIFF"), "papers_type"),
        (picture(kind="WEBP"), "papers_type"),
        (picture(kind="ICO"), "papers_type"),
        (picture(kind="PNG")[:60], "papers_broken"),
        (picture(400, kind="JPEG")[:700], "papers_broken"),
        (png_header(50_000, 50_000), "papers_dimensions"),
        (png_header(10_000, 6_000), "papers_dimensions"),
        (png_header(0, 10), "papers_type"),
        (png_header(100, 100), "papers_broken"),
    ],
    ids=lambda value: value if isinstance(value, str) else f"{value[:12]!r}",
)
def test_what_is_no_picture_is_refused_in_words(data, code):
    assert refusal_of(data) in {code, "papers_type"} if code == "papers_broken" else refusal_of(data) == code


def test_the_size_of_the_file_is_told_before_it_is_read():
    assert refusal_of(b"\0" * (RULES.entity.scan_bytes + 1)) == "papers_too_large"
    padded = picture(kind="PNG")
    padded += b"\0" * (RULES.entity.scan_bytes - len(padded))
    assert clean_scan(padded)


def test_a_picture_of_few_bytes_and_very_many_points_is_not_decoded():
    out = io.BytesIO()
    Image.new("1", (8000, 8000)).save(out, "PNG")
    assert len(out.getvalue()) < 100_000
    assert refusal_of(out.getvalue()) == "papers_dimensions"


# --- handed in


def test_a_paper_belongs_to_the_account_and_lies_under_its_hash(user):
    paper = upload_paper(user, data=picture(size=(300, 200)), name="C:\\scans\\seal\0\u202e.png")
    assert (paper.user, paper.width, paper.height, paper.name) == (user, 300, 200, "seal.png")
    assert default_storage.listdir("papers")[1] == [f"{paper.sha256}.jpg"]
    assert default_storage.size(paper.stored_name) == paper.bytes


def test_the_same_picture_twice_is_one_paper(user):
    first, second = (upload_paper(user, data=picture(), name="a.png") for _ in range(2))
    assert first == second
    other = upload_paper(stories.activated(email="other@stories.test"), data=picture(), name="a.png")
    assert other != first
    assert len(default_storage.listdir("papers")[1]) == 1


def test_a_refused_file_leaves_nothing(user):
    for data in (b"", SVG, HTML, png_header(50_000, 50_000)):
        with pytest.raises(Refused):
            upload_paper(user, data=data, name="x.png")
    assert not Paper.objects.exists()
    assert not default_storage.exists("papers")


def test_the_page_keeps_a_file_as_soon_as_it_is_chosen(client, user):
    answer = upload(client, picture())
    paper = Paper.objects.get(user=user)
    assert answer.status_code == 200
    assert f'name="papers" value="{paper.pk}"' in answer.content.decode()
    assert f'src="/papers/{paper.pk}/"' in answer.content.decode()


@pytest.mark.parametrize("data", [b"", SVG, HTML, picture(kind="PNG")[:60]])
def test_the_page_says_what_is_wrong_with_a_file(client, data):
    page = upload(client, data, name="<b>evil.png").content.decode()
    assert "&lt;b&gt;evil.png: " in page
    assert "<b>" not in page
    assert "<img" not in page
    assert not Paper.objects.exists()


@pytest.mark.parametrize("field", ["", "a b", '"><script>', "x" * 60, "Papers"])
def test_the_name_of_the_field_is_a_name(client, field):
    assert client.post("/papers/upload/", QUERY_STRING=f"field={field}").status_code == 404


def test_uploads_are_counted(client, settings, monkeypatch):
    import dataclasses

    from entities.forms import papers

    few = dataclasses.replace(RULES, rates=dataclasses.replace(RULES.rates, paper_upload="2/h/key"))
    monkeypatch.setattr(papers, "RULES", few)
    answers = [upload(client, picture(side)).content.decode() for side in (50, 60, 70)]
    assert ["Too many tries" in answer for answer in answers] == [False, False, True]
    assert Paper.objects.count() == 2


# --- shown


def test_a_paper_is_shown_to_its_account_as_a_picture_and_nothing_else(client, user):
    paper = upload_paper(user, data=picture(), name="seal.html")
    answer = client.get(f"/papers/{paper.pk}/")
    assert answer["Content-Type"] == "image/jpeg"
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["Content-Security-Policy"] == "default-src 'none'; sandbox"
    assert answer["Content-Disposition"] == f'inline; filename="paper-{paper.pk}.jpg"'
    assert answer["Cache-Control"] == "private, no-store"
    assert opened(answer.content).format == "JPEG"


def test_nobody_else_learns_of_a_paper(client, user, ada):
    paper = upload_paper(user, data=picture(), name="seal.png")
    path = f"/papers/{paper.pk}/"
    assert Client().get(path)["Location"].startswith("/login/")
    assert browser(stories.activated(email="other@stories.test")).get(path).status_code == 404
    assert console(None, stories.registered()).get(path).status_code == 404
    assert browser(stories.account(email="new@stories.test")).get(path).status_code == 404
    assert client.get(path).status_code == 200
    for missing in (paper.pk + 1, 10**30):
        assert client.get(f"/papers/{missing}/").status_code == 404


def test_of_a_registered_account_only_who_may_edit_it_sees_its_papers(ada, dev):
    mini_program = stories.registered()
    stories.bound(mini_program, dev)
    paper = upload_paper(mini_program.user, data=picture(), name="seal.png")
    path = f"/papers/{paper.pk}/"
    assert console(None, mini_program).get(path).status_code == 200
    assert console(None, mini_program, dev).get(path).status_code == 404
    assert browser(mini_program.user).get(path).status_code == 404  # the password alone, without a scan
    assert upload(console(None, mini_program), picture(77)).status_code == 200
    assert upload(console(None, mini_program, dev), picture(78)).status_code == 404


def test_staff_see_papers_at_the_desk_only(user, rev, client):
    paper = upload_paper(user, data=picture(), name="seal.png")
    assert desk(None, rev).get(f"/desk/papers/{paper.pk}/").status_code == 404  # it proves nothing yet
    application = NameApplication.objects.create(
        mini_program=stories.registered(), name="Harbour", name_key="harbour", submitted_at=now(), due_at=now()
    )
    NamePaper.objects.create(application=application, paper=paper)
    answer = desk(None, rev).get(f"/desk/papers/{paper.pk}/")
    assert (answer.status_code, answer["Content-Type"]) == (200, "image/jpeg")
    assert desk(None, rev).get("/desk/papers/999999/").status_code == 404
    assert client.get(f"/desk/papers/{paper.pk}/")["Location"].startswith("/desk/login/")


def test_papers_are_not_under_media(client, user):
    paper = upload_paper(user, data=picture(), name="seal.png")
    for path in (f"/media/papers/{paper.sha256}.jpg", f"/media/avatars/{paper.sha256}.png"):
        assert client.get(path).status_code == 404


def test_a_paper_whose_file_is_lost_is_not_found(client, user):
    paper = upload_paper(user, data=picture(), name="seal.png")
    default_storage.delete(paper.stored_name)
    assert client.get(f"/papers/{paper.pk}/").status_code == 404
