"""A phone number that an SMS code has proven: checked once, kept as proven as long as it stays the same.

Shared by the contacts of WeChat Verification (console.md §12.2) and of WeChat Pay (§13).
"""

from collections.abc import Callable

from django.utils.translation import gettext as _

from accounts.actions.messages import check_sms_code
from accounts.identity import normal_phone
from platform_site.kernel.lifecycle import Refused

PHONE_CONFIRMED = "phone_confirmed"  # among an application's answers: the number to which the right code was sent
CODE = "sms_code"  # the field of the code


def is_confirmed(typed: str, confirmed: str) -> bool:
    """Whether what is typed is the number that is proven already."""
    try:
        return bool(confirmed) and normal_phone(typed) == confirmed
    except Refused:
        return False


def unconfirmed() -> Refused:
    """What is said of a number that nobody has proven."""
    message = _("Send a code to the contact's mobile phone, and enter it.")
    return Refused(message, code="phone_unconfirmed", field=CODE)


def prove_phone(
    typed: str, code: str, *, purpose: str, confirmed: Callable[[], str], confirm: Callable[[str], object]
) -> None:
    """Check the code that came for the number that is typed, and let `confirm` keep that number as proven.

    Nothing to do without a code, for a number that is none, or for the one that `confirmed` knows: it reads anew, as
    of two presses at once the slower one finds the code used up. Otherwise Refused (field "sms_code").
    Call it outside a transaction: a wrong code counts though it is refused (`check_sms_code`).
    """
    if not code.strip() or is_confirmed(typed, confirmed()):
        return
    try:
        phone = normal_phone(typed)
    except Refused:
        return  # what is wrong with the number is said beside it
    try:
        check_sms_code(phone=phone, purpose=purpose, code=code, use_up=False)
        confirm(phone)
    except Refused:
        if not is_confirmed(phone, confirmed()):
            raise
