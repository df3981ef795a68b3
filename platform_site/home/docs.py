"""The help pages: their titles, and the facts that they show, read from the rulebooks and never copied."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from accounts.account_types import ACCOUNT_TYPES
from developers.packages.rules import PARTS
from entities.categories import by_first_level
from entities.gates import GATES, Gate, Reason
from entities.lifecycle import StandingStatus
from entities.models import Entity, EntityType, Standing, VerificationMethod
from entities.models.entity import METHODS
from entities.scopes import SCOPES
from openplatform.api import endpoints  # noqa: F401 -- declares the calls
from openplatform.api.declaration import ENDPOINTS, Endpoint, Parameter
from openplatform.api.expectations import explained, wanted
from platform_site.kernel.clock import now
from platform_site.kernel.rulebook import RULES
from releases.reasons import GROUPS


@dataclass(frozen=True)
class Page:
    """A help page."""

    slug: str
    title: str | Promise
    about: str | Promise
    icon: str


PAGES: dict[str, Page] = {
    page.slug: page
    for page in (
        Page(
            "development",
            _("Development documentation"),
            _("The way from registration to publication, with every limit on it."),
            "book-open",
        ),
        Page(
            "packages",
            _("Code packages"),
            _("Every rule of the inspector: what must be fixed, what should be, and what is told."),
            "package-check",
        ),
        Page(
            "api",
            _("Server API"),
            _("Every call that the server of a Mini Program can make: parameters, answers, codes and quotas."),
            "server",
        ),
        Page("downloads", _("Downloads"), _("The developer tools and a complete sample Mini Program."), "download"),
        Page(
            "types",
            _("Differences between types"),
            _("Subscription, service, WeCom and Mini Program; and the six entity types."),
            "columns-3",
        ),
        Page(
            "verification",
            _("Proving who the entity is"),
            _("Remittance, WeChat Verification, and what is closed until then."),
            "shield-check",
        ),
        Page(
            "materials",
            _("Qualification materials"),
            _("Which service categories ask for papers, and who may choose them."),
            "file-check",
        ),
        Page(
            "rejections",
            _("Common reasons for rejection"),
            _("The coded reasons with which reviewers reject a version."),
            "list-checks",
        ),
    )
}


def context_of(slug: str) -> dict[str, Any]:
    """What the template of this page needs."""
    readings = {
        "types": _types,
        "development": _development,
        "packages": _packages,
        "api": _api,
        "rejections": _rejections,
        "materials": _materials,
        "verification": _verification,
    }
    return readings[slug]() if slug in readings else {}


def _types() -> dict[str, Any]:
    return {"types": ACCOUNT_TYPES, "scopes": SCOPES}


def _development() -> dict[str, Any]:
    megabyte = 1024 * 1024
    return {
        "rules": RULES,
        "main_mb": RULES.package.main_bytes // megabyte,
        "total_mb": RULES.package.total_bytes // megabyte,
        "avatar_mb": RULES.profile.avatar_bytes // megabyte,
    }


def _packages() -> dict[str, Any]:
    return {"parts": PARTS}


@dataclass(frozen=True)
class DocumentedCall:
    """A call of the server API as the page shows it, made of its declaration."""

    endpoint: Endpoint
    parameters: list[tuple[Parameter, str]]
    codes: list[tuple[int, str, str]]
    per_minute: int
    per_day: int
    per_month: int

    @property
    def in_query(self) -> bool:
        """Whether its parameters stand in the query."""
        return self.endpoint.methods == ("GET",)


def _api() -> dict[str, Any]:
    rows = [
        DocumentedCall(
            call,
            [(parameter, wanted(parameter)) for parameter in call.parameters],
            explained(call),
            call.per_minute(),
            call.per_day(),
            call.per_month(),
        )
        for call in ENDPOINTS.values()
    ]
    return {"calls": rows, "base": settings.BASE_URL, "rules": RULES.api}


def _rejections() -> dict[str, Any]:
    return {"groups": [group for group in GROUPS if group.reasons]}


@dataclass(frozen=True)
class GateRow:
    """A line of the table of gates: an entity type on its path in one standing, and why each gate is closed to it."""

    entity: str
    standing: str
    gates: list[Reason | None]


GATES_SHOWN = (Gate.PROFILE, Gate.SUBMIT, Gate.PAY, Gate.MORE_MEMBERS)


def _verification() -> dict[str, Any]:
    return {
        "rules": RULES,
        "fee": RULES.verification.fee_fen // 100,
        "least": f"{RULES.remittance.amount_fen_min / 100:.2f}",
        "most": f"{RULES.remittance.amount_fen_max / 100:.2f}",
        "gates": [gate.label for gate in GATES_SHOWN],
        "rows": [row for kind, methods in METHODS.items() for method in methods for row in _gate_rows(kind, method)],
    }


def _gate_rows(kind: str, method: VerificationMethod) -> list[GateRow]:
    """What the table of gates says of this type on this path, from the first standing to the last."""
    path = {
        VerificationMethod.NONE: [StandingStatus.PROVEN],
        VerificationMethod.REMITTANCE: [
            StandingStatus.UNPROVEN,
            StandingStatus.PROVEN,
            StandingStatus.VERIFIED,
            StandingStatus.LAPSED,
        ],
        VerificationMethod.WECHAT_VERIFICATION: [
            StandingStatus.UNPROVEN,
            StandingStatus.VERIFIED,
            StandingStatus.LAPSED,
        ],
    }
    entity, label = Entity(type=kind, method=method), f"{EntityType(kind).label} · {method.label}"
    rows = []
    for status in path[method]:
        standing = Standing(status=status, verified_until=now() + timedelta(days=1))
        rows.append(GateRow(label, str(status.label), [GATES[gate](entity, standing) for gate in GATES_SHOWN]))
    return rows


def _materials() -> dict[str, Any]:
    return {"categories": by_first_level(), "rules": RULES.profile}
