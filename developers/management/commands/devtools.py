"""`manage.py devtools login|islogin|preview|upload|logout`: the developer tools on the command line.

Options, exit status (0, or 255 for the real tools' -1) and files are those of the real tools' `cli`
(miniprogram-ci.md §12). It talks to a running platform over HTTP and touches no database.
"""

import json
import sys
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandParser
from django.utils import translation
from django.utils.translation import gettext as _

from developers.cli.client import Tools, ToolsError
from developers.cli.code import LocalProject, project_in, zip_of
from developers.cli.show import FORMATS, SIZES, show_qr, write

FAILED = 255
LANGUAGES = {"en": "en", "zh": "zh-hans"}


class Command(BaseCommand):
    help = "The developer tools on the command line: log in by QR, preview, upload."
    requires_system_checks: list[str] = []
    requires_migrations_checks = False

    def add_arguments(self, parser: CommandParser) -> None:
        commands = parser.add_subparsers(dest="verb", required=True, metavar="login|islogin|preview|upload|logout")
        for verb, about in (
            ("login", "show a QR code, wait for its scan"),
            ("islogin", "print whether somebody is logged in"),
            ("preview", "send code up for a look on your phone"),
            ("upload", "send code up as a development version"),
            ("logout", "end the session"),
        ):
            self._common(command := commands.add_parser(verb, help=about))
            if verb in ("login", "preview", "upload"):
                self._shows_qr(command)
            if verb in ("preview", "upload"):
                self._reads_code(command)
            if verb == "login":
                command.add_argument("-r", "--result-output", default="", metavar="PATH")
            if verb == "preview":
                command.add_argument("--compile-condition", default="", metavar="JSON")
            if verb == "upload":
                command.add_argument("-v", "--version", dest="code_version", required=True, metavar="1.0.0")
                command.add_argument("-d", "--desc", default="", metavar="TEXT")

    def _common(self, command: CommandParser) -> None:
        command.add_argument("--url", default="", help="address of the platform (default: BASE_URL)")
        command.add_argument("--port", type=int, default=0, help="short for --url http://127.0.0.1:PORT")
        command.add_argument("--lang", choices=sorted(LANGUAGES), default="en")

    def _shows_qr(self, command: CommandParser) -> None:
        command.add_argument("-f", "--qr-format", choices=FORMATS, default="terminal")
        command.add_argument("-s", "--qr-size", choices=SIZES, default="default")
        command.add_argument("-o", "--qr-output", default="", metavar="PATH")
        command.add_argument("--timeout", type=float, default=300, help="how many seconds to wait for the scan")

    def _reads_code(self, command: CommandParser) -> None:
        command.add_argument("--project", required=True, metavar="DIR")
        command.add_argument("--appid", default="")
        command.add_argument("-i", "--info-output", default="", metavar="PATH")

    def handle(self, *args: Any, verb: str, **options: Any) -> None:
        with translation.override(LANGUAGES[options["lang"]]):
            try:
                tools = Tools(self._url(options), Path(settings.VAR) / "devtools-cli.json")
                getattr(self, f"do_{verb}")(tools, options)
            except ToolsError as problem:
                self._fail(problem, options)

    def _url(self, options: dict[str, Any]) -> str:
        port = options["port"]
        return str(options["url"] or (f"http://127.0.0.1:{port}" if port else settings.BASE_URL))

    def _fail(self, problem: ToolsError, options: dict[str, Any]) -> None:
        for item in problem.items:
            self.stderr.write(item)
        self.stderr.write(_("[error] code %(code)s: %(words)s") % {"code": problem.code, "words": problem.message})
        if options.get("result_output"):
            failed = {"status": "FAILED", "error": {"code": problem.code, "message": problem.message}}
            write(options["result_output"], json.dumps(failed, ensure_ascii=False).encode())
        sys.exit(FAILED)

    def do_login(self, tools: Tools, options: dict[str, Any]) -> None:
        """Log in: show a QR, wait for the phone, keep the session."""
        tools.cookies = {}
        tools.session()
        ticket = self._scanned(tools, tools.post("login"), options)
        who = tools.post("enter", {"ticket": ticket})["person"]
        tools.keep()
        if options["result_output"]:
            write(options["result_output"], b'{"status":"SUCCESS"}')
        self.stdout.write(_("Logged in as %(who)s.") % {"who": who["nickname"]})

    def _scanned(self, tools: Tools, shown: dict[str, Any], options: dict[str, Any]) -> str:
        """Show a ticket's QR and wait until the phone has confirmed."""
        self._show(shown["qr"], options)
        self.stdout.write(_("Scan it with WeChat, or type %(code)s there.") % {"code": shown["typed_code"]})
        self.stdout.flush()
        tools.wait_for_scan(shown, seconds=options["timeout"])
        return str(shown["ticket"])

    def _show(self, url: str, options: dict[str, Any]) -> None:
        shape, size, path = options["qr_format"], options["qr_size"], options["qr_output"]
        show_qr(url, out=self.stdout, as_=shape, size=size, path=path)

    def do_islogin(self, tools: Tools, options: dict[str, Any]) -> None:
        """Print {"login":true} or {"login":false}."""
        self.stdout.write(json.dumps({"login": tools.session()["login"]}, separators=(",", ":")))

    def do_logout(self, tools: Tools, options: dict[str, Any]) -> None:
        """End the session here and on the platform."""
        tools.session()
        tools.post("logout")
        tools.forget()
        self.stdout.write(_("Logged out."))

    def do_preview(self, tools: Tools, options: dict[str, Any]) -> None:
        """Send code up and show the QR of its preview."""
        local = project_in(options["project"], appid=options["appid"])
        opened = _condition(options["compile_condition"])
        tools.check_logged_in()
        made = tools.post("preview", {**_fields(local), **opened}, zip_of(local.directory))
        self._report(made, options)
        self._show(made["qr"], options)

    def do_upload(self, tools: Tools, options: dict[str, Any]) -> None:
        """Send code up, wait for the administrator's scan: it is the development version then."""
        local = project_in(options["project"], appid=options["appid"])
        tools.check_logged_in()
        told = {"version": options["code_version"], "notes": options["desc"]}
        shown = tools.post("upload", {**_fields(local), **told}, zip_of(local.directory))
        ticket = self._scanned(tools, shown, options)
        done = tools.post("uploaded", {"ticket": ticket})
        self._report(shown, options)
        self.stdout.write(_("Uploaded: version %(version)s.") % {"version": done["version"]})

    def _report(self, answer: dict[str, Any], options: dict[str, Any]) -> None:
        """What the inspector notes, and the info file."""
        for item in answer["report"].get("items", []):
            self.stderr.write(f"[{item['severity']}] {item['file']}: {item['message']}")
        if options["info_output"]:
            write(options["info_output"], json.dumps({"size": answer["size"]}).encode())


def _fields(local: LocalProject) -> dict[str, str]:
    return {"appid": local.appid, "project": local.name, "directory": str(local.directory)[:200]}


def _condition(text: str) -> dict[str, str]:
    """The page, query and scene of `{"pathName": "pages/x", "query": "a=1", "scene": 1011}`."""
    try:
        asked = json.loads(text or "{}")
    except (ValueError, RecursionError):
        asked = None
    if not isinstance(asked, dict):
        message = _('Write --compile-condition as JSON: \'{"pathName":"pages/x","query":"a=1"}\'.')
        raise ToolsError(message, code="compile_condition")
    names = {"pathName": "page", "query": "query", "scene": "scene"}
    return {field: str(asked[name]) for name, field in names.items() if asked.get(name) is not None}
