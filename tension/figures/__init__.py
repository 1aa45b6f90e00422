"""Every chart of the product as a pure Plotly figure, so that page, command line and export draw the same picture.

Knows queries and records; imports no Streamlit. `registry.py` lists the charts by key.
"""
