"""The relay's listener: takes CONNECT for the allowed names, ends TLS itself, and never dials but the platform."""

import asyncio
import logging
import signal
import socket
from collections.abc import Callable, Coroutine
from typing import Any, TypeVar

import h11

from platform_site.management.relay.authority import Contexts
from platform_site.management.relay.exchange import Exchange, Platform
from platform_site.management.relay.peers import Gone, Limits, Peer, Refusal, Streams, close, secured

Answer = TypeVar("Answer")
log = logging.getLogger(__name__)
ENDED = (OSError, TimeoutError, Gone, h11.ProtocolError)  # how a talk may end without being anybody's fault here
ESTABLISHED = b"HTTP/1.1 200 Connection established\r\n\r\n"


class Relay:
    """One listening relay."""

    def __init__(self, platform: Platform, contexts: Contexts, hosts: list[str], limits: Limits | None = None) -> None:
        self.platform = platform
        self.contexts = contexts
        self.hosts = hosts
        self.limits = limits or Limits()
        self.talks: set[asyncio.Task[None]] = set()

    async def serve(self, listener: socket.socket, *, ready: Callable[[], None]) -> None:
        """Relay until SIGTERM or SIGINT; whatever is under way then is cut."""
        stopping = asyncio.Event()
        for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
            asyncio.get_running_loop().add_signal_handler(number, stopping.set)
        server = await asyncio.start_server(self.talk, sock=listener, limit=self.limits.head)
        ready()
        await stopping.wait()
        server.close()
        for talk in self.talks:
            talk.cancel()
        await asyncio.gather(*self.talks, return_exceptions=True)

    async def talk(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """One connection, from CONNECT to its end."""
        task = asyncio.current_task()
        assert task is not None  # noqa: S101 -- for the type checker
        self.talks.add(task)
        try:
            await self._talk(Peer(h11.SERVER, Streams(reader, writer), self.limits), writer)
        except asyncio.CancelledError:
            log.debug("a talk was cut: the relay stops")
        except ENDED as problem:
            log.debug("a talk ended: %r", problem)
        except Exception:  # a fault of ours in one connection is not the end of the others
            log.exception("a talk failed")
        finally:
            self.talks.discard(task)
            writer.transport.abort()

    async def _talk(self, front: Peer, writer: asyncio.StreamWriter) -> None:
        host = await answered(front, self._asked(front))
        if host is None:
            await close(writer)
            return
        peer = writer.get_extra_info("peername")[0]
        writer.write(ESTABLISHED)  # not drained: from here on every byte of the client belongs to TLS
        try:
            inside = await secured(writer, self.contexts.of(host), self.limits)
        except OSError as problem:
            log.warning("no TLS with a client of %s (%s). Has it sourced relay.env?", host, problem)
            return
        tunnel = Peer(h11.SERVER, inside, self.limits)
        while await answered(tunnel, self._relayed(tunnel, host, peer)):
            tunnel.http.start_next_cycle()
        await close(inside.writer)

    async def _asked(self, front: Peer) -> str:
        """The name in CONNECT, if it is one of ours on port 443."""
        if len(self.talks) > self.limits.connections:
            raise Refusal(503, "Ministage relay: too many connections at once. Try again.")
        async with asyncio.timeout(self.limits.handshake):
            request = await front.next_event()
        if not isinstance(request, h11.Request):
            raise Gone
        target = request.target.decode("latin-1").lower()
        if request.method != b"CONNECT":
            raise Refusal(405, "Ministage relay: this is a proxy for https:// only (CONNECT).")
        if front.http.trailing_data[0]:
            raise Refusal(400, "Ministage relay: nothing may follow CONNECT before it is answered.")
        if target not in {f"{host}:443" for host in self.hosts}:
            log.warning("refused: %r is not one of the hosts that lead here", target[:100])
            raise Refusal(403, f"Ministage relay: nothing but {', '.join(self.hosts)} (port 443) is reached from here.")
        return target.removesuffix(":443")

    async def _relayed(self, tunnel: Peer, host: str, peer: str) -> bool:
        """Carry one request; whether another one may follow in this tunnel."""
        request = await tunnel.next_event()
        if not isinstance(request, h11.Request):
            return False
        await Exchange(tunnel, self.platform, host, peer).run(request)
        return tunnel.http.our_state is h11.DONE and tunnel.http.their_state is h11.DONE


async def answered(peer: Peer, work: Coroutine[Any, Any, Answer]) -> Answer | None:
    """What `work` returns. Where it is refused the client is told why, and it is None."""
    try:
        return await work
    except Refusal as refusal:
        await peer.refuse(refusal)
    except h11.RemoteProtocolError as problem:
        await peer.refuse(Refusal(problem.error_status_hint, f"Ministage relay: this is no HTTP ({problem})."))
    return None
