"""Proposes how a text would be coded, by lists of words and places; a reviewer decides."""
