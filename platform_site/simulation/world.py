"""The demo world: who lives in it, which Mini Programs they have, and how far each has come."""

from dataclasses import dataclass
from datetime import timedelta

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.actions.registration import claim_email
from accounts.models import EmailKind, MiniProgram, User, WeChatPerson
from accounts.permissions import Role
from entities.models import EntityType
from openplatform.actions.quotas import forget_leases
from platform_site.kernel.chance import seeded
from platform_site.kernel.delivery import deliver_overdue, doorbells_gathered
from platform_site.kernel.hashing import public
from platform_site.kernel.lifecycle import Refused
from platform_site.simulation import stories
from platform_site.simulation.cast import PASSWORD, PAYMENT_PASSWORD, PEOPLE, STAFF
from platform_site.simulation.emptying import empty_world
from verification.models import Verification

TEA_COMPANY, NOODLES = "company@harbour.test", "noodles@harbour.test"
DAILY, TRANSIT = "daily@harbour.test", "transit@harbour.test"
HARBOUR, BOOKS, FRESH, BIKES = "tea@harbour.test", "books@harbour.test", "new@harbour.test", "bikes@pier.test"
RESTAURANT = "catering.restaurant"  # asks for a food licence
TAKEN = {
    EmailKind.PUBLIC_PLATFORM: HARBOUR,
    EmailKind.OPEN_PLATFORM: "open@taken.test",
    EmailKind.CORPORATE: "corporate@taken.test",
    EmailKind.PERSONAL: PEOPLE["ned"].email,
}


@dataclass(frozen=True)
class Login:
    """Who can log in, where, and how, in the reader's language: what `make run` prints."""

    who: str
    where: str
    how: str


def is_empty() -> bool:
    """Whether nobody lives here yet."""
    return not User.objects.exists() and not WeChatPerson.objects.exists()


def load_world() -> None:
    """Fill an empty world with the demo; Refused if anybody lives in it already."""
    if not is_empty():
        raise Refused(_("The world is not empty: reset it to load the demo world."), code="world_not_empty")
    with public(PASSWORD, PAYMENT_PASSWORD), doorbells_gathered():  # no worker reacts beside us, and holds the database
        with transaction.atomic():
            _people()
            _harbour_tea()
            _lantern_books()
            stories.registered(email=FRESH)
            _pier_bicycles()
            _companies()
            daily = _organisations()
        stories.sent_back(stories.applied(daily))  # paid on the phone, which no transaction of ours may hold
        deliver_all()


def reset_world(*, seed: str = "") -> None:
    """Empty the world and load the demo again; the same seed gives the same AppIDs and other identifiers."""
    empty_world()
    forget_leases()
    with seeded(seed):
        load_world()


def deliver_all() -> int:
    """Run all reactions that wait, and those that they cause; returns how many events were delivered."""
    total = 0
    while delivered := deliver_overdue(older_than=timedelta(seconds=-1)):
        total += delivered
    return total


def logins() -> list[Login]:
    """Who can log in to the demo world."""
    words = {
        "emails": " · ".join(member.email for member in STAFF.values()),
        "people": ", ".join(person.nickname for person in PEOPLE.values()),
        "password": PASSWORD,
    }
    return [
        Login(_("Ada, administrator"), "/login/", _by_scan(f"{HARBOUR} · {BOOKS} · {FRESH}", "Ada")),
        Login(_("Eve, administrator"), "/login/", _by_scan(BIKES, "Eve")),
        Login(_("Mei, companies"), "/login/", _by_scan(f"{TEA_COMPANY} · {NOODLES}", "Mei")),
        Login(_("Han, organizations"), "/login/", _by_scan(f"{TRANSIT} · {DAILY}", "Han")),
        Login(_("Anybody's phone"), "/phone/", _("choose %(people)s (password %(password)s)") % words),
        Login(_("Wallets"), "/phone/", _("Me, Wallet: payment password %(password)s") % {"password": PAYMENT_PASSWORD}),
        Login(_("Dev, developer"), "/devtools/", _("scan as %(name)s") % {"name": "Dev"}),
        Login(_("Reviewers"), "/desk/", _("%(emails)s – password %(password)s") % words),
    ]


def _by_scan(emails: str, name: str) -> str:
    """With the password, then with the phone."""
    words = {"emails": emails, "password": PASSWORD, "name": name}
    return _("%(emails)s – password %(password)s – scan as %(name)s") % words


def _people() -> None:
    for key in PEOPLE:
        stories.wallet(stories.person(key))
    for key in STAFF:
        stories.staff(key)
    claim_email(TAKEN[EmailKind.OPEN_PLATFORM], EmailKind.OPEN_PLATFORM)
    claim_email(TAKEN[EmailKind.CORPORATE], EmailKind.CORPORATE)


def _harbour_tea() -> MiniProgram:
    """Published; the next development version is uploaded."""
    tea = stories.completed(
        email=HARBOUR,
        name="Harbour Tea",
        picture=stories.avatar(stories.JADE, "H"),
        categories=("catering.reviews", "catering.queueing"),
    )
    stories.bound(tea, "dev")
    stories.bound(tea, "max", Role.EXPERIENCER)
    stories.project(tea, "ada")
    stories.project(tea, "dev")
    stories.published(
        stories.approved(stories.submitted(stories.uploaded(tea, version="1.0.0", notes="First opening")))
    )
    stories.uploaded(tea, version="1.1.0", notes="Tastings can be booked")
    return tea


def _lantern_books() -> MiniProgram:
    """Under review."""
    books = stories.completed(
        email=BOOKS,
        name="Lantern Books",
        introduction="Second-hand books and a reading lamp, in a lane behind the harbour.",
        picture=stories.avatar("#8a4b12", "L"),
        categories=("education.information",),
    )
    stories.bound(books, "dev")
    stories.submitted(stories.uploaded(books, version="0.9.0", notes="For the first review"))
    return books


def _pier_bicycles() -> MiniProgram:
    """Eve's: rejected once, with reasons."""
    bikes = stories.completed(
        administrator="eve",
        email=BIKES,
        name="Pier Bicycles",
        introduction="Bicycles by the hour, from pier to pier.",
        picture=stories.avatar("#1d4f8c", "P"),
        categories=("tools.booking",),
    )
    stories.bound(bikes, "sol", Role.EXPERIENCER)
    stories.rejected(stories.submitted(stories.uploaded(bikes, version="0.3.0", notes="Try-out")))
    return bikes


def _companies() -> None:
    """Mei's: one that has yet to remit; a noodle shop, proven, whose food licence waits for the desk."""
    stories.organisation(email=TEA_COMPANY, administrator="mei")
    noodles = stories.remitted(
        stories.organisation(
            type=EntityType.INDIVIDUAL_BUSINESS, email=NOODLES, administrator="mei", account="6222000000000067890"
        )
    )
    stories.completed(
        noodles,
        name="Lighthouse Noodles",
        introduction="Hand-pulled noodles under the lighthouse; order ahead, eat while it is hot.",
        picture=stories.avatar("#b7791f", "N"),
        categories=("catering.reviews", RESTAURANT),
        papers={RESTAURANT: stories.handed_in(noodles, RESTAURANT)},
    )


def _organisations() -> Verification:
    """Han's: a government office, verified and complete; a newspaper that is about to apply for its verification."""
    transit = stories.verified(stories.organisation(type=EntityType.GOVERNMENT, email=TRANSIT, administrator="han"))
    stories.completed(
        transit,
        name="Harbour Transit",
        introduction="Ferries and trams of the harbour: the next ones, on time or late.",
        picture=stories.avatar("#5b3f8c", "T"),
        categories=("transport.bus",),
    )
    daily = stories.organisation(type=EntityType.MEDIA, email=DAILY, administrator="han")
    return stories.filled_in(daily)
