"""HTTP/1.1 on asyncio with httptools, close enough to the socket to break a reply on purpose.

Ordinary frameworks can't be told to reset a connection half way through a body or to lie about a length, and
those are the replies that a client must survive. Framing is httptools' work; this file owns only the order of
replies on a connection and the ways to spoil one.
"""

from __future__ import annotations

import asyncio
import dataclasses
import http
import socket
import struct
from collections import deque
from collections.abc import Awaitable, Callable
from email.utils import formatdate
from typing import cast

import httptools

BODY_MAX_BYTES = 64 * 1024 * 1024


class Request:
    """One request as it arrived: nothing decoded, nothing normalised."""

    __slots__ = ("method", "target", "path", "query", "headers", "header", "body", "arrived_s")

    def __init__(
        self, method: str, target: str, headers: list[tuple[str, str]], body: bytes, arrived_s: float
    ):
        self.method = method
        self.target = target
        self.path, _, self.query = target.partition("?")
        self.headers = headers
        self.header: dict[str, str] = {}
        for name, value in headers:
            if name in self.header:
                value = f"{self.header[name]},{value}"
            self.header[name] = value
        self.body = body
        self.arrived_s = arrived_s


@dataclasses.dataclass(slots=True)
class Delivery:
    """How a reply is spoiled on its way. `kind` is one of faults.DELIVERIES."""

    kind: str
    delay_s: float = 0.0
    delta_bytes: int = 0


@dataclasses.dataclass(slots=True)
class Reply:
    status: int
    headers: dict[str, str]
    body: bytes
    not_before_s: float = 0.0
    """Loop time before which no byte leaves: latency counts from the request's arrival, as a client sees it."""
    delivery: Delivery | None = None


Handler = Callable[[Request], Awaitable[Reply]]


class Connection(asyncio.Protocol):
    """One client connection: parses requests, answers them in order."""

    def __init__(self, handler: Handler, connections: set[Connection]):
        self._handler = handler
        self._connections = connections
        self._loop = asyncio.get_running_loop()
        self._parser = httptools.HttpRequestParser(self)
        self._transport: asyncio.Transport | None = None
        self._waiting: deque[tuple[Request, bool]] = deque()
        self._task: asyncio.Task[None] | None = None
        self._target = b""
        self._headers: list[tuple[str, str]] = []
        self._chunks: list[bytes] = []
        self._size_bytes = 0
        self._can_write = asyncio.Event()
        self._can_write.set()

    # --- asyncio
    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast(asyncio.Transport, transport)
        self._connections.add(self)

    def connection_lost(self, exc: Exception | None) -> None:
        self._connections.discard(self)
        self._transport = None
        self._can_write.set()

    def pause_writing(self) -> None:
        self._can_write.clear()

    def resume_writing(self) -> None:
        self._can_write.set()

    def data_received(self, data: bytes) -> None:
        try:
            self._parser.feed_data(data)
        except httptools.HttpParserUpgrade:
            self._refuse(400)
        except httptools.HttpParserError:
            self._refuse(400)

    def _refuse(self, status: int) -> None:
        if self._transport is not None:
            self._transport.write(encode_head(status, {"connection": "close"}, 0))
            self._transport.close()

    # --- httptools
    def on_message_begin(self) -> None:
        self._target = b""
        self._headers = []
        self._chunks = []
        self._size_bytes = 0

    def on_url(self, url: bytes) -> None:
        self._target += url

    def on_header(self, name: bytes, value: bytes) -> None:
        self._headers.append((name.decode("latin-1").lower(), value.decode("latin-1")))

    def on_headers_complete(self) -> None:
        if self._transport is not None and any(n == "expect" for n, _ in self._headers):
            self._transport.write(b"HTTP/1.1 100 Continue\r\n\r\n")

    def on_body(self, body: bytes) -> None:
        self._size_bytes += len(body)
        if self._size_bytes > BODY_MAX_BYTES:
            self._refuse(413)
            return
        self._chunks.append(body)

    def on_message_complete(self) -> None:
        request = Request(
            self._parser.get_method().decode("ascii"),
            self._target.decode("latin-1"),
            self._headers,
            b"".join(self._chunks),
            self._loop.time(),
        )
        self._waiting.append((request, self._parser.should_keep_alive()))
        if self._task is None:
            self._task = self._loop.create_task(self._serve())

    # --- replies
    async def _serve(self) -> None:
        try:
            while self._waiting and self._transport is not None:
                request, keep_alive = self._waiting.popleft()
                reply = await self._handler(request)
                wait_s = reply.not_before_s - self._loop.time()
                if wait_s > 0:
                    await asyncio.sleep(wait_s)
                if self._transport is None:
                    return
                await self._deliver(request, reply, keep_alive)
        finally:
            self._task = None

    async def _deliver(self, request: Request, reply: Reply, keep_alive: bool) -> None:
        transport = self._transport
        assert transport is not None
        headers = dict(reply.headers)
        if not keep_alive:
            headers["connection"] = "close"
        body = b"" if request.method == "HEAD" or reply.status in (204, 304) else reply.body
        spoil = reply.delivery
        if spoil is None:
            transport.write(encode_head(reply.status, headers, len(reply.body)) + body)
            await self._can_write.wait()
        else:
            await self._spoil(spoil, reply.status, headers, body)
        if not keep_alive and self._transport is not None:
            transport.close()

    async def _spoil(self, spoil: Delivery, status: int, headers: dict[str, str], body: bytes) -> None:
        transport = self._transport
        assert transport is not None
        half = max(1, len(body) // 2) if body else 0
        if spoil.kind == "reset":
            self._reset()
        elif spoil.kind == "reset_mid_body":
            transport.write(encode_head(status, headers, max(len(body), 1)) + body[:half])
            await asyncio.sleep(spoil.delay_s or 0.02)
            self._reset()
        elif spoil.kind == "truncate":
            transport.write(encode_head(status, headers, max(len(body), 1)) + body[:half])
            transport.close()
        elif spoil.kind == "wrong_content_length":
            transport.write(encode_head(status, headers, max(0, len(body) + spoil.delta_bytes)) + body)
        elif spoil.kind == "slow_first_byte":
            await asyncio.sleep(spoil.delay_s)
            if self._transport is not None:
                transport.write(encode_head(status, headers, len(body)) + body)
        elif spoil.kind == "slow_body":
            transport.write(encode_head(status, headers, len(body)))
            for start in range(0, len(body), max(1, len(body) // 10)):
                await asyncio.sleep(spoil.delay_s / 10)
                if self._transport is None:
                    return
                transport.write(body[start : start + max(1, len(body) // 10)])
        else:
            raise ValueError(f"unknown delivery {spoil.kind}")

    def _reset(self) -> None:
        """Ends the connection with RST rather than FIN: linger zero, then close."""
        if self._transport is None:
            return
        sock = self._transport.get_extra_info("socket")
        if sock is not None:
            sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self._transport.abort()


def encode_head(status: int, headers: dict[str, str], length_bytes: int) -> bytes:
    reason = http.HTTPStatus(status).phrase if status in http.HTTPStatus._value2member_map_ else "Unknown"
    lines = [f"HTTP/1.1 {status} {reason}"]
    lines += [f"{name}: {value}" for name, value in headers.items()]
    if not any(name.lower() == "date" for name in headers):
        lines.append(f"date: {formatdate(usegmt=True)}")
    if status not in (204, 304):
        lines.append(f"content-length: {length_bytes}")
    return ("\r\n".join(lines) + "\r\n\r\n").encode("latin-1")


async def listen(handler: Handler, host: str, port: int) -> tuple[asyncio.Server, int]:
    """Starts accepting; answers the server and the port it got (port 0 asks for a free one)."""
    connections: set[Connection] = set()
    loop = asyncio.get_running_loop()
    server = await loop.create_server(
        lambda: Connection(handler, connections), host, port, backlog=4096, reuse_address=True
    )
    return server, server.sockets[0].getsockname()[1]
