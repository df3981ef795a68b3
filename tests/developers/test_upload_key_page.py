"""Development Settings: the code upload key by the administrator's scan, downloaded once; from where it may be used."""

import json

import pytest
from cryptography.hazmat.primitives.serialization import load_pem_private_key
from django.contrib.sessions.models import Session
from django.core import serializers
from django.urls import reverse

from accounts.models import ScanTicket
from accounts.ticket_words import facts_of
from developers.actions.upload_keys import check_signature, generate_upload_key
from developers.models import UploadKey
from platform_site.kernel.models import AuditEvent
from platform_site.simulation import stories
from tests.developers.scanning import confirm, latest_confirmed
from tests.developers.signing import signed
from tests.people import console


@pytest.fixture
def tea(ada):
    return stories.registered(administrator=ada)


def at(name, tea):
    return reverse(f"developers:{name}", args=[tea.appid])


def page(client, tea):
    return client.get(at("settings_development", tea)).content.decode()


def by_scan(client, tea, ada):
    """Press, scan, and the page with the button that makes the key."""
    client.post(at("key_ask", tea))
    ticket = latest_confirmed(ada)
    return ticket, client.post(at("key_ready", tea), {"ticket": ticket.pk})


def change(client, tea, ada, networks, **on):
    client.post(at("key_addresses_ask", tea), {"networks": networks, **on})
    ticket = latest_confirmed(ada)
    return client.post(at("key_addresses", tea), {"ticket": ticket.pk}, follow=True).content.decode()


def test_the_key_is_made_by_the_press_after_the_scan_and_downloaded_once(tea, ada) -> None:
    client = console(None, tea)
    assert "Not generated" in page(client, tea)
    ticket, ready = by_scan(client, tea, ada)
    assert f"private.{tea.appid}.key" in ready.content.decode()
    assert not UploadKey.objects.exists()
    answer = client.post(at("key_generate", tea), {"ticket": ticket.pk})
    assert answer["Content-Disposition"] == f'attachment; filename="private.{tea.appid}.key"'
    assert "no-store" in answer["Cache-Control"]
    pem = answer.content.decode()
    load_pem_private_key(answer.content, None)
    check_signature(tea, signed(pem, tea))
    shown = page(client, tea)
    assert UploadKey.objects.get().fingerprint in shown
    assert "PRIVATE" not in shown
    everything = serializers.serialize(
        "json", [*UploadKey.objects.all(), *AuditEvent.objects.all(), *ScanTicket.objects.all()]
    )
    sessions = json.dumps([session.get_decoded() for session in Session.objects.all()])
    assert "PRIVATE" not in everything + sessions
    again = client.post(at("key_generate", tea), {"ticket": ticket.pk})
    assert (again.status_code, again.url) == (302, at("settings_development", tea))
    check_signature(tea, signed(pem, tea))


def test_the_phone_says_what_follows(tea, ada) -> None:
    client = console(None, tea)
    client.post(at("key_ask", tea))
    first = dict(facts_of(ScanTicket.objects.latest("pk")))
    assert first["AppID"] == tea.appid
    assert "without a scan" in first["What follows"]
    generate_upload_key(tea, by=stories.administrator_of(tea))
    client.post(at("key_ask", tea))
    assert "stops working at once" in dict(facts_of(ScanTicket.objects.latest("pk")))["What follows"]


def test_without_a_confirmed_scan_nothing_is_made(tea, dev) -> None:
    client = console(None, tea)
    client.post(at("key_ask", tea))
    for ticket in (ScanTicket.objects.latest("pk").pk, 10**20, "x", ""):
        assert client.post(at("key_generate", tea), {"ticket": ticket}).status_code == 302
    assert not UploadKey.objects.exists()


def test_a_scan_for_something_else_does_not_do(tea, ada) -> None:
    client = console(None, tea)
    client.post(at("secret_ask", tea))
    ticket = latest_confirmed(ada)
    assert client.post(at("key_generate", tea), {"ticket": ticket.pk}).status_code == 302
    assert client.post(at("key_addresses", tea), {"ticket": ticket.pk}).status_code == 302
    assert not UploadKey.objects.exists()


def test_addresses_are_changed_by_scan(tea, ada) -> None:
    generate_upload_key(tea, by=stories.administrator_of(tea))
    client = console(None, tea)
    told = change(client, tea, ada, "203.0.113.7\r\n10.0.0.0/8\r\n", is_on="on")
    assert "It counts from the next upload on." in told
    assert "203.0.113.7\n10.0.0.0/8</textarea>" in told
    fact = dict(facts_of(ScanTicket.objects.latest("pk")))["What follows"]
    assert fact == "Code can be uploaded by key from these addresses only: 203.0.113.7, 10.0.0.0/8"
    assert UploadKey.objects.get().checks_address
    change(client, tea, ada, "10.0.0.0/8")
    assert not UploadKey.objects.get().checks_address
    assert [row.network for row in tea.upload_addresses.all()] == ["10.0.0.0/8"]


def test_a_line_that_can_not_be_read_is_named_before_any_scan(tea) -> None:
    generate_upload_key(tea, by=stories.administrator_of(tea))
    client = console(None, tea)
    for networks, words in [("tea", "Line 1: “tea” is neither"), ("", "at least one address"), ("x" * 6000, "at most")]:
        answer = client.post(at("key_addresses_ask", tea), {"networks": networks, "is_on": "on"})
        assert answer.status_code == 422
        assert words in answer.content.decode()
    assert not ScanTicket.objects.exists()


def test_addresses_wait_for_a_key(tea) -> None:
    answer = console(None, tea).post(at("key_addresses_ask", tea), {"networks": "203.0.113.7", "is_on": "on"})
    assert answer.status_code == 422
    assert not ScanTicket.objects.exists()


def test_the_list_counts_as_it_was_shown_on_the_phone(tea, ada) -> None:
    generate_upload_key(tea, by=stories.administrator_of(tea))
    client = console(None, tea)
    client.post(at("key_addresses_ask", tea), {"networks": "203.0.113.7", "is_on": "on"})
    ticket = ScanTicket.objects.latest("pk")
    confirm(ticket, ada)
    client.post(at("key_addresses", tea), {"ticket": ticket.pk, "networks": "0.0.0.0/0"})
    assert [row.network for row in tea.upload_addresses.all()] == ["203.0.113.7"]


def test_the_page_prints_the_commands_to_run(tea, settings) -> None:
    shown = page(console(None, tea), tea)
    assert f". {settings.VAR}/relay.env" in shown
    assert f"npx miniprogram-ci upload --pp ./my-program --pkp ./private.{tea.appid}.key --appid {tea.appid}" in shown
    assert "1 to 30" in shown


def test_loading_the_addresses_again_leads_to_the_settings(tea) -> None:
    client = console(None, tea)
    for name in ("key_ready", "key_generate", "key_addresses_ask", "key_addresses"):
        assert client.get(at(name, tea)).url == at("settings_development", tea)


def test_developers_and_strangers_have_no_key(tea, dev, eve) -> None:
    stories.bound(tea, dev)
    developer, stranger = console(None, tea, dev), console(None, stories.registered(administrator=eve))
    for name in ("key_ask", "key_ready", "key_generate", "key_addresses_ask", "key_addresses"):
        assert developer.post(at(name, tea)).status_code == 403
        assert stranger.post(at(name, tea)).status_code == 404
