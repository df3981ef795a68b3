"""Rules of the house that can be read off the source."""

import ast
import re

import pytest

from tests.house import KERNEL, ROOT, called, dotted, sources

MACHINE_TIME = (  # who may look at the machine's clock: the world's clock itself, and what is not a rule
    KERNEL,
    "platform_site/settings.py",
    "platform_site/management/",  # the supervisor waits for processes
    "platform_site/health.py",
)

ONE_FILE = {"platform_site/settings.py"}  # house.md §3: settings are one file


def findings(check):
    """["path:line", …] where `check(path, node)` holds."""
    return [f"{path}:{node.lineno}" for path, tree in sources() for node in ast.walk(tree) if check(path, node)]


def test_every_python_file_says_in_one_sentence_what_it_is():
    named = {path: ast.get_docstring(tree) for path, tree in sources()}
    leaves = {"apps.py", "__init__.py"}
    missing = [path for path, text in named.items() if not text and path.rsplit("/", 1)[-1] not in leaves]

    assert missing == []


def test_no_file_has_more_than_300_lines():
    long = {path: len((ROOT / path).read_text(encoding="utf-8").splitlines()) for path, _tree in sources()}

    assert {path: lines for path, lines in long.items() if lines > 300 and path not in ONE_FILE} == {}


def test_nobody_but_the_kernel_assigns_a_status():
    def assigns(path, node):
        targets = node.targets if isinstance(node, ast.Assign) else [getattr(node, "target", None)]
        return any(isinstance(target, ast.Attribute) and target.attr == "status" for target in targets)

    found = findings(
        lambda path, node: isinstance(node, ast.Assign | ast.AugAssign | ast.AnnAssign) and assigns(path, node)
    )
    outside = [place for place in found if not place.startswith(KERNEL)]
    read_anew = _lines_that_read_the_status_anew(outside)

    assert [place for place in outside if place not in read_anew] == []


def _lines_that_read_the_status_anew(places):
    """`user.status = account.status`: a copy in memory that takes over what a locked read has just found."""
    copies = re.compile(r"^\s*(\w+)\.status = (\w+)\.status$")
    line_of = {
        place: (ROOT / place.split(":")[0]).read_text().splitlines()[int(place.split(":")[1]) - 1] for place in places
    }
    return {place for place, line in line_of.items() if copies.match(line)}


def test_nobody_but_the_kernel_updates_a_status():
    def updates(path, node):
        return (
            isinstance(node, ast.Call)
            and called(node).endswith((".update", ".bulk_update", ".update_or_create", ".get_or_create"))
            and any(keyword.arg == "status" for keyword in node.keywords)
            and not path.startswith(KERNEL)
        )

    assert findings(updates) == []


def test_views_never_say_objects():
    def says_objects(path, node):
        return (
            isinstance(node, ast.Attribute)
            and node.attr in ("objects", "_base_manager", "_default_manager")
            and re.search(r"(^|/)views(/|\.py$)", path) is not None
        )

    assert findings(says_objects) == []


def test_who_locks_rows_that_are_joined_says_which():
    """PostgreSQL locks no nullable side of a join; SQLite, which locks nothing, would never say so."""

    def locks_joins(path, node):
        chain = []
        while isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
            chain.append((node.func.attr, {keyword.arg for keyword in node.keywords}))
            node = node.func.value
        named = dict(chain)
        return "select_related" in named and "select_for_update" in named and "of" not in named["select_for_update"]

    assert findings(locks_joins) == []


def test_rules_read_the_worlds_clock_only():
    machine = ("timezone.now", "datetime.now", "datetime.utcnow", "datetime.today", "date.today", "time.time")

    def reads_machine_time(path, node):
        return isinstance(node, ast.Call) and called(node).endswith(machine) and not path.startswith(MACHINE_TIME)

    assert findings(reads_machine_time) == []


def test_models_fill_in_no_machine_time_where_a_rule_may_read_it():
    """`auto_now_add` is the machine's clock: right for `recorded_at` of the outbox, wrong where a rule may read it."""

    def fills_in(path, node):
        return (
            isinstance(node, ast.keyword) and node.arg in ("auto_now", "auto_now_add") and not path.startswith(KERNEL)
        )

    assert findings(fills_in) == []


def test_limits_come_from_the_rulebook_not_from_the_code():
    """Where rules are kept no comparison and no duration has a number of its own (0, 1 and 2 are no limits)."""

    def is_number(node):
        return isinstance(node, ast.Constant) and type(node.value) in (int, float) and abs(node.value) > 2

    def naked(path, node):
        if not re.search(r"(^|/)(actions|forms|queries|tasks)(/|\.py$)", path):
            return False
        if path.startswith("platform_site/simulation/"):  # the switchboard is not the platform
            return False
        if isinstance(node, ast.Compare):
            return any(is_number(part) for part in [node.left, *node.comparators])
        return (
            isinstance(node, ast.Call)
            and called(node).endswith("timedelta")
            and any(is_number(part) for part in [*node.args, *(keyword.value for keyword in node.keywords)])
        )

    assert findings(naked) == []


def test_actions_and_queries_see_no_request():
    def imports_http(path, node):
        return (
            isinstance(node, ast.ImportFrom)
            and re.search(r"(^|/)(actions|queries|models|lifecycle)(/|\.py$)", path) is not None
            and not path.startswith("platform_site/simulation/")
            and (node.module or "").startswith(
                ("django.http", "django.forms", "django.views", "django.contrib.messages")
            )
        )

    assert findings(imports_http) == []


def test_every_action_that_writes_is_atomic():
    """A public function of actions/ that calls advance() or record() opens a transaction or says whose it uses."""
    open_ended = []
    for path, tree in sources():
        if not re.search(r"(^|/)actions(/|\.py$)", path):
            continue
        for function in tree.body:
            if not isinstance(function, ast.FunctionDef) or function.name.startswith("_"):
                continue
            calls = {called(node) for node in ast.walk(function) if isinstance(node, ast.Call)}
            decorators = {dotted(d.func if isinstance(d, ast.Call) else d) for d in function.decorator_list}
            told = "transaction" in (ast.get_docstring(function) or "").lower()
            opens = "transaction.atomic" in calls | decorators
            if calls & {"advance", "record"} and not opens and not told:
                open_ended.append(f"{path}:{function.name}")

    assert open_ended == []


def test_no_template_has_inline_script_style_or_handler():
    patterns = {
        "inline script": re.compile(r"<script(?![^>]*\bsrc=)[^>]*>(?!\s*</script>)", re.I),
        "style element": re.compile(r"<style\b", re.I),
        "style attribute": re.compile(r"\sstyle\s*=", re.I),
        "handler": re.compile(r"\son[a-z]+\s*=\s*[\"']", re.I),
        "javascript: address": re.compile(r"javascript:", re.I),
        "address of others": re.compile(r"(src|href)=[\"']https?://", re.I),
    }
    found = [
        f"{path.relative_to(ROOT)}: {name}"
        for path in sorted((ROOT / "templates").rglob("*.html"))
        for name, pattern in patterns.items()
        if pattern.search(path.read_text(encoding="utf-8"))
    ]

    assert found == []


def test_every_post_form_of_ours_carries_the_csrf_token():
    """One `{% csrf_token %}` for each form with method post."""
    forms = re.compile(r"<form\b[^>]*method=[\"']post[\"'][^>]*>.*?</form>", re.I | re.S)
    found = [
        f"{path.relative_to(ROOT)}"
        for path in sorted((ROOT / "templates").rglob("*.html"))
        for form in forms.findall(path.read_text(encoding="utf-8"))
        if "csrf_token" not in form
    ]

    assert found == []


@pytest.mark.parametrize("folder", ["templates", "static"])
def test_nothing_is_loaded_from_elsewhere(folder):
    others = re.compile(r"(cdn\.|googleapis|gstatic|unpkg|jsdelivr|cloudflare)", re.I)
    texts = [path for path in (ROOT / folder).rglob("*") if path.suffix in (".html", ".css", ".js") and path.is_file()]

    found = [str(path.relative_to(ROOT)) for path in texts if others.search(path.read_text(encoding="utf-8"))]

    assert found == []
