"""What a page needs of the browser beyond Streamlit's own (see page_frame.js). Mounted once a run; draws nothing."""

from __future__ import annotations

from pathlib import Path

import streamlit as st

from components.parts.templates import load_script

_KEY = "page_frame"
_SCRIPT = Path(__file__).with_name("page_frame.js")
_STYLE = f"""<style>
[data-testid="stLayoutWrapper"]:has(> .st-key-{_KEY}) {{position: absolute}}
.st-key-{_KEY} {{position: absolute; height: 0; overflow: hidden}}
</style>"""


def mount_frame() -> None:
    """Mount the help of the browser: once a run, in the frame."""
    st.html(_STYLE)
    with st.container(key=_KEY):
        load_script(_SCRIPT)(key=f"{_KEY}_state")
