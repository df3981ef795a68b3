"""What the Open Platform and the server API keep."""

from openplatform.models.accounts import OpenAccount, OpenBinding
from openplatform.models.applications import Application, ApplicationKind
from openplatform.models.calls import ApiCall, ApiQuota, Period
from openplatform.models.logins import LoginCode, UserSession
from openplatform.models.page_codes import CodeKind, Environment, PageCode
from openplatform.models.qualifications import Qualification
from openplatform.models.tokens import AccessToken, TokenKind

__all__ = [
    "AccessToken",
    "ApiCall",
    "ApiQuota",
    "Application",
    "ApplicationKind",
    "CodeKind",
    "Environment",
    "LoginCode",
    "OpenAccount",
    "OpenBinding",
    "PageCode",
    "Period",
    "Qualification",
    "TokenKind",
    "UserSession",
]
