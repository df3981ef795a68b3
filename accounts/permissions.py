"""Who may do what: the roles, the permissions of all apps, and the matrix between them. One page.

A permission is `noun:verb`. Seed rules: administrators may do everything in their Mini Program; developers use the
developer tools and preview, but do not upload; experiencers open the experience version. Staff decide at the desk.
"""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Role(models.TextChoices):
    """What a WeChat person is in one Mini Program (one row each)."""

    ADMINISTRATOR = "administrator", _("Administrator")
    DEVELOPER = "developer", _("Developer")
    EXPERIENCER = "experiencer", _("Experiencer")


class Permission(models.TextChoices):
    """Every right of every app, alphabetically."""

    BUILD_DELETE = "build:delete", _("Delete a development version")
    BUILD_UPLOAD = "build:upload", _("Upload code")
    CODE_PREVIEW = "code:preview", _("Preview code on the phone")
    CONSOLE_VIEW = "console:view", _("Open the console")
    EMAIL_CHANGE = "email:change", _("Change the log-in e-mail")
    EXPERIENCE_OPEN = "experience:open", _("Open the experience version")
    EXPERIENCE_SET = "experience:set", _("Choose the experience version")
    MEMBER_BIND = "member:bind", _("Bind a member")
    MEMBER_UNBIND = "member:unbind", _("Unbind a member")
    OPEN_BIND = "open:bind", _("Bind to and unbind from an Open Platform account")
    ORDER_DELETE = "order:delete", _("Delete a rejected review version")
    ORDER_SUBMIT = "order:submit", _("Submit for review")
    ORDER_WITHDRAW = "order:withdraw", _("Withdraw a submission")
    PAY_APPLY = "pay:apply", _("Apply for WeChat Pay and decide on merchant numbers")
    PROFILE_EDIT = "profile:edit", _("Edit the Mini Program information")
    PROJECT_OPEN = "project:open", _("Work on a project in the developer tools")
    RELEASE_PUBLISH = "release:publish", _("Publish")
    SECRET_RESET = "secret:reset", _("Generate or reset the AppSecret")
    SERVICE_SWITCH = "service:switch", _("Suspend and resume the service")
    UPLOADKEY_RESET = "uploadkey:reset", _("Generate or reset the code upload key and its addresses")
    VERIFICATION_APPLY = "verification:apply", _("Apply for WeChat Verification")
    # staff
    CATEGORY_DECIDE = "category:decide", _("Decide on service categories")
    NAME_DECIDE = "name:decide", _("Decide on names")
    OPEN_DECIDE = "open:decide", _("Decide on Open Platform qualifications and applications")
    ORDER_DECIDE = "order:decide", _("Decide on submissions")
    PAY_DECIDE = "pay:decide", _("Decide on applications for WeChat Pay")
    SERVICE_SUSPEND = "service:suspend", _("Suspend an online Mini Program")
    VERIFICATION_DECIDE = "verification:decide", _("Decide on WeChat Verification")
    WORLD_STEER = "world:steer", _("Steer the simulated world")


MEMBER_PERMISSIONS: dict[Role, frozenset[Permission]] = {
    Role.ADMINISTRATOR: frozenset(
        {
            Permission.BUILD_DELETE,
            Permission.BUILD_UPLOAD,
            Permission.CODE_PREVIEW,
            Permission.CONSOLE_VIEW,
            Permission.EMAIL_CHANGE,
            Permission.EXPERIENCE_OPEN,
            Permission.EXPERIENCE_SET,
            Permission.MEMBER_BIND,
            Permission.MEMBER_UNBIND,
            Permission.OPEN_BIND,
            Permission.ORDER_DELETE,
            Permission.ORDER_SUBMIT,
            Permission.ORDER_WITHDRAW,
            Permission.PAY_APPLY,
            Permission.PROFILE_EDIT,
            Permission.PROJECT_OPEN,
            Permission.RELEASE_PUBLISH,
            Permission.SECRET_RESET,
            Permission.SERVICE_SWITCH,
            Permission.UPLOADKEY_RESET,
            Permission.VERIFICATION_APPLY,
        }
    ),
    Role.DEVELOPER: frozenset({Permission.CODE_PREVIEW, Permission.EXPERIENCE_OPEN, Permission.PROJECT_OPEN}),
    Role.EXPERIENCER: frozenset({Permission.EXPERIENCE_OPEN}),
}

STAFF_PERMISSIONS: frozenset[Permission] = frozenset(
    {
        Permission.CATEGORY_DECIDE,
        Permission.NAME_DECIDE,
        Permission.OPEN_DECIDE,
        Permission.ORDER_DECIDE,
        Permission.PAY_DECIDE,
        Permission.SERVICE_SUSPEND,
        Permission.VERIFICATION_DECIDE,
        Permission.WORLD_STEER,
    }
)


def role_may(role: str, permission: str) -> bool:
    """Whether a member of this role holds the permission."""
    return permission in MEMBER_PERMISSIONS[Role(role)]
