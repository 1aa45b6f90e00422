"""What happens once, when the server starts and before the first visit. Draws nothing."""

from __future__ import annotations

import importlib
import pkgutil
import threading
from collections.abc import AsyncIterator
from contextlib import AbstractContextManager, asynccontextmanager
from typing import Any

from starlette.middleware import Middleware
from starlette.routing import Route
from streamlit.runtime.pages_manager import PagesManager

import components
from tension.api.routes import build_routes
from tension.desk import Desk
from tension.errors import TensionError
from tension.settings import Settings, list_secrets
from tension.watching.health import build_watch_routes
from tension.watching.logs import write_json_logs
from tension.watching.metrics import CountRequests, time_rerun

# How long a server that is told to stop waits for a refresh.
STOP_SECONDS = 20


@asynccontextmanager
async def open_house(app: Any) -> AsyncIterator[dict[str, Any]]:
    """The server's lifespan: the record is opened while the first visitor is still on the way."""
    # Streamlit takes a folder named `pages` for its older kind of app until the first run has called st.navigation;
    # the first visit of a new server, if to another page than the start page, would be told 'Page not found'.
    PagesManager.uses_pages_directory = False
    if Settings.from_environment().log_format == "json":
        write_json_logs(list_secrets())
    threading.Thread(target=_warm, daemon=True).start()
    yield {}
    # A refresh that is under way ends with its step; one that hangs is cut off, and the next takes up what it left.
    from components.sources_parts import JOB

    JOB.end(STOP_SECONDS)


def build_api() -> list[Route]:
    """The routes beside the pages: the API and those that watch the server. Each reads the desk that the pages read."""

    def get_served_desk() -> Desk:
        # Here and not above, because the caches that come with it want a running server.
        from components.loaders import get_desk

        return get_desk()

    return [*build_watch_routes(get_served_desk), *build_routes(get_served_desk)]


def build_middleware() -> list[Middleware]:
    """What every request goes through first."""
    return [Middleware(CountRequests)]


def time_run(page: str) -> AbstractContextManager[None]:
    """Count a run of a page, and its seconds."""
    return time_rerun(page)


def _warm() -> None:
    for module in pkgutil.walk_packages(components.__path__, "components."):
        importlib.import_module(module.name)
    from components.loaders import get_desk

    try:
        # Counting millions of events and reading every claim takes seconds: better now than during the first visit.
        desk = get_desk()
        desk.assessor.read(desk.find_last_day())
    except TensionError:
        # The page says it to the reader, with every fault.
        return
