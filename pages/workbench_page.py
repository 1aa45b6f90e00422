"""Workbench: a text becomes an article that is followed: sentences marked, indicators chosen, read, kept as a file."""

import streamlit as st

from components.view.acting import show_access
from components.view.layout import show_page_head, show_section
from components.workbench_built import show_builder
from components.workbench_claims import show_claims
from components.workbench_files import show_draft, show_own_articles
from components.workbench_parts import get_text, show_head, show_marks, show_text_entry

show_page_head(
    "Workbench",
    "Any published assessment, followed like the first. Nothing leaves this machine but the address that you give.",
)
show_access()
show_section(
    "The text", "Pasted, from a file, or from a page. It isn't kept: only places, hashes and short quotations."
)
show_text_entry()
text = get_text()
if text:
    head = show_head()
    show_section("Sentences that look like assessments", "Proposed by words, listed with each; mark those to follow.")
    marked = show_marks(text)
    if marked:
        show_section("Claims", "Each in your words, in parts that can be looked at, each part by indicators.")
        show_builder()
        claims = show_claims(marked)
        show_section("What it would read", "On the last day that was searched, by the same rules as every claim.")
        show_draft(text, head, claims)
    else:
        st.caption("Nothing is marked yet.")
show_section("Your articles", "Files of your data folder; to share one is to send its file.")
show_own_articles()
