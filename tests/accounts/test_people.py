"""WeChat people, staff, and places in Mini Programs: the actions."""

import re

import pytest
from allauth.account.models import EmailAddress

from accounts.actions import people, programs
from accounts.lifecycle import AccountStatus
from accounts.models import EmailHolder, MiniProgram, WeChatPerson
from accounts.permissions import Role
from platform_site.kernel.lifecycle import IllegalMove, Refused
from platform_site.kernel.models import AuditEvent
from tests.accounts.wizard import PASSWORD, a_person, a_program, an_activated_account

pytestmark = pytest.mark.django_db
ID = "11010519491231002X"


def test_a_person_gets_a_wechat_id_if_they_chose_none():
    person = people.create_person(nickname=" Ada ", phone="138 0013 8000")
    assert (person.nickname, person.phone, person.is_real_name) == ("Ada", "+8613800138000", False)
    assert re.fullmatch(r"wxid_[0-9a-f]{12}", person.wechat_id)


@pytest.mark.parametrize(
    ("facts", "code"),
    [
        ({"wechat_id": "WX_ADA_ID", "phone": "13800138001"}, "wechat_id_taken"),
        ({"wechat_id": "wx_eve_id", "phone": "+86 138 0013 8000"}, "phone_taken"),
        ({"wechat_id": "short"}, "wechat_id_invalid"),
        ({"wechat_id": "1abcdef"}, "wechat_id_invalid"),
        ({"wechat_id": "a" * 21}, "wechat_id_invalid"),
        ({"wechat_id": "abcdéf"}, "wechat_id_invalid"),
        ({"nickname": " "}, "nickname_invalid"),
        ({"nickname": "a" * 33}, "nickname_invalid"),
        ({"nickname": "a\u202eb"}, "nickname_invalid"),
        ({"nickname": "a\0b"}, "nickname_invalid"),
        ({"client_version": "8"}, "client_version_invalid"),
        ({"client_version": "8.0.x"}, "client_version_invalid"),
        ({"password": "short"}, "password_too_short"),
        ({"phone": "12"}, "phone_invalid"),
        ({"real_name": "张三", "id_number": "110105194912310021"}, "id_number_invalid"),
        ({"real_name": "", "id_number": ID}, "real_name_invalid"),
        ({"email": "a@b"}, "email_invalid"),
    ],
)
def test_who_can_not_sign_up_on_wechat_leaves_nothing_behind(facts, code):
    people.create_person(nickname="Ada", phone="13800138000", wechat_id="wx_ada_id")
    wanted = {"nickname": "Eve", "phone": "13800138001", "wechat_id": "wx_eve_id"} | facts
    with pytest.raises(Refused) as refusal:
        people.create_person(**wanted)
    assert refusal.value.code == code
    assert (WeChatPerson.objects.count(), EmailHolder.objects.count()) == (1, 0)


def test_an_address_in_use_can_not_be_bound_to_a_person():
    an_activated_account("taken@example.com")
    with pytest.raises(Refused) as refusal:
        a_person("ada", email="taken@example.com")
    assert refusal.value.code == "email_public_platform"
    assert not WeChatPerson.objects.exists()


def test_a_bank_card_gives_a_real_name():
    person = a_person("ada")
    people.bind_identity(person, real_name="张三", id_number=ID.lower())
    person.refresh_from_db()
    assert (person.real_name, person.id_number, person.is_real_name) == ("张三", ID, True)


def test_settings_of_the_phone():
    person = a_person("ada")
    people.change_settings(person, nickname="Ada L", client_version="6.3.26", is_searchable=False)
    person.refresh_from_db()
    assert (person.nickname, person.client_version, person.is_searchable) == ("Ada L", "6.3.26", False)


def test_staff_are_activated_from_the_start_and_hold_their_address():
    staff = people.create_staff(email="Rev@example.com", password=PASSWORD, name="Rev")
    assert (staff.is_staff, staff.status, staff.email) == (True, AccountStatus.ACTIVATED, "rev@example.com")
    assert EmailAddress.objects.get(user=staff).verified
    with pytest.raises(Refused) as refusal:
        people.create_staff(email="rev@example.com", password=PASSWORD, name="Other")
    assert refusal.value.code == "email_public_platform"


def test_opening_a_mini_program_gives_its_ids_and_its_administrator():
    ada = a_person("ada")
    mini_program = a_program(ada)
    assert re.fullmatch(r"wx[0-9a-f]{16}", mini_program.appid)
    assert re.fullmatch(r"gh_[0-9a-f]{12}", mini_program.original_id)
    assert mini_program.user.status == AccountStatus.REGISTERED
    assert list(mini_program.members.values_list("person_id", "role")) == [(ada.pk, Role.ADMINISTRATOR)]
    bound = AuditEvent.objects.get(event="accounts.member.bound")
    assert (bound.appid, bound.data) == (mini_program.appid, {"wechat_id": "wx_ada_id", "role": "administrator"})


def test_an_account_opens_one_mini_program_only():
    ada = a_person("ada")
    mini_program = a_program(ada)
    with pytest.raises(IllegalMove):
        programs.open_mini_program(mini_program.user, administrator=ada)
    assert MiniProgram.objects.count() == 1


def test_one_wechat_administers_as_many_as_the_rulebook_says(monkeypatch):
    import dataclasses

    from platform_site.kernel.rulebook import RULES

    few = dataclasses.replace(RULES, account=dataclasses.replace(RULES.account, programs_per_administrator=1))
    monkeypatch.setattr(programs, "RULES", few)
    ada = a_person("ada")
    a_program(ada, "one@example.com")
    with pytest.raises(Refused) as refusal:
        a_program(ada, "two@example.com")
    assert refusal.value.code == "administrator_limit"
    assert MiniProgram.objects.count() == 1


def test_binding_twice_is_refused_and_a_second_administrator_too():
    mini_program = a_program(a_person("ada"))
    dev = a_person("dev")
    by = mini_program.members.get()
    programs.add_member(mini_program, person=dev, role=Role.DEVELOPER, by=by)
    with pytest.raises(Refused) as refusal:
        programs.add_member(mini_program, person=dev, role=Role.EXPERIENCER, by=by)
    assert refusal.value.code == "member_exists"
    with pytest.raises(Refused) as refusal:
        programs.add_member(mini_program, person=a_person("eve"), role=Role.ADMINISTRATOR, by=by)
    assert refusal.value.code == "administrator_exists"
    assert mini_program.members.count() == 2


def test_unbinding_writes_who_it_was_and_never_the_administrator():
    mini_program = a_program(a_person("ada"))
    by = mini_program.members.get()
    member = programs.add_member(mini_program, person=a_person("dev"), role=Role.DEVELOPER, by=by)
    programs.remove_member(member, by=by)
    assert AuditEvent.objects.get(event="accounts.member.unbound").data == {
        "wechat_id": "wx_dev_id",
        "role": "developer",
    }
    with pytest.raises(Refused) as refusal:
        programs.remove_member(by, by=by)
    assert refusal.value.code == "member_is_administrator"
    assert mini_program.members.count() == 1
