"""Many at once: on SQLite (a file) and on PostgreSQL, with real threads and real connections."""

import threading
from collections.abc import Callable
from typing import Any

from django.db import connections

from platform_site.kernel import clock


def together(n: int, act: Callable[[int], Any], *, patience: float = 60) -> list[Any]:
    """Run `act(i)` in n threads that start at one moment; answers what each returned or raised, in order.

    Use it in tests marked `django_db(transaction=True)`: threads see only what is committed.
    """
    start = threading.Barrier(n)
    outcomes: list[Any] = [TimeoutError("did not finish")] * n

    def run(i: int) -> None:
        try:
            clock.forget()
            start.wait(patience)
            outcomes[i] = act(i)
        except Exception as error:
            outcomes[i] = error
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run, args=(i,), daemon=True) for i in range(n)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(patience)
    return outcomes


def successes(outcomes: list[Any]) -> list[Any]:
    """Those that did not raise."""
    return [outcome for outcome in outcomes if not isinstance(outcome, Exception)]


def refusals(outcomes: list[Any]) -> list[Exception]:
    """Those that raised."""
    return [outcome for outcome in outcomes if isinstance(outcome, Exception)]
