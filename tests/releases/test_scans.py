"""Deleting and publishing by the administrator's scan."""

import pytest

from accounts.models import MiniProgram, ScanTicket
from developers.models import Build
from platform_site.simulation import stories
from releases.models import AuditOrder, Release
from tests.developers.scanning import latest_confirmed
from tests.releases.pages import url, words


def scan_and(client, ask, then, person):
    """Press the button, confirm on the phone, let the screen act."""
    assert client.post(ask).status_code == 302
    ticket = latest_confirmed(person)
    return client.post(then, {"ticket": ticket.pk}, follow=True)


def test_a_development_version_is_deleted_by_the_administrators_scan(client, tea, ada):
    build = stories.uploaded(tea)

    answer = scan_and(client, url("build_delete_ask", tea, pk=build.pk), url("build_delete", tea), ada)

    assert "The development version is deleted." in answer.content.decode()
    assert Build.objects.get().status == "deleted"


def test_a_rejected_version_is_deleted_by_the_administrators_scan(client, tea, ada):
    order = stories.rejected(stories.submitted(stories.uploaded(tea)))

    answer = scan_and(client, url("order_delete_ask", tea, pk=order.pk), url("order_delete", tea), ada)

    assert "No review version" in words(answer.content.decode())
    assert AuditOrder.objects.get().status == "deleted"
    assert client.get(url("order_detail", tea, pk=order.pk)).status_code == 404


def test_publishing_is_pressed_by_hand_and_confirmed_by_scan(client, tea, ada):
    order = stories.approved(stories.submitted(stories.uploaded(tea)))

    answer = scan_and(client, url("publish_ask", tea, pk=order.pk), url("publish", tea), ada)

    assert "Version 1.0.0 is online." in answer.content.decode()
    assert Release.objects.get().published_by == ada


def test_the_phone_is_told_what_will_follow(client, tea, ada):
    stories.published(stories.approved(stories.submitted(stories.uploaded(tea))))
    order = stories.approved(stories.submitted(stories.uploaded(tea, version="1.1.0")))

    client.post(url("publish_ask", tea, pk=order.pk))

    facts = ScanTicket.objects.latest("pk").facts
    assert facts["version"] == "1.1.0"
    assert facts["consequence"] == "It replaces version 1.0.0 for all users."


def test_nothing_happens_without_a_confirmed_scan(client, tea):
    order = stories.approved(stories.submitted(stories.uploaded(tea)))
    client.post(url("publish_ask", tea, pk=order.pk))
    waiting = ScanTicket.objects.latest("pk")

    for ticket in ("", "x", "0", str(waiting.pk)):
        answer = client.post(url("publish", tea), {"ticket": ticket}, follow=True)
        assert "This needs a fresh scan." in answer.content.decode()
    assert not Release.objects.exists()


def test_a_scan_for_deleting_does_not_publish(client, tea, ada):
    build = stories.uploaded(tea)
    stories.approved(stories.submitted(build))
    client.post(url("build_delete_ask", tea, pk=build.pk))
    ticket = latest_confirmed(ada)

    client.post(url("publish", tea), {"ticket": ticket.pk})

    assert not Release.objects.exists()
    assert ScanTicket.objects.get(pk=ticket.pk).status == "confirmed"


def test_one_scan_publishes_once(client, tea, ada):
    order = stories.approved(stories.submitted(stories.uploaded(tea)))
    client.post(url("publish_ask", tea, pk=order.pk))
    ticket = latest_confirmed(ada)
    client.post(url("publish", tea), {"ticket": ticket.pk})

    client.post(url("publish", tea), {"ticket": ticket.pk})

    assert Release.objects.count() == 1


def test_closed_beta_is_asked_at_the_button_and_again_after_the_scan(client, tea, ada):
    order = stories.approved(stories.submitted(stories.uploaded(tea)))
    client.post(url("publish_ask", tea, pk=order.pk))
    ticket = latest_confirmed(ada)
    MiniProgram.objects.filter(pk=tea.pk).update(in_closed_beta=True)

    answer = client.post(url("publish", tea), {"ticket": ticket.pk}, follow=True)
    assert "closed beta" in answer.content.decode()
    before = ScanTicket.objects.count()
    assert client.post(url("publish_ask", tea, pk=order.pk)).status_code == 422
    assert (ScanTicket.objects.count(), Release.objects.count()) == (before, 0)


@pytest.mark.parametrize("name", ["order_delete_ask", "publish_ask"])
def test_what_can_not_be_done_asks_for_no_scan(client, tea, name):
    order = stories.submitted(stories.uploaded(tea))
    before = ScanTicket.objects.count()

    client.post(url(name, tea, pk=order.pk))

    assert ScanTicket.objects.count() == before
