"""Get User Information: what the client is told of a person, signed and encrypted with their session key."""

import base64
import hashlib
import json
import secrets
from dataclasses import dataclass
from typing import Any, TypedDict

from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from cryptography.hazmat.primitives.padding import PKCS7
from django.utils.translation import gettext as _

from accounts.models import MiniProgram, WeChatPerson
from openplatform.identifiers import openid_of
from openplatform.models import UserSession
from openplatform.unionid_rules import Call, unionid_for
from platform_site.kernel.clock import now
from platform_site.kernel.lifecycle import Refused

BLOCK_BITS = 128


class UserInfoAnswer(TypedDict):
    """What wx.getUserInfo gives, under the names that a running program reads."""

    rawData: str
    signature: str
    encryptedData: str
    iv: str


@dataclass(frozen=True)
class UserInfo:
    """What wx.getUserInfo gives. `signature` is sha1 of raw_data and session key; the data is AES-128-CBC, PKCS#7."""

    raw_data: str
    signature: str
    encrypted_data: str
    iv: str

    def as_answer(self) -> UserInfoAnswer:
        """Under the names that a running program reads."""
        return {
            "rawData": self.raw_data,
            "signature": self.signature,
            "encryptedData": self.encrypted_data,
            "iv": self.iv,
        }


def user_info_for(person: WeChatPerson, mini_program: MiniProgram) -> UserInfo:
    """A person who has allowed it, told to this Mini Program; Refused (no_session) before they have logged in there.

    The encrypted part adds openId, unionId (by the table of unionid_rules) and a watermark with the AppID and the time.
    """
    session = UserSession.objects.filter(person=person, mini_program=mini_program).first()
    if session is None:
        raise Refused(_("This person has not logged in to the Mini Program: wx.login comes first."), code="no_session")
    shown = _shown(person)
    told = unionid_for(person, mini_program, call=Call.USER_INFO)
    hidden = shown | {"openId": openid_of(person, mini_program)}
    if told.unionid is not None:
        hidden["unionId"] = told.unionid
    hidden["watermark"] = {"timestamp": int(now().timestamp()), "appid": mini_program.appid}
    raw = _json(shown)
    iv = secrets.token_bytes(BLOCK_BITS // 8)
    return UserInfo(
        raw_data=raw,
        signature=hashlib.sha1((raw + session.session_key).encode()).hexdigest(),  # noqa: S324 -- as documented
        encrypted_data=_encrypted(_json(hidden), key=base64.b64decode(session.session_key), iv=iv),
        iv=base64.b64encode(iv).decode(),
    )


def _shown(person: WeChatPerson) -> dict[str, Any]:
    """What is public of a person. People of this world have told nothing of gender and place (0 and "")."""
    return {
        "nickName": person.nickname,
        "gender": 0,
        "language": "zh_CN",
        "city": "",
        "province": "",
        "country": "",
        "avatarUrl": "",
    }


def _encrypted(text: str, *, key: bytes, iv: bytes) -> str:
    padder = PKCS7(BLOCK_BITS).padder()
    padded = padder.update(text.encode()) + padder.finalize()
    cipher = Cipher(algorithms.AES(key), modes.CBC(iv)).encryptor()
    return base64.b64encode(cipher.update(padded) + cipher.finalize()).decode()


def _json(data: dict[str, Any]) -> str:
    return json.dumps(data, ensure_ascii=False, separators=(",", ":"))
