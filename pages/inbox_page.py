"""Inbox: candidates that wait for a reviewer, their proposed coding, and what was decided."""

import streamlit as st

from components.inbox_decisions import show_clusters, show_decided, show_notes
from components.inbox_parts import choose_candidate, load_queue, show_candidate, show_reviewer
from components.view.acting import show_access
from components.view.layout import show_page_head, show_section

show_page_head("Inbox", "Proposed events that wait for a reviewer. Nothing enters the record unreviewed.")
show_access()
show_notes()
waiting, decided = load_queue()
queue, detail = st.columns([2, 3], gap="medium")
with queue:
    reviewer = show_reviewer()
    show_section(f"Waiting: {len(waiting)}")
    candidate = choose_candidate(waiting) if waiting else None
    if not waiting:
        st.caption("Nothing waits. A refresh on the Sources page brings items of feeds; GDELT groups come when asked.")
with detail:
    if candidate:
        show_candidate(candidate, reviewer)
show_section("Groups of GDELT events", "Coded by machine and full of repeats: proposed only when you ask.")
show_clusters()
show_section("Decided", "Accepted and merged ones are in files of your own data folder; each can be undone.")
show_decided(decided)
