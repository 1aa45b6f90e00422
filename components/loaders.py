"""The only caches: one opened desk for the process, and results keyed by (filter, store version). Draws nothing."""

from __future__ import annotations

import streamlit as st

from tension.desk import Desk, open_desk


@st.cache_resource(show_spinner="Opening the record")
def _open_desk() -> Desk:
    return open_desk(is_fallback_allowed=True)


def get_desk() -> Desk:
    """The opened desk, pointed at the newest version of the store."""
    return _open_desk()
