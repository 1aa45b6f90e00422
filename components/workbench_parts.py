"""The Workbench's text: how it comes in, what is said of the publication, which of its sentences are marked."""

from __future__ import annotations

import streamlit as st

from components.loaders import get_desk
from components.parts.text import escape_markdown
from components.view.acting import act
from components.view.address import FIRST_DAY, LAST_DAY
from tension.articles.drafting import Head
from tension.articles.proposing import Proposal, build_proposal, propose
from tension.articles.reading import ENDINGS, MAX_BYTES, fetch_page, read_file
from tension.articles.sentences import MOST_LETTERS, ArticleText, read_text
from tension.errors import TensionError
from tension.store.delta import read_now_utc

# More proposals than this nobody ticks through; the rest is in the list below them.
_MOST_SHOWN = 40
_SHORT = 110
_KIND_COLOURS = {"modal": "blue", "judging": "violet", "rising": "orange", "falling": "green", "steady": "gray"}
_TEXT = "workbench_text"


def get_text() -> ArticleText | None:
    """The text on the bench; None where there is none."""
    text = st.session_state.get(_TEXT)
    return text if isinstance(text, ArticleText) else None


def show_text_entry() -> None:
    """A form for the text, of which the first that is given is read: a file, an address, what was pasted."""
    with st.form("bench_form", border=False):
        pasted = st.text_area("Text", key="bench_pasted", height=180, max_chars=MOST_LETTERS)
        left, right = st.columns(2, gap="medium")
        with left:
            given = st.file_uploader(
                "Or a file", type=list(ENDINGS), key="bench_file", max_upload_size=MAX_BYTES // 1_000_000
            )
        with right:
            address = st.text_input("Or the address of a page", key="bench_address", placeholder="https://")
        is_asked = st.form_submit_button("Read the text")
    if not is_asked:
        return
    try:
        with st.spinner("Reading"):
            if given:
                raw = read_file(given.name, given.getvalue())
            elif address.strip():
                allowed = get_desk().settings.allowed_networks
                raw = act("fetch page", address.strip(), lambda: fetch_page(address, allowed))
            else:
                raw = pasted
            st.session_state[_TEXT] = read_text(raw)
    except TensionError as error:
        st.session_state.pop(_TEXT, None)
        st.error(escape_markdown(str(error)))


def show_head() -> Head:
    """What is said of the publication as a whole."""
    today = read_now_utc().date()
    first, second, third = st.columns(3, gap="medium")
    with first:
        title = st.text_input("Title of the article", key="bench_title", max_chars=200)
        author = st.text_input("Author", key="bench_author", max_chars=120)
    with second:
        publisher = st.text_input("Publisher", key="bench_publisher", max_chars=120)
        url = st.text_input("Its address, for the link", key="bench_url", max_chars=500)
    with third:
        day = st.date_input(
            "Day of publication",
            value=today,
            min_value=FIRST_DAY,
            max_value=LAST_DAY,
            format="YYYY-MM-DD",
            key="bench_day",
        )
        summary = st.text_input("What it is, in a sentence of yours", key="bench_summary", max_chars=400)
    return Head(title, publisher, day if day else today, author, url, summary)


def show_marks(text: ArticleText) -> list[Proposal]:
    """The sentences to mark; those that are marked, in the order of the text."""
    proposals = propose(text)
    shown = proposals[:_MOST_SHOWN]
    st.caption(f"{len(text.sentences)} sentences; {len(proposals)} look like assessments.")
    marked = [proposal for proposal in shown if _show_mark(text, proposal)]
    offsets = {proposal.sentence.offset for proposal in shown}
    others = {s.offset: s for s in text.sentences if s.offset not in offsets}
    chosen = st.multiselect(
        "Other sentences to mark",
        list(others),
        format_func=lambda offset: others[offset].words[:_SHORT],
        key=f"bench_others_{text.mark.sha256[:12]}",
    )
    asked = [build_proposal(others[offset], is_asked=True) for offset in chosen]
    return sorted([*marked, *filter(None, asked)], key=lambda proposal: proposal.sentence.offset)


def _show_mark(text: ArticleText, proposal: Proposal) -> bool:
    sentence = proposal.sentence
    with st.container(gap=None):
        is_marked = st.checkbox(
            escape_markdown(sentence.words), key=f"bench_mark_{text.mark.sha256[:12]}_{sentence.offset}"
        )
        st.markdown(" ".join(_format_reason(kind, words) for kind, words in proposal.reasons))
    return is_marked


def _format_reason(kind: str, words: str) -> str:
    said = words if kind not in _KIND_COLOURS else f"{kind}: {words}"
    return f":{_KIND_COLOURS.get(kind, 'gray')}-badge[{escape_markdown(said)}]"
