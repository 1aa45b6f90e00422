"""Indicators built by an analyst: from the fields of a filter or a declared count, with power and back-test."""

from __future__ import annotations

from datetime import date

import pytest

from tension.articles.building import build_count, build_rate, list_readable_cards, load_counts, preview
from tension.articles.drafting import DraftClaim, DraftPart, Head, build_article, save_article
from tension.articles.preview import read_draft
from tension.articles.sentences import read_text
from tension.desk import Desk
from tension.errors import BadInput
from tension.records.filters import EventFilter, build_filter
from tension.records.vocab import Region

TEXT = read_text("Dangerous encounters around Taiwan could become more frequent this year.")


def test_an_event_indicator_reads_as_the_same_one_of_the_library(desk: Desk) -> None:
    day = desk.find_last_day()
    wanted = EventFilter(regions=(Region.TAIWAN_STRAIT,), min_severity=4)
    built = build_rate("Dangerous encounters", wanted, 180, 730)
    listed = desk.record.escalations[0]
    found = preview(built, desk.assessor.observed, {}, listed, day)
    rule, part_id, same = desk.assessor.find_indicator("taiwan-dangerous-encounters")
    known = desk.assessor.read_indicator(rule.claim_id, part_id, same, day, is_brief=True)
    assert (found.reading.state, found.reading.recent, found.reading.baseline, found.reading.ratio) == (
        known.state,
        known.recent,
        known.baseline,
        known.ratio,
    )
    times = known.visible.times if known.visible else 0
    assert found.power.startswith(f"It could see {times:.1f}".rstrip("0").rstrip("."))
    assert found.result.listed > 0
    assert found.track.value.notna().any()


def test_a_declared_count_is_read_without_any_rule_that_names_it(desk: Desk) -> None:
    named = {i.count.series for rule in desk.record.claim_rules for i in rule.indicators if i.count}
    card = next(c for c in list_readable_cards(desk.series) if c.series not in named and c.cadence == "month")
    built = build_count("A count of ours", card, card.measures[0].measure)
    counts = load_counts([built], desk.series, desk.load_measurements)
    assert set(counts) == {card.series}
    found = preview(
        built, desk.assessor.observed, counts, desk.record.escalations[0], card.cover.until or desk.find_last_day()
    )
    assert found.reading.indicator == built
    assert found.track.value.notna().any()
    assert card.series not in desk.assessor.observed.frames.counts


@pytest.mark.parametrize(
    ("title", "given", "words"),
    [("x", {}, "at least a region"), ("  ", {"regions": ["taiwan-strait"]}, "the name of the indicator")],
)
def test_what_an_indicator_may_not_be(title: str, given: dict[str, list[str]], words: str) -> None:
    with pytest.raises(BadInput, match=words):
        build_rate(title, build_filter(**given), 90, 730)


def test_a_built_indicator_goes_with_its_article_and_no_other(own_desk: Desk) -> None:
    built = build_rate("Encounters", EventFilter(regions=(Region.TAIWAN_STRAIT,), min_severity=4), 180, 730)
    unused = build_rate("Unused", EventFilter(regions=(Region.INDIAN_OCEAN,)), 180, 730)
    sentence = TEXT.sentences[0]
    claim = DraftClaim(
        offset=0,
        length=len(sentence.words),
        quote=sentence.words,
        title="Encounters",
        statement="More of them may come.",
        trend="rising",
        confidence="low",
        confidence_reason="",
        parts=(DraftPart("All", ("up",), (built.indicator_id,)),),
        judged_by="taiwan",
    )
    article = build_article(TEXT, Head("Built by us", "Us", date(2026, 1, 5)), [claim], (built, unused))
    assert article.built == (built,)
    day = own_desk.find_last_day()
    (draft,) = read_draft(article, own_desk.record, own_desk.assessor.observed, day)
    save_article(own_desk.settings.user_data_dir, article, own_desk.record)
    own_desk.refresh()
    followed = own_desk.choose_article("built-by-us")
    assert followed.assessor.read_claim("encounters", day, is_brief=True) == draft.reading
    with pytest.raises(BadInput):
        own_desk.assessor.find_indicator(built.indicator_id)
