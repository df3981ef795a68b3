"""The Open Platform in the stories: an account that is registered, one whose developer qualification is verified."""

from accounts.actions.registration import activate, issue_activation, register_account
from accounts.models import EmailKind, MiniProgram, User
from entities.models import EntityType
from entities.papers import clean_scan, keep
from openplatform.actions.applications import ApplicationInput, create
from openplatform.actions.bindings import bind
from openplatform.actions.qualifications import QualificationInput, apply, fee_order, pass_qualification
from openplatform.actions.registration import EntityInput, register_entity
from openplatform.models import Application, ApplicationKind, OpenAccount, OpenBinding, Qualification
from platform_site.simulation.cast import PASSWORD
from platform_site.simulation.stories.organisations import credit_code
from platform_site.simulation.stories.people import Who, staff
from platform_site.simulation.stories.pictures import scan
from platform_site.simulation.stories.programs import administrator_of
from platform_site.simulation.stories.wallets import pay

NAME = "海港软件有限公司"


def open_log_in(email: str = "open@stories.test") -> User:
    """A log-in of the Open Platform whose e-mail is proved."""
    user = register_account(email=email, password=PASSWORD, kind=EmailKind.OPEN_PLATFORM)
    return activate(issue_activation(user))


def open_account(email: str = "open@stories.test", *, name: str = NAME, serial: int = 42) -> OpenAccount:
    """An account that has said who stands behind it."""
    given = EntityInput(EntityType.CORPORATE, name, credit_code(serial))
    return register_entity(open_log_in(email), given)


def qualification_applied(account: OpenAccount) -> Qualification:
    """An application for developer qualification that waits for its payment."""
    given = QualificationInput("李建国", "13800138000", keep(clean_scan(scan())))
    return apply(account, given, by=_user(account))


def qualification_paid(account: OpenAccount, *, payer: Who = "eve") -> Qualification:
    """One that the desk must decide."""
    row = qualification_applied(account)
    pay(fee_order(row, by=_user(account)), payer)
    row.refresh_from_db()
    return row


def open_verified(account: OpenAccount | None = None) -> OpenAccount:
    """An account that may bind Mini Programs."""
    account = account or open_account()
    pass_qualification(qualification_paid(account), by=staff())
    account.refresh_from_db()
    return account


def application_handed_in(account: OpenAccount) -> Application:
    """A website application under review."""
    icon = keep(clean_scan(scan()))
    given = ApplicationInput(
        name="Harbour Shop",
        introduction="Tea by post.",
        site="https://shop.example.com",
        icon_small_sha256=icon,
        icon_large_sha256=icon,
        callback_domain="shop.example.com",
    )
    return create(account, ApplicationKind.WEBSITE, given, by=_user(account))


def open_bound(mini_program: MiniProgram, account: OpenAccount) -> OpenBinding:
    """This Mini Program bound to this account, by its administrator."""
    return bind(account, mini_program, by=administrator_of(mini_program))


def _user(account: OpenAccount) -> User:
    if account.user is None:
        raise ValueError("an account made by API has nobody who logs in")
    return account.user
