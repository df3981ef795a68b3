"""Several at one moment: one Mini Program, five at most, one name."""

import pytest

from accounts.models import MiniProgram, ScanTicket, SmsCode
from entities.actions.profile import complete_profile
from entities.actions.registration import complete_individual_registration
from entities.models import Entity, Profile
from platform_site.kernel.lifecycle import Refused
from platform_site.kernel.models import AuditEvent
from platform_site.simulation import stories
from tests.concurrency import refusals, successes, together
from tests.entities.helpers import PAGE, browser, filled_in, picture

pytestmark = pytest.mark.django_db(transaction=True)


def test_the_final_submission_pressed_eight_times_at_once_makes_one_program(ada):
    user = stories.activated()
    client = browser(user)
    given = filled_in(client, ada) | {"confirm": "1"}
    cookie = client.cookies["sessionid"].value

    def press(_i: int) -> str:
        one = browser(user)
        one.cookies["sessionid"] = cookie
        return one.post(PAGE, given)["Location"]

    outcomes = together(8, press)
    assert refusals(outcomes) == []
    program = MiniProgram.objects.get()
    where = {"/register/complete/", f"/console/{program.appid}/", f"/login/?next={PAGE}"}
    assert set(outcomes) <= where
    assert "/register/complete/" in outcomes
    assert (Entity.objects.count(), ScanTicket.objects.get().status) == (1, "consumed")
    assert SmsCode.objects.get().used_at is not None
    assert AuditEvent.objects.filter(event="entities.registration.completed").count() == 1


def test_eight_registrations_of_one_id_at_once_make_five(ada):
    users = [stories.activated() for _i in range(8)]

    def register(i: int) -> MiniProgram:
        return complete_individual_registration(
            users[i], person=ada, name=ada.real_name, id_number=ada.id_number, phone=f"1380000010{i}", by=ada
        )

    outcomes = together(8, register)
    assert len(successes(outcomes)) == 5
    assert [type(o) for o in refusals(outcomes)] == [Refused] * 3
    assert {o.code for o in refusals(outcomes)} == {"id_quota"}
    assert Entity.objects.count() == 5


def test_five_programs_that_want_one_name_at_once_leave_it_to_one(ada):
    programs = [stories.registered() for _i in range(5)]
    members = [stories.administrator_of(p) for p in programs]

    def complete(i: int) -> Profile:
        return complete_profile(
            programs[i],
            by=members[i],
            name=("Harbour Tea", "harbour tea", "HARBOUR TEA")[i % 3],
            avatar=picture(),
            introduction="Tea by the water.",
            categories=["tools.weather"],
        )

    outcomes = together(5, complete)
    assert len(successes(outcomes)) == 1
    assert {getattr(o, "code", repr(o)) for o in refusals(outcomes)} == {"53013"}
    assert Profile.objects.count() == 1


def test_the_information_submitted_six_times_at_once_is_kept_once(ada):
    program = stories.registered()
    member = stories.administrator_of(program)

    def complete(i: int) -> Profile:
        return complete_profile(
            program,
            by=member,
            name=f"Harbour Tea {i}",
            avatar=picture(),
            introduction="Tea by the water.",
            categories=["tools.weather"],
        )

    outcomes = together(6, complete)
    assert len(successes(outcomes)) == 1
    assert {getattr(o, "code", repr(o)) for o in refusals(outcomes)} == {"profile_exists"}
    assert program.categories.count() == 1
