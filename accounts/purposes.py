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
    EMAIL_CHANGE = "email_change", _("Change the log-in e-mail")
    IDENTITY_CONFIRM = "identity_confirm", _("Become the administrator of a new Mini Program")
    MEMBER_BIND = "member_bind", _("Bind a member")
    MEMBER_UNBIND = "member_unbind", _("Unbind a member")
    NAME_CHANGE = "name_change", _("Change the Mini Program name")
    OPEN_BIND = "open_bind", _("Bind the Mini Program to an Open Platform account")
    OPEN_UNBIND = "open_unbind", _("Unbind the Mini Program from an Open Platform account")
    OPERATOR_CONFIRM = "operator_confirm", _("Be the contact of a WeChat Verification")
    ORDER_DELETE = "order_delete", _("Delete a review version")
    ORDER_WITHDRAW = "order_withdraw", _("Withdraw a submission")
    PAY_SIGN = "pay_sign", _("Sign the agreement of WeChat Pay")
    RELEASE_CHANGE = "release_change", _("Change the online version")
    RELEASE_PUBLISH = "release_publish", _("Publish a version")
    SERVICE_SWITCH = "service_switch", _("Suspend or resume the service")
    UPLOADKEY_ADDRESSES = "uploadkey_addresses", _("Change from where code may be uploaded")
    UPLOADKEY_GENERATE = "uploadkey_generate", _("Generate a new code upload key")


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
    "entity": _("Entity"),
    "open_account": _("Open Platform account"),
    "email": _("E-mail"),
    "amount": _("Amount"),
    "consequence": _("What follows"),
}
