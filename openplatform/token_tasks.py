"""What follows from a new AppSecret: tokens that the old one got end with it."""

from accounts.models import MiniProgram
from openplatform.actions.tokens import end_tokens
from platform_site.kernel.models import AuditEvent


def end_tokens_of_old_secret(event: AuditEvent) -> None:
    """The AppSecret was reset: whoever had the old one is out. Tokens of the new one stay."""
    end_tokens(MiniProgram.objects.get(appid=event.appid), issued_before=event.occurred_at)
