"""What the relay brings: requests for Tencent's names, sealed by the relay and believed for that alone."""

import hashlib
import hmac
from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse

HEADER = "X-Ministage-Relay"
REFUSAL = (
    "Ministage answers for {host} only through its relay: start `manage.py relay` (`make run` does) and "
    "source var/relay.env.\n"
)


def seal(secret: str, *, host: str, peer: str) -> str:
    """What the relay writes on a request: the peer's address, and the proof that the relay wrote it."""
    proof = hmac.new(secret.encode(), f"{host}\n{peer}".encode(), hashlib.sha256).hexdigest()
    return f"{peer} {proof}"


def sealed_peer(text: str, *, host: str) -> str | None:
    """The peer's address, if this installation's relay has sealed it for this host."""
    peer = text.partition(" ")[0]
    try:
        secret = (settings.VAR / "relay" / "secret").read_text()
    except OSError:
        return None
    return peer if secret and hmac.compare_digest(seal(secret, host=host, peer=peer).encode(), text.encode()) else None


class RelayMiddleware:
    """Lets a name of RELAY_HOSTS in with the relay's seal only, and takes the peer's address from it. Comes first."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        text = request.META.pop("HTTP_X_MINISTAGE_RELAY", "")
        host = request.META.get("HTTP_HOST", "").lower().removesuffix(":443")
        name = host.partition(":")[0].rstrip(".")
        if not text and name not in settings.RELAY_HOSTS:
            return self.get_response(request)
        peer = sealed_peer(text, host=host) if host in settings.RELAY_HOSTS else None
        if peer is None:
            return HttpResponse(REFUSAL.format(host=name[:100]), status=421, content_type="text/plain; charset=utf-8")
        request.META.update(REMOTE_ADDR=peer, HTTP_X_FORWARDED_FOR=peer, HTTP_X_FORWARDED_PROTO="https")
        request.META["wsgi.url_scheme"] = "https"
        return self.get_response(request)
