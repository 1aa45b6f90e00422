"""The record as read-only JSON, CSV and GeoJSON beside the pages, by the filter's own parameters. Writes nothing."""
