"""Who may import whom, in ten lines of AST; import-linter checks the whole graph (pyproject.toml, `make lint`)."""

import ast

import pytest

from tests.house import sources

ORDER = ["accounts", "entities", "verification", "developers", "releases", "payments", "openplatform"]
SIBLINGS = {("releases", "payments"), ("payments", "releases")}
KNOW_NOBODY = ("platform_site.kernel", "platform_site.web")


def imports(tree):
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and node.module:
            yield node.module
        elif isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)


@pytest.mark.parametrize("app", ORDER)
def test_an_earlier_app_knows_no_later_one(app):
    later = set(ORDER[ORDER.index(app) + 1 :]) | {b for a, b in SIBLINGS if a == app}
    found = [
        f"{path} imports {module}"
        for path, tree in sources()
        if path.startswith(f"{app}/")
        for module in imports(tree)
        if module.split(".")[0] in later or (module.startswith("platform_site") and not module.startswith(KNOW_NOBODY))
    ]

    assert found == []


def test_the_kernel_knows_nobody():
    found = [
        f"{path} imports {module}"
        for path, tree in sources()
        if path.startswith("platform_site/kernel/")
        for module in imports(tree)
        if module.split(".")[0] in ORDER
        or (module.startswith("platform_site.") and not module.startswith("platform_site.kernel"))
    ]

    assert found == []
