"""What a page needs of the browser beyond Streamlit's own (see page_frame.js). Mounted once a run; draws nothing."""

from __future__ import annotations

from pathlib import Path

import streamlit as st

_KEY = "page_frame"
_mount = st.components.v2.component(_KEY, js=Path(__file__).with_name("page_frame.js").read_text("utf-8"))
_STYLE = f"""<style>
[data-testid="stLayoutWrapper"]:has(> .st-key-{_KEY}) {{position: absolute}}
.st-key-{_KEY} {{position: absolute; height: 0; overflow: hidden}}
</style>"""


def mount_frame() -> None:
    """Mount the help of the browser: once a run, in the frame."""
    st.html(_STYLE)
    with st.container(key=_KEY):
        _mount(key=f"{_KEY}_state")
