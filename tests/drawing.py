"""Requests drawn from an OpenAPI document by schemathesis, made in process; each is undone before the next."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import schemathesis
from django.core.cache import cache
from django.core.handlers.wsgi import WSGIHandler
from django.core.signals import request_finished, request_started
from django.db import close_old_connections, transaction
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from schemathesis import Case, GenerationMode
from schemathesis.schemas import APIOperation

from openplatform.actions.quotas import forget_leases
from platform_site.kernel import clock

LOOSE = [HealthCheck.function_scoped_fixture, HealthCheck.too_slow, HealthCheck.filter_too_much]


def operations(document: dict[str, Any]) -> dict[str, APIOperation]:
    """The operations of a document by their operationId; they are made at this platform's WSGI application."""
    schema = schemathesis.openapi.from_dict(document)
    schema.app = WSGIHandler()
    found = [result.ok() for result in schema.get_all_operations()]
    return {operation.definition.raw["operationId"]: operation for operation in found}


def draw(operation: APIOperation, ask: Callable[[Case], None], *, world: dict[str, list[Any]], examples: int) -> None:
    """Ask so many requests as described about what is in the world, half as many about anything, and spoilt ones."""
    facts = st.fixed_dictionaries({name: st.sampled_from(values) for name, values in world.items()})
    _round(operation, ask, facts, GenerationMode.POSITIVE, examples)
    if _has_something_to_spoil(operation):
        _round(operation, ask, st.just({}), GenerationMode.POSITIVE, examples // 2)
        _round(operation, ask, st.just({}), GenerationMode.NEGATIVE, examples // 2)


def _round(
    operation: APIOperation,
    ask: Callable[[Case], None],
    facts: st.SearchStrategy[dict[str, Any]],
    mode: GenerationMode,
    examples: int,
) -> None:
    """The same requests each time."""

    @settings(
        max_examples=examples,
        deadline=None,
        database=None,
        derandomize=True,
        phases=[Phase.explicit, Phase.generate],
        suppress_health_check=LOOSE,
    )
    @given(case=operation.as_strategy(generation_mode=mode), known=facts)
    def asked(case: Case, known: dict[str, Any]) -> None:
        for part in (case.path_parameters, case.query, case.body):
            if isinstance(part, dict):
                part |= {name: known[name] for name in part if name in known}
        with undone():
            ask(case)

    asked()


def _has_something_to_spoil(operation: APIOperation) -> bool:
    return bool(operation.definition.raw.get("parameters") or operation.definition.raw.get("requestBody"))


@contextmanager
def undone() -> Iterator[None]:
    """What happens in here has not happened afterwards: neither in the database nor in what counts tries."""
    signals = (request_started, request_finished)
    for signal in signals:
        signal.disconnect(close_old_connections)  # as Django's own test client does: it would end the transaction
    try:
        with in_a_test():
            yield
    finally:
        for signal in signals:
            signal.connect(close_old_connections)
    cache.clear()
    clock.forget()
    forget_leases()


@contextmanager
def in_a_test() -> Iterator[None]:
    """A transaction that is rolled back; in it the platform may say that a step of its own must be committed."""
    block = transaction.atomic()
    block._from_testcase = True  # as those of Django's TestCase
    with block:
        yield
        transaction.set_rollback(True)
