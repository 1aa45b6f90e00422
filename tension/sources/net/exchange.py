"""One HTTP exchange, guarded: the address that was checked is the one connected to; time and bytes are bounded.

Knows sockets and bytes; redirects, retries and robots are tension/sources/net/client.py's. Never writes a log.
"""

from __future__ import annotations

import ipaddress
import logging
import socket
import ssl
import zlib
from collections.abc import Callable, Collection, Iterable, Iterator
from dataclasses import dataclass
from typing import Any

import httpcore
import httpx

IpAddress = ipaddress.IPv4Address | ipaddress.IPv6Address
IpNetwork = ipaddress.IPv4Network | ipaddress.IPv6Network

NAT64 = ipaddress.IPv6Network("64:ff9b::/96")
# Text shrinks to about a tenth; what grows a hundredfold past this size is a bomb.
BOMB_RATIO = 100
BOMB_MIN_BYTES = 10_000_000
HEAD_LIMIT = 100_000
CONNECT_ATTEMPTS = 4

# At DEBUG these libraries write requests and the headers of answers, and a server may echo a key in its Location. By a
# filter and not by a level, which whoever turns debugging on would set anew.
_TALKATIVE = (
    "httpcore",
    *(f"httpcore.{part}" for part in ("connection", "http11", "http2", "proxy", "socks")),
    "httpx",
)


def silence_debugging() -> None:
    """Let nothing below a warning pass from the libraries that this module sends requests with."""
    for name in _TALKATIVE:
        logging.getLogger(name).addFilter(_is_warning)


def _is_warning(record: logging.LogRecord) -> bool:
    return record.levelno >= logging.WARNING


silence_debugging()


class AddressRefused(Exception):
    """The host resolves to an address that may not be reached; trying again would not help."""


class BodyRefused(Exception):
    """The body is larger than allowed or in an encoding that isn't known."""


class ExchangeFailed(Exception):
    """The connection or the answer broke; another try may succeed."""


@dataclass(frozen=True)
class Answer:
    """A server's answer, body decoded; header names in lower case."""

    status_code: int
    headers: httpx.Headers
    body: bytes


@dataclass(frozen=True)
class Limits:
    """Seconds for one connect and one read, and bytes of one body (as sent and as decoded)."""

    connect_seconds: float
    read_seconds: float
    max_bytes: int


def is_public_address(address: IpAddress) -> bool:
    """True for a global unicast address; IPv4 carried in IPv6 (mapped, 6to4, Teredo, NAT64) is judged as itself."""
    carried: list[ipaddress.IPv4Address | None] = []
    if isinstance(address, ipaddress.IPv6Address):
        if address.ipv4_mapped:
            return is_public_address(address.ipv4_mapped)
        if address in NAT64:
            return is_public_address(ipaddress.IPv4Address(int(address) & 0xFFFFFFFF))
        carried = [address.sixtofour, *(address.teredo or ())]
    is_plain = address.is_global and not (address.is_multicast or address.is_reserved or address.is_unspecified)
    return is_plain and all(is_public_address(part) for part in carried if part)


def resolve_addresses(host: str, port: int, allowed: Collection[IpNetwork]) -> list[str]:
    """The host's addresses, all checked; AddressRefused when any of them may not be reached."""
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as error:
        raise ExchangeFailed(f"its address could not be found ({_describe(error)})") from None
    addresses = list(dict.fromkeys(str(entry[4][0]) for entry in found))
    for text in addresses:
        address = ipaddress.ip_address(text)
        if not is_public_address(address) and not any(
            address in network for network in allowed if network.version == address.version
        ):
            raise AddressRefused(f"its address {text} is private, local or reserved; allowed: public addresses")
    return addresses


def exchange(
    request: httpx.Request,
    limits: Limits,
    allowed: Collection[IpNetwork],
    remaining_seconds: Callable[[], float],
    ssl_context: ssl.SSLContext | None,
) -> Answer:
    """Sends a request and reads the whole answer. Raises AddressRefused, BodyRefused or ExchangeFailed.

    `remaining_seconds` bounds every connect and read, so that a server that drips bytes can't hold on.
    """
    backend = _GuardedBackend(allowed, remaining_seconds)
    timeout = {
        "connect": limits.connect_seconds,
        "read": limits.read_seconds,
        "write": limits.read_seconds,
        "pool": limits.connect_seconds,
    }
    url = request.url
    core_request = httpcore.Request(
        request.method,
        httpcore.URL(scheme=url.raw_scheme, host=url.raw_host, port=url.port, target=url.raw_path),
        headers=request.headers.raw,
        content=request.read(),
        extensions={"timeout": timeout},
    )
    try:
        with httpcore.ConnectionPool(ssl_context=ssl_context, network_backend=backend) as pool:
            response = pool.handle_request(core_request)
            try:
                headers = httpx.Headers(response.headers)
                stream = response.stream
                body = read_body(_iterate(stream), headers, limits.max_bytes)
                backend.check_length(headers)
            finally:
                response.close()
    except httpcore.TimeoutException as error:
        raise ExchangeFailed(f"no answer in time ({_describe(error)})") from None
    except httpcore.ProtocolError as error:
        # Its text may quote a header, ours or the server's; only what it says of a cut is safe to repeat.
        cut = str(error) if str(error).startswith("peer closed") else "not valid HTTP"
        raise ExchangeFailed(f"the answer broke off ({cut})") from None
    except (httpcore.NetworkError, httpcore.UnsupportedProtocol, ssl.SSLError) as error:
        raise ExchangeFailed(f"the connection broke ({_describe(error)})") from None
    return Answer(response.status, headers, body)


def read_body(chunks: Iterable[bytes], headers: httpx.Headers, max_bytes: int) -> bytes:
    """The decoded body, never holding more than `max_bytes` of it; ExchangeFailed when it is cut off."""
    encodings = [name.strip().lower() for name in headers.get("content-encoding", "").split(",") if name.strip()]
    encodings = [name for name in encodings if name != "identity"]
    if len(encodings) > 1 or not set(encodings) <= {"gzip", "x-gzip", "deflate"}:
        raise BodyRefused(f"its encoding {', '.join(encodings)[:60]!r} is not allowed; allowed: gzip, deflate")
    declared = headers.get("content-length", "")
    if declared.isdigit() and int(declared) > max_bytes:
        raise BodyRefused(f"its body of {int(declared):,} bytes is too large; allowed: up to {max_bytes:,}")
    decoder = _Decoder(encodings[0] if encodings else "", max_bytes)
    body = bytearray()
    for chunk in chunks:
        for piece in decoder.feed(chunk):
            body += piece
    decoder.finish()
    return bytes(body)


class _Decoder:
    """Decodes as it reads and stops at the caps, so that a bomb is never unpacked."""

    def __init__(self, encoding: str, max_bytes: int) -> None:
        self._encoding = encoding
        self._max_bytes = max_bytes
        self._wire_count = self._decoded_count = 0
        self._inflater = zlib.decompressobj(zlib.MAX_WBITS | 32) if encoding else None

    def feed(self, chunk: bytes) -> Iterator[bytes]:
        self._wire_count += len(chunk)
        self._check(self._wire_count)
        if self._inflater is None:
            yield chunk
            return
        rest = chunk
        while rest:
            piece, rest = self._inflate(rest)
            self._decoded_count += len(piece)
            self._check(self._decoded_count)
            if self._decoded_count > max(BOMB_MIN_BYTES, self._wire_count * BOMB_RATIO):
                raise BodyRefused("its compressed body unpacks to far more than it should; refused")
            yield piece

    def finish(self) -> None:
        if self._inflater and self._wire_count and not self._inflater.eof:
            raise ExchangeFailed("the compressed body is cut off")

    def _inflate(self, data: bytes) -> tuple[bytes, bytes]:
        assert self._inflater is not None  # noqa: S101 (tells the type checker what feed() has checked)
        try:
            if self._inflater.eof:
                # A gzip file may have several members, one after another; other trailing bytes are padding.
                if not data.startswith(b"\x1f\x8b"):
                    return b"", b""
                self._inflater = zlib.decompressobj(zlib.MAX_WBITS | 32)
            piece = self._inflater.decompress(data, 1_000_000)
        except zlib.error as error:
            if self._encoding == "deflate" and self._decoded_count == 0 and self._wire_count == len(data):
                # Some servers send deflate without its zlib frame.
                self._inflater = zlib.decompressobj(-zlib.MAX_WBITS)
                self._encoding = "raw deflate"
                return self._inflate(data)
            raise ExchangeFailed(f"the compressed body is damaged ({_describe(error)})") from None
        return piece, self._inflater.unconsumed_tail or self._inflater.unused_data

    def _check(self, count: int) -> None:
        if count > self._max_bytes:
            raise BodyRefused(f"its body is larger than allowed; allowed: up to {self._max_bytes:,} bytes")


class _GuardedBackend(httpcore.NetworkBackend):
    """Connects only to addresses that it has resolved and checked itself, so that a second lookup can't differ."""

    def __init__(self, allowed: Collection[IpNetwork], remaining_seconds: Callable[[], float]) -> None:
        self._allowed = allowed
        self._remaining_seconds = remaining_seconds
        self._inner = httpcore.SyncBackend()
        self._stream: _GuardedStream | None = None

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore.NetworkStream:
        last_error: Exception = httpcore.ConnectError("no address")
        for address in resolve_addresses(host, port, self._allowed)[:CONNECT_ATTEMPTS]:
            seconds = _bound(timeout, self._remaining_seconds, httpcore.ConnectTimeout)
            try:
                stream = self._inner.connect_tcp(address, port, seconds, local_address, socket_options)
            except (httpcore.ConnectError, httpcore.ConnectTimeout) as error:
                last_error = error
                continue
            self._stream = _GuardedStream(stream, self._remaining_seconds)
            return self._stream
        raise last_error

    def check_length(self, headers: httpx.Headers) -> None:
        """ExchangeFailed when more came than the answer's Content-Length said: one of the two is wrong."""
        declared = headers.get("content-length", "")
        if self._stream and declared.isdigit() and "transfer-encoding" not in headers:
            received = self._stream.received_body_count()
            if received is not None and received > int(declared):
                raise ExchangeFailed(f"{received:,} bytes came where Content-Length says {int(declared):,}")


class _GuardedStream(httpcore.NetworkStream):
    """A stream that gives no read more time than what remains, and counts what came."""

    def __init__(self, inner: httpcore.NetworkStream, remaining_seconds: Callable[[], float]) -> None:
        self._inner = inner
        self._remaining_seconds = remaining_seconds
        self._secured: _GuardedStream | None = None
        self._head = b""
        self._count = 0

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        data = self._inner.read(max_bytes, _bound(timeout, self._remaining_seconds, httpcore.ReadTimeout))
        self._count += len(data)
        if b"\r\n\r\n" not in self._head and len(self._head) < HEAD_LIMIT:
            self._head += data
        return data

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        self._inner.write(buffer, _bound(timeout, self._remaining_seconds, httpcore.WriteTimeout))

    def close(self) -> None:
        self._inner.close()

    def start_tls(
        self, ssl_context: ssl.SSLContext, server_hostname: str | None = None, timeout: float | None = None
    ) -> httpcore.NetworkStream:
        seconds = _bound(timeout, self._remaining_seconds, httpcore.ConnectTimeout)
        inner = self._inner.start_tls(ssl_context, server_hostname, seconds)
        self._secured = _GuardedStream(inner, self._remaining_seconds)
        return self._secured

    def get_extra_info(self, info: str) -> Any:
        return self._inner.get_extra_info(info)

    def received_body_count(self) -> int | None:
        """Bytes that came after the head; None where the head isn't a single one (1xx answers come before it)."""
        if self._secured:
            return self._secured.received_body_count()
        end = self._head.find(b"\r\n\r\n")
        return None if end < 0 or self._head.startswith(b"HTTP/1.1 1") else self._count - end - 4


def _bound(timeout: float | None, remaining_seconds: Callable[[], float], expired: type[Exception]) -> float:
    remaining = remaining_seconds()
    if remaining <= 0:
        raise expired("the total time is used up")
    return remaining if timeout is None else min(timeout, remaining)


def _iterate(stream: object) -> Iterator[bytes]:
    if not isinstance(stream, Iterable):
        raise ExchangeFailed("the answer has no body that can be read")
    yield from stream


def _describe(error: Exception) -> str:
    return f"{type(error).__name__}: {' '.join(str(error).split())}"[:160].rstrip(": ")
