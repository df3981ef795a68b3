"""/sns/jscode2session and Get User Information: codes for once, keys for a session, UnionID by the rules."""

import base64
import hashlib
import json

import pytest
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from django.db import connection

from openplatform.actions.logins import issue_login_code, purge_login_codes
from openplatform.actions.user_info import user_info_for
from openplatform.identifiers import openid_of, unionid_under
from openplatform.models import OpenAccount, OpenBinding, UserSession
from platform_site.kernel import clock
from platform_site.kernel.clock import now
from platform_site.kernel.lifecycle import Refused
from platform_site.simulation import stories
from tests.openplatform.calling import Server

pytestmark = pytest.mark.django_db


@pytest.fixture
def tea(ada):
    return Server(stories.completed())


@pytest.fixture
def max_(db):
    return stories.person("max")


def bound(mini_program):
    account = OpenAccount.objects.create(open_appid="wx" + "a" * 16, made_for=mini_program, created_at=now())
    OpenBinding.objects.create(account=account, mini_program=mini_program, bound_at=now())
    return account


def test_a_code_becomes_openid_and_session_key(tea, max_) -> None:
    told = tea.session(issue_login_code(tea.mini_program, person=max_))
    assert set(told) == {"openid", "session_key"}
    assert told["openid"] == openid_of(max_, tea.mini_program)
    assert len(base64.b64decode(told["session_key"])) == 16


def test_an_access_token_beside_it_is_not_looked_at(tea, max_) -> None:
    told = tea.session(issue_login_code(tea.mini_program, person=max_), access_token="nonsense")
    assert "openid" in told


def test_a_code_is_good_for_once(tea, max_) -> None:
    code = issue_login_code(tea.mini_program, person=max_)
    tea.session(code)
    key = UserSession.objects.get().session_key
    told = tea.session(code)
    assert told["errcode"] == 40163
    assert told["errmsg"].startswith("code been used, rid: ")
    assert UserSession.objects.get().session_key == key


def test_a_code_lives_five_minutes(tea, max_) -> None:
    early, late = (issue_login_code(tea.mini_program, person=max_) for _n in range(2))
    clock.move_forward(300 - 60)
    assert "openid" in tea.session(early)
    clock.move_forward(60)
    assert tea.session(late)["errcode"] == 40029


def test_a_code_of_another_program_is_unknown_here_and_stays_good_there(tea, max_, eve) -> None:
    bikes = Server(stories.registered(administrator="eve"))
    code = issue_login_code(bikes.mini_program, person=max_)
    assert tea.session(code)["errcode"] == 40029
    assert "openid" in bikes.session(code)


@pytest.mark.parametrize(
    ("other", "errcode"),
    [
        ({"js_code": "0" * 32}, 40029),
        ({"js_code": ""}, 41008),
        ({"js_code": "x" * 10_000}, 40029),
        ({"secret": "0" * 32}, 40125),
        ({"appid": "wx0000000000000000"}, 40013),
        ({"grant_type": "client_credential"}, 40002),
    ],
)
def test_what_is_wrong_is_told_and_uses_no_code(tea, max_, other, errcode) -> None:
    code = issue_login_code(tea.mini_program, person=max_)
    assert tea.session(code, **other)["errcode"] == errcode
    assert not UserSession.objects.exists()
    assert "openid" in tea.session(code)


def test_one_person_logs_in_a_hundred_times_a_minute(tea, max_, eve) -> None:
    codes = [issue_login_code(tea.mini_program, person=max_) for _n in range(101)]
    told = [tea.session(code) for code in codes]
    assert [answer.get("errcode", 0) for answer in told] == [0] * 100 + [45011]
    assert "openid" in tea.session(issue_login_code(tea.mini_program, person=eve))
    clock.move_forward(61)
    assert "openid" in tea.session(codes[-1])


def test_the_unionid_comes_with_a_binding(tea, max_) -> None:
    account = bound(tea.mini_program)
    told = tea.session(issue_login_code(tea.mini_program, person=max_))
    assert told["unionid"] == unionid_under(max_, account)
    assert told["unionid"] != told["openid"]


def decrypted(info, session_key):
    key, iv = base64.b64decode(session_key), base64.b64decode(info["iv"])
    cipher = Cipher(algorithms.AES(key), modes.CBC(iv)).decryptor()
    padded = cipher.update(base64.b64decode(info["encryptedData"])) + cipher.finalize()
    assert padded[-1] in range(1, 17)
    return json.loads(padded[: -padded[-1]])


def test_user_information_is_signed_and_encrypted_with_the_session_key(tea, max_) -> None:
    key = tea.session(issue_login_code(tea.mini_program, person=max_))["session_key"]
    info = user_info_for(max_, tea.mini_program).as_answer()
    raw = json.loads(info["rawData"])
    assert info["signature"] == hashlib.sha1((info["rawData"] + key).encode()).hexdigest()  # noqa: S324
    assert raw["nickName"] == max_.nickname
    assert decrypted(info, key) == raw | {
        "openId": openid_of(max_, tea.mini_program),
        "watermark": {"timestamp": pytest.approx(now().timestamp(), abs=5), "appid": tea.appid},
    }


def test_the_unionid_is_in_the_encrypted_part_of_a_bound_program_only(tea, max_) -> None:
    account = bound(tea.mini_program)
    key = tea.session(issue_login_code(tea.mini_program, person=max_))["session_key"]
    info = user_info_for(max_, tea.mini_program).as_answer()
    assert decrypted(info, key)["unionId"] == unionid_under(max_, account)
    assert "nionId" not in info["rawData"]


def test_nobody_is_told_of_a_person_who_has_not_logged_in(tea, max_) -> None:
    with pytest.raises(Refused) as refused:
        user_info_for(max_, tea.mini_program)
    assert refused.value.code == "no_session"


def test_the_session_key_is_encrypted_at_rest(tea, max_) -> None:
    key = tea.session(issue_login_code(tea.mini_program, person=max_))["session_key"]
    with connection.cursor() as cursor:
        cursor.execute("SELECT session_key FROM openplatform_usersession")
        ((stored,),) = cursor.fetchall()
    assert key not in stored


def test_old_codes_are_forgotten(tea, max_) -> None:
    issue_login_code(tea.mini_program, person=max_)
    clock.move_forward(300 + 24 * 3600 - 60)
    assert purge_login_codes() == 0
    clock.move_forward(60)
    assert purge_login_codes() == 1
