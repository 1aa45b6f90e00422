"""Articles as data: the seed, a reader's own beside it, and what is refused of a file that somebody sent."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
import yaml

from tension.articles.comparing import compare_articles, describe_comparison
from tension.articles.own import add_own_articles
from tension.desk import Desk
from tension.errors import BadInput, CuratedDataError
from tension.records.article import Span, hash_text
from tension.records.article_names import SEED_ARTICLE
from tension.records.curated import CuratedRecord
from tension.records.filters import EventFilter, parse_params

TEXT = "Patrols around the island keep growing. Ministers will hardly talk again this year."
QUOTES = ("Patrols around the island keep growing.", "Ministers will hardly talk again this year.")


def mark(quote: str) -> dict[str, Any]:
    return {"offset": TEXT.index(quote), "length": len(quote), "sha256": hash_text(quote)}


def build_claim(claim_id: str, quote: str, trend: str) -> dict[str, Any]:
    return {
        "claim_id": claim_id,
        "title": claim_id.title(),
        "topic": claim_id,
        "statement": f"Our words for {claim_id}.",
        "quote": quote,
        "span": mark(quote),
        "stated_date": "2026-01-15",
        "trend": trend,
        "confidence": "low",
        "confidence_reason": "A test.",
    }


def build_rule(claim_id: str, indicator: str, supports: list[str]) -> dict[str, Any]:
    part = {"part_id": "whole", "title": "All of it", "supports": supports, "indicators": [indicator]}
    return {"claim_id": claim_id, "state_means": "more or less of it", "judged_by": "taiwan", "parts": [part]}


def build_indicator(name: str) -> dict[str, str]:
    return {"indicator_id": name, "title": "x", "kind": "rate", "sentence": "x"}


def build_article(**changes: Any) -> dict[str, Any]:
    return {
        "article_id": "second-report",
        "title": "A second report",
        "publisher": "A desk of our own",
        "published_date": "2026-01-15",
        "text": {"length": len(TEXT), "sha256": hash_text(TEXT)},
        "claims": [build_claim("patrols", QUOTES[0], "rising"), build_claim("talks", QUOTES[1], "falling")],
        "rules": [
            build_rule("patrols", "taiwan-sorties", ["down"]),
            build_rule("talks", "contact-rate", ["down"]),
        ],
    } | changes


def write_article(folder: Path, **changes: Any) -> Path:
    fields = build_article(**changes)
    path = folder / "articles" / f"{fields['article_id']}.yaml"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(yaml.safe_dump(fields, sort_keys=False, allow_unicode=True), encoding="utf-8")
    return path


def add(desk: Desk, folder: Path) -> tuple[CuratedRecord, tuple[str, ...]]:
    return add_own_articles(desk.record, folder)


def test_every_span_of_the_seed_lies_in_its_text_and_is_what_its_hash_is_of(desk: Desk) -> None:
    article = desk.record.article
    assert article.article_id == SEED_ARTICLE
    spans = [(c.quote, c.span) for c in article.claims] + [
        (c.core_risk_quote, c.core_risk_span) for c in article.claims
    ]
    for quote, span in spans:
        assert span is not None
        assert span.offset + span.length <= article.text.length
        assert (span.length, span.sha256) == (len(quote), hash_text(quote))


def test_a_span_may_be_longer_than_its_quotation_and_never_other_words() -> None:
    span = Span.model_validate(mark(QUOTES[0]))
    assert span.find_fault(QUOTES[0]) == ""
    assert span.find_fault("Patrols around the island") == ""
    assert "own words" in span.find_fault(QUOTES[0].replace("keep", "stop"))
    assert "at most the 39" in span.find_fault(f"{QUOTES[0]} And more")


def test_an_own_article_stands_beside_the_seed_with_readings_of_its_own(own_desk: Desk, tmp_path: Path) -> None:
    day = own_desk.find_last_day()
    before = [str(reading.state) for reading in own_desk.assessor.read(day)]
    write_article(own_desk.settings.user_data_dir)
    own_desk.refresh()
    chosen = own_desk.choose_article("second-report")
    assert [reading.rule.claim_id for reading in chosen.assessor.read(day)] == ["patrols", "talks"]
    seed, own = (d.assessor.find_indicator("contact-rate")[2] for d in (own_desk, chosen))
    assert seed == own
    assert [str(reading.state) for reading in own_desk.assessor.read(day)] == before
    assert chosen.assessor.observed is own_desk.assessor.observed
    assert chosen.read_backtests(day)[0].listed > 0
    assert {panel.claim.claim_id for panel in chosen.build_panels(day)} == {"patrols", "talks"}
    assert set(chosen.load_evidence(day).claim_id) == {"patrols", "talks"}


def test_two_articles_on_one_indicator_are_told_to_disagree(own_desk: Desk) -> None:
    write_article(own_desk.settings.user_data_dir)
    own_desk.refresh()
    first, second = own_desk.record.followed, own_desk.choose_article("second-report").record.followed
    day = own_desk.find_last_day()
    found = compare_articles(first, second, own_desk.assessor, day)
    said = {one.reading.indicator.indicator_id: (one.is_disputed, one.first.says, one.second.says) for one in found}
    # On the last day aircraft are down: the seed says up or level, the other down.
    assert said["taiwan-sorties"] == (True, "against", "for")
    assert said["contact-rate"][0] is True
    assert describe_comparison(found) == "These two disagree on aircraft and US-China military contacts."
    assert all(not one.is_disputed for one in compare_articles(first, first, own_desk.assessor, day))
    assert describe_comparison(()) == "These two look at no indicator in common."


def test_a_faulty_own_article_is_told_in_one_line_and_the_rest_stands(own_desk: Desk) -> None:
    path = write_article(own_desk.settings.user_data_dir)
    own_desk.refresh()
    path.write_text(path.read_text(encoding="utf-8").replace("contact-rate", "no-such"), encoding="utf-8")
    with pytest.raises(CuratedDataError) as caught:
        own_desk.refresh()
    (fault,) = caught.value.faults
    assert "second-report.yaml: indicator 'no-such'; allowed: taiwan-sorties" in fault
    assert "\n" not in fault
    with pytest.raises(BadInput, match=SEED_ARTICLE):
        own_desk.choose_article("second-report")


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"article_id": SEED_ARTICLE}, "is a bundled article's"),
        ({"rules": []}, "rules are missing"),
        ({"rules": [build_rule("patrols", "taiwan-sorties", ["up"])]}, "rules are of patrols; allowed: patrols, talks"),
        ({"events": [{"event_id": "2020-01-01-x", "statement": "x"}]}, "not in the record"),
        ({"text": {"length": 20, "sha256": hash_text("x")}}, "ends beyond the text"),
        ({"url": "javascript:alert(1)"}, "url"),
        ({"claims": [build_claim("patrols", QUOTES[0], "rising") | {"quote": "word " * 26}]}, "at most 25 words"),
        ({"built": [build_indicator("taiwan-sorties")]}, "of the library"),
        ({"built": [build_indicator("mine")]}, "events is missing"),
        ({"rules": [build_rule("patrols", "taiwan-sorties", ["up"]) | {"judged_by": "mars"},
                    build_rule("talks", "contact-rate", ["up"])]}, "judged_by 'mars'"),
    ],
)  # fmt: skip
def test_what_a_file_may_not_say(desk: Desk, tmp_path: Path, changes: dict[str, Any], words: str) -> None:
    write_article(tmp_path, **changes)
    record, faults = add(desk, tmp_path)
    assert len(record.articles) == 1
    assert words in " ".join(faults)


def test_a_file_that_is_no_article_is_told_and_nothing_else(desk: Desk, tmp_path: Path) -> None:
    (tmp_path / "articles").mkdir()
    for name, raw in (("a", b"\xff\xfe\x00"), ("b", b"[" * 100_000), ("c", b"- a list\n"), ("d", b"")):
        (tmp_path / "articles" / f"{name}.yaml").write_bytes(raw)
    record, faults = add(desk, tmp_path)
    assert len(record.articles) == 1
    assert len({fault.split(".yaml")[0] for fault in faults}) == 4


def test_the_filter_names_an_article_that_there_is_a_file_of(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TENSION_DATA", str(tmp_path))
    wanted, notices = parse_params({"article": "second-report"})
    assert (wanted.article, len(notices)) == (SEED_ARTICLE, 1)
    assert SEED_ARTICLE in notices[0]
    write_article(tmp_path)
    wanted, notices = parse_params({"article": "second-report"})
    assert (wanted, notices) == (EventFilter(article="second-report"), [])
    assert wanted.describe() == "All regions · article second-report"
    assert wanted.to_params() == {"article": "second-report"}
    assert wanted.widen() == wanted
    assert EventFilter().to_params() == {}


def test_the_command_lists_every_article_with_its_claims(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    from tension.commands.articles import print_articles
    from tension.commands.assessments import ReadingFormat

    monkeypatch.setenv("TENSION_DATA", str(tmp_path))
    write_article(tmp_path)
    print_articles(output=ReadingFormat.JSON)
    told = json.loads(capsys.readouterr().out)
    assert [article["article_id"] for article in told] == [SEED_ARTICLE, "second-report"]
    assert told[1]["claims"][0]["span"] == mark(QUOTES[0])
    print_articles()
    assert "second-report       talks" in capsys.readouterr().out
