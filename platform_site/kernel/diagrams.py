"""The lifecycles as a page of documentation: a Mermaid state diagram and a table of moves for each."""

from collections.abc import Iterator

from django.apps import apps
from django.utils import translation

from platform_site.kernel.lifecycle import Lifecycle, Move
from platform_site.kernel.models import LifecycleModel

HEAD = """# Lifecycles

Written by `manage.py lifecycles` from the tables in each app's `lifecycle.py`. Do not edit: change the table and run it
again (`manage.py lifecycles --check` fails when this page is stale). A move is made by `advance()` only, and leaves one
audit row with the event of its line; an empty permission means that the action alone decides who may.
"""


def lifecycle_models() -> list[type[LifecycleModel]]:
    """Every model with a state, by app and name."""
    found = [model for model in apps.get_models() if issubclass(model, LifecycleModel)]
    return sorted(found, key=lambda model: model._meta.label)


def page() -> str:
    """The whole page, in English, the same for the same tables."""
    with translation.override("en"):
        return "\n".join([HEAD, *("\n".join(_section(model)) for model in lifecycle_models())])


def _section(model: type[LifecycleModel]) -> Iterator[str]:
    lifecycle = model.lifecycle
    yield f"## {model.__name__}\n"
    yield f"{_first_sentence(model)} (`{model._meta.label}`)\n"
    yield "```mermaid"
    yield from _diagram(lifecycle)
    yield "```\n"
    yield "| State | On the page |"
    yield "|---|---|"
    yield from (f"| `{status.value}` | {status.label} |" for status in lifecycle.statuses)
    yield ""
    yield "| Move | From | To | Permission | Event |"
    yield "|---|---|---|---|---|"
    yield from (_row(lifecycle, move) for move in lifecycle.moves)
    yield ""
    if groups := sorted(lifecycle.groups.items()):
        named = [f"*{name.replace('_', ' ')}*: {_list(lifecycle, states)}" for name, states in groups]
        yield f"Groups of states: {'; '.join(named)}"
        yield ""


def _diagram(lifecycle: Lifecycle) -> Iterator[str]:
    yield "stateDiagram-v2"
    yield f"    [*] --> {lifecycle.initial}"
    for move in lifecycle.moves:
        yield from (f"    {source} --> {move.target} : {move.name}" for source in _in_order(lifecycle, move.sources))
    targets_of = {str(state): [m for m in lifecycle.moves if state in m.sources] for state in lifecycle.statuses.values}
    yield from (f"    {state} --> [*]" for state, moves in targets_of.items() if not moves)


def _row(lifecycle: Lifecycle, move: Move) -> str:
    permission = f"`{move.permission}`" if move.permission else ""
    sources = _list(lifecycle, move.sources)
    return f"| {move.name} | {sources} | `{move.target}` | {permission} | `{move.event}` |"


def _list(lifecycle: Lifecycle, states: frozenset[str]) -> str:
    return ", ".join(f"`{state}`" for state in _in_order(lifecycle, states))


def _in_order(lifecycle: Lifecycle, states: frozenset[str]) -> list[str]:
    return [value for value in lifecycle.statuses.values if value in {str(state) for state in states}]


def _first_sentence(model: type[LifecycleModel]) -> str:
    return (model.__doc__ or "").strip().split("\n")[0]
