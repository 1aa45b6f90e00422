"""Any article as one that is followed: its text split, its claims proposed, built, checked and kept as a file.

Pure but for the files of a reader's own folder; knows no store and no page.
"""
