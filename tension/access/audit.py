"""The record of what visitors did to others: who, when, what, to what, what came of it. Rows are only ever added."""

from __future__ import annotations

from typing import TYPE_CHECKING
from uuid import uuid4

import pyarrow as pa

from tension.records.schema import AUDIT_SCHEMA
from tension.store.delta import Store, read_now_utc

if TYPE_CHECKING:
    import pandas as pd

_MOST_LETTERS = 500
COLUMNS = ("at_utc", "who", "name", "role", "act", "target", "result")


def write_act(store: Store, who: str, name: str, role: str, act: str, target: str, result: str) -> None:
    """Add one act, now; raises StoreError. `who` is the address that signed in, '' on a server without sign-in."""
    said = {"who": who, "name": name, "role": role, "act": act, "target": target, "result": result}
    row = {"act_id": uuid4().hex, "at_utc": read_now_utc(), **{key: text[:_MOST_LETTERS] for key, text in said.items()}}
    store.append("audit", pa.Table.from_pylist([row], schema=AUDIT_SCHEMA))


def load_acts(store: Store) -> pd.DataFrame:
    """Every act, the newest first, in COLUMNS; raises StoreDamaged."""
    frame: pd.DataFrame = store.read_rows("audit").to_pandas()
    return frame.sort_values("at_utc", ascending=False, kind="stable")[list(COLUMNS)].reset_index(drop=True)
