"""The HTTP client against a server that misbehaves on purpose. Nothing here sleeps for long."""

from __future__ import annotations

import ipaddress
import logging
import socket
import threading
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tension.errors import FetchError, FormatError
from tension.sources.net import exchange
from tension.sources.net.client import HttpClient, HttpSettings, parse_retry_after
from tension.sources.rss import adapter as rss
from tests.misbehaving_server import FEED, HTML, MisbehavingServer, run_server

LOOPBACK = ("127.0.0.1/32",)


@pytest.fixture(scope="module")
def running_server() -> Iterator[MisbehavingServer]:
    with run_server() as server:
        yield server


@pytest.fixture
def server(running_server: MisbehavingServer) -> MisbehavingServer:
    running_server.hits.clear()
    running_server.seen_headers.clear()
    running_server.robots, running_server.robots_status = None, 200
    running_server.turns = threading.Semaphore(0)
    return running_server


class Waits(list[float]):
    """Stands in for sleep: notes what was asked and returns at once."""

    def __call__(self, seconds: float) -> None:
        self.append(seconds)


def build_client(waits: Waits | None = None, clock: Callable[[], float] = time.monotonic, **changes: Any) -> HttpClient:
    chosen = {
        "connect_seconds": 1.0, "read_seconds": 0.6, "total_seconds": 200.0, "max_bytes": 1_000_000, "max_attempts": 3,
        "min_interval_seconds": 0.0, "respects_robots": False, "allowed_networks": LOOPBACK,
    } | changes  # fmt: skip
    return HttpClient(
        HttpSettings(**chosen), sleep=Waits() if waits is None else waits, clock=clock, jitter=lambda: 1.0
    )


def get_error(client: HttpClient, url: str, **more: Any) -> str:
    with pytest.raises(FetchError) as caught:
        client.get(url, **more)
    text = str(caught.value)
    assert "\n" not in text
    assert caught.value.__cause__ is None
    return text


@pytest.mark.parametrize("path", ["fine", "gzipped", "deflated"])
def test_a_good_answer_is_given_decoded(server: MisbehavingServer, path: str) -> None:
    assert build_client().get(f"{server.url}/{path}") == FEED
    assert server.seen_headers[f"/{path}"]["user-agent"].startswith("indo-pacific-tension-tracker/")


def test_params_are_added_to_those_of_the_address(server: MisbehavingServer) -> None:
    url = f"{server.url}/redirect?to=/fine"
    assert build_client().get(url, params={"status": "308"}) == FEED


def test_html_in_place_of_a_feed_reaches_the_parser_which_refuses_it(server: MisbehavingServer) -> None:
    raw = build_client().get(f"{server.url}/html")
    assert raw == HTML
    with pytest.raises(FormatError, match="HTML page"):
        rss.parse(raw, datetime.now(UTC))


def test_500_then_200_is_read_after_a_wait(server: MisbehavingServer) -> None:
    waits = Waits()
    assert build_client(waits).get(f"{server.url}/500-then-200") == FEED
    assert waits == [1.0]


def test_500_forever_fails_after_the_allowed_attempts_with_growing_waits(server: MisbehavingServer) -> None:
    waits = Waits()
    text = get_error(build_client(waits), f"{server.url}/always-500")
    assert text == f"{server.url}/always-500: the server answered 500; 3 attempts made"
    assert (server.hits["/always-500"], waits) == (3, [1.0, 2.0])


def test_404_is_not_tried_again(server: MisbehavingServer) -> None:
    assert "answered 404" in get_error(build_client(), f"{server.url}/missing")
    assert server.hits["/missing"] == 1


@pytest.mark.parametrize(
    ("path", "low", "high"), [("429-seconds", 7, 7), ("429-date", 17, 20), ("429-long", 60, 60), ("429-nonsense", 1, 1)]
)
def test_retry_after_is_obeyed_up_to_a_cap(server: MisbehavingServer, path: str, low: float, high: float) -> None:
    waits = Waits()
    assert build_client(waits).get(f"{server.url}/{path}") == FEED
    assert len(waits) == 1
    assert low <= waits[0] <= high


def test_a_wait_longer_than_the_time_left_ends_at_once(server: MisbehavingServer) -> None:
    waits = Waits()
    assert "no time left" in get_error(build_client(waits, total_seconds=5.0), f"{server.url}/429-seconds")
    assert waits == []


@pytest.mark.parametrize(
    ("value", "seconds"),
    [
        ("120", 120),
        ("Sun, 13 Sep 2026 04:00:30 GMT", 30),
        ("Sun, 13 Sep 2026 03:00:00 GMT", 0),
        ("-5", None),
        ("x", None),
        (None, None),
        ("", None),
    ],
)
def test_retry_after_is_read_in_both_forms(value: str | None, seconds: float | None) -> None:
    assert parse_retry_after(value, datetime(2026, 9, 13, 4, 0, tzinfo=UTC)) == seconds


@pytest.mark.parametrize(
    "path",
    ["cut-off", "cut-off-chunks", "cut-off-gzip", "damaged-gzip", "wrong-length", "no-answer", "not-http", "slow"],
)
def test_a_broken_answer_is_tried_again_and_then_given_up(server: MisbehavingServer, path: str) -> None:
    text = get_error(build_client(max_attempts=2), f"{server.url}/{path}")
    assert text.startswith(f"{server.url}/{path}: ")
    assert text.endswith("; 2 attempts made")
    assert server.hits[f"/{path}"] == 2


def test_a_cut_answer_that_is_whole_the_next_time_is_read(server: MisbehavingServer) -> None:
    assert build_client().get(f"{server.url}/cut-off-once") == FEED


@pytest.mark.parametrize("path", ["drip-body", "drip-head"])
def test_the_total_deadline_stops_a_server_that_drips(server: MisbehavingServer, path: str) -> None:
    seconds = 0

    def look_at_clock() -> float:
        """A second goes by with every look, and a piece comes: never too late by itself."""
        nonlocal seconds
        seconds += 1
        server.turns.release()
        return seconds

    assert "no answer in time" in get_error(build_client(total_seconds=50, clock=look_at_clock), f"{server.url}/{path}")
    assert 50 < seconds < 60
    assert server.hits[f"/{path}"] == 1


@pytest.mark.parametrize("path", ["huge", "huge-without-length", "says-huge"])
def test_a_body_larger_than_allowed_is_refused_without_another_try(server: MisbehavingServer, path: str) -> None:
    assert "allowed: up to 1,000,000" in get_error(build_client(), f"{server.url}/{path}")
    assert server.hits[f"/{path}"] == 1


def test_a_gzip_bomb_is_stopped_by_the_cap_and_by_its_ratio(server: MisbehavingServer) -> None:
    assert "larger than allowed" in get_error(build_client(), f"{server.url}/gzip-bomb")
    assert "unpacks to far more" in get_error(build_client(max_bytes=500_000_000), f"{server.url}/gzip-bomb")


def test_an_unknown_encoding_is_refused(server: MisbehavingServer) -> None:
    assert "allowed: gzip, deflate" in get_error(build_client(), f"{server.url}/strange-encoding")


@pytest.mark.parametrize(
    "url",
    ["ftp://example.org/a", "file:///etc/passwd", "javascript:alert(1)", "//example.org", "http://", "http://[::1", ""],
)
def test_only_http_and_https_with_a_host_are_asked(url: str) -> None:
    assert "allowed: http" in get_error(build_client(), url)


@pytest.mark.parametrize(
    "host",
    (
        "127.0.0.1 127.1 2130706433 0x7f000001 localhost 10.0.0.1 192.168.1.1 172.16.0.1 169.254.169.254 100.64.0.1 "
        "0.0.0.0 224.0.0.1 255.255.255.255 [::1] [::] [fe80::1] [fc00::1] [::ffff:127.0.0.1] "
        "[::ffff:169.254.169.254] [64:ff9b::a00:1] [2002:7f00:1::] [ff02::1]"
    ).split(),
)
def test_private_local_and_reserved_addresses_are_refused(host: str) -> None:
    text = get_error(build_client(allowed_networks=(), max_attempts=1), f"http://{host}:9/")
    assert "allowed: public addresses" in text or "could not be found" in text


def test_public_addresses_are_told_from_the_others() -> None:
    for text in ("8.8.8.8", "2606:4700:4700::1111", "::ffff:8.8.8.8", "64:ff9b::808:808"):
        assert exchange.is_public_address(ipaddress.ip_address(text)), text


def fake_resolver(*answers: str) -> Callable[..., list[Any]]:
    """A resolver whose answers for a name change from call to call, as a rebinding name's do."""
    calls = list(answers)

    def resolve(host: str, port: int, *_: object, **__: object) -> list[Any]:
        is_literal = host.replace(".", "").isdigit()
        address = host if is_literal else calls.pop(0)
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, port))]

    return resolve


def test_a_name_that_resolves_to_a_private_address_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(socket, "getaddrinfo", fake_resolver("192.168.0.9"))
    assert "192.168.0.9 is private" in get_error(build_client(allowed_networks=()), "http://news.example/feed")


def test_the_address_connected_to_is_the_one_that_was_checked(
    server: MisbehavingServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    # A second lookup would give an address where nothing listens: that the answer comes shows that there is none.
    monkeypatch.setattr(socket, "getaddrinfo", fake_resolver("127.0.0.1", "127.0.0.2"))
    url = f"http://rebinding.example:{server.server_port}/fine"
    assert build_client(max_attempts=1).get(url) == FEED
    assert server.seen_headers["/fine"]["host"] == f"rebinding.example:{server.server_port}"


def test_of_several_addresses_one_private_spoils_the_name(monkeypatch: pytest.MonkeyPatch) -> None:
    both = [fake_resolver(address)("x", 80)[0] for address in ("93.184.216.34", "10.1.1.1")]
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: both)
    assert "10.1.1.1 is private" in get_error(build_client(), "http://mixed.example/")


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_redirects_are_followed(server: MisbehavingServer, status: int) -> None:
    assert build_client().get(f"{server.url}/redirect?status={status}&to=/fine") == FEED


@pytest.mark.parametrize(
    "target",
    ["http://169.254.169.254/latest/meta-data", "http://127.0.0.2/", "http://10.0.0.1/", "http://[::ffff:10.0.0.1]/"],
)
def test_a_redirect_to_a_private_address_is_refused(server: MisbehavingServer, target: str) -> None:
    text = get_error(build_client(max_attempts=1), f"{server.url}/redirect", params={"to": target})
    assert "allowed: public addresses" in text


@pytest.mark.parametrize(
    "target", ["file:///etc/passwd", "ftp://example.org/", "javascript:alert(1)", "http://u:p@example.org/"]
)
def test_a_redirect_to_another_kind_of_address_is_refused(server: MisbehavingServer, target: str) -> None:
    assert "not allowed" in get_error(build_client(), f"{server.url}/redirect", params={"to": target})


def test_a_redirect_loop_ends_after_five_hops(server: MisbehavingServer) -> None:
    assert "more than 5 redirects" in get_error(build_client(), f"{server.url}/redirect-loop")
    assert server.hits["/redirect-loop"] == 6


def test_a_redirect_without_a_target_is_refused(server: MisbehavingServer) -> None:
    assert "redirect without a target" in get_error(build_client(), f"{server.url}/redirect-nowhere")


def test_credentials_stay_with_their_host(server: MisbehavingServer) -> None:
    headers = {"Authorization": "Bearer s3cret", "X-Api-Key": "s3cret", "Accept": "text/csv"}
    with run_server() as other:
        server.other_origin = other.url
        assert build_client().get(f"{server.url}/redirect-elsewhere", headers=headers) == FEED
        assert server.seen_headers["/redirect-elsewhere"]["authorization"] == "Bearer s3cret"
        seen = other.seen_headers["/fine"]
    assert "s3cret" not in str(seen)
    assert seen["accept"] == "text/csv"


def test_credentials_follow_a_redirect_on_their_own_host(server: MisbehavingServer) -> None:
    build_client().get(f"{server.url}/redirect?to=/fine", headers={"Authorization": "Bearer s3cret"})
    assert server.seen_headers["/fine"]["authorization"] == "Bearer s3cret"


@pytest.mark.parametrize(
    "path",
    "missing always-500 cut-off not-http slow huge redirect-loop redirect gzip-bomb strange-encoding".split(),
)
def test_no_secret_is_ever_in_an_error_or_a_log(
    server: MisbehavingServer, caplog: pytest.LogCaptureFixture, path: str
) -> None:
    caplog.set_level(logging.DEBUG)
    params = {"key": "s3cret-key", "email": "someone@s3cret.example", "to": "http://10.0.0.1/?token=s3cret-token"}
    text = get_error(
        build_client(max_attempts=2),
        f"{server.url}/{path}?password=s3cret",
        params=params,
        headers={"Authorization": "s3cret"},
    )
    assert "s3cret" not in text + caplog.text


def test_debugging_the_libraries_that_send_requests_shows_no_secret(
    server: MisbehavingServer, caplog: pytest.LogCaptureFixture
) -> None:
    names = [name for name in logging.root.manager.loggerDict if name.startswith(("http", "urllib3", "anyio"))]
    for name in ["", *names]:
        caplog.set_level(logging.DEBUG, logger=name)
    to = "/fine?token=s3cret-token"
    params, headers = {"key": "s3cret-key", "to": to}, {"Authorization": "Bearer s3cret", "X-Key": "s3cret"}
    assert build_client().get(f"{server.url}/redirect", params=params, headers=headers)
    assert build_client().post_form(f"{server.url}/sign-in", {"password": "s3cret"})
    assert "s3cret" not in caplog.text


@pytest.mark.parametrize(
    ("url", "headers"),
    [
        ("https://user:s3cret@example.org/", {}),
        ("https://exa mple.org/?key=s3cret", {}),
        ("http://127.0.0.1:1/", {"X": "s3cret\nY"}),
    ],
)
def test_a_request_that_cannot_be_made_says_nothing_of_its_secrets(url: str, headers: dict[str, str]) -> None:
    assert "s3cret" not in get_error(build_client(max_attempts=1), url, headers=headers)


def test_robots_are_asked_once_and_obeyed(server: MisbehavingServer) -> None:
    server.robots = b"User-agent: *\nDisallow: /huge\n"
    client = build_client(respects_robots=True)
    assert client.get(f"{server.url}/fine") == FEED
    assert "robots.txt doesn't allow it" in get_error(client, f"{server.url}/huge")
    assert (server.hits["/robots.txt"], server.hits["/huge"]) == (1, 0)


def test_robots_that_name_this_client_are_obeyed_on_a_redirect_too(server: MisbehavingServer) -> None:
    server.robots = b"User-agent: indo-pacific-tension-tracker\nDisallow: /fine\n"
    assert "robots.txt doesn't allow it" in get_error(
        build_client(respects_robots=True), f"{server.url}/redirect?to=/fine"
    )
    assert server.hits["/fine"] == 0


def test_no_robots_file_allows_and_a_broken_one_forbids(server: MisbehavingServer) -> None:
    assert build_client(respects_robots=True).get(f"{server.url}/fine") == FEED
    server.robots, server.robots_status = b"oops", 503
    text = get_error(build_client(respects_robots=True), f"{server.url}/fine")
    assert text.startswith("robots.txt could not be read, so nothing is fetched")


@pytest.mark.parametrize(
    ("rules", "path", "is_allowed"),
    [
        # RFC 9309, 2.2.2: the most octets decide, and of two that are equal the one that allows.
        ("Allow: /\nDisallow: /redirect", "/redirect?to=/fine", False),
        ("Disallow: /\nAllow: /fine", "/fine", True),
        ("Disallow: /fine\nAllow: /fine", "/fine", True),
        # RFC 9309, 2.2.3: * stands for any characters, $ for the end.
        ("Disallow: /*?to=", "/redirect?to=/fine", False),
        ("Disallow: /f*e$", "/fine", False),
        ("Disallow: /f*e$", "/fine?page=2", True),
        ("Disallow: /*n", "/fine", False),
        ("Disallow: /fi%6ee", "/fine", False),
        ("Disallow:", "/fine", True),
        # RFC 9309, 2.2.1: groups of one name are one, and its own group goes before that of all.
        ("Disallow: /\n\nUser-agent: Indo-Pacific-Tension-Tracker\nAllow: /", "/fine", True),
        ("Allow: /\n\nUser-agent: indo-pacific-tension-tracker\nUser-agent: other\nDisallow: /", "/fine", False),
    ],
)
def test_rules_of_robots_are_read_as_their_standard_says(
    server: MisbehavingServer, rules: str, path: str, is_allowed: bool
) -> None:
    server.robots = f"User-agent: *\n{rules}\n".encode()
    client = build_client(respects_robots=True)
    if is_allowed:
        assert client.get(f"{server.url}{path}") == FEED
    else:
        assert "robots.txt doesn't allow it" in get_error(client, f"{server.url}{path}")


def test_rules_made_to_hang_a_reader_are_read_at_once(server: MisbehavingServer) -> None:
    server.robots = b"User-agent: *\n" + b"".join(b"Disallow: /" + b"*a" * n + b"b$\n" for n in range(1, 400))
    client, used = build_client(respects_robots=True), time.process_time()
    assert client.get(f"{server.url}/fine?{'a' * 2_000}") == FEED
    assert time.process_time() - used < 2


def test_a_host_called_with_a_key_of_its_own_may_be_exempt_from_robots(server: MisbehavingServer) -> None:
    server.robots = b"User-agent: *\nDisallow: /\n"
    client = build_client(respects_robots=True, robots_exempt_hosts=frozenset({"127.0.0.1"}))
    assert client.get(f"{server.url}/fine") == FEED


def test_a_form_is_sent_once_and_its_answer_read(server: MisbehavingServer) -> None:
    assert build_client().post_form(f"{server.url}/sign-in", {"password": "a b&c"}) == b'{"access_token": "abc"}'
    assert server.seen_forms["/sign-in"] == {"password": "a b&c"}


@pytest.mark.parametrize("path", ["/sign-in-moved", "/sign-in-broken"])
def test_a_form_is_neither_redirected_nor_sent_again_and_stays_out_of_the_error(
    server: MisbehavingServer, path: str
) -> None:
    hits = server.hits["/sign-in"]
    with pytest.raises(FetchError) as caught:
        build_client().post_form(f"{server.url}{path}", {"password": "hunter2"})
    assert (server.hits[path], server.hits["/sign-in"]) == (1, hits)
    assert "hunter2" not in str(caught.value)


def test_a_form_goes_only_over_https_to_the_outside() -> None:
    with pytest.raises(FetchError, match="https:// addresses only"):
        HttpClient().post_form("http://example.org/sign-in", {"password": "x"})


def test_requests_to_one_host_keep_their_distance(server: MisbehavingServer) -> None:
    waits = Waits()
    client = build_client(waits, min_interval_seconds=2.0)
    client.get(f"{server.url}/fine")
    client.get(f"{server.url}/fine")
    assert len(waits) == 1
    assert 1.5 < waits[0] <= 2.0


def test_a_crawl_delay_of_the_site_lengthens_the_distance(server: MisbehavingServer) -> None:
    server.robots = b"User-agent: *\nCrawl-delay: 9\n"
    waits = Waits()
    client = build_client(waits, respects_robots=True)
    client.get(f"{server.url}/fine")
    client.get(f"{server.url}/fine")
    assert 8.5 < waits[-1] <= 9.0


def test_a_closed_port_is_a_fetch_error() -> None:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    assert "ConnectError" in get_error(build_client(max_attempts=1), f"http://127.0.0.1:{port}/")


def test_a_name_that_does_not_exist_is_a_fetch_error(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object, **__: object) -> None:
        raise socket.gaierror(-2, "Name or service not known")

    monkeypatch.setattr(socket, "getaddrinfo", fail)
    assert "could not be found" in get_error(build_client(max_attempts=1), "http://no-such-host.invalid/")


@settings(max_examples=200, deadline=None)
@given(st.text(max_size=60))
def test_no_address_brings_out_anything_but_a_fetch_error(text: str) -> None:
    # Only the reading of the address: a text that happens to name a host isn't looked up.
    with pytest.raises(FetchError):
        build_client(max_attempts=0).get(text)


@settings(max_examples=200, deadline=None)
@given(st.binary(max_size=200), st.sampled_from(["", "gzip", "deflate", "br", "gzip, gzip", "identity"]))
def test_no_body_brings_out_anything_but_a_refusal(body: bytes, encoding: str) -> None:
    try:
        read = exchange.read_body([body], exchange.httpx.Headers({"content-encoding": encoding}), 10_000)
    except (exchange.BodyRefused, exchange.ExchangeFailed):
        return
    assert encoding in ("gzip", "deflate") or read == body
