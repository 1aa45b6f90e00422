"""The engine of the Indo-Pacific tension tracker: records, store, queries, readings, exports. Imports no Streamlit."""

__version__ = "0.1.0"
