"""A provider of OpenID Connect on loopback: whoever asks is the same person, signed in at once. For tests alone."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any
from urllib.parse import parse_qs, urlencode

import uvicorn
from joserfc import jwt
from joserfc.jwk import RSAKey
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response
from starlette.routing import Route

CLIENT_ID, CLIENT_SECRET = "tension", "of-the-test-alone"
_START_SECONDS = 20


def build_provider(issuer: str, claims: Mapping[str, Any]) -> Starlette:
    """Discovery, authorisation by a code that is good once, token and keys; nothing else of the standard."""
    key = RSAKey.generate_key(2048, {"kid": "1", "use": "sig", "alg": "RS256"})
    # What was asked with each code that was given out.
    asked: dict[str, dict[str, str]] = {}

    def discover(_request: Request) -> Response:
        places = {"authorization_endpoint": "authorize", "token_endpoint": "token", "jwks_uri": "keys"}
        return JSONResponse(
            {
                "issuer": issuer,
                **{name: f"{issuer}/{path}" for name, path in places.items()},
                "response_types_supported": ["code"],
                "subject_types_supported": ["public"],
                "id_token_signing_alg_values_supported": ["RS256"],
            }
        )

    def authorize(request: Request) -> Response:
        code = f"code-{len(asked)}"
        asked[code] = dict(request.query_params)
        answer = urlencode({"code": code, "state": request.query_params["state"]})
        return RedirectResponse(f"{request.query_params['redirect_uri']}?{answer}", status_code=302)

    async def give_token(request: Request) -> Response:
        given = {name: values[0] for name, values in parse_qs((await request.body()).decode()).items()}
        before = asked.pop(given.get("code", ""), None)
        if before is None or before["redirect_uri"] != given.get("redirect_uri"):
            return JSONResponse({"error": "invalid_grant"}, status_code=400)
        now = int(time.time())
        said = {"iss": issuer, "aud": CLIENT_ID, "sub": "7", "iat": now, "exp": now + 600, "nonce": before["nonce"]}
        token = jwt.encode({"alg": "RS256", "kid": "1"}, {**said, **claims}, key)
        return JSONResponse({"access_token": "x", "token_type": "Bearer", "expires_in": 600, "id_token": token})

    def list_keys(_request: Request) -> Response:
        return JSONResponse({"keys": [key.as_dict(private=False)]})

    return Starlette(
        routes=[
            Route("/.well-known/openid-configuration", discover),
            Route("/authorize", authorize),
            Route("/token", give_token, methods=["POST"]),
            Route("/keys", list_keys),
        ]
    )


@contextmanager
def run_provider(claims: Mapping[str, Any]) -> Iterator[str]:
    """The provider in a thread of its own; gives its address."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        issuer = f"http://127.0.0.1:{listening.getsockname()[1]}"
        config = uvicorn.Config(build_provider(issuer, claims), log_level="warning", lifespan="off")
        server = uvicorn.Server(config)
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]}, daemon=True)
        thread.start()
        try:
            yield issuer
        finally:
            server.should_exit = True
            thread.join(timeout=_START_SECONDS)
