"""What the registration wizard shows: its steps, and the four account types it compares (console.md §1.2, §1.3)."""

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

Words = str | Promise

REGISTRATION_STEPS = (_("Account information"), _("E-mail activation"), _("Information registration"))


@dataclass(frozen=True)
class AccountType:
    """`is_ours` tells the one type that this platform registers."""

    key: str
    icon: str
    name: Words
    advantage: Words
    who: Words
    individuals: bool
    messages: Words
    shown: Words
    pay: Words
    review: Words
    email: Words
    is_ours: bool = False


ACCOUNT_TYPES = (
    AccountType(
        key="subscription",
        icon="newspaper",
        name=_("Subscription"),
        advantage=_("A channel to publish to readers, and to talk with them and manage them."),
        who=_("Media and individuals"),
        individuals=True,
        messages=_("1 mass message a day"),
        shown=_("In the Subscriptions folder"),
        pay=_("Only for verified government and media"),
        review=_("Articles, without a code package"),
        email=_("An e-mail address of its own"),
    ),
    AccountType(
        key="service",
        icon="store",
        name=_("Service"),
        advantage=_("Stronger business services and user management for organizations."),
        who=_("Enterprises and organizations"),
        individuals=False,
        messages=_("4 mass messages a calendar month"),
        shown=_("In the list of chats"),
        pay=_("After verification"),
        review=_("Menus and web pages, without a code package"),
        email=_("An e-mail address of its own"),
    ),
    AccountType(
        key="wecom",
        icon="building-2",
        name=_("WeCom"),
        advantage=_("Office work with the chat that everybody knows, free office apps, connected with WeChat."),
        who=_("Enterprises and their staff"),
        individuals=False,
        messages=_("To staff, inside the organization"),
        shown=_("In an app of its own"),
        pay=_("By its own application"),
        review=_("Apps for staff"),
        email=_("Registered on a site of its own"),
    ),
    AccountType(
        key="mini_program",
        icon="blocks",
        name=_("Mini Program"),
        advantage=_("Open abilities, quickly obtained and passed on inside WeChat, with an excellent experience."),
        who=_("Individuals and organizations"),
        individuals=True,
        messages=_("No mass messages, no followers"),
        shown=_("By search, by its QR code and by sharing"),
        pay=_("After verification"),
        review=_("The code package is reviewed before it is published"),
        email=_("An e-mail address of its own, not an official account's"),
        is_ours=True,
    ),
)
