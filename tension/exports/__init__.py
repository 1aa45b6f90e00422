"""Files made from frames, events and charts: CSV, GeoJSON, KML, HTML, pictures. Pure: bytes out, nothing is written."""
