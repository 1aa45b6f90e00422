"""The frame: page configuration, navigation, global filters. What a page shows is the page's own."""

import streamlit as st

from components.loaders import get_desk

st.set_page_config(page_title="Indo-Pacific Tension Tracker", layout="wide")
get_desk()
st.navigation([st.Page("pages/overview_page.py", title="Overview", default=True, url_path="overview")]).run()
