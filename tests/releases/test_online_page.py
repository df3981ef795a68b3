"""The Online module: publish in phases, raise, pause, complete, cancel, roll back, the service; by scan."""

from html import unescape as html_unescape

import pytest
from django.utils.html import strip_tags

from accounts.models import ScanTicket
from platform_site.kernel.rulebook import RULES
from platform_site.simulation import stories
from releases.actions.service import close_service, reopen_service
from releases.models import Release, Service
from tests.developers.scanning import latest_confirmed
from tests.people import phone
from tests.releases.pages import shown, url


@pytest.fixture
def first(tea):
    return stories.published(stories.approved(stories.submitted(stories.uploaded(tea))))


@pytest.fixture
def order(first):
    return stories.next_approved(first.mini_program)


def words(html):
    """The words of a whole page, messages included."""
    return " ".join(html_unescape(strip_tags(html.split("<body", 1)[1])).split())


def asked(client, path, **data):
    """Press a button that asks for a scan; what is refused comes back as words."""
    answer = client.post(path, data)
    return ScanTicket.objects.latest("pk") if answer.status_code == 302 else words(answer.content.decode())


def scanned(client, person, path, then, **data):
    assert isinstance(asked(client, path, **data), ScanTicket)
    return words(client.post(then, {"ticket": latest_confirmed(person).pk}, follow=True).content.decode())


def test_it_is_published_in_phases_raised_and_completed(client, tea, order, ada):
    said = scanned(client, ada, url("publish_ask", tea, pk=order.pk), url("publish", tea), how="phased", percent="10")
    assert "Version 1.1.0 is released in phases." in said
    assert "10% released" in said

    said = words(client.post(url("phase_raise", tea), {"percent": "50"}, follow=True).content.decode())
    assert "50 percent of the users get it now." in said

    said = scanned(client, ada, url("phase_complete_ask", tea), url("online_changed", tea))
    assert "Version 1.1.0 is online for all users." in said
    assert Release.objects.online().get().order == order


def test_the_phone_says_which_share_gets_it(client, tea, order):
    ticket = asked(client, url("publish_ask", tea, pk=order.pk), how="phased", percent="25", members_first="on")

    assert ticket.facts["consequence"] == "25 percent of the users get it, the others keep the version that is online."
    assert ticket.payload["members_first"] is True


@pytest.mark.parametrize("percent", ["", "x", "0", "101", "-3", "1.5"])
def test_a_share_that_makes_no_sense_is_refused_in_words(client, tea, order, percent):
    before = ScanTicket.objects.count()

    said = asked(client, url("publish_ask", tea, pk=order.pk), how="phased", percent=percent)

    assert "hoose a" in said
    assert ScanTicket.objects.count() == before


def test_a_refused_share_stands_in_the_dialog_with_what_was_typed(client, tea, order):
    answer = client.post(url("publish_ask", tea, pk=order.pk), {"how": "phased", "percent": "0"})

    html = answer.content.decode()
    dialog = html.split("<dialog", 1)[1].split("</dialog>")[0]
    assert answer.status_code == 422
    assert "data-open-now" in dialog.split(">")[0]
    assert "So nobody would get it" in dialog
    assert 'value="phased" id="how-phased" checked' in dialog
    assert 'value="0"' in dialog


def test_the_month_of_suspensions_is_counted_and_then_can_not_be_pressed(client, tea, first):
    assert f"Left this month: {RULES.release.closures_per_month}" in words(shown(client, tea))
    by = stories.administrator_of(tea)
    for _time in range(RULES.release.closures_per_month):
        close_service(tea, by=by)
        reopen_service(tea, by=by)

    html = shown(client, tea)

    assert url("service_close_ask", tea) not in html
    assert "The 5 times of this month are used up." in words(html)


def test_while_a_release_is_in_phases_the_next_one_can_not_be_published_and_says_why(client, tea, order):
    stories.phased(order)
    later = stories.next_approved(tea, "1.2.0")

    html = shown(client, tea)

    assert url("publish_ask", tea, pk=later.pk) not in html
    assert "A phased release is going on. Complete it or cancel it first." in words(html)


def test_the_first_publication_is_to_all_and_the_dialog_offers_nothing_else(client, tea):
    order = stories.approved(stories.submitted(stories.uploaded(tea)))

    assert 'value="phased"' not in shown(client, tea)
    said = asked(client, url("publish_ask", tea, pk=order.pk), how="phased", percent="10")
    assert "No version is online yet" in said


def test_it_is_paused_goes_on_and_is_cancelled(client, tea, order, ada):
    stories.phased(order)
    client.post(url("phase_pause", tea))
    assert "Paused" in words(shown(client, tea))
    said = words(client.post(url("phase_raise", tea), {"percent": "50"}, follow=True).content.decode())
    assert "it is “Phased release paused”" in said
    client.post(url("phase_resume", tea))

    said = scanned(client, ada, url("phase_cancel_ask", tea), url("online_changed", tea))

    assert "All users have the version before again; the new one waits to be published." in said
    assert "Approved. It goes online only when you press Publish." in said


def test_a_lower_share_is_refused_in_words(client, tea, order):
    stories.phased(order, percent=30)

    said = words(client.post(url("phase_raise", tea), {"percent": "20"}, follow=True).content.decode())

    assert "It is 30 percent already: the share can only be raised." in said


def test_who_gets_which_version_is_looked_up(client, tea, order, dev):
    stories.phased(order, percent=100)

    found = words(client.get(url("versions", tea), {"who": dev.wechat_id}).content.decode())
    nobody = words(client.get(url("versions", tea), {"who": "nobody<b>"}).content.decode())

    assert f"{dev.wechat_id} gets version 1.1.0." in found
    assert "Nobody has this WeChat ID." in nobody


def test_it_is_rolled_back_by_scan_and_then_not_again(client, tea, first, order, ada):
    stories.published(order)

    said = scanned(client, ada, url("rollback_ask", tea, pk=first.pk), url("online_changed", tea))

    assert "Version 1.0.0 is online again." in said
    page = words(client.get(url("rollback_list", tea)).content.decode())
    assert "The online version came by a rollback." in page


def test_while_it_is_in_phases_a_rollback_says_why_not(client, tea, first, order):
    second = stories.published(order)
    stories.phased(stories.next_approved(tea, "1.2.0"))

    assert "A phased release is going on." in asked(client, url("rollback_ask", tea, pk=first.pk))
    assert "A phased release is going on." in words(client.get(url("rollback_list", tea)).content.decode())
    assert Release.objects.online().get() == second


def test_the_service_is_suspended_and_resumed_by_scan(client, tea, first, ada):
    said = scanned(client, ada, url("service_close_ask", tea), url("service_changed", tea))
    assert "The service is suspended." in said
    assert "Service suspended" in phone(None, ada).get(f"/phone/programs/{tea.appid}/").content.decode()

    said = scanned(client, ada, url("service_reopen_ask", tea), url("service_changed", tea))
    assert "In service again." in said
    assert Service.objects.get().status == "open"


def test_the_history_tells_everything_and_names_no_reviewer(client, tea, first, order, rev):
    stories.phased(order)

    said = words(client.get(url("version_history", tea)).content.decode())

    assert "Version 1.1.0 released in phases: 10%" in said
    assert "Review passed" in said
    assert "Review team" in said
    assert rev.name not in said


def test_pages_take_the_same_queries_however_much_has_happened(client, tea, first, order, django_assert_num_queries):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    stories.published(order)
    paths = [url("versions", tea), url("version_history", tea), url("rollback_list", tea)]
    for path in paths:
        client.get(path)
        with CaptureQueriesContext(connection) as before:
            client.get(path)
        counts = len(before)
        later = stories.published(stories.next_approved(tea, f"2.{paths.index(path)}.0"))
        assert later.status == "online"
        with django_assert_num_queries(counts):
            client.get(path)
