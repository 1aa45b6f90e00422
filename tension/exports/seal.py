"""What a file says of where it comes from: record, view, day, link, licence, a digest of its figures. Writes none."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import orjson
import pandas as pd

from tension.errors import BadInput
from tension.exports.csv_text import to_csv
from tension.exports.records import EDITORS_ONLY
from tension.records.filters import EventFilter
from tension.words import PRODUCT

if TYPE_CHECKING:
    from tension.desk import Desk

LICENCE = "MIT for what this product wrote; counts, texts and maps under the terms of the sources that are named"
NO_LINK = "no public address is set (TENSION_PUBLIC_URL)"


@dataclass(frozen=True)
class Seal:
    """Where a file comes from.

    `kind` and `key` say what was made ('chart' timeline, 'events', 'brief'), `params` and `options` how, so that it can
    be made again; `record` is the content hash of the curated files, `until` the record's last day. `digest` is of the
    figures (hash_frames), `body` of the file itself without its seal, '' where its format has other means. `link` is
    '' where no public address is set.
    """

    kind: str
    key: str
    record: str
    until: str
    view: str
    as_of: str
    digest: str
    link: str
    licence: str = LICENCE
    product: str = PRODUCT
    params: Mapping[str, str] = field(default_factory=dict)
    options: Mapping[str, str] = field(default_factory=dict)
    body: str = field(default="", compare=False)

    @property
    def sentence(self) -> str:
        """The seal in a line that a person reads."""
        told = f"as of {self.as_of}" if self.as_of else f"to {self.until}"
        return f"{self.product}, record {self.record[:12]} {told}. {self.view}. {self.link or NO_LINK}. {self.licence}."

    def to_json(self) -> str:
        """The seal as one line of JSON, which `read_seal` takes."""
        return orjson.dumps({name: _to_plain(value) for name, value in vars(self).items()}).decode()


def read_seal(text: str) -> Seal:
    """A seal from its JSON; BadInput where it isn't one."""
    try:
        given = orjson.loads(text)
        # Files of the first version carry no digest of themselves.
        fields = {"body": given.get("body", "")} | {n: given[n] for n in Seal.__dataclass_fields__ if n != "body"}
    except (orjson.JSONDecodeError, AttributeError, KeyError, TypeError) as error:
        raise BadInput("seal", text[:40], "the seal of a file that this product made") from error
    if not all(isinstance(value, str | dict) for value in fields.values()):
        raise BadInput("seal", text[:40], "the seal of a file that this product made")
    return Seal(**fields)


def build_seal(
    desk: Desk,
    kind: str,
    key: str,
    wanted: EventFilter,
    frames: Iterable[pd.DataFrame],
    *,
    link: str = "",
    options: Mapping[str, str] | None = None,
) -> Seal:
    """The seal of a file made from `frames`; a link without a public address (a bare path) is left out."""
    is_public = "://" in link and not is_local(link)
    return Seal(
        kind=kind,
        key=key,
        record=desk.record.content_hash,
        until=desk.find_last_day().isoformat(),
        view=wanted.describe(),
        as_of=wanted.as_of.isoformat() if wanted.as_of else "",
        digest=hash_frames(frames),
        link=link if is_public else "",
        params=wanted.to_params(),
        options=dict(options or {}),
    )


def is_local(link: str) -> bool:
    """Whether a link leads to the machine that it is followed on, and so to nothing for anyone else."""
    host = urlsplit(link).hostname or ""
    return host in ("localhost", "::1", "0.0.0.0") or host.startswith("127.")  # noqa: S104 (compared, not listened on)


def hash_frames(frames: Iterable[pd.DataFrame]) -> str:
    """SHA-256 of frames as CSV, in hexadecimal digits: the same figures give the same one on every machine."""
    digest = hashlib.sha256()
    for frame in frames:
        # When a store took a row in differs from machine to machine.
        digest.update(to_csv(frame.drop(columns=["recorded_utc", *EDITORS_ONLY], errors="ignore")))
    return digest.hexdigest()


def _to_plain(value: Any) -> Any:
    return dict(value) if isinstance(value, Mapping) else value
