"""The floor that Overview is measured against: one small Plotly chart, one small pydeck map, one control."""

import pandas as pd
import plotly.graph_objects as go
import pydeck
import streamlit as st

st.set_page_config(page_title="Floor", layout="wide")
chosen = st.pills("Group", ["a", "b"], selection_mode="multi", key="group")
count = {"a": 10, "b": 20}.get("".join(chosen), 30)
st.metric("Points", count)
places = pd.DataFrame({"x": range(count), "y": [i * i % 17 for i in range(count)]})
st.plotly_chart(go.Figure(go.Scatter(x=places.x, y=places.y, mode="markers")), key="chart")
layer = pydeck.Layer(
    "ScatterplotLayer",
    data=[{"position": [110 + i % 10, 10 + i / 10]} for i in range(count)],
    get_position="position",
    get_radius=20_000,
    id="points",
)
view = pydeck.ViewState(longitude=115, latitude=12, zoom=4)
st.pydeck_chart(pydeck.Deck([layer], map_provider=None, initial_view_state=view), height=300, key="map")
