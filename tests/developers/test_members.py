"""Members: bound and unbound by the administrator's scan, within the entity's limits however many bind at once."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.actions.people import create_person
from accounts.models import Member, MiniProgram, ScanTicket, ServiceNotification, WeChatPerson
from accounts.notices import render_notice
from accounts.permissions import Role
from developers.actions.members import bind_member, unbind_member
from developers.queries import find_person, limits_for, member_limits
from entities.models import EntityType
from platform_site.kernel.lifecycle import NotAllowed, Refused
from platform_site.kernel.models import AuditEvent
from platform_site.kernel.rulebook import RULES
from platform_site.simulation import stories
from tests.concurrency import together
from tests.developers.scanning import confirm
from tests.people import console


def people(count: int, *, start: int = 0) -> list[WeChatPerson]:
    """As many people as are needed."""
    return [
        create_person(nickname=f"Person {n}", phone=f"+8613900{n:06d}", wechat_id=f"person_{n}")
        for n in range(start, start + count)
    ]


@pytest.fixture
def tea(ada) -> MiniProgram:
    return stories.registered(administrator=ada)


def test_a_developer_is_bound_at_once_and_told(tea, ada, dev, deliver) -> None:
    member = bind_member(tea, person=dev, role=Role.DEVELOPER, by=stories.administrator_of(tea))
    assert (member.person, member.role, member.mini_program) == (dev, Role.DEVELOPER, tea)
    event = AuditEvent.objects.get(event="accounts.member.bound", subject_id=str(member.pk))
    assert (event.appid, event.data) == (tea.appid, {"wechat_id": dev.wechat_id, "role": "developer"})
    deliver()
    told = ServiceNotification.objects.get(person=dev)
    assert (told.event, told.appid, told.facts["role"]) == ("accounts.member.bound", tea.appid, "developer")
    assert render_notice(told.event, told.facts)[1].endswith("has bound you as Developer.")
    assert not ServiceNotification.objects.filter(person=ada, event="accounts.member.bound").exists()


@pytest.mark.parametrize(("role", "limit"), [(Role.DEVELOPER, 5), (Role.EXPERIENCER, 10)])
def test_the_limit_of_an_individual_is_kept(tea, role, limit) -> None:
    by = stories.administrator_of(tea)
    *fitting, last = people(limit + 1)
    for person in fitting:
        bind_member(tea, person=person, role=role, by=by)
    with pytest.raises(Refused) as refused:
        bind_member(tea, person=last, role=role, by=by)
    assert (refused.value.code, refused.value.field) == ("85002", "wechat_id")
    assert tea.members.filter(role=role).count() == limit


@pytest.mark.parametrize(
    ("entity_type", "verified", "numbers"),
    [
        (EntityType.INDIVIDUAL, False, (5, 10)),
        (EntityType.CORPORATE, False, (10, 20)),
        (EntityType.GOVERNMENT, False, (10, 20)),
        (EntityType.CORPORATE, True, (20, 40)),
    ],
)
def test_the_limits_of_the_seed(entity_type, verified, numbers) -> None:
    limits = limits_for(entity_type, verified=verified)
    assert (limits.developers, limits.experiencers) == numbers


def test_unbinding_makes_room(tea) -> None:
    by = stories.administrator_of(tea)
    *fitting, last = people(6)
    members = [bind_member(tea, person=person, role=Role.DEVELOPER, by=by) for person in fitting]
    unbind_member(members[0], by=by)
    bind_member(tea, person=last, role=Role.DEVELOPER, by=by)
    assert member_limits(tea).developers == 5


@pytest.mark.parametrize("again", [Role.DEVELOPER, Role.EXPERIENCER])
def test_a_person_is_bound_once(tea, dev, again) -> None:
    by = stories.administrator_of(tea)
    bind_member(tea, person=dev, role=Role.DEVELOPER, by=by)
    with pytest.raises(Refused) as refused:
        bind_member(tea, person=dev, role=again, by=by)
    assert refused.value.code == "85004"
    assert refused.value.message == "This WeChat ID is bound already, as a developer."


def test_the_administrator_can_be_neither_bound_nor_unbound(tea, ada) -> None:
    administrator = stories.administrator_of(tea)
    with pytest.raises(Refused) as bound:
        bind_member(tea, person=ada, role=Role.DEVELOPER, by=administrator)
    assert bound.value.code == "85004"
    with pytest.raises(Refused) as unbound:
        unbind_member(administrator, by=administrator)
    assert unbound.value.code == "administrator"
    assert Member.objects.get(mini_program=tea).role == Role.ADMINISTRATOR


def test_nobody_becomes_administrator_by_binding(tea, dev) -> None:
    with pytest.raises(Refused) as refused:
        bind_member(tea, person=dev, role=Role.ADMINISTRATOR, by=stories.administrator_of(tea))
    assert refused.value.code == "role"


def test_who_can_not_be_searched_can_not_be_bound(tea, dev) -> None:
    WeChatPerson.objects.filter(pk=dev.pk).update(is_searchable=False)
    dev.refresh_from_db()
    assert find_person(dev.wechat_id) is None
    with pytest.raises(Refused) as refused:
        bind_member(tea, person=dev, role=Role.DEVELOPER, by=stories.administrator_of(tea))
    assert refused.value.code == "85001"


def test_a_person_is_found_whatever_the_case(dev) -> None:
    assert find_person(f" {dev.wechat_id.upper()} ") == dev


def test_an_experiencer_of_too_many_programs_is_refused(ada, dev, monkeypatch) -> None:
    one, other = stories.registered(administrator=ada), stories.registered(administrator=ada)
    bind_member(one, person=dev, role=Role.EXPERIENCER, by=stories.administrator_of(one))
    object.__setattr__(RULES.members, "programs_per_experiencer", 1)
    try:
        with pytest.raises(Refused) as refused:
            bind_member(other, person=dev, role=Role.EXPERIENCER, by=stories.administrator_of(other))
    finally:
        object.__setattr__(RULES.members, "programs_per_experiencer", 50)
    assert refused.value.code == "85003"


def test_a_developer_and_a_stranger_bind_nobody(tea, dev, eve) -> None:
    developer = bind_member(tea, person=dev, role=Role.DEVELOPER, by=stories.administrator_of(tea))
    other = stories.administrator_of(stories.registered(administrator=eve))
    for actor in (developer, other, eve):
        with pytest.raises(NotAllowed):
            bind_member(tea, person=eve, role=Role.DEVELOPER, by=actor)
        with pytest.raises(NotAllowed):
            unbind_member(developer, by=actor)
    assert tea.members.count() == 2


@pytest.mark.django_db(transaction=True)
def test_twenty_bindings_at_once_at_limit_five_give_five() -> None:
    tea = stories.registered(administrator="ada")
    by = stories.administrator_of(tea)
    persons = people(20)
    outcomes = together(20, lambda n: bind_member(tea, person=persons[n], role=Role.DEVELOPER, by=by))
    refused = [outcome for outcome in outcomes if isinstance(outcome, Exception)]
    assert tea.members.filter(role=Role.DEVELOPER).count() == 5
    assert [getattr(outcome, "code", outcome) for outcome in refused] == ["85002"] * 15
    assert AuditEvent.objects.filter(event="accounts.member.bound", data__role="developer").count() == 5


@pytest.mark.django_db(transaction=True)
def test_the_same_person_bound_ten_times_at_once_is_bound_once() -> None:
    tea = stories.registered(administrator="ada")
    by, dev = stories.administrator_of(tea), stories.person("dev")
    outcomes = together(10, lambda n: bind_member(tea, person=dev, role=Role.DEVELOPER, by=by))
    assert sorted(getattr(outcome, "code", "bound") for outcome in outcomes) == ["85004"] * 9 + ["bound"]


# --- the pages


def test_the_whole_binding_from_search_to_scan(tea, ada, dev) -> None:
    client = console(None, tea)
    page = client.get(reverse("developers:identity", args=[tea.appid])).content.decode()
    assert "0 / 5" in page
    assert "0 / 10" in page
    search = reverse("developers:member_search", args=[tea.appid])
    found = client.get(search, {"wechat_id": dev.wechat_id, "role": "developer"}).content.decode()
    assert dev.nickname in found
    asked = client.post(
        reverse("developers:member_bind_ask", args=[tea.appid]), {"wechat_id": dev.wechat_id, "role": "developer"}
    )
    assert asked.status_code == 302
    ticket = ScanTicket.objects.latest("pk")
    assert asked.url == f"/scan/{ticket.pk}/"
    assert ticket.facts["person"] == dev.actor_name
    bind = reverse("developers:member_bind", args=[tea.appid])
    client.post(bind, {"ticket": ticket.pk})
    assert not tea.members.filter(person=dev).exists()  # nobody has scanned
    confirm(ticket, ada)
    client.post(bind, {"ticket": ticket.pk})
    assert tea.members.get(person=dev).role == Role.DEVELOPER
    assert "1 / 5" in client.get(reverse("developers:identity", args=[tea.appid])).content.decode()
    client.post(bind, {"ticket": ticket.pk})  # used up
    assert tea.members.count() == 2


def test_a_search_for_nobody_and_for_the_unfindable_says_the_same(tea, dev) -> None:
    client = console(None, tea)
    search = reverse("developers:member_search", args=[tea.appid])
    WeChatPerson.objects.filter(pk=dev.pk).update(is_searchable=False)
    answers = {
        client.get(search, {"wechat_id": name, "role": "developer"}).content for name in ("nobody_here", dev.wechat_id)
    }
    assert len(answers) == 1
    assert "There is no such WeChat ID" in answers.pop().decode()


def test_a_search_for_a_bound_person_says_so_and_offers_no_button(tea, dev) -> None:
    stories.bound(tea, dev)
    search = reverse("developers:member_search", args=[tea.appid])
    page = console(None, tea).get(search, {"wechat_id": dev.wechat_id, "role": "developer"}).content.decode()
    assert "bound already, as a developer" in page
    assert "<form" not in page


def test_searches_are_limited(tea) -> None:
    client = console(None, tea)
    search = reverse("developers:member_search", args=[tea.appid])
    codes = [client.get(search, {"wechat_id": f"try_{n}", "role": "developer"}).status_code for n in range(31)]
    assert codes == [200] * 30 + [422]


def test_unbinding_by_scan(tea, ada, dev) -> None:
    member = stories.bound(tea, dev)
    client = console(None, tea)
    client.post(reverse("developers:member_unbind_ask", args=[tea.appid, member.pk]))
    ticket = ScanTicket.objects.latest("pk")
    confirm(ticket, ada)
    client.post(reverse("developers:member_unbind", args=[tea.appid]), {"ticket": ticket.pk})
    assert not tea.members.filter(person=dev).exists()


def test_a_scan_for_one_program_binds_nobody_in_another(ada, dev) -> None:
    one, other = stories.registered(administrator=ada), stories.registered(administrator=ada)
    client = console(None, one)
    client.post(
        reverse("developers:member_bind_ask", args=[one.appid]), {"wechat_id": dev.wechat_id, "role": "developer"}
    )
    ticket = ScanTicket.objects.latest("pk")
    confirm(ticket, ada)
    client.post(reverse("developers:member_bind", args=[other.appid]), {"ticket": ticket.pk})
    assert not dev.memberships.exists()


def test_members_of_another_program_are_not_there(tea, dev, eve) -> None:
    foreign = stories.bound(stories.registered(administrator=eve), dev)
    client = console(None, tea)
    assert client.post(reverse("developers:member_unbind_ask", args=[tea.appid, foreign.pk])).status_code == 404
    assert console(None, foreign.mini_program).get(reverse("developers:identity", args=[tea.appid])).status_code == 404
    assert Member.objects.filter(pk=foreign.pk).exists()


def test_the_page_asks_the_same_for_one_member_and_for_three(tea) -> None:
    client, by = console(None, tea), stories.administrator_of(tea)
    address = reverse("developers:identity", args=[tea.appid])
    counts = []
    for person in people(3):
        bind_member(tea, person=person, role=Role.DEVELOPER, by=by)
        with CaptureQueriesContext(connection) as queries:
            client.get(address)
        counts.append(len(queries))
    assert counts[0] == counts[2]
