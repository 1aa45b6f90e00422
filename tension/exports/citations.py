"""The sources behind a selection of events as a bibliography: CSL-JSON, RIS, BibTeX. One entry a publication."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

import orjson
import pandas as pd

from tension.exports.terms import keep_exportable

# What a tier is to a reference manager: CSL's type (citationstyles.org, schema 1.0.2) and RIS's reference type.
_OFFICIAL, _PRESS, _WEB = ("report", "RPRT"), ("article-newspaper", "NEWS"), ("webpage", "ELEC")
_TYPES = {"official": _OFFICIAL, "news": _PRESS, "state_media": _PRESS, "partisan": _PRESS}
_LATEX = {char: f"\\{char}" for char in "&%$#_{}"} | {"~": r"\textasciitilde{}", "^": r"\textasciicircum{}"}
_LATEX["\\"] = r"\textbackslash{}"


def build_citations(frame: pd.DataFrame) -> list[dict[str, Any]]:
    """CSL-JSON items of the sources of `frame` (rows of EVENT_SCHEMA), by publisher and day; each address once.

    `note` names the events that a source stands for. A title may be shortened, as in the record. Rows whose source
    forbids passing them on are left out.
    """
    items: dict[str, dict[str, Any]] = {}
    kept = keep_exportable(frame)
    for event_id, sources in zip(kept["event_id"], kept["sources"], strict=True):
        for source in [] if sources is None else sources:
            item = items.setdefault(source["url"], _build_item(source))
            item["note"] = "; ".join(filter(None, (item.get("note"), f"event {event_id}")))
    return sorted(items.values(), key=lambda item: item["id"])


def _build_item(source: Mapping[str, Any]) -> dict[str, Any]:
    published: date | None = None if pd.isna(source["published"]) else pd.Timestamp(source["published"]).date()
    item = {
        "id": _build_key(source, published),
        "type": _TYPES.get(source["tier"], _WEB)[0],
        "title": source["title"],
        "container-title": source["publisher"],
        "genre": str(source["tier"]).replace("_", " "),
        "issued": {"date-parts": [[published.year, published.month, published.day]]} if published else None,
        "URL": source["url"],
    }
    return {name: value for name, value in item.items() if value}


def _build_key(source: Mapping[str, Any], published: date | None) -> str:
    """A key that stays the same however the selection grows: publisher, year, and a digest of the address."""
    publisher = re.sub(r"[^a-z0-9]+", "", str(source["publisher"]).lower()) or "source"
    digest = hashlib.sha256(str(source["url"]).encode()).hexdigest()[:6]
    return f"{publisher[:24]}{published.year if published else 'nd'}{digest}"


def to_csl_json(frame: pd.DataFrame) -> bytes:
    """A CSL-JSON array, as Zotero, Pandoc and citeproc read it."""
    return orjson.dumps(build_citations(frame), option=orjson.OPT_INDENT_2) + b"\n"


def to_ris(frame: pd.DataFrame) -> bytes:
    """RIS records, one a source; a source without a day has no DA and no PY."""
    import rispy

    text: str = rispy.dumps([_build_ris(item) for item in build_citations(frame)])
    return text.encode()


def _build_ris(item: Mapping[str, Any]) -> dict[str, Any]:
    types = dict((_OFFICIAL, _PRESS, _WEB))
    entry = {
        "type_of_reference": types[item["type"]],
        "id": item["id"],
        # A line break would begin a new tag.
        "title": " ".join(item.get("title", "").split()),
        "secondary_title": " ".join(item["container-title"].split()),
        "urls": [item["URL"]],
        "notes": [item["note"]],
    }
    if day := _read_day(item):
        entry |= {"year": f"{day:%Y}", "date": f"{day:%Y/%m/%d}"}
    return {name: value for name, value in entry.items() if value}


def to_bibtex(frame: pd.DataFrame) -> bytes:
    """BibTeX `@misc` entries, which BibTeX and biblatex both print; titles keep their capitals."""
    import bibtexparser
    from bibtexparser.model import Entry, Field

    library = bibtexparser.Library()
    for item in build_citations(frame):
        day = _read_day(item)
        fields = {
            "title": f"{{{_escape_latex(item.get('title', ''))}}}" if item.get("title") else "",
            "publisher": f"{{{_escape_latex(item['container-title'])}}}",
            "year": f"{day:%Y}" if day else "",
            "date": f"{day:%Y-%m-%d}" if day else "",
            "url": item["URL"],
            "note": _escape_latex(item["note"]),
        }
        library.add(Entry("misc", item["id"], [Field(name, f"{{{text}}}") for name, text in fields.items() if text]))
    text: str = bibtexparser.write_string(library, unparse_stack=[])
    return text.encode()


def _escape_latex(text: str) -> str:
    return "".join(_LATEX.get(char, char) for char in " ".join(text.split()))


def _read_day(item: Mapping[str, Any]) -> date | None:
    return date(*item["issued"]["date-parts"][0]) if "issued" in item else None


# By the name of the format, as the command line and the pages offer it.
CITATION_FORMATS: dict[str, Callable[[pd.DataFrame], bytes]] = {
    "csl-json": to_csl_json,
    "ris": to_ris,
    "bibtex": to_bibtex,
}
