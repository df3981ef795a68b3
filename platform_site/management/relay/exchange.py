"""One request out of a tunnel, brought to the platform, and its answer brought back."""

import asyncio
import socket
import tempfile
from collections.abc import AsyncIterator, Coroutine
from dataclasses import dataclass
from typing import IO, Any

import h11

from platform_site.management.relay.peers import PIECE, Gone, Limits, Peer, Plain, Refusal
from platform_site.web.relayed import HEADER, seal

Headers = list[tuple[bytes, bytes]]
IN_MEMORY = 1024 * 1024
ONE_HOP = frozenset(
    b"connection keep-alive proxy-connection proxy-authorization proxy-authenticate te trailer transfer-encoding "
    b"upgrade http2-settings".split()
)
OURS = frozenset(b"host content-length expect forwarded x-forwarded-for x-forwarded-proto x-forwarded-host".split())


@dataclass(frozen=True)
class Platform:
    """Where the platform answers (an address of this machine) and the secret that it shares with the relay."""

    address: str
    port: int
    secret: str

    def __str__(self) -> str:
        return f"[{self.address}]:{self.port}" if ":" in self.address else f"{self.address}:{self.port}"


def passed_on(headers: Any, *, but: frozenset[bytes] = frozenset()) -> Headers:
    """The headers that are for the other end. Names with `_` are dropped: WSGI takes them for those with `-`."""
    pairs = headers.raw_items()
    named = {
        word.strip().lower() for name, value in pairs if name.lower() == b"connection" for word in value.split(b",")
    }
    dropped = ONE_HOP | but | named - {b"content-length"}
    return [(name, value) for name, value in pairs if name.lower() not in dropped and b"_" not in name]


def check(request: h11.Request, host: str, limits: Limits) -> None:
    """Refuse what could mean two things, is for another host, or is too much."""
    named = dict(request.headers)
    asked = named.get(b"host", host.encode()).decode("latin-1").lower()
    length = int(named.get(b"content-length", b"0"))
    if request.method == b"CONNECT" or not request.target.startswith(b"/"):
        raise Refusal(400, "Ministage relay: inside the tunnel ask for a path, such as GET /wxa/ci/nonce.")
    if asked not in (host, f"{host}:443"):
        raise Refusal(421, f"Ministage relay: this tunnel leads to {host} only.")
    if b"transfer-encoding" in named and (b"content-length" in named or request.http_version < b"1.1"):
        raise Refusal(400, "Ministage relay: the length of the body is told in two ways.")
    if length > limits.body:
        raise Refusal(413, f"Ministage relay: the body is larger than {limits.body} bytes.")


class Exchange:
    """A request of `client` for `host`, under way to the platform and back."""

    def __init__(self, client: Peer, platform: Platform, host: str, peer: str) -> None:
        self.client = client
        self.platform = platform
        self.host = host
        self.peer = peer

    async def run(self, request: h11.Request) -> None:
        """Returns when the answer is complete and the request read to its end."""
        check(request, self.host, self.client.limits)
        headers = self._headers(request)
        with tempfile.SpooledTemporaryFile(IN_MEMORY) as spool:
            body = self._from_client()
            if any(name == b"transfer-encoding" for name, _ in request.headers):  # WSGI knows bodies by length only
                length = await self._gather(spool)
                headers.append((b"Content-Length", str(length).encode()))
                body = self._from_file(spool)
            server = await self._connect()
            try:
                head = h11.Request(method=request.method, target=request.target, headers=headers)
                async with asyncio.timeout(self.client.limits.total):
                    await both(self._forth(server, head, body), self._back(server))
            except TimeoutError:
                raise Refusal(504, "Ministage relay: this took too long.") from None
            finally:
                server.wire.abort()

    def _headers(self, request: h11.Request) -> Headers:
        sealed = seal(self.platform.secret, host=self.host, peer=self.peer)
        mark = HEADER.lower().encode()
        headers = [(b"Host", self.host.encode()), (HEADER.encode(), sealed.encode()), (b"Connection", b"close")]
        headers += [pair for pair in request.headers.raw_items() if pair[0].lower() == b"content-length"][:1]
        return headers + passed_on(request.headers, but=OURS | {mark})

    async def _connect(self) -> Peer:
        bare = socket.socket(socket.AF_INET6 if ":" in self.platform.address else socket.AF_INET)
        bare.setblocking(False)
        bare.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        try:
            async with asyncio.timeout(self.client.limits.handshake):
                await asyncio.get_running_loop().sock_connect(bare, (self.platform.address, self.platform.port))
        except (OSError, TimeoutError):
            bare.close()
            raise Refusal(502, f"Ministage relay: nobody answers at {self.platform}. Is Ministage running?") from None
        return Peer(h11.CLIENT, Plain(bare), self.client.limits)

    async def _from_client(self) -> AsyncIterator[bytes]:
        """The body as it comes; one that breaks off is no body."""
        while not isinstance(event := await self.client.next_event(), h11.EndOfMessage):
            if not isinstance(event, h11.Data):
                raise Gone
            yield bytes(event.data)

    async def _gather(self, spool: IO[bytes]) -> int:
        async with asyncio.timeout(self.client.limits.total):
            async for piece in self._from_client():
                spool.write(piece)
                if spool.tell() > self.client.limits.body:
                    raise Refusal(413, f"Ministage relay: the body is larger than {self.client.limits.body} bytes.")
        return spool.tell()

    async def _from_file(self, spool: IO[bytes]) -> AsyncIterator[bytes]:
        spool.seek(0)
        while piece := spool.read(PIECE):
            yield piece

    async def _forth(self, server: Peer, head: h11.Request, body: AsyncIterator[bytes]) -> None:
        """The request. Where the platform has answered without reading it all, the rest is read and dropped:
        a client that still writes would not see the answer."""
        listens = await delivered(server, head)
        async for piece in body:
            listens = listens and await delivered(server, h11.Data(data=piece))
        if listens:
            await delivered(server, h11.EndOfMessage())

    async def _back(self, server: Peer) -> None:
        while not isinstance(event := await self._next_of(server), h11.EndOfMessage):
            if isinstance(event, h11.Response):
                headers = passed_on(event.headers)
                event = h11.Response(status_code=event.status_code, headers=headers, reason=event.reason)
            if not isinstance(event, h11.InformationalResponse):
                await self.client.send(event)
        await self.client.send(h11.EndOfMessage())

    async def _next_of(self, server: Peer) -> Any:
        try:
            event = await server.next_event(within=self.client.limits.total)
        except (OSError, h11.RemoteProtocolError):
            event = None
        if isinstance(event, h11.Response | h11.Data | h11.EndOfMessage | h11.InformationalResponse):
            return event
        raise Refusal(502, "Ministage relay: the platform broke off its answer.")


async def delivered(server: Peer, event: Any) -> bool:
    """Whether the platform took it; it may have answered and closed already."""
    try:
        await server.send(event)
    except (OSError, h11.LocalProtocolError):
        return False
    return True


async def both(*ways: Coroutine[Any, Any, None]) -> None:
    """Run them at once; when one fails, the others end with it."""
    tasks = [asyncio.ensure_future(way) for way in ways]
    try:
        await asyncio.gather(*tasks)
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
