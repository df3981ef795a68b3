"""WeChat Pay in the stories: an application filled in, handed in, approved, its account verified, signed."""

from datetime import timedelta

from accounts.actions.messages import send_sms_code
from accounts.actions.phones import PHONE_CONFIRMED
from accounts.identity import normal_phone
from accounts.models import MiniProgram
from entities.papers import clean_scan, keep
from payments.actions import applications
from payments.actions.contact import confirm_phone
from payments.models import Merchant, PayApplication
from payments.questions import SCANS
from platform_site.kernel.clock import now
from platform_site.simulation.stories.people import person, staff
from platform_site.simulation.stories.pictures import scan
from platform_site.simulation.stories.programs import administrator_of
from platform_site.simulation.stories.verifications import code_sent_to


def pay_answers(**changed: str) -> dict[str, str]:
    """Everything that an application asks in words, rightly."""
    ada, day = person("ada"), now().date()
    begun, until = (day - timedelta(days=900)).isoformat(), (day + timedelta(days=900)).isoformat()
    return {
        "contact_name": "李建国",
        "contact_phone": "13800138000",
        "contact_email": "pay@harbour.test",
        "short_name": "Harbour Tea",
        "business": "catering",
        "goods": "Tea to drink here and to take away.",
        "service_phone": "13800138000",
        "site": "",
        "licence_from": begun,
        "licence_until": until,
        "legal_person": "李建国",
        "legal_id": ada.id_number,
        "legal_id_from": begun,
        "legal_id_until": until,
        "bank": "merchants",
        "city": "guangdong/shenzhen",
        "branch": "Harbour branch",
        "account": "6222000000001234",
    } | changed


def pay_filled_in(mini_program: MiniProgram, **changed: str) -> PayApplication:
    """An application of which every step is done. The Mini Program must be verified."""
    by = administrator_of(mini_program)
    row = applications.start(mini_program, by=by)
    picture = keep(clean_scan(scan()))
    row = applications.save(row, pay_answers(**changed), dict.fromkeys(SCANS, picture), by=by)
    pay_phone_confirmed(row)
    row.refresh_from_db()
    return row


def pay_phone_confirmed(application: PayApplication) -> None:
    """The contact reads the code that was sent, and it is typed in; nothing to do for a number that is proven."""
    given, by = application.given, administrator_of(application.mini_program)
    phone = normal_phone(given["contact_phone"])
    if given.get(PHONE_CONFIRMED) != phone:
        send_sms_code(phone=phone, purpose=application.sms_purpose)
        confirm_phone(application, phone=phone, code=code_sent_to(phone), by=by)


def pay_submitted(mini_program: MiniProgram) -> PayApplication:
    """One that the desk must decide."""
    row = pay_filled_in(mini_program)
    applications.submit(row, by=administrator_of(mini_program))
    row.refresh_from_db()
    return row


def pay_approved(mini_program: MiniProgram) -> PayApplication:
    """One whose settlement account was sent its small amount."""
    row = pay_submitted(mini_program)
    applications.approve(row, by=staff())
    row.refresh_from_db()
    return row


def pay_opened(mini_program: MiniProgram) -> Merchant:
    """A merchant number of this Mini Program."""
    row, by = pay_approved(mini_program), administrator_of(mini_program)
    applications.verify_account(row, by=by, amount_fen=row.check_fen or 0)
    return applications.sign(row, by=by)
