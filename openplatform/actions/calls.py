"""The log of calls of the server API: kept, and forgotten in time."""

from collections import Counter
from datetime import timedelta

from openplatform.models import ApiCall
from platform_site.kernel.clock import now
from platform_site.kernel.rulebook import RULES

_written: Counter[int | None] = Counter()  # by this process, of each Mini Program, since it was last cut


def keep_calls(rows: list[ApiCall]) -> None:
    """Keep some calls; of each Mini Program the latest `log_rows`, give or take a tenth."""
    ApiCall.objects.bulk_create(rows, ignore_conflicts=True)
    _written.update(row.mini_program_id for row in rows)
    for mini_program_id, number in list(_written.items()):
        if number * 10 > RULES.api.log_rows:
            _written.pop(mini_program_id)
            cut_calls(mini_program_id)


def cut_calls(mini_program_id: int | None) -> int:
    """Keep the latest `log_rows` of one Mini Program (None: of calls that nobody could be told to have made)."""
    rows = ApiCall.objects.filter(mini_program_id=mini_program_id).order_by("-pk")
    last = rows.values_list("pk", flat=True)[RULES.api.log_rows : RULES.api.log_rows + 1].first()
    return 0 if last is None else rows.filter(pk__lte=last).delete()[0]


def purge_calls(*, most: int = 5000) -> int:
    """Sweep: forget calls of more than `log_days` ago; returns how many."""
    old = ApiCall.objects.filter(called_at__lte=now() - timedelta(days=RULES.api.log_days))
    return ApiCall.objects.filter(pk__in=list(old.values_list("pk", flat=True)[:most])).delete()[0]
