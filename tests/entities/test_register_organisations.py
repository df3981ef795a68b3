"""Step 3 for organisations, through the page: each type with its fields, each refusal beside its field."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from accounts.models import MiniProgram
from entities.entity_register import BANNED, type_of_name
from entities.models import Draft, Entity, Paper
from platform_site.kernel.rulebook import RULES
from platform_site.simulation import stories
from tests.entities.helpers import PAGE, browser, confirm, filled_in, picture, show_qr
from tests.entities.organisations import ACCOUNT, CODE, NAMES, of, page_of
from tests.people import console
from verification.models import Remittance

pytestmark = pytest.mark.django_db
HX = {"HX-Request": "true"}
CHECK = f"{PAGE}entity/"
KINDS = list(NAMES)
REMITTERS = ["corporate", "individual_business"]
BANNED_NAME = "仿真违规信息有限公司"


@pytest.fixture
def user(db):
    return stories.activated(email="company@stories.test")


@pytest.fixture
def client(user) -> Client:
    return browser(user)


def errors_of(response) -> dict[str, list[str]]:
    both = (response.context["form"], response.context["account"])
    return {field: list(errors) for form in both for field, errors in form.errors.items()}


# --- what the page asks


def test_the_page_asks_for_country_type_entity_method_and_account(client):
    page = client.get(PAGE).content.decode()
    for field in ("country", "company_type", "entity_name", "number", "papers", "method", "holder", "account_again"):
        assert f'name="{field}"' in page
    for words in ("Hong Kong SAR", "Macao SAR", "Taiwan region", "Overseas", "How to fill in the corporate account"):
        assert words in page
    assert "government, media and other organizations are verified by WeChat Verification only" in page
    assert page.count("<optgroup") == 31
    assert f"can register {RULES.entity.accounts_individual_business} accounts" in page


@pytest.mark.parametrize("kind", KINDS)
def test_an_organisation_of_each_type_registers(client, ada, user, kind):
    given = page_of(client, ada, user, kind)
    dialog = client.post(PAGE, given).content.decode()
    assert 'id="confirm"' in dialog
    confirm_part = dialog[dialog.index('id="confirm"') :]
    for value in (NAMES[kind], "" if kind == "government" else CODE):
        assert value in confirm_part
    assert ("Remittance from the corporate account" in confirm_part) == (kind in REMITTERS)

    done = client.post(PAGE, given | {"confirm": "1"})
    assert done["Location"] == ("/register/remittance/" if kind in REMITTERS else "/register/complete/")
    entity = Entity.objects.get()
    assert (entity.type, entity.method, entity.name) == (kind, given["method"], NAMES[kind])
    assert entity.number == ("" if kind == "government" else CODE)
    assert entity.entity_papers.count() == (1 if kind in ("media", "other") else 0)
    assert Remittance.objects.count() == (1 if kind in REMITTERS else 0)
    assert entity.mini_program.standing.status == "unproven"
    assert not Draft.objects.exists()


@pytest.mark.parametrize("kind", KINDS)
def test_the_last_page_says_what_is_next(client, ada, user, kind):
    client.post(PAGE, page_of(client, ada, user, kind) | {"confirm": "1"})
    mini_program = MiniProgram.objects.get()
    page = console(client, mini_program).get("/register/complete/").content.decode()
    if kind in REMITTERS:
        assert f"/console/{mini_program.appid}/remittance/" in page
    else:
        assert "as soon as possible" in page
        assert f"/console/{mini_program.appid}/settings/verification/" in page


def test_a_company_may_choose_wechat_verification(client, ada, user):
    given = page_of(client, ada, user, "corporate", method="wechat_verification", account="", holder="wrong")
    assert client.post(PAGE, given | {"confirm": "1"})["Location"] == "/register/complete/"
    assert not Remittance.objects.exists()


@pytest.mark.parametrize("kind", ["government", "media", "other"])
def test_the_only_method_need_not_be_chosen(client, ada, user, kind):
    given = page_of(client, ada, user, kind, method="")
    assert client.post(PAGE, given | {"confirm": "1"})["Location"] == "/register/complete/"
    assert Entity.objects.get().method == "wechat_verification"


def test_an_individual_is_asked_nothing_of_an_organisation(client, ada):
    given = filled_in(client, ada, **(of("corporate") | {"entity_type": "individual"}))
    assert client.post(PAGE, given | {"confirm": "1"})["Location"] == "/register/complete/"
    entity = Entity.objects.get()
    assert (entity.type, entity.method, entity.name) == ("individual", "none", ada.real_name)


def test_without_script_the_scan_comes_with_the_form_and_stays_when_something_is_wrong(client, ada, user):
    given = filled_in(client, ada, **of("media"))
    file = SimpleUploadedFile("seal.png", picture(), content_type="image/png")
    answer = client.post(PAGE, given | {"phone": "12", "papers": file})
    paper = Paper.objects.get(user=user)
    assert f'name="papers" value="{paper.pk}"' in answer.content.decode()
    assert client.post(PAGE, given | {"papers": str(paper.pk), "confirm": "1"})["Location"] == "/register/complete/"
    assert [row.paper for row in Entity.objects.get().entity_papers.all()] == [paper]


# --- every refusal, beside its field; nothing is written


@pytest.mark.parametrize(
    ("kind", "changed", "wrong"),
    [
        # names
        ("corporate", {"entity_name": ""}, "entity_name"),
        ("corporate", {"entity_name": "茶公司"}, "entity_name"),
        ("corporate", {"entity_name": "茶" * 29 + "公司"}, "entity_name"),
        ("corporate", {"entity_name": "a" * 5000}, "entity_name"),
        ("corporate", {"entity_name": "海港茶业\x00有限公司"}, "entity_name"),
        ("corporate", {"entity_name": "海港茶业\u200b有限公司"}, "entity_name"),
        ("corporate", {"entity_name": "<script>alert(1)</script>有限公司"}, "entity_name"),
        ("corporate", {"entity_name": "海港茶业😀有限公司"}, "entity_name"),
        ("corporate", {"entity_name": BANNED_NAME}, "entity_name"),
        ("corporate", {"entity_name": "海港市公共交通管理局"}, "entity_name"),
        ("corporate", {"entity_name": "灯塔面馆（个体工商户）"}, "entity_name"),
        ("individual_business", {"entity_name": "海港茶业有限公司"}, "entity_name"),
        ("government", {"entity_name": "海港茶业有限公司"}, "entity_name"),
        ("government", {"entity_name": "海港日报社"}, "entity_name"),
        ("media", {"entity_name": "Harbour Tea Co., Ltd."}, "entity_name"),
        ("other", {"entity_name": "海港市教育局"}, "entity_name"),
        # numbers
        ("corporate", {"number": ""}, "number"),
        ("corporate", {"number": CODE[:-1] + ("0" if CODE[-1] != "0" else "1")}, "number"),
        ("corporate", {"number": CODE[:-1]}, "number"),
        ("corporate", {"number": CODE + "0"}, "number"),
        ("corporate", {"number": "9133010" + "I" + CODE[8:]}, "number"),
        ("corporate", {"number": "9133010" + "O" + CODE[8:]}, "number"),
        ("corporate", {"number": "9133010" + "Z" + CODE[8:]}, "number"),
        ("corporate", {"number": "9133010" + "S" + CODE[8:]}, "number"),
        ("corporate", {"number": "9133010" + "V" + CODE[8:]}, "number"),
        ("corporate", {"number": "1" * 14}, "number"),
        ("corporate", {"number": "1" * 16}, "number"),
        ("corporate", {"number": "330106000000001"}, "number"),
        ("corporate", {"number": "12345678-9"}, "number"),
        ("corporate", {"number": "０１２３４５６７８９０１２３４５６７"}, "number"),
        ("media", {"number": ""}, "number"),
        ("media", {"number": "12345678-0"}, "number"),
        ("other", {"number": "1234567-89"}, "number"),
        ("other", {"number": "330106000000001"}, "number"),
        # papers
        ("media", {"papers": ""}, "papers"),
        ("other", {"papers": "999999"}, "papers"),
        ("other", {"papers": "abc"}, "papers"),
        # method and country
        ("corporate", {"method": ""}, "method"),
        ("corporate", {"method": "none"}, "method"),
        ("corporate", {"method": "x"}, "method"),
        ("government", {"method": "remittance"}, "method"),
        ("media", {"method": "remittance"}, "method"),
        ("other", {"method": "remittance"}, "method"),
        ("other", {"method": "none"}, "method"),
        ("corporate", {"country": "HK", "number": "12345678"}, "method"),
        ("corporate", {"country": "HK", "number": "a/b", "method": "wechat_verification"}, "number"),
        ("corporate", {"country": "XX"}, "country"),
        ("government", {"country": "HK"}, "country"),
        ("media", {"country": "TW"}, "country"),
        # the corporate account
        ("corporate", {"holder": ""}, "holder"),
        ("corporate", {"holder": "海港咖啡有限公司"}, "holder"),
        ("corporate", {"account": "", "account_again": ""}, "account"),
        ("corporate", {"account": "1", "account_again": "1"}, "account"),
        ("corporate", {"account": "1" * 36, "account_again": "1" * 36}, "account"),
        ("corporate", {"account": "12a4", "account_again": "12a4"}, "account"),
        ("corporate", {"account": "١٢٣٤", "account_again": "١٢٣٤"}, "account"),
        ("corporate", {"account_again": ""}, "account_again"),
        ("corporate", {"account_again": ACCOUNT[:-1] + "0"}, "account_again"),
        ("corporate", {"bank": ""}, "bank"),
        ("corporate", {"bank": "icbc"}, "bank"),
        ("corporate", {"province": ""}, "province"),
        ("corporate", {"province": "atlantis"}, "province"),
        ("corporate", {"city": ""}, "city"),
        ("corporate", {"city": "nanjing"}, "city"),
    ],
)
def test_each_wrong_field_is_refused_in_words_beside_it(client, ada, user, kind, changed, wrong):
    given = page_of(client, ada, user, kind, **changed)
    answer = client.post(PAGE, given | {"confirm": "1"})
    errors = errors_of(answer)
    assert wrong in errors
    assert set(errors) <= {wrong, "account", "account_again", "number", "papers"}
    assert all(text.strip() for texts in errors.values() for text in texts)
    assert not MiniProgram.objects.exists()
    assert not Entity.objects.exists()
    assert "<script>alert(1)" not in answer.content.decode()


def test_all_missing_fields_are_told_at_once(client, ada):
    answer = client.post(PAGE, {"country": "CN", "entity_type": "corporate", "method": "remittance"})
    assert set(errors_of(answer)) == {
        *("entity_name", "number", "name", "id_number", "phone", "sms_code"),
        *("holder", "account", "account_again", "bank", "province", "city"),
    }


def test_the_old_numbers_are_good_too(client, ada, user):
    given = page_of(client, ada, user, "media", number="12345678-8")
    errors = errors_of(client.post(PAGE, given))
    assert errors == {}
    assert errors_of(client.post(PAGE, given | {"number": "12345678-9"})) != {}


@pytest.mark.parametrize("country", ["HK", "MO", "TW", "ZZ"])
def test_a_company_from_elsewhere_registers_by_wechat_verification(client, ada, user, country):
    changed = {"country": country, "number": "c-1234567", "method": "", "entity_name": "Harbour Tea Limited"}
    given = page_of(client, ada, user, "corporate", **changed)
    assert client.post(PAGE, given | {"confirm": "1"})["Location"] == "/register/complete/"
    entity = Entity.objects.get()
    assert (entity.country, entity.number, entity.method) == (country, "C-1234567", "wechat_verification")


def test_papers_of_another_account_prove_nothing(client, ada, user):
    from entities.actions.papers import upload_paper

    other = upload_paper(stories.activated(email="other@stories.test"), data=picture(), name="seal.png")
    answer = client.post(PAGE, page_of(client, ada, user, "media", papers=str(other.pk)) | {"confirm": "1"})
    assert list(errors_of(answer)) == ["papers"]
    assert f'src="/papers/{other.pk}/"' not in answer.content.decode()


def test_more_papers_than_there_is_room_for_are_refused(client, ada, user):
    given = filled_in(client, ada, **of("media"))
    files = [SimpleUploadedFile(f"{n}.png", picture(50 + n)) for n in range(4)]
    answer = client.post(PAGE, given | {"papers": files})
    assert "At most 3 files" in errors_of(answer)["papers"][0]
    assert Paper.objects.count() == 3


def test_hostile_files_are_told_by_name_and_not_kept(client, ada):
    given = filled_in(client, ada, **of("media"))
    file = SimpleUploadedFile("seal<b>.png", b"<svg onload=alert(1)>", content_type="image/png")
    answer = client.post(PAGE, given | {"papers": file})
    assert "seal&lt;b&gt;.png: This is not a JPEG, PNG, BMP or GIF picture." in answer.content.decode()
    assert not Paper.objects.exists()


def test_an_error_of_the_action_stands_beside_its_field(client, ada, user):
    other = stories.organisation(number=CODE)
    assert other.remittance.status == "open"
    answer = client.post(PAGE, page_of(client, ada, user, "corporate") | {"confirm": "1"})
    assert list(errors_of(answer)) == ["number"]
    assert "waits for its remittance" in errors_of(answer)["number"][0]


def test_a_second_press_leads_to_the_same_page(client, ada, user):
    given = page_of(client, ada, user, "corporate") | {"confirm": "1"}
    assert client.post(PAGE, given)["Location"] == "/register/remittance/"
    appid = MiniProgram.objects.get().appid
    assert client.post(PAGE, given)["Location"] == f"/console/{appid}/"
    assert client.get("/register/remittance/")["Location"] == f"/console/{appid}/remittance/"


# --- the live check


def check(client, **given) -> str:
    return client.post(CHECK, {"country": "CN"} | given, headers=HX).content.decode()


def test_the_name_is_checked_as_it_is_typed(client):
    assert "another type: Government" in check(client, entity_type="corporate", entity_name="海港市公共交通管理局")
    assert "may not register any more. It registered several times with false information." in check(
        client, entity_type="corporate", entity_name=BANNED_NAME
    )
    assert "This entity can register." in check(
        client, entity_type="corporate", entity_name=NAMES["corporate"], number=CODE
    )
    assert "This entity can register." in check(client, entity_type="government", entity_name=NAMES["government"])
    half = check(client, entity_type="corporate", entity_name=NAMES["corporate"])
    assert "class=" not in half  # nothing is wrong, nothing is right yet
    assert "class=" not in check(client, entity_type="corporate")


def test_the_check_tells_the_limit_with_a_link_to_its_help(client):
    for kind, most in (("individual_business", RULES.entity.accounts_individual_business),):
        for n in range(most):
            stories.organisation(
                type=kind, method="wechat_verification", number=CODE, administrator=("ada", "eve")[n % 2]
            )
        page = check(client, entity_type="corporate", company_type=kind, entity_name=NAMES[kind], number=CODE)
        assert f"has registered {most} Mini Programs already" in page
        assert 'href="/register/entity-types/#limits"' in page


def test_the_check_is_counted_so_that_nobody_lists_entities(client):
    answers = [client.post(CHECK, {"entity_type": "corporate", "entity_name": "x"}, headers=HX) for _n in range(31)]
    assert [answer.status_code for answer in answers] == [200] * 30 + [422]
    assert "Too many tries" in answers[-1].content.decode()


def test_the_check_is_behind_the_door_of_the_page(db, ada):
    assert Client().post(CHECK)["Location"].startswith("/login/")
    assert console(None, stories.registered()).post(CHECK, headers=HX)["HX-Redirect"].startswith("/console/")


def test_the_check_survives_nonsense(client):
    for value in ("\x00", "a" * 100_000, "<b>", "\u202e"):
        answer = client.post(CHECK, dict.fromkeys(("country", "entity_type", "entity_name", "number"), value))
        assert answer.status_code == 200
        assert "<b>" not in answer.content.decode()


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("海港茶业有限公司", "corporate"),
        ("海港茶业有限公司西湖店", "corporate"),
        ("Harbour Tea Co., Ltd.", "corporate"),
        ("HARBOUR TEA CO.,LTD", "corporate"),
        ("ＨＡＲＢＯＵＲ Ｉｎｃ", "corporate"),
        ("灯塔小吃店", "individual_business"),
        ("灯塔（个体工商户）", "individual_business"),
        ("海港市公安局", "government"),
        ("某省发展和改革委员会", "government"),
        ("海港市人民政府办公室", "government"),
        ("Harbour Tax Bureau", "government"),
        ("海港报社", "media"),
        ("海港电视台", "media"),
        ("Harbour Television", "media"),
        ("海港村村民委员会", "other"),
        ("海港摄影协会", "other"),
        ("海港读书会", None),
        ("海港邮局", None),
        ("Harbour Zinc", None),
        ("", None),
    ],
)
def test_the_name_tells_the_type(name, kind):
    assert type_of_name(name) == kind


def test_the_banned_are_named_in_two_languages_with_a_reason():
    assert len(BANNED) == 6
    assert all(ban.en and ban.zh for ban in BANNED.values())


def test_the_identity_of_an_organisation_needs_the_scan_of_its_administrator(client, ada, eve, user):
    given = page_of(client, ada, user, "government")
    ticket = show_qr(client, given | {"name": eve.real_name, "id_number": eve.id_number})
    confirm(ticket, eve)
    answer = client.post(PAGE, given | {"ticket": str(ticket.pk), "confirm": "1"})
    assert "Scan the new one." in answer.content.decode()
    assert not MiniProgram.objects.exists()
