"""The experience version: chosen by the administrator, opened by members and experiencers, told to nobody else."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.permissions import Role
from developers.actions.builds import delete_build, upload_build
from developers.actions.experience import set_experience, unset_experience
from developers.actions.members import unbind_member
from developers.actions.packages import receive_package
from developers.models import ExperienceVersion
from platform_site.kernel.lifecycle import NotAllowed, Refused
from platform_site.kernel.models import AuditEvent
from platform_site.simulation import stories
from platform_site.web import qr
from tests.developers.zips import good, with_files
from tests.people import console, phone

ABOUT = "pages/tea/tea"


@pytest.fixture
def build(ada):
    return stories.uploaded(administrator=ada)


@pytest.fixture
def tea(build):
    return build.mini_program


@pytest.fixture
def boss(tea):
    return stories.administrator_of(tea)


def chosen_of(mini_program) -> ExperienceVersion | None:
    return ExperienceVersion.objects.filter(mini_program=mini_program).first()


def open_on(client, mini_program, page: str = ""):
    where = {"appid": mini_program.appid} | ({"page": page} if page else {})
    return client.get(reverse("developers:phone_experience", kwargs=where))


def events(name: str) -> list[dict]:
    return [event.data for event in AuditEvent.objects.filter(event=name).order_by("pk")]


def pages_of(build) -> list[str]:
    return build.package.facts["pages"]


# --- choosing


def test_the_administrator_chooses_the_experience_version(build, tea, boss) -> None:
    chosen = set_experience(build, by=boss)

    assert (chosen.build, chosen.start_path, chosen.set_by) == (build, "", boss.person)
    assert chosen.link.path == f"/phone/experience/{tea.appid}/"
    assert [event["version"] for event in events("developers.experience.set")] == ["1.0.0"]


def test_choosing_another_replaces_the_one_there_is_under_the_same_qr(build, tea, boss) -> None:
    first = set_experience(build, by=boss)
    other = upload_build(tea, package=build.package, version="2.0.0", by=boss, robot=3)

    second = set_experience(other, by=boss)

    assert ExperienceVersion.objects.get() == second
    assert (second.build, second.link_id) == (other, first.link_id)


def test_taken_away_and_chosen_again_the_printed_qr_still_leads_there(build, tea, boss) -> None:
    link = set_experience(build, by=boss).link_id
    unset_experience(tea, by=boss)
    assert chosen_of(tea) is None

    assert set_experience(build, by=boss).link_id == link


def test_it_starts_at_a_page_of_the_package_with_a_query(build, boss) -> None:
    page = pages_of(build)[1]
    assert set_experience(build, by=boss, start_path=f" /{page}?table=5 ").start_path == f"{page}?table=5"


@pytest.mark.parametrize("path", ["pages/none/none", "../secret", "http://evil.test/", "pages/none\0", "x" * 2000])
def test_another_start_page_is_refused(build, tea, boss, path) -> None:
    with pytest.raises(Refused) as refusal:
        set_experience(build, by=boss, start_path=path)
    assert refusal.value.field == "start_path"
    assert chosen_of(tea) is None


def test_only_the_administrator_of_this_program_chooses(build, tea, dev, eve) -> None:
    stories.registered(administrator=eve)
    developer = stories.bound(tea, dev)
    for who in (developer, dev, eve):
        with pytest.raises(NotAllowed):
            set_experience(build, by=who)
        with pytest.raises(NotAllowed):
            unset_experience(tea, by=who)


def test_a_build_that_is_gone_can_not_be_chosen(build, tea, boss) -> None:
    delete_build(build, by=boss)
    with pytest.raises(Refused, match="replaced or deleted"):
        set_experience(build, by=boss)


def test_there_is_nothing_to_take_away_twice(build, tea, boss) -> None:
    set_experience(build, by=boss)
    unset_experience(tea, by=boss)
    with pytest.raises(Refused) as refusal:
        unset_experience(tea, by=boss)
    assert refusal.value.code == "experience_none"
    assert [event["version"] for event in events("developers.experience.unset")] == ["1.0.0"]


# --- what becomes of it


def test_the_next_upload_of_the_same_uploader_takes_its_place(build, tea, boss) -> None:
    page = pages_of(build)[1]
    set_experience(build, by=boss, start_path=page)

    later = stories.uploaded(tea, version="1.1.0")

    assert (chosen_of(tea).build, chosen_of(tea).start_path) == (later, page)
    assert [event["version"] for event in events("developers.experience.set")] == ["1.0.0", "1.1.0"]


def test_the_upload_of_a_robot_leaves_a_persons_version_alone(build, tea, boss) -> None:
    set_experience(build, by=boss)
    upload_build(tea, package=build.package, version="2.0.0", by=boss, robot=1)
    assert chosen_of(tea).build == build


def test_a_robots_version_moves_on_with_that_robot_only(build, tea, boss) -> None:
    first = upload_build(tea, package=build.package, version="2.0.0", by=boss, robot=1)
    set_experience(first, by=boss)
    upload_build(tea, package=build.package, version="2.0.1", by=boss, robot=2)
    stories.uploaded(tea, version="1.1.0")
    assert chosen_of(tea).build == first

    later = upload_build(tea, package=build.package, version="2.0.2", by=boss, robot=1)

    assert chosen_of(tea).build == later


def test_a_start_page_that_the_new_code_has_not_gives_way_to_the_first(build, tea, boss) -> None:
    set_experience(build, by=boss, start_path=pages_of(build)[1])
    package = receive_package(good())
    assert pages_of(build)[1] not in package.facts["pages"]

    upload_build(tea, package=package, version="1.1.0", by=boss)

    assert chosen_of(tea).start_path == ""


def test_deleting_the_build_takes_the_experience_version_away(build, tea, boss) -> None:
    set_experience(build, by=boss)
    delete_build(build, by=boss)
    assert chosen_of(tea) is None
    assert len(events("developers.experience.unset")) == 1


# --- on the phone


def test_members_and_experiencers_open_it(build, tea, boss, dev, eve) -> None:
    stories.bound(tea, dev)
    stories.bound(tea, eve, Role.EXPERIENCER)
    set_experience(build, by=boss)
    for person in (boss.person, dev, eve):
        answer = open_on(phone(None, person), tea)
        assert answer.status_code == 200
        assert "Experience version 1.0.0" in answer.content.decode()


def test_it_opens_at_its_start_page_with_the_query(build, tea, boss) -> None:
    page = pages_of(build)[1]
    set_experience(build, by=boss, start_path=f"{page}?table=5")
    client = phone(None, boss.person)

    answer = open_on(client, tea)

    assert answer.url == f"/phone/experience/{tea.appid}/{page}?table=5"
    assert "?table=5" in client.get(answer.url).content.decode()


def test_the_qr_leads_a_phone_there(build, tea, boss) -> None:
    chosen = set_experience(build, by=boss)
    assert phone(None, boss.person).get(f"/q/{chosen.link.code}").url == chosen.link.path


def test_a_stranger_is_told_why_not_and_who_can_change_that(build, tea, boss, eve) -> None:
    set_experience(build, by=boss)
    answer = open_on(phone(None, eve), tea)
    page = answer.content.decode()
    assert answer.status_code == 403
    assert "bind your WeChat ID eve_shen as an experiencer" in page
    assert "User Identity" in page


def test_a_stranger_learns_nothing_of_which_programs_have_one(build, tea, boss, eve) -> None:
    without = open_on(phone(None, eve), tea)
    set_experience(build, by=boss)
    withal = open_on(phone(None, eve), tea)
    nobody = phone(None, eve).get("/phone/experience/wx0000000000000000/")
    assert without.status_code == withal.status_code == nobody.status_code == 403
    assert without.context["message"] == withal.context["message"]
    assert nobody.context["message"] == withal.context["message"].replace(tea.appid, "wx0000000000000000")


def test_who_is_unbound_is_refused_with_the_next_request(build, tea, boss, dev) -> None:
    member = stories.bound(tea, dev, Role.EXPERIENCER)
    set_experience(build, by=boss)
    client = phone(None, dev)
    page = pages_of(build)[0]
    picture = reverse("developers:phone_experience_asset", kwargs={"appid": tea.appid, "page": "images/harbour.png"})
    skin = reverse("developers:phone_experience_skin", kwargs={"appid": tea.appid, "page": page})
    assert [client.get(path).status_code for path in (picture, skin)] == [200, 200]

    unbind_member(member, by=boss)

    assert open_on(client, tea, page).status_code == 403
    assert [client.get(path).status_code for path in (picture, skin)] == [403, 403]


def test_a_member_is_told_that_there_is_none(tea, boss) -> None:
    answer = open_on(phone(None, boss.person), tea)
    assert answer.status_code == 404
    assert "no experience version now" in answer.content.decode()


def test_a_page_that_the_package_has_not_is_not_found(build, tea, boss) -> None:
    set_experience(build, by=boss)
    assert open_on(phone(None, boss.person), tea, "pages/none/none").status_code == 404


def test_the_code_of_another_upload_is_what_opens(build, tea, boss) -> None:
    set_experience(build, by=boss)
    files = with_files({"pages/home/home.wxml": "<view>Second pour</view>"})
    upload_build(tea, package=receive_package(files), version="1.1.0", by=boss)
    assert "Second pour" in open_on(phone(None, boss.person), tea).content.decode()


# --- in the console


def at(name: str, mini_program, **more) -> str:
    return reverse(f"releases:{name}", kwargs={"appid": mini_program.appid, **more})


@pytest.fixture
def client(tea):
    return console(None, tea)


def test_development_management_offers_each_development_version(build, tea, boss, client) -> None:
    other = upload_build(tea, package=build.package, version="2.0.0", by=boss, robot=3)
    page = client.get(at("versions", tea)).content.decode()
    assert at("experience_set", tea, pk=build.pk) in page
    assert at("experience_set", tea, pk=other.pk) in page
    assert "Robot 3" in page
    assert "Cancel the experience version" not in page


def test_choosing_changing_and_cancelling_through_the_pages(build, tea, client) -> None:
    second = pages_of(build)[1]
    here = at("experience_set", tea, pk=build.pk)
    assert "Select as experience version" in client.get(here).content.decode()

    assert client.post(here, {"page": "", "query": ""}).url == at("versions", tea)
    card = client.get(at("versions", tea)).content.decode()
    assert "It starts at the first page." in card
    assert "Change the page path" in card

    assert "Change the page path" in client.get(here).content.decode()
    client.post(here, {"page": second, "query": "table=5"})
    assert chosen_of(tea).start_path == f"{second}?table=5"
    form = client.get(here).context["form"]
    assert (form["page"].value(), form["query"].value()) == (second, "table=5")

    client.post(at("experience_unset", tea))
    assert chosen_of(tea) is None
    again = client.post(at("experience_unset", tea), follow=True)
    assert "There is no experience version now." in again.content.decode()


def test_switching_says_what_is_replaced(build, tea, boss, client) -> None:
    set_experience(build, by=boss)
    other = upload_build(tea, package=build.package, version="2.0.0", by=boss, robot=3)

    asked = client.get(at("experience_set", tea, pk=other.pk)).content.decode()

    assert "Version 1.0.0, uploaded by Ada, is the experience version now. Version 2.0.0 takes its place" in asked
    client.post(at("experience_set", tea, pk=other.pk), {"page": "", "query": ""})
    assert chosen_of(tea).build == other


def test_a_page_that_does_not_exist_is_refused_beside_its_field(build, tea, client) -> None:
    answer = client.post(at("experience_set", tea, pk=build.pk), {"page": "pages/none/none"})
    assert answer.status_code == 422
    assert list(answer.context["form"].errors) == ["page"]
    assert chosen_of(tea) is None


def test_a_stale_card_of_a_deleted_build_is_not_found(build, tea, boss, client) -> None:
    delete_build(build, by=boss)
    assert client.post(at("experience_set", tea, pk=build.pk), {}).status_code == 404


def test_the_qr_can_be_downloaded_and_leads_there(build, tea, boss, client) -> None:
    assert client.get(at("experience_code", tea)).status_code == 404
    chosen = set_experience(build, by=boss)
    for size in ("small", "medium", "large", "nonsense"):
        answer = client.get(at("experience_code", tea), {"size": size})
        assert answer["Content-Type"] == "image/png"
        assert qr.read(answer.content).endswith(f"/q/{chosen.link.code}")


def test_the_phones_list_shows_it_to_members_only(build, tea, boss, dev, eve) -> None:
    stories.bound(tea, dev, Role.EXPERIENCER)
    set_experience(build, by=boss)
    listed = {
        person: phone(None, person).get(reverse("releases:phone_programs")).content.decode() for person in (dev, eve)
    }
    assert "Experience version 1.0.0" in listed[dev]
    assert f"/phone/experience/{tea.appid}/" in listed[dev]
    assert f"/phone/experience/{tea.appid}/" not in listed[eve]


def test_the_lists_ask_the_database_no_more_for_more_versions(build, tea, boss, client) -> None:
    set_experience(build, by=boss)

    def queries() -> int:
        with CaptureQueriesContext(connection) as counted:
            client.get(at("versions", tea))
        return len(counted)

    queries()
    one = queries()
    for robot in (1, 2, 3):
        upload_build(tea, package=build.package, version=f"2.0.{robot}", by=boss, robot=robot)
    assert queries() == one
