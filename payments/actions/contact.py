"""The contact of an application for WeChat Pay: their phone is proven by an SMS code (console.md §13 step 1)."""

import json

from django.db import transaction

from accounts.actions.messages import use_up_sms_code
from accounts.actions.phones import PHONE_CONFIRMED
from accounts.identity import normal_phone
from accounts.models import Member
from payments.actions.applications import to_be_filled_in
from payments.models import PayApplication


@transaction.atomic
def confirm_phone(application: PayApplication, *, phone: str, code: str, by: Member) -> None:
    """The contact's phone has received the code: call it after `check_sms_code(…, use_up=False)` found it right.

    It stays proven for this application, also when that is rejected and mended, as long as the number is the same.
    """
    row = to_be_filled_in(application, by=by)
    use_up_sms_code(phone=phone, purpose=row.sms_purpose, code=code)
    row.answers = json.dumps(row.given | {PHONE_CONFIRMED: normal_phone(phone)})
    row.save(update_fields=["answers"])
