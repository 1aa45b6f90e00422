"""GDELT 2.0 event files, read in DuckDB."""
