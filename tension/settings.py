"""Where data live and what the environment sets. The only reader of environment variables besides adapters' secrets."""

from __future__ import annotations

import os
import re
from dataclasses import dataclass
from pathlib import Path

from platformdirs import user_data_dir

PROJECT_DIR = Path(__file__).resolve().parent.parent
# What is released with the program: the curated record, codes, words, feeds.
DATA_DIR = PROJECT_DIR / "data"
APP_NAME = "indo-pacific-tension-tracker"
_SECRET_NAME = re.compile(r"TOKEN|PASSWORD|SECRET|KEY|CREDENTIAL", re.IGNORECASE)
_SHORTEST_SECRET = 6


@dataclass(frozen=True)
class Settings:
    """Places: the bundled curated record, the user's own additions, and the store (a folder or an object-store URL)."""

    data_dir: Path
    user_data_dir: Path
    store_uri: str
    allowed_networks: tuple[str, ...] = ()
    public_url: str = ""
    write_rule: str = ""
    engine: str = "duckdb"
    roles_path: str = ""
    log_format: str = ""

    @classmethod
    def from_environment(cls) -> Settings:
        """TENSION_STORE and TENSION_DATA where set, else the platform's user data directory.

        TENSION_ALLOWED_NETWORKS: private networks that a refresh may reach (a mirror of one's own), joined by commas.
        TENSION_PUBLIC_URL: the address under which others reach the app, for the links in exported pictures.
        TENSION_WRITE: who may write on a server without sign-in (tension/access/server_rules.py).
        TENSION_ENGINE: what reads single events, `duckdb` or `sc://HOST:PORT` (tension/store/engines.py reads it).
        TENSION_ROLES: the file of roles of those who sign in (tension/access/people.py).
        TENSION_LOG: `json` for logs as lines of JSON (tension/watching/logs.py).
        """
        home = Path(user_data_dir(APP_NAME, appauthor=False))
        return cls(
            data_dir=DATA_DIR,
            user_data_dir=Path(os.environ.get("TENSION_DATA") or home / "data"),
            store_uri=os.environ.get("TENSION_STORE") or str(home / "store"),
            allowed_networks=tuple(os.environ.get("TENSION_ALLOWED_NETWORKS", "").replace(",", " ").split()),
            public_url=os.environ.get("TENSION_PUBLIC_URL", "").strip().rstrip("/"),
            log_format=os.environ.get("TENSION_LOG", "").strip().lower(),
            roles_path=os.environ.get("TENSION_ROLES", "").strip(),
            write_rule=os.environ.get("TENSION_WRITE", "").strip().lower(),
            engine=os.environ.get("TENSION_ENGINE", "").strip() or "duckdb",
        )


def list_secrets() -> list[str]:
    """The values of the environment that must stand in no log: what a name calls secret, and addresses of alerts.

    Shorter ones are left out, for striking them out would strike out words.
    """
    return [
        value
        for name, value in os.environ.items()
        if len(value) >= _SHORTEST_SECRET
        and (_SECRET_NAME.search(name) or ("://" in value and not name.startswith("TENSION_")))
    ]
