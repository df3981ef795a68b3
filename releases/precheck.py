"""The quick pre-check of a development version: what a machine can see of the common reasons for rejection.

Advice only: nothing is refused by it, and a reviewer may see it differently (console.md §11).
"""

import re
from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from developers.models import Build
from developers.packages.report import Report
from releases.reasons import REASONS, TEST_ACCOUNT_MISSING, Reason

TRIAL = re.compile(r"\b(test|tests|testing|demo|todo|lorem ipsum|wip)\b|测试|演示|待完成", re.IGNORECASE)
LOGS_IN = frozenset({"wx.login", "wx.getUserInfo", "wx.getUserProfile", "wx.getPhoneNumber"})
TOO_SIMPLE, NOT_FINISHED = "3.1.5", "3.3.1"


@dataclass(frozen=True)
class Remark:
    """What was seen, and the coded reason for which reviewers reject such versions ("" for none)."""

    code: str
    text: str

    @property
    def reason(self) -> Reason | None:
        """The reason of this code."""
        return REASONS.get(self.code)


def report_of(build: Build) -> Report:
    """What the inspector said when the code came up; empty for what was stored before it was kept."""
    return Report.from_json(build.package.facts.get("report", {}))


def remarks_on(build: Build) -> list[Remark]:
    """What is remarkable about a development version; empty when nothing is. The page shows it before submitting."""
    facts = build.package.facts
    found = []
    if len(facts["pages"]) == 1:
        found.append(Remark(TOO_SIMPLE, _("The program has a single page.")))
    if TRIAL.search(f"{build.version} {build.notes}"):
        found.append(Remark(NOT_FINISHED, _("The version number or its notes speak of a test or a demo.")))
    warnings = report_of(build).warnings
    if warnings:
        words = ngettext(
            "The inspector has %(n)d warning: %(first)s", "The inspector has %(n)d warnings: %(first)s", len(warnings)
        )
        found.append(Remark("", words % {"n": len(warnings), "first": str(warnings[0])}))
    used = sorted(LOGS_IN & set(facts.get("uses", {}).get("apis", [])))
    if used:
        words = _("The code logs users in (%(apis)s): say in the notes whether an account of yours is needed.")
        found.append(Remark(TEST_ACCOUNT_MISSING, words % {"apis": ", ".join(used)}))
    return found
