"""What a scan can be for, in all apps, and the words the phone shows: one page, like the permissions.

Accounts need not know what follows: the screen that showed the QR consumes the ticket and acts.
"""

from django.db import models
from django.utils.translation import gettext_lazy as _


class ScanPurpose(models.TextChoices):
    """The label completes "Confirm: …" on the phone."""

    APPSECRET_GENERATE = "appsecret_generate", _("Generate a new AppSecret")
    BUILD_DELETE = "build_delete", _("Delete a development version")
    BUILD_UPLOAD = "build_upload", _("Upload code")
    CONSOLE_LOGIN = "console_login", _("Log in to the Mini Program console")
    DEVTOOLS_LOGIN = "devtools_login", _("Log in to the developer tools")
    IDENTITY_CONFIRM = "identity_confirm", _("Become the administrator of a new Mini Program")
    MEMBER_BIND = "member_bind", _("Bind a member")
    MEMBER_UNBIND = "member_unbind", _("Unbind a member")
    ORDER_DELETE = "order_delete", _("Delete a review version")
    RELEASE_PUBLISH = "release_publish", _("Publish a version")


# What the phone may show beside the purpose. A ticket stores {key: value}; the key is translated when shown.
FACT_LABELS = {
    "mini_program": _("Mini Program"),
    "appid": _("AppID"),
    "account": _("Account"),
    "person": _("Person"),
    "role": _("Role"),
    "version": _("Version"),
    "notes": _("Notes"),
    "name": _("Name"),
    "project": _("Project"),
    "consequence": _("What follows"),
}
