"""The calls of Tencent's own uploader: what it asks, what it is told, and every way in which it is refused."""

import base64
import json

import pytest
from django.test import Client
from django.urls import reverse

from accounts.permissions import Role
from developers.actions import key_uploads
from developers.actions.nonces import issue_nonce
from developers.actions.upload_addresses import set_addresses
from developers.actions.upload_keys import generate_upload_key
from developers.api import bodies
from developers.lifecycle import BuildStatus
from developers.models import Build, CodePackage, Preview, SourceMap, UploadNonce
from platform_site.kernel import clock
from platform_site.kernel.models import AuditEvent
from platform_site.kernel.rulebook import RULES
from platform_site.simulation import stories
from platform_site.web import qr
from tests.concurrency import together
from tests.developers.ci_client import Uploader
from tests.developers.signing import signed
from tests.developers.wxapkgs import Wxapkg
from tests.developers.zips import APP, files, zipped
from tests.people import phone


@pytest.fixture
def tea(ada):
    return stories.registered(administrator=ada)


def uploader_of(mini_program, **asked):
    pem = generate_upload_key(mini_program, by=stories.administrator_of(mini_program))
    return Uploader(mini_program.appid, pem, **asked)


@pytest.fixture
def client(tea):
    return uploader_of(tea)


def maps(n=1):
    return {f"pages/{i}.js.map": json.dumps({"version": 3, "sources": [f"茶{i}.js"]}).encode() for i in range(n)}


# --- what works


def test_an_upload_as_the_uploader_makes_it(client, tea, ada) -> None:
    assert set(client.nonce()["data"]) == {"randomString"}
    attributes = client.signed("getattr")
    assert attributes["errCode"] == 0
    assert (attributes["data"]["platform"], attributes["data"]["appType"]) == (False, 0)
    assert attributes["data"]["setting"]["MaxCodeSize"] == 2
    assert attributes["data"]["setting"]["MaxTabbarIconSize"] == 40
    white = client.ask("GET", "/wxa/ci/getwhiteextlist")
    assert white == {"errCode": 0, "data": {"miniProgram": None, "game": None}}
    told = client.send("upload", robot=7, version="2.1.0", desc="Tee für alle 茶")
    build = tea.builds.ready().get()
    sizes = build.package.facts["sizes"]
    assert told == {
        "errCode": 0,
        "body": {
            "subpackage_info": [
                {"name": "__FULL__", "size": sizes["total"]},
                {"name": "__APP__", "size": sizes["main"]},
                {"name": "/extra/", "size": sizes["extra"]},
            ],
            "ext_plugin_info": [],
        },
    }
    assert (build.uploader, build.robot, build.version, build.notes) == (ada, 7, "2.1.0", "Tee für alle 茶")
    assert client.post("clientreportv2", {"report_info_list": []}, path="/wxa-dev-logic/") == {}
    assert client.cookies_set == set()
    assert AuditEvent.objects.get(event="developers.build.uploaded").actor_name == ada.actor_name


def test_a_program_without_sub_packages_has_one_size(client) -> None:
    contents = {path: content for path, content in files({"subPackages": None}).items() if "extra/" not in path}
    told = client.send("upload", client.package(contents))
    assert [part["name"] for part in told["body"]["subpackage_info"]] == ["__FULL__"]


def test_each_robot_has_a_version_of_its_own(client, tea) -> None:
    for robot, version in [(1, "1"), (2, "2"), (30, "3"), (2, "4")]:
        assert client.send("upload", robot=robot, version=version)["errCode"] == 0
    assert {(b.robot, b.version) for b in tea.builds.ready()} == {(1, "1"), (2, "4"), (30, "3")}
    assert Build.objects.get(version="2").status == BuildStatus.REPLACED
    assert CodePackage.objects.count() == 1


def test_a_preview_is_the_administrators_and_nobody_elses(client, tea, ada, dev) -> None:
    stories.bound(tea, dev)
    launch = json.dumps({"scene": 1047, "path": "pages/list/list", "query": {}})
    told = client.send(
        "testSourceURL", path="pages/list/list?table=4&kind=茶", debugLaunchInfo=launch, version="0.0.1", robot=3
    )
    preview = Preview.objects.get()
    assert (preview.person, preview.robot, preview.scene, preview.project) == (ada, 3, 1047, None)
    assert preview.start_path == "pages/list/list?table=4&kind=茶"
    assert told["body"]["subpackage_info"][0]["name"] == "__FULL__"
    picture = base64.b64decode(told["body"]["qrcode_img"], validate=True)
    assert picture.startswith(b"\xff\xd8\xff")
    address = qr.read(picture)
    path = reverse("accounts:qr", args=[preview.link.code])
    assert address == qr.absolute(path)
    assert len(preview.link.code) == 8
    hers = phone(None, ada).get(path, follow=True)
    assert hers.status_code == 200
    his = phone(None, dev).get(path, follow=True)
    assert his.status_code == 403
    assert "Only the developer who is logged in" in his.content.decode()
    clock.move_forward(RULES.preview.valid_minutes * 60 + 1)
    assert phone(None, ada).get(path).status_code == 410
    assert Build.objects.count() == 0


def test_a_preview_starts_at_the_page_of_the_launch_options(client) -> None:
    launch = json.dumps({"scene": "1011", "path": "extra/pages/one/one", "query": {"a": "1", "b": "ö&"}})
    client.send("testSourceURL", debugLaunchInfo=launch)
    client.send("testSourceURL", debugLaunchInfo="")
    assert [p.start_path for p in Preview.objects.order_by("pk")] == ["extra/pages/one/one?a=1&b=%C3%B6%26", ""]


def test_source_maps_are_kept_beside_the_code_and_given_back_in_slices(client, tea) -> None:
    client.send("upload", client.package({**files(), **maps(3)}), robot=4)
    assert all(not file["path"].endswith(".map") for file in tea.builds.get().package.facts["files"])
    size = client.signed("get_dev_sourcemap_info", robot=4)["data"]["total_size"]
    assert size == SourceMap.objects.get().size
    first = client.signed("get_dev_sourcemap", robot=4, offset=0, limit=10)["innerRequestResp"]
    rest = client.signed("get_dev_sourcemap", robot=4, offset=10, limit=size)["innerRequestResp"]
    assert first["errCode"] == rest["errCode"] == 0
    listed = json.loads(first["body"] + rest["body"])["sourcemap_list"]
    assert [item["fullpath"] for item in listed] == ["pages/0.js.map", "pages/1.js.map", "pages/2.js.map"]
    assert json.loads(listed[1]["sourcemap"])["sources"] == ["茶1.js"]
    assert client.signed("get_dev_sourcemap_info", robot=5)["errCode"] == -1
    client.send("upload", robot=4)
    assert "Robot 4 has no development version with source maps" in client.signed(
        "get_dev_sourcemap_info", robot=4
    ).get("errMsg")


def test_a_cloud_store_is_not_offered_so_that_the_code_comes_here(client) -> None:
    assert client.signed("getmulticosuploadinfo", robot=1, rawSize=1, md5="", busitype=11)["errCode"] != 0


# --- who may not


def test_an_unknown_appid_is_told_so_before_anything_else(client, tea) -> None:
    for appid in ("wx0000000000000000", "", "é", "x" * 500, "\0"):
        stranger = Uploader(appid, client.pem)
        told = stranger.nonce()
        assert told["errCode"] == 40013
        assert told["errMsg"].startswith("invalid appid")
        assert stranger.send("upload", b"rubbish")["errCode"] == 40013
    for appid in (None, 1, [], {}):
        assert client.post("getrandstr", {"appid": appid})["errCode"] == 40013
    assert not UploadNonce.objects.exists()


def test_without_a_key_nothing_is_signed(tea) -> None:
    told = Uploader(tea.appid, "").nonce()
    assert told == {
        "errCode": -80011,
        "errMsg": f"The Mini Program {tea.appid} has no code upload key. "
        "Its administrator generates one in the console.",
    }


def test_a_wrong_key_a_reset_key_and_a_foreign_key_are_refused(client, tea, eve) -> None:
    bikes = uploader_of(stories.registered(administrator=eve))
    old = client.pem
    client.pem = bikes.pem
    assert client.signed("getattr")["errCode"] == -80002
    assert client.send("upload") == {
        "errCode": -80002,
        "errMsg": f"The signature was not made by the code upload key of {tea.appid} in use.",
    }
    client.pem = old
    body = client.package()
    generate_upload_key(tea, by=stories.administrator_of(tea))
    assert client.send("upload", body)["errCode"] == -80002
    mine = bikes.package()
    assert client.send("upload", mine)["errCode"] == -80002
    assert Build.objects.count() == 0


def test_a_signature_is_used_once_also_where_the_code_is_refused(client, tea) -> None:
    signature = signed(client.pem, tea)
    broken = {**files(), "app.json": b"{"}
    assert client.send("upload", client.package(broken, signature=signature))["errCode"] == -1
    told = client.send("upload", client.package(signature=signature))
    assert told["errCode"] == -80002
    assert "used up" in told["errMsg"]
    assert Build.objects.count() == 0


def test_a_nonce_of_another_mini_program_does_not_do(client, tea, eve) -> None:
    bikes = stories.registered(administrator=eve)
    told = client.send("upload", client.package(signature=signed(client.pem, tea, nonce=issue_nonce(bikes))))
    assert told["errCode"] == -80002
    assert client.send("upload", client.package(signature=signed(client.pem, bikes)))["errCode"] == -80002


def test_an_address_that_is_not_on_the_list_is_told_which_it_is(client, tea) -> None:
    body = client.package()
    set_addresses(tea, networks=["203.0.113.0/24"], on=True, by=stories.administrator_of(tea))
    client.ip = "198.51.100.9"
    for told in (client.nonce(), client.send("upload", body), client.post("getattr", {"appid": tea.appid})):
        assert told["errCode"] == -10008
        assert told["errMsg"].startswith("invalid ip: 198.51.100.9, reference: http")
    client.ip = "203.0.113.5"
    assert client.send("upload", body)["errCode"] == 0


def test_the_key_of_a_former_administrator_is_refused_in_words(client, tea, ada, dev) -> None:
    body = client.package()
    tea.members.filter(person=ada).update(role=Role.DEVELOPER)
    tea.members.create(person=dev, role=Role.ADMINISTRATOR, bound_at=clock.now())
    told = client.send("upload", body)
    assert told["errCode"] == -80011
    assert "is no longer the administrator" in told["errMsg"]


def test_a_key_that_is_reset_while_the_code_is_looked_at_uploads_nothing(client, tea, monkeypatch) -> None:
    inspect = key_uploads.receive_opened

    def slowly(*args, **asked):
        received = inspect(*args, **asked)
        generate_upload_key(tea, by=stories.administrator_of(tea))
        return received

    monkeypatch.setattr(key_uploads, "receive_opened", slowly)
    assert client.send("upload")["errMsg"] == "The code upload key was reset meanwhile."
    assert Build.objects.count() == 0


# --- what is wrong with what is sent


@pytest.mark.parametrize("robot", ["0", "31", "99", "-1", "abc", "1.5", "١", "1" * 50, " 1"])
def test_a_robot_is_one_of_thirty(client, robot) -> None:
    assert client.send("upload", robot=robot)["errMsg"] == "robot: Use a robot from 1 to 30."


@pytest.mark.parametrize("version", ["", "<b>" * 60, "1.0 0", "1.0.0-beta", "a" * 33])
def test_a_version_is_letters_digits_and_dots(client, version) -> None:
    told = client.send("upload", version=version)
    assert told["errMsg"] == "version: Use 1 to 32 letters, digits and dots, for example 1.0.0."


@pytest.mark.parametrize(
    ("query", "words"),
    [
        ({"desc": "x" * 201}, "desc: Use at most 200 characters"),
        ({"desc": "\x1b[2J"}, "desc: Use at most 200 characters"),
        ({"type": "miniGame"}, "type: “miniGame” can't be uploaded here"),
        ({"debugLaunchInfo": "["}, "debugLaunchInfo: it must be a JSON object."),
        ({"debugLaunchInfo": "[" * 100_000}, "debugLaunchInfo: it must be a JSON object."),
        ({"debugLaunchInfo": '{"scene": "tea"}'}, "scene: it must be a number"),
        ({"debugLaunchInfo": '{"scene": true}'}, "scene: it must be a number"),
        ({"debugLaunchInfo": '{"path": 1}'}, "path: it must be text"),
    ],
)
def test_other_fields_are_refused_by_their_names(client, query, words) -> None:
    told = client.send("testSourceURL", **query)
    assert told["errCode"] == -1
    assert told["errMsg"].startswith(words)


@pytest.mark.parametrize("path", ["pages/none/none", "../x", "pages/home/home/", "x" * 2000, "\0"])
def test_a_preview_starts_at_a_page_of_the_package(client, path) -> None:
    told = client.send("testSourceURL", path=path)
    assert told["errCode"] == -1
    assert "pages/home/home" in told["errMsg"] or told["errMsg"].startswith("A start page is a path")
    assert Preview.objects.count() == 0


def test_a_package_with_faults_is_refused_with_file_and_number_of_faults(client) -> None:
    app = {**APP, "pages": ["pages/home/home", "pages/none/none", "pages/nought/nought"]}
    told = client.send("upload", client.package({**files(), "app.json": json.dumps(app).encode()}))
    assert told["errCode"] == -1
    assert "pages/none/none" in told["errMsg"]
    assert "more problem" in told["errMsg"]
    assert "\n" not in told["errMsg"]
    assert CodePackage.objects.count() == 0


def test_a_main_package_that_is_too_big_has_the_documented_number(client) -> None:
    told = client.send("upload", client.package({**files(), "images/big.png": bytes(range(256)) * 8193}))
    assert told["errCode"] == -1
    assert told["errMsg"].startswith("inner upload fail with errcode: 80200, errmsg: The main package")
    assert "images/big.png" in told["errMsg"]


@pytest.mark.parametrize(
    "body",
    [b"", b"rubbish", zipped({"app.json": b"{}"}), Wxapkg(files(), signature=None).done(), b"\x1f\x8b" + bytes(50)],
)
def test_what_is_no_package_is_refused(client, body) -> None:
    told = client.send("upload", body)
    assert told["errCode"] == -1
    assert told["errMsg"]


@pytest.mark.parametrize("signature", [b"{}", b"[]", b"", b'{"signature": 1}', b"\xff"])
def test_a_signature_that_can_not_be_read_is_named(client, signature) -> None:
    told = client.send("upload", Wxapkg(files(), signature=signature).done())
    assert "ci.signature" in told["errMsg"]


def test_more_bytes_than_a_package_may_have_are_read_to_the_end_and_refused(client) -> None:
    told = client.send_announced(RULES.package.upload_bytes + 1, RULES.package.upload_bytes + 1)
    assert told["errMsg"] == "The package is too big: 10241 KB were sent, at most 10240 KB are read."
    assert client.send_announced(2**40, 1000)["errCode"] == -1


def test_a_body_that_ends_early_is_refused(client) -> None:
    assert client.send_announced(4000, 3)["errMsg"] == "The connection ended before the whole package had come."


@pytest.mark.parametrize(
    "body", [b"", b"[]", b"{", b"\xff", b"[" * 60_000, b'{"a":"' + b"x" * bodies.JSON_BYTES + b'"}']
)
def test_a_json_call_must_be_a_json_object(client, body) -> None:
    for name in ("getrandstr", "getattr", "get_dev_sourcemap_info", "get_dev_sourcemap"):
        assert client.ask("POST", f"/wxa/ci/{name}", data=body, content_type="application/json")["errCode"] == 47001


@pytest.mark.parametrize("wrong", [{"offset": -1}, {"limit": "x"}, {"offset": 2**40}, {"offset": True}])
def test_slices_of_source_maps_are_asked_by_number(client, wrong) -> None:
    client.send("upload", client.package({**files(), **maps()}))
    assert client.signed("get_dev_sourcemap", robot=1, **{"offset": 0, "limit": 1, **wrong})["errCode"] == 47001


# --- always JSON, no cookies, not too often


def test_everything_is_answered_in_json(client) -> None:
    for path, status in [
        ("/wxa/ci/", 404),
        ("/wxa/ci/uploadjsserver", 404),
        ("/wxa/ci/getonlineschema", 404),
        ("/wxa/ci/a/b/c", 404),
        ("/wxa/ci/%00", 404),
        ("/wxa/ci/<script>", 404),
        ("/wxa-dev-logic/x", 404),
        ("/wxa/ci/upload/", 404),
        ("/wxa/ci/upload", 405),
        ("/wxa/ci/getrandstr", 405),
    ]:
        told = client.ask("GET", path)
        assert (client.status, told["errCode"]) == (status, status), path
        assert told["errMsg"]
    for method in ("PUT", "DELETE", "PATCH", "POST"):
        assert client.ask(method, "/wxa/ci/getwhiteextlist")["errCode"] == 405
    assert client.cookies_set == set()


def test_what_breaks_is_told_in_json_too(client, monkeypatch) -> None:
    def breaks(*args, **asked):
        raise RuntimeError("broken")

    body = client.package()
    monkeypatch.setattr(key_uploads, "receive_opened", breaks)
    client.http = Client(raise_request_exception=False)
    told = client.send("upload", body)
    assert (client.status, told["errCode"]) == (500, 500)
    assert "broken" not in told["errMsg"]


def test_letters_are_not_escaped(tea, client) -> None:
    answer = Client().post("/wxa/ci/nä", data=b"", content_type="")
    assert "nä" in answer.content.decode()


def test_who_asks_too_often_is_told_to_wait(client, monkeypatch) -> None:
    most = int(RULES.rates.package_upload.split("/")[0])
    body = [client.send("upload")["errCode"] for _ in range(most)]
    assert set(body) == {0}
    told = client.send("upload")
    assert (told["errCode"], told["errMsg"]) == (45011, "Too many tries. Wait a moment, then try again.")


@pytest.mark.django_db(transaction=True)
def test_two_uploads_at_once_leave_one_version_of_the_robot_and_one_package() -> None:
    client = uploader_of(stories.registered(administrator="ada"))
    ready = [client.package() for _ in range(4)]

    def send(i):
        return Uploader(client.appid, client.pem).send("upload", ready[i], version=f"1.{i}")

    assert [told["errCode"] for told in together(4, send)] == [0] * 4
    assert Build.objects.filter(status=BuildStatus.READY).count() == 1
    assert (Build.objects.count(), CodePackage.objects.count()) == (4, 1)


@pytest.mark.django_db(transaction=True)
def test_of_two_who_send_the_same_signed_package_at_once_one_uploads() -> None:
    client = uploader_of(stories.registered(administrator="ada"))
    body = client.package()
    codes = [told["errCode"] for told in together(4, lambda i: Uploader(client.appid, "").send("upload", body))]
    assert sorted(codes) == [-80002] * 3 + [0]
    assert Build.objects.count() == 1
