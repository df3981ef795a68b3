"""The table of gates: what is closed to whom, why, and what unlocks it, for every type, method and standing."""

from datetime import timedelta

import pytest
from django.urls import reverse

from developers.queries import limits_of
from entities.gates import GATES, Gate, check_gate, closed_because
from entities.lifecycle import StandingStatus
from entities.models import Entity, EntityType, Standing
from entities.models.entity import METHODS
from platform_site.kernel.clock import now
from platform_site.kernel.lifecycle import Refused
from platform_site.kernel.rulebook import RULES
from platform_site.simulation import stories
from tests.people import console

BEFORE, AFTER = timedelta(days=-1), timedelta(days=1)
STANDINGS = {
    "unproven": {"status": "unproven"},
    "overdue": {"status": "unproven", "proof_due_at": BEFORE},
    "proven": {"status": "proven"},
    "verified": {"status": "verified", "verified_until": AFTER},
    "over": {"status": "verified", "verified_until": BEFORE},  # no sweep has come by
    "lapsed": {"status": "lapsed", "verified_until": BEFORE},
    "failed": {"status": "failed"},
}
REMIT, VERIFY, NEED, AGAIN = "remittance_first", "verification_first", "verification_needed", "verification_expired"
RAISE, SOLE, GONE, OPEN = "verification_raises", "individual", "registration_failed", ""
ORDER = (Gate.PROFILE, Gate.SUBMIT, Gate.PAY, Gate.VERIFY, Gate.MORE_MEMBERS)
CLOSED = (GONE,) * 5
REMITTING = {
    "unproven": (REMIT, REMIT, REMIT, REMIT, REMIT),
    "proven": (OPEN, OPEN, NEED, OPEN, RAISE),
    "verified": (OPEN, OPEN, OPEN, OPEN, OPEN),
    "over": (OPEN, OPEN, AGAIN, OPEN, AGAIN),
    "lapsed": (OPEN, OPEN, AGAIN, OPEN, AGAIN),
}
VERIFYING_COMPANY = {
    "unproven": (VERIFY, VERIFY, NEED, OPEN, RAISE),
    "verified": (OPEN, OPEN, OPEN, OPEN, OPEN),
    "over": (AGAIN, OPEN, AGAIN, OPEN, AGAIN),
    "lapsed": (AGAIN, OPEN, AGAIN, OPEN, AGAIN),
}
MUST_VERIFY = {
    "unproven": (VERIFY, VERIFY, NEED, OPEN, RAISE),
    "verified": (OPEN, OPEN, OPEN, OPEN, OPEN),
    "over": (AGAIN, AGAIN, AGAIN, OPEN, AGAIN),
    "lapsed": (AGAIN, AGAIN, AGAIN, OPEN, AGAIN),
}
EXPECTED = {
    ("individual", "none"): {"proven": (OPEN, OPEN, SOLE, SOLE, SOLE)},
    ("corporate", "remittance"): REMITTING,
    ("individual_business", "remittance"): REMITTING,
    ("corporate", "wechat_verification"): VERIFYING_COMPANY,
    ("individual_business", "wechat_verification"): VERIFYING_COMPANY,
    ("government", "wechat_verification"): MUST_VERIFY,
    ("media", "wechat_verification"): MUST_VERIFY,
    ("other", "wechat_verification"): MUST_VERIFY,
}
CASES = [(*pair, standing, *codes) for pair, rows in EXPECTED.items() for standing, codes in rows.items()]


class Program:
    """What a gate reads of a Mini Program."""

    def __init__(self, kind, method, standing):
        facts = {
            name: now() + value if isinstance(value, timedelta) else value
            for name, value in STANDINGS[standing].items()
        }
        self.entity, self.standing = Entity(type=kind, method=method), Standing(**facts)


def code(gate, program):
    reason = closed_because(gate, program)
    return reason.code if reason else OPEN


def test_every_pair_of_type_and_method_stands_in_the_table():
    assert set(EXPECTED) == {(str(kind), str(method)) for kind, methods in METHODS.items() for method in methods}
    assert set(ORDER) == set(GATES) == set(Gate)


@pytest.mark.django_db
@pytest.mark.parametrize(("kind", "method", "standing", "profile", "submit", "pay", "verify", "members"), CASES)
def test_each_gate_for_each_standing(kind, method, standing, profile, submit, pay, verify, members):
    program = Program(kind, method, standing)

    assert [code(gate, program) for gate in ORDER] == [profile, submit, pay, verify, members]


@pytest.mark.django_db
@pytest.mark.parametrize("standing", ["overdue", "failed"])
@pytest.mark.parametrize("pair", EXPECTED, ids="-".join)
def test_everything_is_closed_to_a_registration_that_failed_swept_up_or_not(pair, standing):
    assert tuple(code(gate, Program(*pair, standing)) for gate in ORDER) == CLOSED


@pytest.mark.django_db
@pytest.mark.parametrize("pair", EXPECTED, ids="-".join)
@pytest.mark.parametrize("standing", STANDINGS)
def test_every_reason_speaks_and_leads_to_a_page(pair, standing):
    reasons = [r for gate in ORDER if (r := closed_because(gate, Program(*pair, standing))) is not None]

    for reason in reasons:
        assert str(reason.text).endswith(".")
        assert bool(reason.unlocks) == bool(str(reason.action))
        if reason.unlocks:
            assert reverse(reason.unlocks, args=["wx0"]).startswith("/console/wx0/")


@pytest.mark.django_db
def test_a_closed_gate_refuses_with_the_reasons_code():
    with pytest.raises(Refused) as refusal:
        check_gate(Gate.PROFILE, Program("corporate", "remittance", "unproven"))
    assert (refusal.value.code, refusal.value.message) == (
        REMIT,
        str(closed_because(Gate.PROFILE, Program("corporate", "remittance", "unproven")).text),
    )
    assert check_gate(Gate.PROFILE, Program("corporate", "remittance", "proven")) is None


@pytest.mark.django_db
def test_no_standing_is_unproven_where_the_status_is_known_to_the_gates():
    assert set(StandingStatus.values) == {str(facts["status"]) for facts in STANDINGS.values()}


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("kind", "standing", "rule"),
    [
        (EntityType.GOVERNMENT, "unproven", RULES.members.organisation_unverified),
        (EntityType.GOVERNMENT, "verified", RULES.members.verified),
        (EntityType.GOVERNMENT, "over", RULES.members.organisation_unverified),
        (EntityType.CORPORATE, "proven", RULES.members.organisation_unverified),
        (EntityType.CORPORATE, "lapsed", RULES.members.organisation_unverified),
    ],
)
def test_binding_limits_follow_the_standing(kind, standing, rule):
    program = stories.organisation(type=kind)
    facts = STANDINGS[standing]
    Standing._base_manager.filter(pk=program.standing.pk).update(
        **{name: now() + value if isinstance(value, timedelta) else value for name, value in facts.items()}
    )
    program = type(program).objects.get(pk=program.pk)

    assert limits_of(program) == {"developer": rule.developers, "experiencer": rule.experiencers}


@pytest.mark.django_db
def test_who_is_bound_beyond_a_lower_limit_stays_and_the_page_says_so():
    program = stories.organisation(type=EntityType.GOVERNMENT)
    page = console(None, program).get(f"/console/{program.appid}/identity/").content.decode()

    assert "Who is bound beyond them stays; nobody is added." in page
    assert "WeChat Verification raises these limits." in page
