"""One name for each publisher, however its reports were credited. Pure; changes no event's own credit.

The record credits a report as its page does: 'Manila Bulletin', 'Manila Bulletin / AP', 'mb.com.ph'. Counted, these are
one publisher: whoever runs the site.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pandas as pd

_HOST = re.compile(r"^[\w-]+(\.[\w-]+)+$")
# What follows is the agency that wrote the text, or the paper that the site copied it from.
_CREDIT = re.compile(r"\s*(?: \(| / | via | citing )")


def merge_publishers(counts: pd.DataFrame) -> pd.DataFrame:
    """Counts of reports by site, publisher and tier as counts by publisher and tier, most first.

    A site has the name that most of its reports give it, without the agency; one that no report names is its address.
    Columns in: host, publisher, tier, report_count; out: publisher, tier, report_count.
    """
    bare = counts.publisher.fillna("").map(_strip_credit)
    named = counts.assign(bare=bare)[bare != ""]
    totals = named.groupby(["host", "bare"]).agg(report_count=("report_count", "sum")).reset_index()
    best = totals.sort_values(["report_count", "bare"], ascending=[False, True]).drop_duplicates("host")
    names = dict(zip(best.host, best.bare, strict=True))
    merged = counts.assign(publisher=counts.host.map(lambda host: names.get(host, host) or None))
    grouped = (
        merged.groupby(["publisher", "tier"], dropna=False).agg(report_count=("report_count", "sum")).reset_index()
    )
    return grouped.sort_values(["report_count", "publisher", "tier"], ascending=[False, True, True], ignore_index=True)


def _strip_credit(name: str) -> str:
    """The site's own name; '' where the credit is an address or says that the text came by way of the site."""
    if " via " in name or "(via " in name or _HOST.match(name.lower()):
        return ""
    return _CREDIT.split(name, maxsplit=1)[0].strip()
