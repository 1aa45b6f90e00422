"""How each source stands, the refresh, what was taken and refused, where data live. Draws; the ledger counts."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

import pandas as pd
import streamlit as st

from components.loaders import get_desk, load
from components.parts.tables import DAY_FORMAT, MOMENT_FORMAT, fit_height
from components.parts.text import escape_markdown
from components.view.acting import act, may
from tension.errors import TensionError
from tension.exports.csv_text import to_csv
from tension.intake.ingest import IngestReport
from tension.intake.jobs import JobState, RefreshJob
from tension.intake.ledger import SourceStatus, load_rejects, load_runs, read_statuses
from tension.intake.refresh import RefreshStep, choose_sources, open_http, refresh_sources
from tension.records.source_cards import list_read_cards, name_source
from tension.sources import list_sources
from tension.sources.mnd.adapter import find_conflicts, find_given_conflicts
from tension.store.delta import Store
from tension.store.queries import Queries
from tension.words import format_day

# One for the server: whoever comes to the page sees the refresh that another began.
JOB = RefreshJob()
_POLL_SECONDS = 1.0
_STATE_WORDS = {"fresh": "Fresh", "stale": "Stale", "incomplete": "Days missing", "not loaded": "Not loaded"}
_COUNT_WORDS = {
    "aircraft_count": "aircraft",
    "crossed_median_count": "crossed the line or entered the zone",
    "entered_adiz_only_count": "entered the zone only",
    "vessel_count": "naval vessels",
    "official_ship_count": "official ships",
    "balloon_count": "balloons",
}


def show_freshness() -> None:
    """One row per source: how old, what was taken, what it needs."""
    statuses = read_statuses(get_desk().store)
    stale = [name_source(status.card.key) for status in statuses if status.is_stale]
    if stale:
        st.markdown(f":orange-badge[Stale] {escape_markdown(', '.join(stale))}: older than expected.")
    st.dataframe(
        build_freshness(statuses),
        hide_index=True,
        height="content",
        placeholder="",
        alt="Sources and how fresh each is",
        column_config={
            "Newest day": st.column_config.DateColumn(format=DAY_FORMAT),
            "Last success (UTC)": st.column_config.DatetimeColumn(format=MOMENT_FORMAT, timezone="UTC"),
            "Last message": st.column_config.TextColumn(width="large"),
            "Site": st.column_config.LinkColumn(display_text=r"https?://(?:www\.)?([^/]+)"),
        },
    )
    needs = [
        f"{name_source(status.card.key)} needs {' and '.join(status.missing_env)}"
        for status in statuses
        if status.missing_env
    ]
    if needs:
        st.caption(f"Left out until the environment has them: {escape_markdown('; '.join(needs))}.")


def build_freshness(statuses: list[SourceStatus]) -> pd.DataFrame:
    """Sources as words, one row each."""
    return pd.DataFrame(
        {
            "Source": [name_source(status.card.key) for status in statuses],
            "State": [_STATE_WORDS[status.state] for status in statuses],
            "What": [status.card.title for status in statuses],
            "Newest day": [status.newest_date for status in statuses],
            "Last success (UTC)": pd.to_datetime(pd.Series([status.last_success_utc for status in statuses]), utc=True),
            "In the store": [status.stored_count for status in statuses],
            "Taken, all runs": [status.accepted_count for status in statuses],
            "Refused": [status.rejected_count for status in statuses],
            "Stale after": [_describe_age(status.card.max_age_days) for status in statuses],
            "Days missing": [
                "; ".join(f"{format_day(a)} to {format_day(b)}" for a, b in status.holes) for status in statuses
            ],
            "Last message": [status.last_message for status in statuses],
            "Site": [status.card.url for status in statuses],
            "Licence": [status.card.licence for status in statuses],
            "Key": [status.card.key for status in statuses],
        }
    )


def _describe_age(days: int) -> str:
    return f"{days} days" if days < 3_650 else "never"


def show_refresh() -> None:
    """Choose sources and refresh them; runs in the background and is never begun by itself."""
    st.fragment(_show_refresh, run_every=_POLL_SECONDS if JOB.read().is_running else None)()


def _show_refresh() -> None:
    state = JOB.read()
    keys = [card.key for card in list_read_cards() if card.is_fetched]
    chosen = st.multiselect(
        "Sources",
        keys,
        default=choose_sources(get_desk().store),
        key="refresh_sources",
        format_func=name_source,
        help="GDELT is left out until it is in use: a day of it is about a hundred files.",
    )
    with st.container(horizontal=True, vertical_alignment="bottom", gap="small"):
        since = st.date_input(
            "Since",
            value=None,
            format="YYYY-MM-DD",
            key="refresh_since",
            width=170,
            help="Empty: a little before the newest day of each source.",
        )
        st.button(
            "Refresh",
            key="refresh_begin",
            type="primary",
            icon=":material/sync:",
            disabled=state.is_running or not chosen or not may("refresh"),
            on_click=_begin,
            args=(tuple(chosen), since),
        )
    if fault := st.session_state.pop("refresh_fault", ""):
        st.error(escape_markdown(fault))
    _show_job(state)
    seen = (state.number, state.is_running)
    if st.session_state.get("refresh_seen", seen) != seen:
        # A refresh began or ended since this page was drawn: the tables around follow.
        st.session_state.refresh_seen = seen
        st.rerun()
    st.session_state.refresh_seen = seen


def _begin(keys: tuple[str, ...], since: date | None) -> None:
    desk = get_desk()

    def open_steps() -> Iterator[RefreshStep]:
        return refresh_sources(desk.store, open_http(desk.settings), keys, since)

    try:
        act("refresh", ", ".join(keys), lambda: JOB.start(open_steps))
    except TensionError as error:
        st.session_state.refresh_fault = str(error)


def _show_job(state: JobState) -> None:
    if not state.number:
        st.caption("Nothing is fetched until you ask. On a timer: see docs/scheduling.md.")
        return
    if state.is_running:
        st.progress(state.share_done, text=escape_markdown(_describe_step(state.step)))
    elif state.error:
        st.error(escape_markdown(state.error))
    if state.reports:
        st.dataframe(
            build_reports(state.reports),
            hide_index=True,
            height=fit_height(len(state.reports)),
            alt="What the refresh took from each input",
        )
    elif not state.is_running and not state.error:
        st.caption("The refresh found nothing to fetch.")


def _describe_step(step: RefreshStep | None) -> str:
    if step is None:
        return "Beginning"
    words = f"{name_source(step.source_key)}, source {step.number} of {step.source_count}"
    return f"{words}: {step.report.input_name}" if step.report else f"{words}: fetching"


def build_reports(reports: tuple[IngestReport, ...]) -> pd.DataFrame:
    """Reports of inputs, the latest first; read = taken + known + out of scope + refused."""
    return pd.DataFrame(
        {
            "Source": [name_source(report.source_key) for report in reports],
            "Input": [report.input_name for report in reports],
            "Read": [report.read_count for report in reports],
            "Taken": [report.accepted_count for report in reports],
            "Known": [report.duplicate_count for report in reports],
            "Out of scope": [report.out_of_scope_count for report in reports],
            "Refused": [report.rejected_count for report in reports],
            "Message": [report.message or report.note for report in reports],
        }
    )[::-1]


def show_conflicts() -> None:
    """Days on which two bulletins state different figures: two languages, or a text that a person gave."""
    languages = find_conflicts(load(Queries.load_bulletins))
    if languages:
        _show_differences(languages, {"zh": "Chinese", "en": "English"})
    else:
        st.caption(
            "None between languages in the store. The curated counts have one language for each day, so a conflict "
            "shows once the other bulletin is taken in. Known ones: 14 Mar 2024 (26 or 25 aircraft) and 13 Dec 2024."
        )
    given = find_given_conflicts(load(Queries.load_given_days))
    if given:
        st.caption("Given by hand, and not what the record says: the record stands.")
        _show_differences(given, {"stands": "The record", "given": "Given by hand"})


def _show_differences(rows: list[dict[str, object]], columns: dict[str, str]) -> None:
    st.dataframe(
        pd.DataFrame(
            {
                "Day": [row["date"] for row in rows],
                "Count": [_COUNT_WORDS.get(str(row["column"]), str(row["column"])) for row in rows],
            }
            | {words: [row[name] for row in rows] for name, words in columns.items()}
        ),
        hide_index=True,
        height=fit_height(len(rows)),
        alt="Days on which two bulletins disagree",
        column_config={"Day": st.column_config.DateColumn(format=DAY_FORMAT)},
    )


def show_runs() -> None:
    """The ledger: every input that was tried, newest first."""
    runs = load_runs(get_desk().store)
    if runs.empty:
        st.caption("No input was taken yet.")
        return
    shown = runs.assign(
        source_key=runs.source_key.map(name_source), is_success=["yes" if ok else "no" for ok in runs.is_success]
    )
    shown.columns = pd.Index(
        "Finished (UTC)|Source|Input|Succeeded|Read|Taken|Known|Out of scope|Refused|Newest day|Message".split("|")
    )
    st.dataframe(
        shown,
        hide_index=True,
        height=fit_height(len(shown)),
        placeholder="",
        alt="The ledger of runs",
        column_config={
            "Finished (UTC)": st.column_config.DatetimeColumn(format=MOMENT_FORMAT, timezone="UTC"),
            "Newest day": st.column_config.DateColumn(format=DAY_FORMAT),
        },
    )


@st.fragment
def show_rejects() -> None:
    """Rows that were refused, searchable, as a table and as CSV."""
    with st.container(horizontal=True, vertical_alignment="bottom"):
        source = st.selectbox(
            "Source", ["", *list_sources()], format_func=lambda key: name_source(key) or "All", key="rejects_source"
        )
        text = st.text_input("Search reason, text and input", key="rejects_text", max_chars=200)
        rejects = load_rejects(get_desk().store, source, text)
        st.download_button(
            "Download CSV",
            data=lambda: to_csv(rejects),
            file_name="rejects.csv",
            mime="text/csv",
            icon=":material/download:",
            on_click="ignore",
            disabled=rejects.empty,
        )
    if rejects.empty:
        st.caption("Nothing that was refused matches." if source or text else "Nothing was refused.")
        return
    st.caption(f"{len(rejects):,} refused")
    st.dataframe(
        rejects.assign(source_key=rejects.source_key.map(name_source)).set_axis(
            ["Source", "Input", "Reason", "Text", "Recorded (UTC)"], axis=1
        ),
        hide_index=True,
        height=fit_height(len(rejects)),
        alt="Rows that were refused, with the reason",
        column_config={
            "Reason": st.column_config.TextColumn(width="large"),
            "Recorded (UTC)": st.column_config.DatetimeColumn(format=MOMENT_FORMAT, timezone="UTC"),
        },
    )


@st.fragment
def show_store() -> None:
    """Where the store and the user's own files are, and the button that joins small files."""
    desk = get_desk()
    rows = {
        "Store": f"{desk.store.uri} (TENSION_STORE sets another place)",
        "Your own events": f"{desk.settings.user_data_dir} (TENSION_DATA sets another place)",
        "Curated record": str(desk.settings.data_dir),
        "Files": ", ".join(f"{name} {count}" for name, count in desk.store.count_files().items() if count),
    }
    st.table({label: escape_markdown(words) for label, words in rows.items()}, border="horizontal", alt="Places")
    if st.button("Join small files", key="compact", icon=":material/compress:", disabled=not may("compact")):
        try:
            removed = act("compact", "store", lambda: _compact(desk.store))
        except TensionError as error:
            st.error(escape_markdown(str(error)))
        else:
            st.caption(f"{sum(removed.values())} small files were joined.")


def _compact(store: Store) -> dict[str, int]:
    with store.hold():
        return store.compact()
