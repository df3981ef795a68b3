"""QR codes of pages: JPEGs as documented, which a phone scans and which open the right page of the right version."""

import io

import pytest
from PIL import Image

from developers.actions.builds import make_preview
from developers.actions.experience import set_experience
from openplatform.models import PageCode
from platform_site.kernel import clock
from platform_site.kernel.rulebook import RULES
from platform_site.simulation import stories
from platform_site.web import qr
from tests.openplatform.calling import Server, answered
from tests.people import phone

pytestmark = pytest.mark.django_db
UNLIMITED, BY_PATH, SQUARE = "/wxa/getwxacodeunlimit", "/wxa/getwxacode", "/cgi-bin/wxaapp/createwxaqrcode"


class Codes(Server):
    """A server with a token."""

    def __init__(self, mini_program):
        super().__init__(mini_program)
        self.access_token = self.token()["access_token"]

    def code(self, call, /, **body):
        """The picture's bytes."""
        response = self.posted(call, body, access_token=self.access_token)
        assert response["Content-Type"] == "image/jpeg", response.content
        assert response["Content-Disposition"] == 'attachment; filename="QRCode.jpg"'
        return response.content

    def refused(self, call, /, **body):
        return answered(self.posted(call, body, access_token=self.access_token))["errcode"]


@pytest.fixture
def tea(ada):
    return Codes(stories.published().mini_program)


def opened(picture, person):
    """Where the phone of this person ends after scanning the picture."""
    address = qr.read(picture)
    assert address.startswith("http://testserver/q/")
    response = phone(None, person).get(address.removeprefix("http://testserver"), follow=True)
    return response.status_code, response.redirect_chain[-1][0]


def program(appid, page="", query=""):
    return f"/phone/programs/{appid}/{page}{'?' + query if query else ''}"


def test_a_code_by_path_opens_its_page_with_its_query(tea, eve) -> None:
    picture = tea.code(BY_PATH, path="pages/menu/menu?table=5")
    assert opened(picture, eve) == (200, program(tea.appid, "pages/menu/menu", "table=5"))


def test_a_code_by_scene_tells_the_page_its_scene(tea, eve) -> None:
    picture = tea.code(UNLIMITED, scene="a=1&b=2", page="pages/menu/menu")
    assert opened(picture, eve) == (200, program(tea.appid, "pages/menu/menu", "scene=a%3D1%26b%3D2"))


def test_without_a_page_the_program_begins(tea, eve) -> None:
    assert opened(tea.code(UNLIMITED, scene="7"), eve) == (200, program(tea.appid, "", "scene=7"))


def test_the_square_one_opens_a_page_too(tea, eve) -> None:
    assert opened(tea.code(SQUARE, path="pages/menu/menu"), eve) == (200, program(tea.appid, "pages/menu/menu"))


@pytest.mark.parametrize("width", [280, 430, "1280", None])
def test_the_picture_is_as_wide_as_asked(tea, width) -> None:
    with Image.open(io.BytesIO(tea.code(UNLIMITED, scene="w", width=width))) as image:
        assert (image.format, image.size) == ("JPEG", (int(width or 430),) * 2)


@pytest.mark.parametrize(
    "looks",
    [
        {"line_color": {"r": "120", "g": 10, "b": "10"}},
        {"line_color": {"r": 255, "g": 255, "b": 200}},
        {"line_color": {"r": 250, "g": 0, "b": 0}, "auto_color": True},
        {"is_hyaline": True},
        {"line_color": None, "auto_color": "false", "is_hyaline": 0},
    ],
)
def test_whatever_it_looks_like_it_is_read(tea, eve, looks) -> None:
    picture = tea.code(UNLIMITED, scene="x", width=280, **looks)
    assert opened(picture, eve) == (200, program(tea.appid, "", "scene=x"))


def test_a_colour_is_drawn(tea) -> None:
    with Image.open(io.BytesIO(tea.code(UNLIMITED, scene="x", line_color={"r": 180, "g": 0, "b": 0}))) as image:
        reds = [p for p in image.convert("RGB").get_flattened_data() if p[0] > 150 and p[1] < 40 and p[2] < 40]
    assert len(reds) > 1000


@pytest.mark.parametrize(
    ("path", "body", "errcode"),
    [
        (UNLIMITED, {}, 40169),
        (UNLIMITED, {"scene": "x" * 33}, 40169),
        (UNLIMITED, {"scene": "茶"}, 40129),
        (UNLIMITED, {"scene": "a b"}, 40129),
        (UNLIMITED, {"scene": "x", "page": "pages/none/none"}, 41030),
        (UNLIMITED, {"scene": "x", "page": "/pages/menu/menu"}, 41030),
        (UNLIMITED, {"scene": "x", "page": "pages/menu/menu?a=1"}, 41030),
        (UNLIMITED, {"scene": "x", "width": 279}, 40097),
        (UNLIMITED, {"scene": "x", "width": 1281}, 40097),
        (UNLIMITED, {"scene": "x", "env_version": "beta"}, 40097),
        (UNLIMITED, {"scene": "x", "line_color": [1, 2, 3]}, 40097),
        (UNLIMITED, {"scene": "x", "line_color": {"r": 256, "g": 0, "b": 0}}, 40097),
        (BY_PATH, {}, 40159),
        (BY_PATH, {"path": "p" * 1025}, 40159),
        (BY_PATH, {"path": "pages/menu/menu?a b"}, 40212),
        (BY_PATH, {"path": "pages/menu/menu?table=1&scancode_time=2"}, 85096),
        (BY_PATH, {"path": "pages/menu/menu?scancode_time"}, 85096),
        (SQUARE, {"path": {"a": 1}}, 40159),
    ],
)
def test_what_is_wrong_has_its_code_as_json(tea, path, body, errcode) -> None:
    assert tea.refused(path, **body) == errcode
    assert not PageCode.objects.exists()


def test_without_an_online_version_no_page_is_there_unless_nobody_checks(ada, eve) -> None:
    tea = Codes(stories.completed())
    assert tea.refused(UNLIMITED, scene="x", page="pages/menu/menu") == 41030
    assert tea.refused(UNLIMITED, scene="x") == 41030
    picture = tea.code(UNLIMITED, scene="x", page="pages/menu/menu", check_path=False)
    assert opened(picture, eve) == (404, program(tea.appid, "pages/menu/menu", "scene=x"))


def test_trial_opens_the_experience_version_for_those_who_may(tea, ada, eve) -> None:
    build = stories.uploaded(tea.mini_program, version="2.0.0")
    set_experience(build, by=stories.administrator_of(tea.mini_program))
    picture = tea.code(UNLIMITED, scene="x", page="pages/menu/menu", env_version="trial")
    there = f"/phone/experience/{tea.appid}/pages/menu/menu?scene=x"
    assert (opened(picture, ada), opened(picture, eve)) == ((200, there), (403, there))


def test_develop_opens_the_scanners_own_preview(tea, ada, eve) -> None:
    picture = tea.code(BY_PATH, path="pages/menu/menu?a=1", env_version="develop")
    assert opened(picture, ada)[0] == 404
    build = stories.uploaded(tea.mini_program, version="2.0.0")
    preview = make_preview(stories.project(tea.mini_program, "ada"), package=build.package, by=ada)
    assert opened(picture, ada) == (200, f"/phone/preview/{preview.pk}/pages/menu/menu?a=1")
    assert opened(picture, eve)[0] == 404
    clock.move_forward(RULES.preview.valid_minutes * 60)
    assert opened(picture, ada)[0] == 404


def test_a_page_that_the_online_version_has_lost_is_named(tea, eve) -> None:
    address = qr.read(tea.code(BY_PATH, path="pages/gone/gone")).removeprefix("http://testserver")
    response = phone(None, eve).get(address, follow=True)
    assert response.status_code == 404
    assert "has no page pages/gone/gone any more" in response.content.decode()


def test_the_same_page_and_query_are_the_same_code_and_count_once(tea, monkeypatch) -> None:
    first, again = (qr.read(tea.code(BY_PATH, path="pages/menu/menu", width=w)) for w in (280, 500))
    assert first == again
    assert PageCode.objects.count() == 1
    other = qr.read(tea.code(SQUARE, path="pages/menu/menu"))
    assert other != first


def test_those_by_path_count_for_ever_and_those_by_scene_do_not(tea, few) -> None:
    few(page_codes_total=2)
    tea.code(BY_PATH, path="pages/menu/menu?n=1")
    tea.code(SQUARE, path="pages/menu/menu?n=2")
    clock.move_forward(400 * 24 * 3600)
    tea.access_token = tea.token()["access_token"]
    assert tea.refused(BY_PATH, path="pages/menu/menu?n=3") == 45029
    assert tea.refused(SQUARE, path="pages/menu/menu?n=3") == 45029
    tea.code(BY_PATH, path="pages/menu/menu?n=1")
    tea.code(UNLIMITED, scene="3")


def test_many_by_scene_in_one_minute_have_a_quota(tea, few) -> None:
    few(scene_codes_per_minute=3)
    clock.move_forward(60 - clock.now().second)  # a fresh minute
    for n in range(3):
        tea.code(UNLIMITED, scene=str(n))
    assert tea.refused(UNLIMITED, scene="4") == 45009
    clock.move_forward(60)
    tea.code(UNLIMITED, scene="4")
