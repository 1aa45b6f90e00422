"""From a text to a followed article: sentences, proposals, spans, a checked file, and the seed's claims anew."""

from __future__ import annotations

import io
from datetime import date
from pathlib import Path

import docx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tension.articles.drafting import (
    DraftClaim,
    DraftPart,
    Head,
    build_article,
    make_id,
    read_article,
    save_article,
    shorten_quote,
    undo_save,
)
from tension.articles.proposing import propose, suggest_indicators
from tension.articles.reading import fetch_page, read_file
from tension.articles.sentences import ArticleText, check_spans, read_text
from tension.desk import Desk
from tension.errors import BadInput, FetchError, FormatError
from tension.records.article import hash_text
from tension.records.article_files import build_library

DAY = date(2025, 10, 31)
# Three hundred bytes that stand for nine to the ninth entries.
LAUGHS = b"a0: &a0 [x, x]\n" + b"\n".join(
    b"a%d: &a%d [%s]" % (n, n, b", ".join([b"*a%d" % (n - 1)] * 9)) for n in range(1, 10)
)


def write_text(desk: Desk) -> ArticleText:
    """A text that holds the seed's own quotations, each as a sentence of its own among others."""
    said = [claim.quote.rstrip(".") + "." for claim in desk.record.article.claims]
    return read_text("\n\n".join(["The weather was fine.", *said, "Everybody went home."]))


def draft_seed(desk: Desk, text: ArticleText) -> list[DraftClaim]:
    """The seed's claims as an analyst would mark them: sentence, parts and indicators of the library."""
    drafts = []
    for claim, rule in zip(desk.record.article.claims, desk.record.claim_rules, strict=True):
        sentence = next(s for s in text.sentences if s.words == claim.quote.rstrip(".") + ".")
        parts = tuple(
            DraftPart(part.title, part.supports, tuple(i.indicator_id for i in part.indicators)) for part in rule.parts
        )
        drafts.append(
            DraftClaim(
                offset=sentence.offset,
                length=len(sentence.words),
                quote=sentence.words,
                title=claim.title,
                statement=claim.statement,
                trend=claim.trend,
                confidence=claim.confidence,
                confidence_reason=claim.confidence_reason,
                parts=parts,
                regions=claim.regions,
                escalation=rule.escalation,
                judged_by=claim.claim_id,
            )
        )
    return drafts


@pytest.fixture(scope="module")
def text(desk: Desk) -> ArticleText:
    return write_text(desk)


def test_a_text_is_cut_into_its_sentences_each_at_its_place() -> None:
    raw = 'The U.S. Navy sailed.  It met "no one." Gen. Li spoke!\nA headline\n\nNext day?  Yes … perhaps.'
    found = read_text(raw)
    assert found.text == 'The U.S. Navy sailed. It met "no one." Gen. Li spoke! A headline Next day? Yes … perhaps.'
    assert [s.words for s in found.sentences] == [
        "The U.S. Navy sailed.",
        'It met "no one."',
        "Gen. Li spoke!",
        "A headline",
        "Next day?",
        "Yes … perhaps.",
    ]
    assert all(found.text[s.offset :].startswith(s.words) for s in found.sentences)
    assert found.mark.sha256 == hash_text(found.text)


def test_lines_broken_by_hand_are_joined_and_unseen_signs_go() -> None:
    found = read_text("A line that was broken\nby hand goes on\u202e\u200b here.\nAnother sentence begins.")
    assert [s.words for s in found.sentences] == [
        "A line that was broken by hand goes on here.",
        "Another sentence begins.",
    ]


@given(st.text(min_size=25, max_size=300))
@settings(max_examples=60)
def test_the_sentences_of_any_text_are_the_text(raw: str) -> None:
    try:
        found = read_text(raw)
    except BadInput:
        return
    assert " ".join(s.words for s in found.sentences) == found.text
    assert all(found.text[s.offset : s.offset + len(s.words)] == s.words for s in found.sentences)
    assert "\n" not in found.text
    propose(found)


@pytest.mark.parametrize(
    ("raw", "words"),
    [("too short", "at least 20"), ("x" * 200_001, "at most 200,000"), ("\x00" * 50, "no text"), (" \n" * 99, "least")],
)
def test_what_is_no_text_is_answered_in_one_line(raw: str, words: str) -> None:
    with pytest.raises(BadInput, match=words) as caught:
        read_text(raw)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("unit", [".", "a. ", "('\"", "could ", "U.S. ", "…”)"])
def test_a_text_made_to_be_slow_is_read_in_steps_of_its_length(unit: str) -> None:
    raw = unit * (200_000 // len(unit))
    found = read_text(raw)
    assert sum(len(s.words) for s in found.sentences) <= len(raw)
    assert max(len(s.words) for s in found.sentences) <= 1_200
    assert propose(found) is not None


def test_the_words_that_led_to_a_proposal_are_told() -> None:
    raw = "China could increase its patrols around Taiwan. Lunch was served at noon. Tensions rose, and may ease again."
    first, second = propose(read_text(raw))
    assert ("modal", "could") in first.reasons
    assert ("rising", "increase") in first.reasons
    assert ("China", "China") in first.reasons
    assert [region.value for region in first.regions] == ["Taiwan Strait"]
    assert (first.trend, first.actors) == ("rising", ("CHN", "TWN"))
    assert second.sentence.words.startswith("Tensions")


def test_each_claim_of_the_seed_is_proposed_with_indicators_it_is_read_by(desk: Desk, text: ArticleText) -> None:
    library = build_library(desk.record.claim_rules)
    found = {proposal.sentence.words: proposal for proposal in propose(text)}
    assert "Everybody went home." not in found
    hits = 0
    for claim, rule in zip(desk.record.article.claims, desk.record.claim_rules, strict=True):
        proposal = found[claim.quote.rstrip(".") + "."]
        suggested = set(suggest_indicators(proposal, library, desk.record.claim_rules))
        hits += bool(suggested & {indicator.indicator_id for indicator in rule.indicators})
    assert hits >= 4


def test_a_saved_article_reads_back_and_can_be_undone_without_loss(own_desk: Desk, text: ArticleText) -> None:
    folder, record = own_desk.settings.user_data_dir, own_desk.record
    claims = draft_seed(own_desk, text)[:2]
    first = build_article(text, Head("Mine", "Us", DAY), claims)
    path = save_article(folder, first, record)
    assert read_article(path.read_bytes(), path.name) == first
    assert check_spans(first, text.text) == []
    assert len(check_spans(first, text.text.replace("weather", "sun"))) == 3
    second = build_article(text, Head("Mine", "Somebody else", DAY), claims)
    save_article(folder, second, record)
    assert undo_save(folder, "mine") is True
    assert read_article(path.read_bytes(), path.name) == first
    assert undo_save(folder, "mine") is False
    assert not path.exists()
    assert read_article(path.with_suffix(".undone").read_bytes(), path.name) == first
    with pytest.raises(BadInput, match="of your own"):
        undo_save(folder, "mine")


def test_what_a_draft_may_not_say(desk: Desk, text: ArticleText, tmp_path: Path) -> None:
    from dataclasses import replace

    claim, head = draft_seed(desk, text)[0], Head("Mine", "Us", DAY)
    part = claim.parts[0]
    for draft, said, words in (
        ([], head, "at least one marked sentence"),
        ([replace(claim, quote="Words that nobody wrote")], head, "as they stand"),
        ([replace(claim, title=" ")], head, "your own words"),
        ([replace(claim, parts=(replace(part, indicators=()),))], head, "at least one for each part"),
        ([claim], Head("Mine", "", DAY), "the publisher"),
        ([claim], Head("Mine", "Us", DAY, url="javascript:x"), "url"),
    ):
        with pytest.raises(BadInput, match=words):
            build_article(text, said, draft)
    taken = build_article(text, head, [claim], article_id=desk.record.article.article_id)
    unknown = build_article(text, head, [replace(claim, parts=(replace(part, indicators=("no-such",)),))])
    for article, words in ((taken, "no bundled article"), (unknown, "no-such")):
        with pytest.raises(BadInput, match=words):
            save_article(tmp_path, article, desk.record)
    assert list(tmp_path.rglob("*.yaml")) == []


def test_hostile_words_stay_words(desk: Desk, tmp_path: Path) -> None:
    evil = "<script>alert(1)</script> China could [click](javascript:x) more: `- {}` !!python/object:os.system"
    found = read_text(evil)
    claim = draft_seed(desk, write_text(desk))[0]
    from dataclasses import replace

    sentence = found.sentences[0]
    draft = replace(
        claim, offset=sentence.offset, length=len(sentence.words), quote=sentence.words, title=evil, statement=evil
    )
    article = build_article(found, Head(evil, evil, DAY), [draft])
    path = save_article(tmp_path, article, desk.record)
    assert path.parent == tmp_path / "articles"
    assert read_article(path.read_bytes(), path.name).claims[0].statement == evil
    assert make_id("../../etc/passwd") == "etc-passwd"
    assert make_id("中國 2026") == "article-2026"
    assert len(shorten_quote("word " * 60).split()) == 25


@pytest.mark.parametrize("raw", [b"[" * 100_000, b"a: &a [*a]", LAUGHS, b"\xff", b"x" * 600_000, b"claims: 3", b""])
def test_a_sent_file_that_is_no_article_is_refused_in_one_line(raw: bytes) -> None:
    with pytest.raises(BadInput) as caught:
        read_article(raw, "sent.yaml")
    assert "\n" not in str(caught.value)


def test_files_of_every_form_give_their_words(tmp_path: Path) -> None:
    plain = "China could step up its patrols."
    document = docx.Document()
    document.add_paragraph(plain)
    packed = io.BytesIO()
    document.save(packed)
    assert read_file("a.txt", plain.encode("utf-16")) == plain
    assert read_file("a.md", plain.encode()) == plain
    page = f"<html><head><title>x</title></head><p>{plain} &amp; more</p><script>evil()</script>"
    assert read_file("a.html", page.encode()).strip() == f"{plain} & more"
    assert read_file("a.docx", packed.getvalue()).strip() == plain


@pytest.mark.parametrize(
    ("name", "raw", "kind"),
    [
        ("a.exe", b"x", BadInput),
        ("a.txt", b"\x00\x01" * 30, BadInput),
        ("a.txt", b"x" * 10_000_001, BadInput),
        ("a.docx", b"PK\x03\x04 broken", FormatError),
        ("a.pdf", b"%PDF-1.7 broken", FormatError),
    ],
)
def test_a_file_that_cant_be_read_is_refused_in_one_line(name: str, raw: bytes, kind: type[Exception]) -> None:
    with pytest.raises(kind) as caught:
        read_file(name, raw)
    assert "\n" not in str(caught.value)


def test_an_address_within_the_house_is_not_asked() -> None:
    for address in ("http://127.0.0.1:9/x", "file:///etc/passwd", "not an address"):
        with pytest.raises(FetchError):
            fetch_page(address)
