"""Feeds of news and ministries, whose items become proposals for a reviewer."""
