"""The AppSecret: by the administrator's scan, shown once, kept as a digest, a reset kills the old."""

import json
import re

import pytest
from django.contrib.sessions.models import Session
from django.core import serializers
from django.urls import reverse

from accounts.models import ScanTicket
from developers.actions.secrets import generate_app_secret, is_app_secret
from developers.models import AppSecret
from platform_site.kernel.lifecycle import NotAllowed
from platform_site.kernel.models import AuditEvent
from platform_site.kernel.secrets import plain_digest
from platform_site.simulation import stories
from tests.developers.scanning import latest_confirmed
from tests.people import console


@pytest.fixture
def tea(ada):
    return stories.registered(administrator=ada)


def by_scan(client, tea, ada):
    client.post(reverse("developers:secret_ask", args=[tea.appid]))
    ticket = latest_confirmed(ada)
    return client.post(reverse("developers:secret_generate", args=[tea.appid]), {"ticket": ticket.pk})


def test_it_is_shown_once_and_only_its_digest_is_kept(tea, ada) -> None:
    client = console(None, tea)
    answer = by_scan(client, tea, ada)
    secret = re.search(r'id="app-secret">([0-9a-f]{32})<', answer.content.decode()).group(1)
    assert "no-store" in answer["Cache-Control"]
    row = AppSecret.objects.get(mini_program=tea)
    assert row.secret_digest == plain_digest(secret)
    assert is_app_secret(tea, secret)
    assert secret not in client.get(reverse("developers:settings_development", args=[tea.appid])).content.decode()
    everything = serializers.serialize("json", [row, *AuditEvent.objects.all(), *ScanTicket.objects.all()])
    sessions = json.dumps([session.get_decoded() for session in Session.objects.all()])
    assert secret not in everything + sessions


def test_a_reset_kills_the_old_one_at_once(tea, ada) -> None:
    old = generate_app_secret(tea, by=stories.administrator_of(tea))
    new = generate_app_secret(tea, by=stories.administrator_of(tea))
    assert (is_app_secret(tea, old), is_app_secret(tea, new)) == (False, True)
    events = AuditEvent.objects.filter(event__startswith="developers.secret").order_by("pk")
    assert [event.event for event in events] == ["developers.secret.generated", "developers.secret.reset"]


def test_one_scan_gives_one_secret(tea, ada) -> None:
    client = console(None, tea)
    by_scan(client, tea, ada)
    digest = AppSecret.objects.get(mini_program=tea).secret_digest
    again = client.post(
        reverse("developers:secret_generate", args=[tea.appid]), {"ticket": ScanTicket.objects.latest("pk").pk}
    )
    assert again.status_code == 302
    assert AppSecret.objects.get(mini_program=tea).secret_digest == digest


def test_loading_its_address_again_leads_to_the_settings(tea) -> None:
    answer = console(None, tea).get(reverse("developers:secret_generate", args=[tea.appid]))
    assert answer.url == reverse("developers:settings_development", args=[tea.appid])


def test_only_the_administrator_may(tea, dev, eve) -> None:
    developer = stories.bound(tea, dev)
    for actor in (developer, eve):
        with pytest.raises(NotAllowed):
            generate_app_secret(tea, by=actor)
    assert not AppSecret.objects.exists()
    page = reverse("developers:settings_development", args=[tea.appid])
    assert console(None, tea, dev).get(page).status_code == 403
    assert console(None, stories.registered(administrator=eve)).get(page).status_code == 404


def test_nobody_has_a_secret_before_it_is_generated(tea) -> None:
    assert not is_app_secret(tea, "")
    page = console(None, tea).get(reverse("developers:settings_development", args=[tea.appid])).content.decode()
    assert "Not generated" in page
    assert tea.appid in page
    assert tea.original_id in page
