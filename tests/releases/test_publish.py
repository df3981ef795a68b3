"""Publish: only what is approved, by hand, not in closed beta; one release online, one permanent QR."""

import pytest

from accounts.models import MiniProgram, QrLink
from platform_site.kernel.lifecycle import IllegalMove, NotAllowed, Refused
from platform_site.kernel.models import AuditEvent
from platform_site.simulation import stories
from releases.actions.publishing import publish
from releases.models import AuditOrder, ProgramCode, Release


@pytest.fixture
def order(ada):
    return stories.approved(administrator=ada)


def press(order):
    return publish(order, by=stories.administrator_of(order.mini_program))


def events(*names):
    return list(AuditEvent.objects.filter(event__in=names).order_by("pk").values_list("event", flat=True))


def test_an_approved_version_goes_online_with_a_qr_of_its_own(order, ada):
    release = press(order)

    assert (release.status, release.published_by, release.order) == ("online", ada, order)
    assert AuditOrder.objects.get(pk=order.pk).status == "published"
    link = QrLink.objects.get(program_code__mini_program=order.mini_program)
    assert (link.path, link.expires_at) == (f"/phone/programs/{order.mini_program.appid}/", None)
    assert events("releases.order.published", "releases.release.published") == [
        "releases.order.published",
        "releases.release.published",
    ]


def test_a_later_version_replaces_the_earlier_one_and_keeps_the_qr(order):
    first = press(order)
    code = ProgramCode.objects.get().link.code
    later = stories.uploaded(order.mini_program, version="1.1.0")

    second = press(stories.approved(stories.submitted(later)))

    first.refresh_from_db()
    assert (first.status, first.ended_at) == ("replaced", second.published_at)
    assert Release.objects.online().get() == second
    assert ProgramCode.objects.get().link.code == code
    assert events("releases.release.replaced") == ["releases.release.replaced"]


def test_publishing_twice_is_refused_and_leaves_one_release(order):
    press(order)

    with pytest.raises(IllegalMove):
        press(order)
    assert Release.objects.count() == 1


def test_a_page_that_is_older_than_the_publication_loses_the_race(order):
    stale = AuditOrder.objects.get(pk=order.pk)
    press(order)

    with pytest.raises(IllegalMove) as refused:
        press(stale)
    assert refused.value.code == "85020"
    assert Release.objects.count() == 1


@pytest.mark.parametrize("story", [stories.submitted, stories.rejected])
def test_only_an_approved_version_is_published(ada, story):
    order = story()

    with pytest.raises(IllegalMove):
        press(order)
    assert (Release.objects.count(), ProgramCode.objects.count()) == (0, 0)


def test_an_older_approved_version_can_not_come_after_a_newer_submission(order):
    newer = stories.uploaded(order.mini_program, version="1.1.0")
    press(stories.approved(stories.submitted(newer)))
    order.refresh_from_db()

    with pytest.raises(IllegalMove):
        press(order)
    assert Release.objects.online().get().order.build == newer


def test_nothing_is_published_in_closed_beta(order):
    MiniProgram.objects.filter(pk=order.mini_program_id).update(in_closed_beta=True)

    with pytest.raises(Refused) as caught:
        press(order)

    assert caught.value.code == "closed_beta"
    assert AuditOrder.objects.get(pk=order.pk).status == "approved"
    assert events("releases.order.published", "releases.release.published") == []


def test_a_developer_does_not_publish(order, dev):
    developer = stories.bound(order.mini_program, dev)

    with pytest.raises(NotAllowed):
        publish(order, by=developer)
    assert not Release.objects.exists()


def test_another_programs_administrator_does_not_publish(order, eve):
    hers = stories.completed(administrator=eve, name="Lantern Books")

    with pytest.raises(NotAllowed):
        publish(order, by=stories.administrator_of(hers))
