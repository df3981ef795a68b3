"""The demo world: loaded by real actions, only where nobody lives, the same each time."""

import io
from datetime import timedelta

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError

from accounts.actions.registration import check_email_is_free
from accounts.models import EmailKind, MiniProgram, User, WeChatPerson
from developers.models import Build
from entities.models import Profile, ServiceCategory, Standing
from platform_site.kernel.clock import ahead, move_forward
from platform_site.kernel.lifecycle import Refused
from platform_site.kernel.models import AuditEvent, WorldClock
from platform_site.simulation import world
from platform_site.simulation.cast import PASSWORD, PEOPLE
from platform_site.simulation.emptying import empty_world
from releases.lifecycle import OrderStatus, ReleaseStatus
from releases.models import AuditOrder, Release
from verification.models import Remittance, Verification

pytestmark = pytest.mark.django_db


def test_the_demo_world_has_a_mini_program_at_each_stage():
    world.load_world()

    assert list(Profile.objects.order_by("id").values_list("name", flat=True)) == [
        "Harbour Tea",
        "Lantern Books",
        "Pier Bicycles",
        "Lighthouse Noodles",
        "Harbour Transit",
    ]
    assert MiniProgram.objects.count() == 8
    assert dict(Standing.objects.values_list("mini_program__user__email", "status")) == {
        world.HARBOUR: "proven",
        world.BOOKS: "proven",
        world.FRESH: "proven",
        world.BIKES: "proven",
        world.TEA_COMPANY: "unproven",
        world.NOODLES: "proven",
        world.TRANSIT: "verified",
        world.DAILY: "unproven",
    }
    assert Remittance.objects.get(status="open").mini_program.user.email == world.TEA_COMPANY
    assert ServiceCategory.objects.get(status="under_review").code == world.RESTAURANT
    assert Verification.objects.get(status="refill").mini_program.user.email == world.DAILY
    statuses = AuditOrder.objects.order_by("id").values_list("mini_program__user__email", "status")
    assert list(statuses) == [
        (world.HARBOUR, OrderStatus.PUBLISHED),
        (world.BOOKS, OrderStatus.QUEUED),
        (world.BIKES, OrderStatus.REJECTED),
    ]
    assert Release.objects.get().status == ReleaseStatus.ONLINE
    assert Build.objects.ready().get(mini_program__user__email=world.HARBOUR).version == "1.1.0"


def test_every_event_of_the_demo_world_is_delivered():
    world.load_world()

    assert list(AuditEvent.objects.filter(delivered_at=None).values_list("event", flat=True)) == []


@pytest.mark.parametrize(("kind", "email"), world.TAKEN.items())
def test_the_demo_world_has_an_address_for_each_of_the_four_errors(kind, email):
    world.load_world()

    with pytest.raises(Refused) as refused:
        check_email_is_free(email)

    assert (refused.value.code, refused.value.field) == (f"email_{kind}", "email")


def test_each_person_is_a_persona_with_the_password_that_is_printed():
    world.load_world()

    people = WeChatPerson.objects.order_by("id")
    assert [person.wechat_id for person in people] == [character.wechat_id for character in PEOPLE.values()]
    assert all(person.is_persona and person.check_password(PASSWORD) for person in people)


def test_a_world_in_which_somebody_lives_is_not_loaded_over(ada):
    with pytest.raises(Refused) as refused:
        world.load_world()

    assert refused.value.code == "world_not_empty"
    assert MiniProgram.objects.count() == 0


def test_reset_leaves_nothing_of_the_old_world_and_loads_the_demo_again():
    world.load_world()
    names_before = _names()
    appids_before = set(MiniProgram.objects.values_list("appid", flat=True))
    move_forward(3600)

    world.reset_world()

    assert _names() == names_before
    assert not appids_before & set(MiniProgram.objects.values_list("appid", flat=True))
    assert ahead() == timedelta(0)


def test_emptying_passes_the_rows_that_are_written_once_and_keeps_their_guard():
    world.load_world()

    empty_world()

    assert (User.objects.count(), AuditEvent.objects.count(), WorldClock.objects.count()) == (0, 0, 0)
    world.load_world()
    from entities.models import Entity

    with pytest.raises(Exception, match="can't be changed"):
        Entity.objects.update(type="media")


def test_the_command_leaves_a_world_in_which_somebody_lives_alone(ada):
    out = io.StringIO()

    call_command("demo_world", stdout=out)

    assert out.getvalue() == "The world is not empty: left as it is (--reset empties it).\n"


def test_the_command_prints_who_can_log_in():
    out = io.StringIO()

    call_command("demo_world", stdout=out)

    assert [line.split("  ")[1] for line in out.getvalue().splitlines()[1:]] == [login.who for login in world.logins()]


def test_outside_the_demo_the_command_refuses(settings):
    settings.DEMO = False

    with pytest.raises(CommandError, match="MINISTAGE_DEMO is off"):
        call_command("demo_world", reset=True)


def _names() -> dict[str, list[str]]:
    return {
        "people": list(WeChatPerson.objects.order_by("id").values_list("wechat_id", flat=True)),
        "users": list(User.objects.order_by("id").values_list("email", flat=True)),
    }


def test_kinds_of_addresses_cover_all_that_the_seed_names():
    assert set(world.TAKEN) == set(EmailKind) - {EmailKind.STAFF}
