"""The class of an act as charts draw it: GDELT's four, and a fifth sign for events whose source states none.

An event without a class is drawn as such: never left out of a count, never taken for one of the four.
"""

from __future__ import annotations

from typing import Any

import pandas as pd

from tension.records.vocab import QuadClass

NOT_CLASSED = 0
# In the order in which they are drawn and named.
CLASSES: tuple[int, ...] = (*(int(quad) for quad in QuadClass), NOT_CLASSED)


def read_class(value: Any) -> int:
    """The number of a stored class, NOT_CLASSED where none is stated."""
    return NOT_CLASSED if pd.isna(value) else int(value)


def read_classes(column: pd.Series[Any]) -> pd.Series[int]:
    """The numbers of a column of stored classes."""
    return column.fillna(NOT_CLASSED).astype("int64")


def name_class(number: int) -> str:
    """A class in plain words: 'Show of force or coercion', 'Not classed'."""
    return "Not classed" if number == NOT_CLASSED else QuadClass(number).plain


def label_class(number: int) -> str:
    """A class by the codebook's name, for files: 'Material conflict', 'Not classed'."""
    return "Not classed" if number == NOT_CLASSED else QuadClass(number).label
