"""The AppSecret: generated and reset by the administrator, shown once, kept as a digest (console.md §6)."""

import secrets

from django.db import transaction

from accounts.models import Member, MiniProgram, WeChatPerson
from accounts.permissions import Permission
from developers.actions.rights import check_may, person_behind
from developers.models import AppSecret
from platform_site.kernel.clock import now
from platform_site.kernel.models import record
from platform_site.kernel.secrets import plain_digest


@transaction.atomic
def generate_app_secret(mini_program: MiniProgram, *, by: Member | WeChatPerson) -> str:
    """Give the Mini Program a new AppSecret (32 hex characters); an earlier one is dead at once."""
    check_may(by, Permission.SECRET_RESET, mini_program)
    secret = secrets.token_hex(16)
    row, first = AppSecret.objects.update_or_create(
        mini_program=mini_program,
        defaults={"secret_digest": plain_digest(secret), "generated_at": now(), "generated_by": person_behind(by)},
    )
    record("developers.secret.generated" if first else "developers.secret.reset", row, by=by)
    return secret


def is_app_secret(mini_program: MiniProgram, candidate: str) -> bool:
    """Whether `candidate` is the Mini Program's AppSecret now."""
    row = AppSecret.objects.filter(mini_program=mini_program).only("secret_digest").first()
    return row is not None and secrets.compare_digest(row.secret_digest, plain_digest(candidate))
