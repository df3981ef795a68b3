"""What the actions of developers ask of whoever acts."""

from django.db import models
from django.utils.translation import gettext as _

from accounts.models import Member, WeChatPerson
from accounts.permissions import Permission
from platform_site.kernel.lifecycle import Actor, NotAllowed


def check_may(by: Actor, permission: Permission, subject: models.Model) -> None:
    """NotAllowed unless `by` holds the permission over the Mini Program of `subject`."""
    if not by.may(permission, subject):
        raise NotAllowed(_("You do not have the right to do this."), code="not_allowed")


def person_behind(by: Member | WeChatPerson) -> WeChatPerson:
    """The WeChat person who acts, as a member or as themselves."""
    return by.person if isinstance(by, Member) else by
