"""An indicator's curve: its value on every day, what it is held against, and the band that would read 'level'.

Made from the histories that tension/assessments/assessor.py keeps; owns no reading and draws nothing.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from tension.assessments.kinds import find_kind
from tension.readings import State
from tension.records.claims import Indicator

BAND_COLUMNS = ["value", "baseline", "low", "high", "state"]


def build_band(history: pd.DataFrame, indicator: Indicator) -> pd.DataFrame:
    """BAND_COLUMNS on the days of a history (units of the indicator; NaN where there is no number).

    The band is what the value could be, all else unchanged, and still read 'level'; each kind says how.
    """
    frame = pd.DataFrame(np.nan, index=history.index, columns=BAND_COLUMNS[:-1])
    frame["state"] = history["state"]
    band = find_kind(indicator).band(history, indicator) if len(history) else None
    if band is not None:
        frame["value"], frame["baseline"], frame["low"], frame["high"] = band.value, band.baseline, band.low, band.high
    is_read = ~history["state"].isin([State.NOT_LOOKED, State.CANNOT_SEE]).to_numpy()
    frame.loc[~is_read, BAND_COLUMNS[:-1]] = np.nan
    return frame
