"""The server that shows the pages answers programs as well."""

from __future__ import annotations

import httpx


def test_the_served_app_answers_under_its_api(server: str) -> None:
    page = httpx.get(f"{server}/api/v1/events", params={"limit": 1}).json()
    assert len(page["data"]) == 1
    assert httpx.get(f"{server}/api/v1/openapi.json").json()["openapi"].startswith("3.1")
