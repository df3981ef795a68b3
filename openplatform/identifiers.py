"""openid and UnionID: who somebody is to one program, and to all programs of one Open Platform account.

Both are 28 characters beginning with "o", keyed with the installation's DIGEST_KEY: stable, not to be guessed, and not
to be derived from each other or from the WeChat ID (seed.md, UnionID mechanism; console.md §14, format).
"""

import base64

from accounts.models import MiniProgram, WeChatPerson
from openplatform.models import OpenAccount, OpenBinding
from platform_site.kernel.secrets import digest

LENGTH = 28


def openid_of(person: WeChatPerson, mini_program: MiniProgram) -> str:
    """The person's openid in this Mini Program."""
    return _named(digest(f"{mini_program.appid}/{person.pk}", purpose="openid"))


def unionid_of(person: WeChatPerson, mini_program: MiniProgram) -> str | None:
    """The person's UnionID under the Open Platform account that this Mini Program is bound to; None where unbound."""
    binding = OpenBinding.objects.select_related("account").filter(mini_program=mini_program).first()
    return None if binding is None else unionid_under(person, binding.account)


def unionid_under(person: WeChatPerson, account: OpenAccount) -> str:
    """The person's UnionID under this Open Platform account."""
    return _named(digest(f"{account.open_appid}/{person.pk}", purpose="unionid"))


def _named(hexadecimal: str) -> str:
    text = base64.urlsafe_b64encode(bytes.fromhex(hexadecimal)).decode()
    return "o" + text[: LENGTH - 1]
