"""What became of what a person brought: the rows refused, the taking in, and its report in the preview's place."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from components.loaders import get_desk
from components.parts.tables import fit_height
from components.parts.text import escape_markdown
from components.view.acting import act, may
from components.view.filter_bar import show_page_link
from tension.errors import Refused, StoreError
from tension.intake.ingest import IngestReport, ingest_result
from tension.records.filters import EventFilter
from tension.sources import find_adapter
from tension.sources.base import FetchedFile, ParseResult, Reject

MAX_SHOWN_ROWS = 200


def show_rejects_of(rejects: tuple[Reject, ...]) -> None:
    """What a parse refused, with the reasons."""
    if not rejects:
        return
    st.caption(f"{len(rejects):,} refused:")
    shown = rejects[:MAX_SHOWN_ROWS]
    st.dataframe(
        pd.DataFrame({"Reason": [r.reason for r in shown], "Text": [r.text[:500] for r in shown]}),
        hide_index=True,
        height=fit_height(len(shown)),
        alt="Rows that were refused, with the reason",
        column_config={"Reason": st.column_config.TextColumn(width="large")},
    )


def take_in(place: str, key: str, file: FetchedFile, result: ParseResult) -> None:
    """Take in what was seen in the preview at a place of the page; its report is kept for the next run."""
    try:
        report = act(
            "take in", f"{key} {file.name}", lambda: ingest_result(get_desk().store, find_adapter(key), file, result)
        )
    except (Refused, StoreError) as error:
        report = IngestReport(key, file.name, message=str(error))
    st.session_state[f"{place}_report"], st.session_state[f"{place}_is_new"] = report, True


def show_taking(place: str, key: str, file: FetchedFile, result: ParseResult) -> None:
    """What of a file would be refused, and the button that takes in the rest; place and key as in `take_in`."""
    show_rejects_of(result.rejects)
    st.button(
        "Take in",
        key=f"{place}_take",
        type="primary",
        disabled=not (result.read_count and may("take in")),
        on_click=take_in,
        args=(place, key, file, result),
    )


def forget_report(place: str) -> None:
    """Something else is to be seen at that place."""
    st.session_state.pop(f"{place}_report", None)


def show_report(place: str) -> bool:
    """What became of what was taken in last, in the place of its preview; True when there is something to tell."""
    report: IngestReport | None = st.session_state.get(f"{place}_report")
    if report is None:
        return False
    if st.session_state.pop(f"{place}_is_new", False):
        # The ledger and the freshness above stand outside this fragment.
        st.rerun()
    if not report.is_success:
        st.error(escape_markdown(report.message))
        return True
    counts = f"{report.accepted_count:,} taken, {report.duplicate_count:,} known, {report.rejected_count:,} refused"
    st.success(f"Taken in: {report.read_count:,} read, {counts}.", icon=":material/check:")
    if place == "upload" and (report.accepted_count or report.duplicate_count):
        wanted = EventFilter(source_keys=("curated", "upload"))
        show_page_link("record", "See them in the Record, beside the curated events", wanted=wanted)
    return True
