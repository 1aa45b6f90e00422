"""The words under a panel's curve say its measure, and say nothing twice."""

from __future__ import annotations

from components.parts.risk_panels import name_curve
from tension.desk import Desk


def test_a_curve_s_name_repeats_nothing_of_the_indicator_s_title(desk: Desk) -> None:
    names = {rule.lead.title: name_curve(rule.lead) for rule in desk.assessor.rules}
    assert names["Share of events at severity 4 or 5"] == "Share of events at severity 4 or 5, in 180 days"
    assert names["Days since the last US-China contact, any level"] == "Days since the last US-China contact, any level"
    assert names["Nuclear and missile events by China"] == "Nuclear and missile events by China, in 365 days"
    assert names["Aircraft a day"] == "Aircraft a day, mean of 30 days"
    assert names["Philippines"] == "Philippines, events since 31 Oct 2025"
