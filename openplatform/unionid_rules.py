"""When a Mini Program is told a person's UnionID: one table, which the server API obeys and the explainer page shows.

Sources: seed.md "Explanation of UnionID mechanism"; console.md §14; wire-api.md §1.2 (jscode2session: only when bound).
"""

from collections.abc import Callable
from dataclasses import dataclass

from django.db import models
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from accounts.models import MiniProgram, WeChatPerson
from openplatform.identifiers import unionid_of


class Call(models.TextChoices):
    """The two calls by which a Mini Program learns who somebody is."""

    LOGIN = "jscode2session", "jscode2session"
    USER_INFO = "getUserInfo", "getUserInfo"


@dataclass(frozen=True)
class Facts:
    """What the rules look at: is the Mini Program bound, and has the person allowed that their information is read."""

    call: Call
    is_bound: bool
    is_authorised: bool


@dataclass(frozen=True)
class UnionIdRule:
    """One row: the first that applies decides. `gives`: whether the answer has a UnionID in it."""

    code: str
    applies: Callable[[Facts], bool]
    gives: bool
    text: str | Promise


@dataclass(frozen=True)
class Decision:
    """Which rule decided, and the UnionID that it gives (None: the answer has no such field)."""

    rule: UnionIdRule
    unionid: str | None


UNIONID_RULES: tuple[UnionIdRule, ...] = (
    UnionIdRule(
        "not_authorised",
        lambda facts: facts.call == Call.USER_INFO and not facts.is_authorised,
        False,
        _("getUserInfo answers nothing before the person has allowed it: there is no encryptedData at all."),
    ),
    UnionIdRule(
        "not_bound",
        lambda facts: not facts.is_bound,
        False,
        _("The Mini Program is not bound to an Open Platform account: the answer has no UnionID."),
    ),
    UnionIdRule(
        "login",
        lambda facts: facts.call == Call.LOGIN,
        True,
        _("The Mini Program is bound: jscode2session answers with the UnionID beside openid and session_key."),
    ),
    UnionIdRule(
        "user_info",
        lambda facts: facts.call == Call.USER_INFO,
        True,
        _("The Mini Program is bound and the person has allowed it: the UnionID is in the decrypted encryptedData."),
    ),
)


def rule_for(facts: Facts) -> UnionIdRule:
    """The row that decides."""
    return next(rule for rule in UNIONID_RULES if rule.applies(facts))


def unionid_for(person: WeChatPerson, mini_program: MiniProgram, *, call: Call, is_authorised: bool = True) -> Decision:
    """Whether this call tells this Mini Program the person's UnionID, which one, and by which rule.

    `is_authorised` counts for getUserInfo only: whether the person has allowed that their information is read.
    """
    unionid = unionid_of(person, mini_program)
    rule = rule_for(Facts(call, unionid is not None, is_authorised))
    return Decision(rule, unionid if rule.gives else None)
