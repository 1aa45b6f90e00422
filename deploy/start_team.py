"""Starts a team's server on one machine: two replicas of the app, nginx before them, and the refresh on a timer.

Run from the project's root: python deploy/start_team.py [--refresh-hours 12]. Ends, with all that it started, when it
is told to (SIGTERM, Ctrl+C) or when one of them ends by itself. nginx.conf beside it says the ports.
"""

from __future__ import annotations

import argparse
import os
import secrets
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import urllib.request
from pathlib import Path
from urllib.error import URLError
from urllib.parse import urlsplit

ROOT = Path(__file__).resolve().parents[1]
CONFIGURATION = ROOT / "deploy" / "nginx.conf"
PORTS = (8511, 8512)
READY_SECONDS = 180
STOP_SECONDS = 30
_LOOK_SECONDS = 1.0


def build_environment() -> dict[str, str]:
    """What every replica is told: one secret for all cookies, logs as JSON, the host that browsers ask for."""
    environment = {"TENSION_LOG": "json", "STREAMLIT_SERVER_COOKIE_SECRET": secrets.token_hex(32)} | os.environ
    host = urlsplit(environment.get("TENSION_PUBLIC_URL", "")).hostname
    # Without it the app refuses the websocket of a page that another host served.
    return environment | ({"STREAMLIT_BROWSER_SERVER_ADDRESS": host} if host else {})


def start_replica(port: int, environment: dict[str, str]) -> subprocess.Popen[bytes]:
    """One process of the app on loopback."""
    command = [sys.executable, "-m", "streamlit", "run", "app.py", "--server.address", "127.0.0.1"]
    return subprocess.Popen([*command, "--server.port", str(port)], cwd=ROOT, env=environment)  # noqa: S603 (all ours)


def wait_until_ready(port: int, replica: subprocess.Popen[bytes]) -> bool:
    """Whether a replica came to say that it is ready."""
    deadline = time.monotonic() + READY_SECONDS
    while time.monotonic() < deadline and replica.poll() is None:
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{port}/readyz", timeout=READY_SECONDS):
                return True
        except (URLError, OSError):
            time.sleep(_LOOK_SECONDS)
    return False


def start_door(nginx: str, folder: Path) -> subprocess.Popen[bytes]:
    """nginx, with its own files in a folder that is ours."""
    return subprocess.Popen([nginx, "-p", str(folder), "-c", str(CONFIGURATION), "-g", "daemon off;"])  # noqa: S603 (as told)


def start_refresh(environment: dict[str, str]) -> subprocess.Popen[bytes]:
    """One refresh for all replicas: they share the store, and see its next version by themselves."""
    return subprocess.Popen([sys.executable, "-m", "tension", "refresh"], cwd=ROOT, env=environment)


def stop(processes: list[subprocess.Popen[bytes]]) -> None:
    """End them in their order, the door first; one that doesn't go in time is killed."""
    for process in processes:
        process.terminate()
    for process in processes:
        try:
            process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def keep_running(served: list[subprocess.Popen[bytes]], environment: dict[str, str], hours: float) -> int:
    """Refresh on the timer until one of the servers ends; the code with which this program ends then."""
    refresh: subprocess.Popen[bytes] | None = None
    due = time.monotonic() + hours * 3600
    try:
        while all(process.poll() is None for process in served):
            if hours and time.monotonic() >= due and (refresh is None or refresh.poll() is not None):
                refresh, due = start_refresh(environment), time.monotonic() + hours * 3600
            time.sleep(_LOOK_SECONDS)
        print("one of the servers ended; the others follow", file=sys.stderr)
        return 1
    finally:
        if refresh and refresh.poll() is None:
            stop([refresh])


def main() -> int:
    """Start, keep and end them all."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--nginx", default=shutil.which("nginx") or "/usr/sbin/nginx", help="where nginx is")
    parser.add_argument("--refresh-hours", type=float, default=0, help="refresh this often; 0: never")
    told = parser.parse_args()
    if not Path(told.nginx).exists():
        print(f"--nginx: {told.nginx!r} is not there; install nginx or say where it is", file=sys.stderr)
        return 2
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    environment = build_environment()
    replicas: list[subprocess.Popen[bytes]] = []
    door: list[subprocess.Popen[bytes]] = []
    with tempfile.TemporaryDirectory(prefix="tension-door-") as folder:
        try:
            # One after the other: the first makes the store and counts it.
            for port in PORTS:
                replicas.append(start_replica(port, environment))
                if not wait_until_ready(port, replicas[-1]):
                    print(f"the replica on port {port} did not become ready", file=sys.stderr)
                    return 1
            door.append(start_door(told.nginx, Path(folder)))
            return keep_running([*door, *replicas], environment, told.refresh_hours)
        except KeyboardInterrupt:
            return 0
        finally:
            stop([*door, *replicas])


if __name__ == "__main__":
    sys.exit(main())
