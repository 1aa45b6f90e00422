"""Sources: how fresh each is, the refresh, what was taken and refused, what a person brings, where data live."""

import streamlit as st

from components.sources_counts import show_count_upload, show_cover
from components.sources_parts import show_conflicts, show_freshness, show_refresh, show_rejects, show_runs, show_store
from components.sources_uploads import show_paste, show_upload
from components.view.acting import show_access
from components.view.layout import show_page_head, show_section

show_page_head("Sources", "Where data come from, how fresh they are, what was taken and what was refused.")
show_access()
show_freshness()
show_section("Refresh", "Fetches what is new; safe to repeat. A source that fails doesn't stop the others.")
show_refresh()

pasted, uploaded, counted = st.columns(3, gap="large")
with pasted:
    show_section("Paste a bulletin", "Of Taiwan's Ministry of National Defense. Shown before anything is taken in.")
    show_paste()
with uploaded:
    show_section("Upload a table", "Your own events, by the same rules; kept apart from the curated ones.")
    show_upload()
with counted:
    show_section("Upload counts", "Your own counts in the long form; each row is taken or refused with its reason.")
    show_count_upload()

show_section("Cover", "Until when each region was searched, and how far each official count was read.")
show_cover()
show_section(
    "Bulletins that disagree", "Both are kept. Charts show the Chinese, and the record before a text given by hand."
)
show_conflicts()
show_section("Refused rows", "With the reason. Rows read = taken + known + out of scope + refused.")
show_rejects()
show_section("Ledger", "Every input that was tried, newest first.")
show_runs()
show_section("Where data live")
show_store()
