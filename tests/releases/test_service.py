"""The service: suspended and resumed by the administrator, within the month's quota, or by the platform."""

import pytest

from platform_site.kernel import clock
from platform_site.kernel.lifecycle import Refused
from platform_site.kernel.rulebook import RULES
from platform_site.simulation import stories
from releases.actions.service import close_service, closures_left, lift_suspension, reopen_service, suspend_service
from releases.models import Service
from tests.people import phone
from tests.releases.pages import shown, words


@pytest.fixture
def tea(ada):
    return stories.published(stories.approved(administrator=ada)).mini_program


@pytest.fixture
def by(tea):
    return stories.administrator_of(tea)


def code_of(call, *args, **kwargs):
    with pytest.raises(Refused) as refused:
        call(*args, **kwargs)
    return refused.value.code


def opened(tea, path=""):
    return phone(None, stories.person("max")).get(f"/phone/programs/{tea.appid}/{path}")


def status(tea):
    return Service.objects.get(mini_program=tea).status


def test_with_the_first_publication_it_is_in_service(tea):
    assert status(tea) == "open"
    assert opened(tea).status_code == 200


def test_suspended_by_its_administrator_nobody_opens_or_finds_it(tea, by):
    close_service(tea, by=by)

    assert "Service suspended" in opened(tea).content.decode()
    assert opened(tea).status_code == 404
    found = phone(None, stories.person("max")).get("/phone/programs/", {"q": "Harbour"}).content.decode()
    assert tea.appid not in found

    reopen_service(tea, by=by)
    assert opened(tea).status_code == 200


def test_pictures_and_colours_are_closed_too(tea, by):
    client = phone(None, stories.person("max"))
    paths = [
        f"/phone/program-assets/{tea.appid}/images/harbour.png",
        f"/phone/program-skins/{tea.appid}/pages/home/home",
    ]
    assert [client.get(path).status_code for path in paths] == [200, 200]

    close_service(tea, by=by)

    assert [client.get(path).status_code for path in paths] == [404, 404]


def test_a_month_has_so_many_times(tea, by):
    for _time in range(RULES.release.closures_per_month):
        close_service(tea, by=by)
        reopen_service(tea, by=by)
    assert (closures_left(tea), code_of(close_service, tea, by=by)) == (0, "closures")

    clock.move_forward(31 * 86_400)

    assert closures_left(tea) == RULES.release.closures_per_month
    close_service(tea, by=by)


def test_what_is_not_published_has_no_service(ada):
    mini_program = stories.completed(administrator=ada)

    assert code_of(close_service, mini_program, by=stories.administrator_of(mini_program)) == "85021"


def test_the_platform_suspends_with_a_reason_that_the_administrator_reads(tea, by, rev, client):
    from tests.people import console

    suspend_service(tea, by=rev, words="Users report a page that asks for their password.")

    assert "asks for their password" in words(shown(console(None, tea), tea))
    assert opened(tea).status_code == 404
    assert code_of(reopen_service, tea, by=by) == "illegal_move"
    lift_suspension(tea, by=rev)
    assert status(tea) == "open"


def test_what_the_administrator_had_suspended_stays_so_when_the_platform_lifts_its_own(tea, by, rev):
    close_service(tea, by=by)
    suspend_service(tea, by=rev, words="Looked at.")

    lift_suspension(tea, by=rev)

    assert status(tea) == "closed"


@pytest.mark.parametrize("said", ["", "  ", "x" * (RULES.desk.words + 1)])
def test_the_platform_says_why(tea, rev, said):
    assert code_of(suspend_service, tea, by=rev, words=said) in ("words_missing", "words_too_long")
    assert status(tea) == "open"


def test_nobody_else_switches_it(tea, rev, eve, dev):
    developer = stories.bound(tea, dev)
    hers = stories.administrator_of(stories.completed(administrator=eve, name="Lantern Books"))

    for who in (developer, hers):
        assert code_of(close_service, tea, by=who) == "not_allowed"
        assert code_of(suspend_service, tea, by=who, words="x") == "not_allowed"
    assert status(tea) == "open"
