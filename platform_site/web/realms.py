"""Realms: console, phone, developer tools, desk and Open Platform each have a session of their own.

One browser may hold all five at once, and none can stand in for another (security.md A6). A realm is a set of path
prefixes with its own cookie; the first match wins, all other paths are the console's.
"""

from dataclasses import dataclass


@dataclass(frozen=True)
class Realm:
    """`prefixes` are the paths it owns, `cookie` its session cookie, `login` where the anonymous are sent."""

    name: str
    prefixes: tuple[str, ...]
    cookie: str
    login: str

    @property
    def csrf_cookie(self) -> str:
        """The cookie of its CSRF secret."""
        return "csrftoken" if self.name == "console" else f"{self.name}_csrftoken"


PHONE = Realm("phone", ("/phone/", "/q/"), "phone_session", "/phone/login/")
DEVTOOLS = Realm("devtools", ("/devtools/",), "devtools_session", "/devtools/login/")
DESK = Realm("desk", ("/desk/", "/sim/"), "desk_session", "/desk/login/")
OPEN = Realm("open", ("/open/",), "open_session", "/open/login/")
CONSOLE = Realm("console", ("/",), "sessionid", "/login/")
REALMS = (PHONE, DEVTOOLS, DESK, OPEN, CONSOLE)


def realm_of(path: str) -> Realm:
    """The realm that owns this path."""
    return next(realm for realm in REALMS if path.startswith(realm.prefixes))
