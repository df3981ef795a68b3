"""A phased release: who gets it, raise only, pause, complete, cancel, its last day; each refusal with its code."""

from contextlib import suppress

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from accounts.actions.people import create_person
from accounts.models import WeChatPerson
from platform_site.kernel import clock
from platform_site.kernel.lifecycle import Refused
from platform_site.kernel.models import AuditEvent
from platform_site.kernel.rulebook import RULES
from platform_site.simulation import stories
from releases import queries
from releases.actions import phases
from releases.actions.orders import submit_for_review
from releases.actions.publishing import publish, publish_in_phases
from releases.actions.rollback import roll_back
from releases.models import AuditOrder, Release
from releases.rollout import Rule, drawn_for, live_releases, place_of

DAY = 86_400


@pytest.fixture
def online(ada):
    return stories.published(stories.approved(administrator=ada))


@pytest.fixture
def tea(online):
    return online.mini_program


@pytest.fixture
def by(tea):
    return stories.administrator_of(tea)


@pytest.fixture
def phased(tea):
    return stories.phased(stories.next_approved(tea), percent=30)


def code_of(call, *args, **kwargs):
    with pytest.raises(Refused) as refused:
        call(*args, **kwargs)
    return refused.value.code


def people(count):
    """Users who have nothing to do with the program; their phones are the only thing that matters here."""
    known = WeChatPerson.objects.count()
    numbers = range(known, known + count)
    return [create_person(nickname=f"User {n}", wechat_id=f"user_{n:04d}", phone=f"+86139001{n:05d}") for n in numbers]


def test_a_share_of_the_users_gets_it_and_the_others_keep_what_is_online(tea, online, phased):
    crowd = people(60)
    drawn = {person.pk: drawn_for(live_releases(tea.appid), person) for person in crowd}

    assert {found.release for found in drawn.values()} == {online, phased}
    assert all((found.rule == Rule.DRAWN) == (found.release == phased) for found in drawn.values())
    assert all((place_of(person, phased) < 30) == (drawn[person.pk].release == phased) for person in crowd)


def test_who_has_it_keeps_it_when_the_share_is_raised(tea, phased, by):
    crowd = people(40)

    def having():
        return {p.pk for p in crowd if drawn_for(live_releases(tea.appid), p).release == phased}

    before = having()
    phases.raise_percent(phased, by=by, percent=60)

    assert before < having()
    event = AuditEvent.objects.get(event="releases.release.raised")
    assert (event.data["before"], event.data["percent"]) == (30, 60)


def test_another_release_draws_other_people_first(tea, phased, by):
    crowd = people(60)
    first = [place_of(person, phased) for person in crowd]
    phases.complete(phased, by=by)

    second = stories.phased(stories.next_approved(tea, "1.2.0"), percent=30)

    assert first != [place_of(person, second) for person in crowd]


def test_members_get_it_first(tea, by, dev):
    stories.bound(tea, dev)
    phased = stories.phased(stories.next_approved(tea), percent=0, members_first=True)

    assert drawn_for(live_releases(tea.appid), dev).rule == Rule.MEMBER
    assert {drawn_for(live_releases(tea.appid), p).rule for p in people(20)} == {Rule.NOT_DRAWN}
    assert phased.percent == 0


@pytest.mark.parametrize(
    ("share", "code"), [({"percent": 0}, "40097"), ({"percent": -1}, "85081"), ({"percent": 101}, "85081")]
)
def test_a_share_that_makes_no_sense_is_refused_and_nothing_happens(tea, by, share, code):
    order = stories.next_approved(tea)

    assert code_of(publish_in_phases, order, by=by, **share) == code
    assert (Release.objects.count(), AuditOrder.objects.get(pk=order.pk).status) == (1, "approved")


def test_the_first_publication_is_to_all(ada):
    order = stories.approved(administrator=ada)

    assert code_of(publish_in_phases, order, by=stories.administrator_of(order.mini_program), percent=10) == "85079"


def test_only_what_is_approved_is_released_in_phases(tea, by):
    waiting = stories.submitted(stories.uploaded(tea, version="1.1.0"))

    assert code_of(publish_in_phases, waiting, by=by, percent=10) == "85080"


@pytest.mark.parametrize(("percent", "code"), [(30, "85082"), (29, "85082"), (0, "40097"), (101, "85081")])
def test_the_share_is_only_raised(phased, by, percent, code):
    assert code_of(phases.raise_percent, phased, by=by, percent=percent) == code
    assert Release.objects.get(pk=phased.pk).percent == 30


def test_while_it_is_paused_it_is_not_raised_and_then_it_goes_on(phased, by):
    phases.pause(phased, by=by)
    assert code_of(phases.raise_percent, phased, by=by, percent=50) == "illegal_move"

    phases.resume(phased, by=by)
    phases.raise_percent(phased, by=by, percent=50)

    assert (phased.status, phased.percent, phased.plan_status) == ("phased", 50, 1)


def test_completed_it_replaces_what_was_online(online, phased, by):
    phases.complete(phased, by=by)

    online.refresh_from_db()
    assert (phased.status, phased.percent, phased.full_at) == ("online", 100, None)
    assert (online.status, online.ended_at is not None) == ("replaced", True)


def test_cancelled_all_have_the_version_before_and_it_can_be_published_again(tea, online, phased, by):
    assert phases.cancel(phased, by=by)

    order = AuditOrder.objects.get(pk=phased.order_id)
    assert (phased.status, order.status) == ("cancelled", "approved")
    assert {drawn_for(live_releases(tea.appid), p).release for p in people(10)} == {online}
    again = publish(order, by=by)
    assert (again.status, Release.objects.online().get()) == ("online", again)


def test_cancelled_while_another_is_under_review_it_stays_published(tea, phased, by):
    build = stories.uploaded(tea, version="1.2.0")
    submit_for_review(build, by=by, pages=stories.function_pages(build))

    assert not phases.cancel(phased, by=by)

    assert AuditOrder.objects.get(pk=phased.order_id).status == "published"


def test_nothing_else_is_published_or_rolled_back_meanwhile(tea, online, phased, by):
    other = stories.next_approved(tea, "1.2.0")

    assert code_of(publish, other, by=by) == "phased_open"
    assert code_of(publish_in_phases, other, by=by, percent=10) == "phased_open"
    assert code_of(roll_back, tea, to=online, by=by) == "87011"


def test_on_its_last_day_all_users_get_it_once(tea, online, phased):
    clock.move_forward(RULES.release.phased_days * DAY - 60)
    assert phases.complete_due_releases() == 0

    clock.move_forward(120)

    assert (phases.complete_due_releases(), phases.complete_due_releases()) == (1, 0)
    assert Release.objects.online().get() == phased
    assert AuditEvent.objects.get(event="releases.release.completed").actor_kind == "system"


def test_whoever_opens_it_after_the_last_day_gets_it_though_no_sweep_came_by(client, tea, phased):
    from tests.people import phone

    clock.move_forward(RULES.release.phased_days * DAY + 1)
    stranger = phone(None, stories.person("max"))

    assert stranger.get(f"/phone/programs/{tea.appid}/").status_code == 200
    assert Release.objects.get(pk=phased.pk).status == "online"


def test_what_is_over_can_not_be_changed(phased, by):
    phases.cancel(phased, by=by)

    for call in (phases.pause, phases.resume, phases.complete, phases.cancel):
        assert code_of(call, phased, by=by) == "illegal_move"


def test_another_programs_administrator_changes_nothing(phased, eve):
    hers = stories.administrator_of(stories.completed(administrator=eve, name="Lantern Books"))

    for call in (phases.pause, phases.complete, phases.cancel):
        assert code_of(call, phased, by=hers) == "not_allowed"
    assert code_of(phases.raise_percent, phased, by=hers, percent=90) == "not_allowed"
    assert Release.objects.get(pk=phased.pk).status == "phased"


def test_it_can_be_looked_up_who_gets_which(tea, phased, dev):
    assert queries.drawn_by_wechat_id(tea, "nobody-has-this") is None
    assert queries.drawn_by_wechat_id(tea, dev.wechat_id) == drawn_for(live_releases(tea.appid), dev)


STEPS = st.lists(
    st.tuples(
        st.sampled_from(["publish", "phase", "raise", "pause", "resume", "complete", "cancel", "roll_back", "days"]),
        st.integers(-5, 110),
    ),
    max_size=14,
)


class WhateverIsPressed(TestCase):
    """review.md §3.4: one full and one phased version at most, the share never falls, each share within its bounds."""

    @settings(max_examples=25, deadline=None)
    @given(STEPS)
    def test_the_invariants_hold(self, steps):
        program = stories.published().mini_program
        by, versions = stories.administrator_of(program), iter(range(1, 100))
        for step, number in steps:
            before = {release.pk: release.percent for release in program.releases.in_phases()}
            with suppress(Refused):
                press(program, by, step, number, versions)
            full, in_phases = program.releases.online().count(), list(program.releases.in_phases())
            assert (full, len(in_phases) <= 1) == (1, True)
            assert all(release.percent >= before.get(release.pk, 0) for release in in_phases)
            assert all(release.full_at > release.published_at for release in in_phases)


def press(program, by, step, number, versions):
    phased = program.releases.in_phases().first()
    if step in ("publish", "phase"):
        order = program.orders.filter(status="approved").first() or stories.next_approved(
            program, f"2.0.{next(versions)}"
        )
        publish(order, by=by) if step == "publish" else publish_in_phases(order, by=by, percent=number)
    elif step == "roll_back":
        roll_back(program, to=program.releases.order_by("?").first(), by=by)
    elif step == "days":
        if number > 0:  # the clock only moves forward
            clock.move_forward(number * DAY // 4)
        phases.complete_due_releases()
    elif phased is not None and step == "raise":
        phases.raise_percent(phased, by=by, percent=number)
    elif phased is not None:
        getattr(phases, step)(phased, by=by)
