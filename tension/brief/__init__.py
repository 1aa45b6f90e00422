"""The brief: items that a reader picked, as a document with footnotes, and that document as a file.

A recipe says what is in it, `build_document` reads it from the desk, the writers make bytes. Nothing is written to disk
here, no words are but templates over readings.
"""
