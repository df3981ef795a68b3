"""One side of the relay's talk: HTTP/1.1 by h11, with a limit on every wait."""

import asyncio
import contextlib
import socket
import ssl
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any, Protocol

import h11

PIECE = 64 * 1024
LINGER = 2.0  # seconds


@dataclass(frozen=True)
class Limits:
    """How much and how long the relay bears; seconds and bytes."""

    connections: int = 128
    head: int = 32 * 1024
    body: int = 64 * 1024 * 1024  # above what the platform takes, so that it is the platform that refuses
    handshake: float = 10.0  # until CONNECT is read, and again until TLS stands
    idle: float = 60.0  # between two requests, and for one read or write
    total: float = 600.0  # for one request and its answer


class Refusal(Exception):  # noqa: N818 -- named like the kernel's
    """An answer of the relay itself: an HTTP status code and a sentence."""

    def __init__(self, code: int, sentence: str) -> None:
        super().__init__(sentence)
        self.code = code
        self.sentence = sentence


class Gone(Exception):  # noqa: N818
    """The other side has ended where it should have gone on."""


class Wire(Protocol):
    """What carries the bytes of one side."""

    async def read(self) -> bytes: ...
    async def write(self, data: bytes) -> None: ...
    def end(self) -> None: ...
    def abort(self) -> None: ...


class Streams:
    """A client's side: asyncio's streams, plain or with TLS."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.reader, self.writer = reader, writer

    async def read(self) -> bytes:
        return await self.reader.read(PIECE)

    async def write(self, data: bytes) -> None:
        self.writer.write(data)
        await self.writer.drain()

    def end(self) -> None:
        if self.writer.can_write_eof():  # not with TLS
            self.writer.write_eof()

    def abort(self) -> None:
        self.writer.transport.abort()


class Plain:
    """The platform's side: a bare socket. Streams would lose an answer that came before they failed to write."""

    def __init__(self, bare: socket.socket) -> None:
        self.bare = bare

    async def read(self) -> bytes:
        return await asyncio.get_running_loop().sock_recv(self.bare, PIECE)

    async def write(self, data: bytes) -> None:
        await asyncio.get_running_loop().sock_sendall(self.bare, data)

    def end(self) -> None:
        self.bare.shutdown(socket.SHUT_WR)

    def abort(self) -> None:
        self.bare.close()


class Peer:
    """One side: an h11 connection and what carries it."""

    def __init__(self, role: type[h11.CLIENT] | type[h11.SERVER], wire: Wire, limits: Limits) -> None:
        self.http = h11.Connection(role, max_incomplete_event_size=limits.head)
        self.wire = wire
        self.limits = limits

    async def next_event(self, *, within: float | None = None) -> Any:
        """The next event of the other side; `h11.RemoteProtocolError`, `TimeoutError` and `OSError` pass through."""
        while (event := self.http.next_event()) is h11.NEED_DATA:
            if self.http.they_are_waiting_for_100_continue:
                await self.send(h11.InformationalResponse(status_code=100, headers=[], reason="Continue"))
            async with asyncio.timeout(within or self.limits.idle):
                self.http.receive_data(await self.wire.read())
        if isinstance(event, h11.Request) and size_of(event) > self.limits.head:
            raise Refusal(431, f"Ministage relay: the head is larger than {self.limits.head} bytes.")
        return event

    async def send(self, event: Any) -> None:
        if data := self.http.send(event):
            async with asyncio.timeout(self.limits.idle):
                await self.wire.write(data)

    def can_answer(self) -> bool:
        return self.http.our_state in (h11.IDLE, h11.SEND_RESPONSE)

    async def refuse(self, refusal: Refusal) -> None:
        """The sentence, and the end of this connection. Where an answer has begun it is cut, so that it looks cut."""
        if not self.can_answer():
            self.wire.abort()
            return
        body = (refusal.sentence + "\n").encode()
        headers = [("Content-Type", "text/plain; charset=utf-8"), ("Content-Length", str(len(body)))]
        headers += [("Connection", "close")] + ([("Allow", "CONNECT")] if refusal.code == 405 else [])
        reason = HTTPStatus(refusal.code).phrase
        await self.send(h11.Response(status_code=refusal.code, headers=headers, reason=reason))
        with contextlib.suppress(h11.LocalProtocolError):  # the answer to HEAD has no body
            await self.send(h11.Data(data=body))
        self.wire.end()
        await self._read_the_rest()

    async def _read_the_rest(self) -> None:
        """Closing on what is unread would take the sentence away again, so it is read for a moment."""
        with contextlib.suppress(h11.RemoteProtocolError):
            if isinstance(self.http.next_event(), h11.EndOfMessage):
                return
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(LINGER):
                while await self.wire.read():
                    pass


def size_of(request: h11.Request) -> int:
    return len(request.target) + sum(len(name) + len(value) + 4 for name, value in request.headers)


async def secured(writer: asyncio.StreamWriter, context: ssl.SSLContext, limits: Limits) -> Streams:
    """New streams: those of `writer` with TLS in between. Nothing of the client may have been read beyond its head."""
    loop = asyncio.get_running_loop()
    reader = asyncio.StreamReader(limit=PIECE, loop=loop)
    protocol = asyncio.StreamReaderProtocol(reader, loop=loop)
    transport = await loop.start_tls(
        writer.transport,
        protocol,
        context,
        server_side=True,
        ssl_handshake_timeout=limits.handshake,
        ssl_shutdown_timeout=LINGER,
    )
    if transport is None:
        raise Gone
    protocol.connection_made(transport)
    return Streams(reader, asyncio.StreamWriter(transport, protocol, reader, loop))


async def close(writer: asyncio.StreamWriter, *, within: float = LINGER) -> None:
    """End politely what can be ended politely, else at once."""
    with contextlib.suppress(OSError, TimeoutError):
        async with asyncio.timeout(within):
            writer.close()
            await writer.wait_closed()
            return
    writer.transport.abort()
