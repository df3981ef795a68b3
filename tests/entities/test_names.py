"""Which name can be had: the register of words, names of others, and the information form with naming proof."""

from datetime import datetime

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from accounts.actions.people import create_person
from accounts.models import MiniProgram
from accounts.permissions import Role
from entities import queries
from entities.actions.name_decisions import withdraw_name
from entities.actions.names import NameProof, check_name, choose_name
from entities.actions.papers import upload_paper
from entities.actions.profile import complete_profile
from entities.models import Draft, NameApplication, NamePaper, Profile
from entities.name_register import REGISTER, check_words, load, protected_words_in
from platform_site.kernel import clock
from platform_site.kernel.lifecycle import NotAllowed, Refused
from platform_site.kernel.models import AuditEvent
from platform_site.kernel.rulebook import RULES
from platform_site.simulation import stories
from tests.concurrency import refusals, successes, together
from tests.entities.helpers import picture
from tests.people import console

pytestmark = pytest.mark.django_db

GAZETTE, FERRIES, PARCELS = "91330106MA00009019", "91330106MA0000902C", "91330106MA0000904J"


@pytest.fixture
def tea(ada) -> MiniProgram:
    return stories.registered()


def company(number: str = "", *, administrator: str = "ada", name: str = "") -> MiniProgram:
    """A proven company with this credit code."""
    return stories.remitted(stories.organisation(number=number, administrator=administrator, name=name))


def code_of(name: str, mini_program: MiniProgram) -> str:
    """The platform's code with which the name is refused; "" if it can be had."""
    try:
        check_name(name, mini_program=mini_program)
    except Refused as refusal:
        return refusal.code if refusal.field == "name" else f"{refusal.field}: {refusal.code}"
    return ""


def proof_of(mini_program: MiniProgram, *, papers: int = 1, explanation: str = "Our own mark.") -> NameProof:
    """Naming proof of so many different papers."""
    scans = (upload_paper(mini_program.account, data=picture(200 + n), name=f"{n}.png") for n in range(papers))
    return NameProof(tuple(scans), explanation)


def complete(mini_program: MiniProgram, name: str, **changed) -> Profile:
    given = {
        "name": name,
        "avatar": picture(),
        "introduction": "Tea by the water.",
        "categories": ["tools.weather"],
        "by": stories.administrator_of(mini_program),
    }
    return complete_profile(mini_program, **given | changed)


# --- the register ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "name",
    [
        "WeChat Tea",
        "wechattea",
        "W3Chat Tea",
        "VVeChat Tea",
        "W e C h a t",
        "We-Chat Tea",
        "Weix1n Tea",
        "Tencent Tea",
        "T3NC3NT",
        "QQ Tea",
        "Q.Q Tea",
        "QQ音乐站",
        "微信茶馆",
        "微-信茶馆",
        "腾讯茶馆",
        "最好的茶",
        "天下第一茶",
        "顶级茶馆",
        "The Best Tea",
        "No.1 Tea",
        "no 1 tea",
        "Top 1 Tea",
        "Number One Tea",
        "示例涉政词茶",
        "BannedPorn Tea",
        "phone",
        "Calendar",
        "CALENDAR",
        "斗地主",
        "手机",
        "小程序",
    ],
)
def test_forbidden_and_general_names_are_refused(tea, name):
    assert code_of(name, tea) == "53012"


@pytest.mark.parametrize(
    "name",
    [
        "Harbour Tea",
        "Faq Quiz",
        "最近公交",
        "第一小学食堂",
        "Bestiary Tea",
        "Asbestos Watch",
        "No.10 Tea",
        "Top 10 Teas",
        "Phone Repair",
        "手机维修",
        "Tennis Centre",
        "Wee Chart",
    ],
)
def test_names_that_only_resemble_them_can_be_had(tea, name):
    assert code_of(name, tea) == ""


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("Lanternfish Tea", ["Lanternfish"]),
        ("LANTERN-FISH Tea", ["Lanternfish"]),
        ("Papercrane Air Tea", ["Papercrane Air"]),
        ("Museum University", ["University", "Museum"]),
        ("米拉维尔茶馆", ["米拉维尔"]),
        ("港湾大学", ["大学"]),
        ("大学生食堂", []),
        ("Officially Tea", []),
        ("Harbour Tea", []),
    ],
)
def test_protected_words_are_found_however_they_are_written(name, words):
    assert protected_words_in(name) == words


@pytest.mark.parametrize("name", ["Tea", "x" * 31, "Tea 🍵 house", "Tea_house", "-+&.", "Tea\0house", "Теа house"])
def test_a_wrong_form_has_the_platforms_code(tea, name):
    assert code_of(name, tea) == "53010"


def test_every_part_of_the_register_gives_its_source(tmp_path):
    sourceless = tmp_path / "names.toml"
    sourceless.write_text('[[forbidden]]\nkind = "x"\nwords = []\n[generic]\nsource = "x"\nwords = []\n', "utf-8")
    with pytest.raises((ValueError, KeyError)):
        load(sourceless)
    assert min(len(part) for part in (REGISTER.forbidden, REGISTER.protected, REGISTER.generic, REGISTER.accounts)) > 3


def test_the_register_is_fast_for_a_hostile_text():
    with pytest.raises(Refused):
        check_words("n " * 100_000 + "no. 1")


# --- names of others -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("twin", ["Lantern Books", "lantern  books", "LANTERN BOOKS "])
def test_a_name_of_another_program_is_taken_in_every_spelling(tea, eve, twin):
    stories.completed(administrator="eve", name="Lantern Books")
    assert code_of(twin, tea) == "53013"


def test_a_name_under_review_is_nobody_elses_until_it_is_withdrawn(tea, eve):
    waiting = stories.name_asked(administrator="eve", name="Harbour Museum")
    assert code_of("harbour museum", tea) == "91007"
    withdraw_name(waiting, by=stories.administrator_of(waiting.mini_program))
    assert code_of("harbour museum", tea) == ""


def test_a_and_a_plus_belong_to_one_entity(tea, eve):
    stories.completed(administrator="eve", name="Lantern Books+")
    stories.completed(stories.registered(administrator="eve"), name="Pier Bikes")
    assert [code_of(name, tea) for name in ("Lantern Books", "lantern books +", "Pier Bikes+")] == ["53014"] * 3
    sister = stories.registered(administrator="eve")
    assert [code_of(name, sister) for name in ("Lantern Books", "Pier Bikes+")] == ["", ""]


def test_a_plus_under_review_counts_too(tea, eve):
    stories.name_asked(administrator="eve", name="Harbour Museum+")
    assert code_of("Harbour Museum", tea) == "53014"


def test_the_name_of_one_official_account_is_for_its_entity_only(tea):
    assert code_of("Quayside Gazette", tea) == "53015"
    assert code_of("quayside gazette", company(GAZETTE, name="码头报业有限公司")) == ""


def test_the_name_of_several_official_accounts_is_for_nobody(tea):
    owner = company("91330106MA0000903F", name="双塔文化有限公司")
    assert [code_of("Twin Lighthouse", program) for program in (tea, owner)] == ["53016", "53016"]


def test_a_name_one_plus_away_from_an_official_account_is_for_its_entity_only(tea):
    assert [code_of(name, tea) for name in ("Gull Ferries", "Quayside Gazette+")] == ["53017", "53017"]
    assert code_of("Gull Ferries", company(FERRIES, name="海鸥轮渡有限公司")) == ""


def test_a_wechat_id_is_no_name(tea):
    create_person(nickname="Kai", phone="+8613900000999", wechat_id="kai-harbour")
    assert code_of("KAI-harbour", tea) == "53018"


def test_a_name_in_its_protection_period_waits_for_the_end_of_it(tea):
    owner = company(PARCELS, name="鹈鹕速运有限公司")
    assert [code_of("Pelican Parcels", program) for program in (tea, owner)] == ["53019", ""]
    assert [code_of("Copied Lantern", program) for program in (tea, owner)] == ["53019", "53019"]
    over = next(held.until for held in REGISTER.protection)
    assert isinstance(over, datetime)
    clock.move_forward(int((over - clock.now()).total_seconds()) + 1)
    assert [code_of(name, tea) for name in ("Pelican Parcels", "Copied Lantern")] == ["", ""]


# --- naming proof with the information -------------------------------------------------------------------------------


def test_a_protected_name_waits_at_the_desk_and_the_rest_is_kept(tea):
    profile = complete(tea, "Harbour Museum", name_proof=proof_of(tea, papers=2))
    assert (profile.name, profile.name_key) == ("", None)
    assert not queries.is_complete(MiniProgram.objects.get(pk=tea.pk))
    application = NameApplication.objects.get()
    assert (application.name, application.name_key, application.status) == (
        "Harbour Museum",
        "harbour museum",
        "under_review",
    )
    assert (application.protected_words, application.explanation) == (["Museum"], "Our own mark.")
    assert (application.due_at - application.submitted_at).days == RULES.profile.name_review_days
    assert application.name_papers.count() == 2
    events = AuditEvent.objects.filter(appid=tea.appid).values_list("event", flat=True)
    assert "entities.name.submitted" in events
    assert "entities.profile.completed" not in events


@pytest.mark.parametrize(
    ("proof", "code", "field"),
    [
        ({"papers": 0}, "91009", "name_papers"),
        ({"papers": RULES.profile.name_papers + 1}, "name_papers_many", "name_papers"),
        ({"explanation": "  "}, "name_explanation_missing", "name_explanation"),
        ({"explanation": "x" * (RULES.profile.name_explanation + 1)}, "name_explanation_long", "name_explanation"),
        ({"explanation": "a\0b"}, "name_explanation_characters", "name_explanation"),
    ],
)
def test_proof_that_does_not_suffice_is_refused_and_leaves_nothing(tea, proof, code, field):
    given = proof_of(tea, **proof)
    with pytest.raises(Refused) as refused:
        complete(tea, "Harbour Museum", name_proof=given)
    assert (refused.value.code, refused.value.field) == (code, field)
    assert not Profile.objects.exists()
    assert not NameApplication.objects.exists()
    assert not NamePaper.objects.exists()


def test_papers_of_another_account_prove_nothing(tea, eve):
    theirs = proof_of(stories.registered(administrator="eve"))
    with pytest.raises(Refused) as refused:
        complete(tea, "Harbour Museum", name_proof=theirs)
    assert refused.value.code == "91009"


def test_an_introduction_with_a_forbidden_word_is_refused(tea):
    with pytest.raises(Refused) as refused:
        complete(tea, "Harbour Tea", introduction="We sell bannedporn and tea.")
    assert (refused.value.code, refused.value.field) == ("53201", "introduction")


# --- the page --------------------------------------------------------------------------------------------------------


@pytest.fixture
def client(tea) -> Client:
    return console(None, tea)


def page(tea: MiniProgram) -> str:
    return f"/console/{tea.appid}/profile/"


def given(**changed) -> dict:
    data = {
        "name": "Harbour Museum",
        "introduction": "Tea by the water.",
        "categories": ["tools.weather"],
        "avatar": SimpleUploadedFile("tea.png", picture(), "image/png"),
        "name_papers": SimpleUploadedFile("proof.png", picture(300), "image/png"),
        "name_explanation": "Our own mark.",
    }
    return {key: value for key, value in (data | changed).items() if value is not None}


def errors(answer) -> dict[str, list[str]]:
    return {field: list(lines) for field, lines in answer.context["form"].errors.items()}


def test_the_form_takes_naming_proof_and_says_that_the_name_is_reviewed(client, tea):
    text = client.post(page(tea), given(), follow=True).content.decode()
    assert "The name is reviewed with its naming proof." in text
    assert "Name: Harbour Museum" in text
    assert "Withdraw and choose another name" in text
    assert NameApplication.objects.get().name_papers.count() == 1


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"name_papers": None}, "name_papers"),
        ({"name_papers": SimpleUploadedFile("a.png", b"<svg/>", "image/png")}, "name_papers"),
        ({"name_papers": SimpleUploadedFile("a.png", b"", "image/png")}, "name_papers"),
        ({"name_papers": ["999999"]}, "name_papers"),
        ({"name_explanation": ""}, "name_explanation"),
        ({"name_explanation": "a\0b"}, "name_explanation"),
        ({"name_explanation": "x" * 300}, "name_explanation"),
        ({"name": "WeChat Museum"}, "name"),
        ({"name": "Museum\0Tea"}, "name"),
        ({"name": "Museum " * 100}, "name"),
        ({"introduction": "We sell bannedporn."}, "introduction"),
    ],
)
def test_what_is_wrong_with_it_is_told_beside_its_field(client, tea, changed, field):
    assert list(errors(client.post(page(tea), given(**changed)))) == [field]
    assert not Profile.objects.exists()


def test_a_plain_name_asks_for_no_proof(client, tea):
    client.post(page(tea), given(name="Harbour Tea", name_papers=None, name_explanation=""))
    assert Profile.objects.get().name == "Harbour Tea"


def test_a_refused_form_comes_back_later_with_what_was_typed_and_uploaded(client, tea):
    client.post(page(tea), given(name_explanation=""))
    answer = console(None, tea).get(page(tea))
    text = answer.content.decode()
    assert 'value="Harbour Museum"' in text
    assert "Tea by the water." in text
    assert answer.context["form"].chosen == ["tools.weather"]
    client.post(page(tea), given())
    assert not Draft.objects.exists()


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("Harbour Museum", "“Museum” is protected"),
        ("WeChat Tea", "it belongs to the platform"),
        ("phone", "A single general word"),
        ("Twin Lighthouse", "Several Official Accounts have this name"),
    ],
)
def test_the_live_check_tells_each_case(client, tea, name, words):
    assert words in client.get(f"{page(tea)}check-name/", {"name": name}).content.decode()


def test_the_live_check_has_a_limit_of_its_own(client, tea):
    most = int(RULES.rates.name_check.split(",")[1].split("/")[0])
    texts = [client.get(f"{page(tea)}check-name/", {"name": "Harbour Tea"}).content.decode() for _ in range(most + 1)]
    assert "Too many tries" in texts[-1]
    assert "Too many tries" not in texts[-2]


def test_a_stranger_and_a_member_without_the_right_can_not_choose_a_name(tea, eve, dev):
    stories.name_asked(tea)
    stories.bound(tea, dev, Role.DEVELOPER)
    for path in ("name/", "name/confirm/", "name/changed/", "name/withdraw/"):
        url = f"/console/{tea.appid}/settings/{path}"
        assert console(None, stories.registered(administrator="eve"), eve).post(url).status_code == 404
        assert console(None, tea, dev).post(url).status_code == 403
    with pytest.raises(NotAllowed):
        choose_name(tea, "Harbour Tea", by=eve)


# --- closed until the entity is proven -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("kind", "words", "way"),
    [
        ("corporate", "First remit the small amount", "remittance/"),
        ("government", "First pass WeChat Verification", "settings/verification/"),
    ],
)
def test_the_information_is_closed_with_its_reason_and_the_way_to_open_it(ada, kind, words, way):
    closed = stories.organisation(type=kind)
    client = console(None, closed)
    text = client.get(page(closed)).content.decode()
    assert words in text
    assert f'href="/console/{closed.appid}/{way}"' in text
    assert "<form method=" not in text.split("<main")[1].split("</main>")[0]
    answer = client.post(
        page(closed), given(name="Harbour Tea"), headers={"Referer": f"http://testserver{page(closed)}"}
    )
    assert answer.status_code == 302
    assert words in client.get(page(closed)).content.decode()
    assert not Profile.objects.exists()


# --- at one moment ---------------------------------------------------------------------------------------------------


@pytest.mark.django_db(transaction=True)
def test_two_programs_that_want_one_name_at_once_leave_it_to_one():
    programs = [stories.registered(), stories.registered(administrator="eve")]

    outcomes = together(2, lambda i: complete(MiniProgram.objects.get(pk=programs[i].pk), "Harbour Tea"))

    assert len(successes(outcomes)) == 1
    assert [error.code for error in refusals(outcomes)] == ["53013"]
    assert Profile.objects.get().name == "Harbour Tea"


@pytest.mark.django_db(transaction=True)
def test_a_name_and_the_same_with_a_plus_at_once_go_to_one_entity():
    programs = [stories.registered(), stories.registered(administrator="eve")]
    wanted = ["Harbour Tea", "Harbour Tea+"]

    outcomes = together(2, lambda i: complete(MiniProgram.objects.get(pk=programs[i].pk), wanted[i]))

    assert len(successes(outcomes)) == 1
    assert [error.code for error in refusals(outcomes)] == ["53014"]


@pytest.mark.django_db(transaction=True)
def test_two_applications_for_one_protected_name_at_once_leave_one():
    programs = [stories.registered(), stories.registered(administrator="eve")]
    proofs = [proof_of(program) for program in programs]

    outcomes = together(
        2,
        lambda i: complete(MiniProgram.objects.get(pk=programs[i].pk), "Harbour Museum", name_proof=proofs[i]),
    )

    assert len(successes(outcomes)) == 1
    assert [error.code for error in refusals(outcomes)] == ["91007"]
    assert NameApplication.objects.count() == Profile.objects.count() == 1
