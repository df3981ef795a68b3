"""Roll back: one step, of the last five; then not again until the next publication."""

import pytest

from platform_site.kernel.lifecycle import Refused
from platform_site.kernel.models import AuditEvent
from platform_site.kernel.rulebook import RULES
from platform_site.simulation import stories
from releases.actions.publishing import publish
from releases.actions.rollback import roll_back, rollback_targets
from releases.models import Release
from tests.people import console
from tests.releases.pages import words


@pytest.fixture
def first(ada):
    return stories.published(stories.approved(administrator=ada))


@pytest.fixture
def tea(first):
    return first.mini_program


@pytest.fixture
def by(tea):
    return stories.administrator_of(tea)


@pytest.fixture
def second(tea, by):
    return publish(stories.next_approved(tea), by=by)


def code_of(*args, **kwargs):
    with pytest.raises(Refused) as refused:
        roll_back(*args, **kwargs)
    return refused.value.code


def test_the_version_before_is_online_again(tea, first, second, by):
    roll_back(tea, to=first, by=by)

    first.refresh_from_db(), second.refresh_from_db()
    assert (first.status, first.ended_at, first.restored_at is not None) == ("online", None, True)
    assert (second.status, second.ended_at is not None) == ("rolled_back", True)
    event = AuditEvent.objects.get(event="releases.release.restored")
    assert (event.data["from"], event.data["version"]) == ("1.1.0", "1.0.0")


def test_without_an_earlier_version_there_is_none(tea, first, by):
    assert code_of(tea, to=first, by=by) == "87012"


def test_after_a_rollback_there_is_none_until_the_next_publication(tea, first, second, by):
    roll_back(tea, to=first, by=by)
    assert code_of(tea, to=second, by=by) == "87012"
    assert rollback_targets(tea) == []

    third = publish(stories.next_approved(tea, "1.2.0"), by=by)

    assert rollback_targets(tea) == [Release.objects.get(pk=first.pk)]
    assert third.status == "online"


def test_the_last_five_are_kept(tea, first, by):
    for number in range(1, RULES.release.history + 2):
        publish(stories.next_approved(tea, f"1.{number}.0"), by=by)

    shown = [release.order.build.version for release in rollback_targets(tea)]
    assert shown == ["1.5.0", "1.4.0", "1.3.0", "1.2.0", "1.1.0"]
    assert code_of(tea, to=first, by=by) == "87012"


def test_a_version_of_another_program_is_none(tea, second, by, eve):
    hers = stories.published(
        stories.approved(stories.submitted(stories.uploaded(stories.completed(administrator=eve, name="Lantern"))))
    )

    assert code_of(tea, to=hers, by=by) == "87012"


def test_the_trial_says_what_would_happen_and_changes_nothing(tea, first, second):
    client = console(None, tea)
    trial = client.get(f"/console/{tea.appid}/versions/rollback/{first.pk}/")

    said = words(trial.content.decode())
    assert "All users run version 1.0.0 instead of 1.1.0" in said
    assert "Nothing has happened yet." in said
    assert Release.objects.online().get() == second


def test_the_list_says_why_there_is_nothing(tea, first):
    page = console(None, tea).get(f"/console/{tea.appid}/versions/rollback/")

    assert "There is no earlier version to roll back to." in words(page.content.decode())
