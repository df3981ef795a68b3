"""One piece of work of each kind, how it is decided, and its page."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from accounts.models import User
from entities.actions.categories import approve_category, reject_category
from entities.actions.name_decisions import approve_name, reject_name
from openplatform.actions import applications as open_applications
from openplatform.actions.qualifications import pass_qualification, reject_qualification
from payments.actions import applications as pay_applications
from platform_site.home.works import WORKS
from platform_site.simulation import stories
from tests.verification.auditing import in_audit
from verification.actions import audits

WHY = "It can't be read."


@dataclass(frozen=True)
class Case:
    """A kind of work: `make` one that waits, everything the desk decides on it, and the decisions of its page."""

    kind: str
    make: Callable[[], Any]
    decisions: dict[str, Callable[[Any, User], object]]
    posts: dict[str, dict[str, str]]
    button: str  # what stands on the page while this reviewer may decide

    @property
    def work(self):
        return WORKS[self.kind]

    def __str__(self):
        return self.kind


def category(name="Noodle House", administrator="ada"):
    """A company's category whose papers wait."""
    company = stories.remitted(administrator=administrator)
    papers = {"catering.restaurant": stories.handed_in(company, "catering.restaurant")}
    done = stories.completed(company, name=name, categories=["catering.restaurant"], papers=papers)
    return done.categories.get()


VERIFICATION = Case(
    "verification",
    in_audit,
    {
        "call": lambda row, by: audits.record_call(row, by=by, outcome="confirmed"),
        "pass": lambda row, by: audits.pass_application(row, by=by),
        "send back": lambda row, by: audits.send_back(row, by=by, reasons=[("operator_name", WHY)]),
        "fail": lambda row, by: audits.fail_application(row, by=by, code="other", text=WHY),
    },
    {
        "call": {"outcome": "confirmed"},
        "pass": {},
        "send-back": {"reasons": "operator_name", "text-operator_name": WHY},
        "fail": {"code": "other", "text": WHY},
    },
    "Record the call",
)
NAME = Case(
    "name",
    stories.name_asked,
    {
        "approve": lambda row, by: approve_name(row, by=by),
        "reject": lambda row, by: reject_name(row, by=by, reason=WHY),
    },
    {"approve": {}, "reject": {"reason": WHY}},
    "Approve",
)
CATEGORY = Case(
    "category",
    category,
    {
        "approve": lambda row, by: approve_category(row, by=by),
        "reject": lambda row, by: reject_category(row, by=by, reason=WHY),
    },
    {"approve": {}, "reject": {"reason": WHY}},
    "Approve",
)
PAY = Case(
    "pay",
    lambda: stories.pay_submitted(stories.verified(stories.organisation(type="government", administrator="han"))),
    {
        "approve": lambda row, by: pay_applications.approve(row, by=by),
        "reject": lambda row, by: pay_applications.reject(row, by=by, reason=WHY),
    },
    {"approve": {}, "reject": {"reason": WHY}},
    "Approve",
)
QUALIFICATION = Case(
    "qualification",
    lambda: stories.qualification_paid(stories.open_account()),
    {
        "pass": lambda row, by: pass_qualification(row, by=by),
        "reject": lambda row, by: reject_qualification(row, by=by, reason=WHY),
    },
    {"pass": {}, "reject": {"reason": WHY}},
    "Pass",
)
APPLICATION = Case(
    "application",
    lambda: stories.application_handed_in(stories.open_account()),
    {
        "approve": lambda row, by: open_applications.approve(row, by=by),
        "reject": lambda row, by: open_applications.reject(row, by=by, reason=WHY),
    },
    {"approve": {}, "reject": {"reason": WHY}},
    "Approve",
)
CASES = (VERIFICATION, NAME, CATEGORY, PAY, QUALIFICATION, APPLICATION)
