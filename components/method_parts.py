"""The method page's parts: docs/method.md by sections, and beside them what the record itself declares."""

from __future__ import annotations

import re

import streamlit as st

from components.loaders import load_record
from components.parts.text import escape_markdown
from tension.assessments.kinds import find_kind
from tension.records.claims import Indicator
from tension.settings import PROJECT_DIR
from tension.words import format_day

METHOD_FILE = PROJECT_DIR / "docs" / "method.md"
READING_WIDTH = 720


def show_method() -> None:
    """Every section, with links to each at the top."""
    sections = read_sections()
    with st.container(width=READING_WIDTH):
        st.markdown(" · ".join(f"[{title}](#{_slug(title)})" for title, _ in sections))
        for title, body in sections:
            show_section_text(title, body)


def read_sections() -> list[tuple[str, str]]:
    """The sections of docs/method.md as (title, Markdown), in order."""
    parts = METHOD_FILE.read_text(encoding="utf-8").split("\n## ")[1:]
    return [(title.strip(), body.strip()) for title, _, body in (part.partition("\n") for part in parts)]


def show_section_text(title: str, body: str) -> None:
    """A section of the method, with the live table that belongs to it."""
    st.header(title, anchor=_slug(title))
    if body:
        st.markdown(body)
    if title == "Indicators":
        show_indicators()
    if title == "Definition breaks":
        show_breaks()


def show_indicators() -> None:
    """Each indicator in one sentence, with what it can't see, under its claim and part."""
    record = load_record()
    titles = {claim.claim_id: claim.title for claim in record.article.claims}
    for rule in record.claim_rules:
        st.markdown(f"**{escape_markdown(titles.get(rule.claim_id, rule.claim_id))}**")
        for part in rule.parts:
            lines = [f"- *{escape_markdown(part.title)}*"]
            lines += [f"    - {_describe(indicator)}" for indicator in part.indicators]
            st.markdown("\n".join(lines))


def _slug(title: str) -> str:
    return re.sub(r"[^a-z]+", "-", title.lower())


def _describe(indicator: Indicator) -> str:
    kind = find_kind(indicator).title
    blind_spot = f" *Can't see:* {escape_markdown(indicator.blind_spot)}" if indicator.blind_spot else ""
    return f"**{escape_markdown(indicator.title)}** ({kind}). {escape_markdown(indicator.sentence)}{blind_spot}"


def show_breaks() -> None:
    """The days from which a count of Taiwan's ministry means something else."""
    lines = ["| From | Column | What changed |", "| --- | --- | --- |"]
    for found in load_record().breaks:
        column = "all" if found.columns == "all" else found.columns.replace("_", " ")
        lines.append(f"| {format_day(found.date)} | {column} | {escape_markdown(found.reason)} |")
    st.markdown("\n".join(lines))
