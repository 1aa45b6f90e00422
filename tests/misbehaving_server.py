"""A loopback server that misbehaves on purpose, one way per path. Started by tests; listens on 127.0.0.1 only."""

from __future__ import annotations

import gzip
import threading
import time
import zlib
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from email.utils import formatdate
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit

FEED = b"<rss><channel><title>Sample</title><item><title>Taiwan</title><link>https://example.org/1</link></item></channel></rss>"
BOMB = gzip.compress(bytes(20_000_000))
HTML = b"<!DOCTYPE html><html><body>Please sign in</body></html>"


class MisbehavingServer(ThreadingHTTPServer):
    """Keeps what it was asked: `hits` by path, `seen_headers` and `seen_forms` of the last request by path."""

    daemon_threads = True
    block_on_close = False

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.hits: Counter[str] = Counter()
        self.seen_headers: dict[str, dict[str, str]] = {}
        self.seen_forms: dict[str, dict[str, str]] = {}
        self.robots: bytes | None = None
        self.robots_status = 200
        self.other_origin = ""
        # A path that drips sends a piece for each of these.
        self.turns = threading.Semaphore(0)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}"


@contextmanager
def run_server() -> Iterator[MisbehavingServer]:
    """A running server, stopped at the end."""
    server = MisbehavingServer()
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    try:
        yield server
    finally:
        server.shutdown()
        server.server_close()
        thread.join(5)


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: MisbehavingServer

    def log_message(self, *args: object) -> None:
        pass

    def do_GET(self) -> None:
        parts = urlsplit(self.path)
        self.server.hits[parts.path] += 1
        self.server.seen_headers[parts.path] = {name.lower(): value for name, value in self.headers.items()}
        self.query = {key: values[0] for key, values in parse_qs(parts.query).items()}
        self.count = self.server.hits[parts.path]
        handle = getattr(self, "serve_" + parts.path.strip("/").replace("-", "_").replace(".", "_"), self.serve_missing)
        self.close_connection = True
        with suppress(BrokenPipeError, ConnectionResetError):  # The client may have seen enough.
            handle()

    def do_POST(self) -> None:
        path = urlsplit(self.path).path
        self.server.hits[path] += 1
        form = self.rfile.read(int(self.headers.get("Content-Length", "0"))).decode()
        self.server.seen_forms[path] = {key: values[0] for key, values in parse_qs(form).items()}
        self.close_connection = True
        if path == "/sign-in":
            self.answer(b'{"access_token": "abc"}')
        elif path == "/sign-in-moved":
            self.answer(status=307, Location="/sign-in")
        else:
            self.answer(b"no", status=503)

    def answer(self, body: bytes = b"", status: int = 200, **headers: str) -> None:
        self.send_response(status)
        self.send_header("Content-Length", str(len(body)))
        for name, value in headers.items():
            self.send_header(name.replace("_", "-"), value)
        self.end_headers()
        self.wfile.write(body)

    def serve_missing(self) -> None:
        self.answer(b"no such page", 404)

    def serve_robots_txt(self) -> None:
        if self.server.robots is None:
            self.answer(b"none", 404)
        else:
            self.answer(self.server.robots, self.server.robots_status)

    def serve_fine(self) -> None:
        self.answer(FEED)

    def serve_gzipped(self) -> None:
        self.answer(gzip.compress(FEED[:50]) + gzip.compress(FEED[50:]), Content_Encoding="gzip")

    def serve_deflated(self) -> None:
        packer = zlib.compressobj(wbits=-zlib.MAX_WBITS)
        self.answer(packer.compress(FEED) + packer.flush(), Content_Encoding="deflate")

    def serve_strange_encoding(self) -> None:
        self.answer(b"x", Content_Encoding="zstd")

    def serve_html(self) -> None:
        self.answer(HTML, Content_Type="text/csv")

    def serve_slow(self) -> None:
        time.sleep(1.5)
        self.answer(FEED)

    def serve_drip_body(self) -> None:
        self.send_response(200)
        self.send_header("Content-Length", "1000")
        self.end_headers()
        self._drip(b"x")

    def serve_drip_head(self) -> None:
        self.wfile.write(b"HTTP/1.1 200 OK\r\n")
        self._drip(b"X-Drip: 1\r\n")

    def _drip(self, piece: bytes) -> None:
        turns = self.server.turns
        for _ in range(200):
            turns.acquire()
            self.wfile.write(piece)
            self.wfile.flush()

    def serve_cut_off(self) -> None:
        self.send_response(200)
        self.send_header("Content-Length", "1000")
        self.end_headers()
        self.wfile.write(b"only this")

    def serve_cut_off_once(self) -> None:
        if self.count == 1:
            self.serve_cut_off()
        else:
            self.answer(FEED)

    def serve_cut_off_chunks(self) -> None:
        self.send_response(200)
        self.send_header("Transfer-Encoding", "chunked")
        self.end_headers()
        self.wfile.write(b"5\r\nabcde\r\n")

    def serve_cut_off_gzip(self) -> None:
        self.answer(gzip.compress(FEED * 50)[:-20], Content_Encoding="gzip")

    def serve_damaged_gzip(self) -> None:
        self.answer(b"\x1f\x8b\x08\x00 no gzip at all", Content_Encoding="gzip")

    def serve_wrong_length(self) -> None:
        # In one piece, so that the bytes beyond the stated length reach the client.
        self.wfile.write(b"HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\n" + FEED)

    def serve_no_answer(self) -> None:
        pass

    def serve_not_http(self) -> None:
        self.wfile.write(b"SSH-2.0-OpenSSH_9.0\r\n")

    def serve_always_500(self) -> None:
        self.answer(b"broken", 500)

    def serve_500_then_200(self) -> None:
        self.answer(FEED if self.count > 1 else b"broken", 200 if self.count > 1 else 500)

    def serve_429_seconds(self) -> None:
        self._answer_busy("7")

    def serve_429_date(self) -> None:
        self._answer_busy(formatdate(time.time() + 20, usegmt=True))

    def serve_429_long(self) -> None:
        self._answer_busy("86400")

    def serve_429_nonsense(self) -> None:
        self._answer_busy("soon")

    def _answer_busy(self, retry_after: str) -> None:
        if self.count > 1:
            self.answer(FEED)
        else:
            self.answer(b"busy", 429, Retry_After=retry_after)

    def serve_huge(self) -> None:
        self.answer(b"x" * 3_000_000)

    def serve_huge_without_length(self) -> None:
        self.send_response(200)
        self.end_headers()
        for _ in range(300):
            self.wfile.write(b"x" * 10_000)

    def serve_says_huge(self) -> None:
        self.send_response(200)
        self.send_header("Content-Length", str(10**12))
        self.end_headers()

    def serve_gzip_bomb(self) -> None:
        self.answer(BOMB, Content_Encoding="gzip")

    def serve_redirect(self) -> None:
        self.answer(b"", int(self.query.get("status", "302")), Location=self.query["to"])

    def serve_redirect_loop(self) -> None:
        self.answer(b"", 301, Location="/redirect-loop")

    def serve_redirect_nowhere(self) -> None:
        self.answer(b"", 302)

    def serve_redirect_elsewhere(self) -> None:
        self.answer(b"", 307, Location=self.server.other_origin + "/fine")
