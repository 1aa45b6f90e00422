"""The one HTTP client: polite (robots, pace, Retry-After), bounded (time, bytes, hops), closed to private addresses.

Raises FetchError only, in one line that never holds a query string, a header or a body.
"""

from __future__ import annotations

import ipaddress
import random
import re
import ssl
import threading
import time
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

import httpx
from protego import Protego

from tension.errors import FetchError
from tension.sources.net.exchange import (
    AddressRefused,
    Answer,
    BodyRefused,
    ExchangeFailed,
    IpNetwork,
    Limits,
    exchange,
)

USER_AGENT = "indo-pacific-tension-tracker/0.1"
MAX_REDIRECTS = 5
MAX_ROBOTS_BYTES = 512_000
MAX_CRAWL_DELAY_SECONDS = 30.0
RETRY_STATUS_CODES = frozenset({408, 425, 429, 500, 502, 503, 504})
REDIRECT_STATUS_CODES = frozenset({301, 302, 303, 307, 308})
# Headers that may follow a redirect to another host; all others may hold a credential.
HARMLESS_HEADERS = frozenset({"accept", "accept-language"})


@dataclass(frozen=True)
class HttpSettings:
    """Seconds, counts and bytes that bound the client.

    `total_seconds` bounds one `get` with its redirects, retries and waits. `allowed_networks` names private networks
    that may be reached all the same ("127.0.0.1/32"). `robots_exempt_hosts`: hosts whose API is called with the
    user's own key, where robots.txt (made for crawlers) doesn't apply.
    """

    connect_seconds: float = 10.0
    read_seconds: float = 30.0
    total_seconds: float = 300.0
    max_bytes: int = 256_000_000
    max_attempts: int = 4
    backoff_seconds: float = 1.0
    max_wait_seconds: float = 60.0
    min_interval_seconds: float = 1.0
    respects_robots: bool = True
    robots_exempt_hosts: frozenset[str] = frozenset()
    allowed_networks: tuple[str, ...] = ()


class _Retryable(Exception):
    """A failure that may pass; `wait_seconds` is what the server asked for."""

    def __init__(self, message: str, wait_seconds: float | None = None) -> None:
        super().__init__(message)
        self.wait_seconds = wait_seconds


@dataclass
class _Host:
    """What is known of one host: its robots.txt and when it was last asked."""

    lock: threading.Lock = field(default_factory=threading.Lock)
    robots: Protego | None = None
    next_turn: float = 0.0


class HttpClient:
    """Reads over HTTP as HttpReader asks. Safe to share between threads; one request to a host at a time."""

    def __init__(
        self,
        settings: HttpSettings | None = None,
        *,
        sleep: Callable[[float], None] = time.sleep,
        clock: Callable[[], float] = time.monotonic,
        jitter: Callable[[], float] = random.random,
    ) -> None:
        self._settings = settings or HttpSettings()
        self._sleep, self._clock, self._jitter = sleep, clock, jitter
        self._allowed: Collection[IpNetwork] = [ipaddress.ip_network(n) for n in self._settings.allowed_networks]
        self._ssl_context: ssl.SSLContext | None = None
        self._hosts: dict[str, _Host] = {}
        self._hosts_lock = threading.Lock()

    def get(
        self, url: str, *, params: Mapping[str, str] | None = None, headers: Mapping[str, str] | None = None
    ) -> bytes:
        """The body of a successful answer, decoded from gzip or deflate; raises FetchError."""
        target = _parse_url(url, params)
        deadline = self._clock() + self._settings.total_seconds
        answer = self._fetch(target, dict(headers or {}), deadline, self._settings.max_bytes, is_robots=False)
        if not 200 <= answer.status_code < 300:
            raise FetchError(f"{describe_url(target)}: the server answered {answer.status_code}")
        return answer.body

    def post_form(self, url: str, data: Mapping[str, str]) -> bytes:
        """The body of the answer to a form (an API's sign-in), sent once and only where `url` says; raises FetchError.

        Neither retried nor redirected: the form holds a password. No error holds any of it.
        """
        target = _parse_url(url)
        if target.scheme != "https" and not self._allowed:
            raise FetchError(f"{describe_url(target)}: a form is sent to https:// addresses only")
        try:
            answer = self._ask(
                target, {}, self._clock() + self._settings.total_seconds, self._settings.max_bytes, form=data
            )
        except _Retryable as error:
            raise FetchError(str(error)) from None
        if not 200 <= answer.status_code < 300:
            raise FetchError(f"{describe_url(target)}: the server answered {answer.status_code}")
        return answer.body

    def wait(self, seconds: float) -> None:
        """Pause before a server that refuses is asked again."""
        self._sleep(seconds)

    def _fetch(
        self, url: httpx.URL, headers: dict[str, str], deadline: float, max_bytes: int, *, is_robots: bool
    ) -> Answer:
        attempts = self._settings.max_attempts
        for attempt in range(1, attempts + 1):
            try:
                return self._follow(url, headers, deadline, max_bytes, is_robots=is_robots)
            except _Retryable as error:
                wait = self._choose_wait(attempt, error.wait_seconds)
                if attempt == attempts:
                    raise FetchError(f"{error}; {attempts} attempts made") from None
                if self._clock() + wait >= deadline:
                    raise FetchError(f"{error}; no time left for another attempt") from None
                self._sleep(wait)
        raise FetchError(f"{describe_url(url)}: no attempt was allowed")

    def _choose_wait(self, attempt: int, asked_seconds: float | None) -> float:
        if asked_seconds is not None:
            return min(max(asked_seconds, 0.0), self._settings.max_wait_seconds)
        backoff = self._settings.backoff_seconds * float(2 ** (attempt - 1))
        return min(backoff * (0.5 + self._jitter() / 2), self._settings.max_wait_seconds)

    def _follow(
        self, url: httpx.URL, headers: dict[str, str], deadline: float, max_bytes: int, *, is_robots: bool
    ) -> Answer:
        first = url
        for _ in range(MAX_REDIRECTS + 1):
            if not is_robots:
                self._check_robots(url, deadline)
            answer = self._ask(url, headers, deadline, max_bytes)
            if answer.status_code in RETRY_STATUS_CODES:
                wait = parse_retry_after(answer.headers.get("retry-after"), datetime.now(UTC))
                raise _Retryable(f"{describe_url(url)}: the server answered {answer.status_code}", wait)
            if answer.status_code not in REDIRECT_STATUS_CODES:
                return answer
            onward = _join_redirect(url, answer.headers.get("location", ""))
            if _origin(onward) != _origin(url):
                headers = {name: value for name, value in headers.items() if name.lower() in HARMLESS_HEADERS}
            url = onward
        raise FetchError(f"{describe_url(first)}: more than {MAX_REDIRECTS} redirects")

    def _ask(
        self,
        url: httpx.URL,
        headers: dict[str, str],
        deadline: float,
        max_bytes: int,
        *,
        form: Mapping[str, str] | None = None,
    ) -> Answer:
        settings = self._settings
        own = {"User-Agent": USER_AGENT, "Accept": "*/*", "Accept-Encoding": "gzip, deflate", "Connection": "close"}
        chosen = own | {name: value for name, value in headers.items() if name.lower() not in ("host", "connection")}
        try:
            method = "GET" if form is None else "POST"
            request = httpx.Request(method, url, headers=_merge_headers(chosen), data=form)
        except (ValueError, TypeError):
            # The library's message would quote the header.
            raise FetchError(f"{describe_url(url)}: a request header can't be sent") from None
        host = self._get_host(url)
        with host.lock:
            self._wait_turn(host, deadline, url)
            try:
                return exchange(
                    request,
                    Limits(settings.connect_seconds, settings.read_seconds, max_bytes),
                    self._allowed,
                    lambda: deadline - self._clock(),
                    self._get_ssl_context() if url.scheme == "https" else None,
                )
            except (AddressRefused, BodyRefused) as error:
                raise FetchError(f"{describe_url(url)}: {error}") from None
            except ExchangeFailed as error:
                raise _Retryable(f"{describe_url(url)}: {error}") from None
            finally:
                host.next_turn = self._clock() + self._interval(host)

    def _get_ssl_context(self) -> ssl.SSLContext:
        # Reading the certificates takes longer than many a request, so it is done once.
        self._ssl_context = self._ssl_context or httpx.create_ssl_context()
        return self._ssl_context

    def _get_host(self, url: httpx.URL) -> _Host:
        with self._hosts_lock:
            return self._hosts.setdefault(_origin(url), _Host())

    def _interval(self, host: _Host) -> float:
        asked = host.robots.crawl_delay(USER_AGENT) if host.robots else None
        return max(self._settings.min_interval_seconds, min(float(asked or 0), MAX_CRAWL_DELAY_SECONDS))

    def _wait_turn(self, host: _Host, deadline: float, url: httpx.URL) -> None:
        wait = host.next_turn - self._clock()
        if wait > 0:
            if self._clock() + wait >= deadline:
                raise FetchError(f"{describe_url(url)}: no time left to wait for its turn")
            self._sleep(wait)

    def _check_robots(self, url: httpx.URL, deadline: float) -> None:
        if not self._settings.respects_robots or url.host in self._settings.robots_exempt_hosts:
            return
        host = self._get_host(url)
        if host.robots is None:
            host.robots = self._load_robots(url, deadline)
        if not host.robots.can_fetch(str(url), USER_AGENT):
            raise FetchError(f"{describe_url(url)}: the site's robots.txt doesn't allow it")

    def _load_robots(self, url: httpx.URL, deadline: float) -> Protego:
        """RFC 9309: no robots.txt (4xx) allows all; one that can't be read allows nothing for now."""
        target = url.copy_with(raw_path=b"/robots.txt", fragment=None)
        try:
            answer = self._fetch(target, {}, deadline, MAX_ROBOTS_BYTES, is_robots=True)
        except FetchError as error:
            raise FetchError(f"robots.txt could not be read, so nothing is fetched: {error}") from None
        if 200 <= answer.status_code < 300:
            return Protego.parse(answer.body.decode("utf-8-sig", "replace"))
        if 400 <= answer.status_code < 500:
            return Protego.parse("")
        raise FetchError(f"{describe_url(target)}: the server answered {answer.status_code}, so nothing is fetched")


def describe_url(url: httpx.URL) -> str:
    """Scheme, host and path: never the query, where keys and tokens stand, nor a user name."""
    port = f":{url.port}" if url.port else ""
    return f"{url.scheme}://{url.host}{port}{url.path}"[:300]


def parse_retry_after(value: str | None, now_utc: datetime) -> float | None:
    """Seconds that a Retry-After header (a number or an HTTP date) asks to wait; None where it can't be read."""
    if value is None:
        return None
    if re.fullmatch(r"\d{1,9}", value.strip()):
        return float(value)
    try:
        at = parsedate_to_datetime(value)
    except (ValueError, TypeError, OverflowError):
        return None
    stated = at if at.tzinfo else at.replace(tzinfo=UTC)
    return max((stated - now_utc).total_seconds(), 0.0)


def _parse_url(url: str, params: Mapping[str, str] | None = None) -> httpx.URL:
    try:
        parsed = httpx.URL(url.strip())
        target = parsed.copy_merge_params(dict(params)) if params else parsed
    except (httpx.InvalidURL, ValueError, TypeError):
        # Not quoted: what can't be parsed can't be cleared of secrets either.
        raise FetchError("an address can't be read as a URL; allowed: http:// or https:// and a host") from None
    if target.scheme not in ("http", "https"):
        raise FetchError(f"{target.scheme or 'no scheme'}: this kind of address is not allowed; allowed: http, https")
    if not target.host:
        raise FetchError("an address without a host is not allowed; allowed: http:// or https:// and a host")
    if target.userinfo:
        raise FetchError(f"{describe_url(target)}: a user name in the address is not allowed")
    return target.copy_with(fragment=None)


def _join_redirect(url: httpx.URL, location: str) -> httpx.URL:
    if not location:
        raise FetchError(f"{describe_url(url)}: a redirect without a target")
    try:
        onward = url.join(location)
    except (httpx.InvalidURL, ValueError):
        raise FetchError(f"{describe_url(url)}: a redirect to an address that can't be read") from None
    try:
        return _parse_url(str(onward))
    except FetchError as error:
        raise FetchError(f"{describe_url(url)}: redirect refused: {error}") from None


def _origin(url: httpx.URL) -> str:
    port = url.port or (443 if url.scheme == "https" else 80)
    return f"{url.scheme}://{url.host}:{port}"


def _merge_headers(headers: Mapping[str, str]) -> dict[str, str]:
    # The last of two spellings of one name wins, so that a caller's 'accept' replaces our 'Accept'.
    return dict({name.lower(): (name, value) for name, value in headers.items()}.values())
