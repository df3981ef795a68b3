"""People's data of an application for WeChat Pay: masked at the desk until a reviewer says why; ID cards hidden."""

import pytest
from django.urls import reverse

from accounts.models import User
from entities.wording import masked_phone
from payments.queries import REVEALED
from platform_site.kernel.clock import move_forward
from platform_site.kernel.models import AuditEvent
from platform_site.kernel.rulebook import RULES
from platform_site.simulation import stories
from tests.people import desk

pytestmark = pytest.mark.django_db


def desk_at(name, application, **kwargs):
    return reverse(f"payments:{name}", kwargs={"pk": application.pk, **kwargs})


@pytest.fixture
def hall():
    """A verified government body: han is its administrator."""
    return stories.verified(stories.organisation(type="government", administrator="han"))


PEOPLES = ("contact_name", "contact_email", "legal_person", "legal_id", "account")


def shown_at(reviewer, application):
    return reviewer.get(desk_at("desk_application", application)).content.decode()


def test_peoples_data_are_masked_at_the_desk_until_a_reviewer_says_why(hall, rev):
    application = stories.pay_submitted(hall)
    reviewer = desk(None, rev)
    secrets = [application.given[name] for name in PEOPLES]

    assert [secret for secret in secrets if secret in shown_at(reviewer, application)] == []
    assert masked_phone(application.given["contact_phone"]) in shown_at(reviewer, application)
    refused = reviewer.post(desk_at("desk_reveal", application), {"reason": " "})
    assert refused.status_code == 422
    assert "Say why you need to see it." in refused.content.decode()
    assert not AuditEvent.objects.filter(event=REVEALED).exists()

    revealed = reviewer.post(desk_at("desk_reveal", application), {"reason": "To compare the names"})
    assert [secret for secret in secrets if secret not in revealed.content.decode()] == []
    assert "no-store" in revealed["Cache-Control"]
    look = AuditEvent.objects.get(event=REVEALED)
    assert (look.actor_id, look.reason) == (rev.actor_id, "To compare the names")
    assert [secret for secret in secrets if secret in shown_at(reviewer, application)] == []  # for that once


def test_an_id_card_is_for_who_had_it_revealed_and_for_a_while(hall, rev):
    application = stories.pay_submitted(hall)
    reviewer, colleague = desk(None, rev), desk(None, stories.staff("sol"))
    card = desk_at("desk_scan", application, slot="id_front")

    assert reviewer.get(card).status_code == 404
    assert card not in shown_at(reviewer, application)
    assert reviewer.get(desk_at("desk_scan", application, slot="licence")).status_code == 200

    revealed = reviewer.post(desk_at("desk_reveal", application), {"reason": "To compare the faces"})
    assert card in revealed.content.decode()
    assert reviewer.get(card).status_code == 200
    assert colleague.get(card).status_code == 404

    move_forward(RULES.verification.reveal_minutes * 60)
    assert reviewer.get(card).status_code == 404


def test_a_member_of_the_program_has_nothing_revealed(hall, rev):
    application = stories.pay_submitted(hall)
    User.objects.filter(pk=rev.pk).update(person=stories.administrator_of(hall).person)
    rev.refresh_from_db()

    answer = desk(None, rev).post(desk_at("desk_reveal", application), {"reason": "Curious"})

    assert answer.status_code in (403, 422)
    assert application.given["legal_id"] not in answer.content.decode()
    assert not AuditEvent.objects.filter(event=REVEALED).exists()
