"""News feeds: the three formats and what goes wrong in real ones. Nothing of an item becomes an event by itself."""

from __future__ import annotations

import time
from collections.abc import Mapping
from contextlib import suppress
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tension.errors import CuratedDataError, FetchError, FormatError
from tension.records.candidates import Candidate
from tension.sources.base import DateWindow, ParseResult
from tension.sources.dates import parse_moment
from tension.sources.rss import adapter as rss
from tension.sources.rss import feed
from tension.sources.rss.feed import parse_feed, strip_markup
from tests.recorded import list_samples, name_sample

SEEN = datetime(2026, 9, 13, 4, 0, tzinfo=UTC)

RDF = """<?xml version="1.0"?>
<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns="http://purl.org/rss/1.0/"
         xmlns:dc="http://purl.org/dc/elements/1.1/">
  <channel rdf:about="https://example.org/"><title>Sea News</title><link>https://example.org/</link></channel>
  <item rdf:about="https://example.org/1">
    <title>Chinese frigate shadows Philippine patrol</title><link>https://example.org/1</link>
    <dc:date>2026-09-12T21:00:00+08:00</dc:date>
  </item>
</rdf:RDF>"""

ATOM = """<?xml version="1.0"?>
<feed xmlns="http://www.w3.org/2005/Atom" xml:base="https://example.org/news/">
  <title type="html">Strait &amp;amp; Sea</title>
  <entry>
    <id>tag:example.org,2026:7</id>
    <title type="xhtml"><div xmlns="http://www.w3.org/1999/xhtml">Taiwan <b>detects</b> 12 PLA aircraft</div></title>
    <link rel="enclosure" href="https://example.org/picture.jpg"/><link rel="alternate" href="7.html"/>
    <summary type="html">&lt;p&gt;Seen &lt;i&gt;near&lt;/i&gt; the median line.&lt;/p&gt;</summary>
    <updated>2026-09-12T01:02:03Z</updated>
  </entry>
</feed>"""


def build_rss(*items: str, channel: str = "<title>Sample</title>") -> bytes:
    body = f"<channel>{channel}{''.join(items)}</channel>"
    return f'<?xml version="1.0" encoding="utf-8"?><rss version="2.0">{body}</rss>'.encode()


def build_item(
    title: str = "China coast guard patrols off Kinmen", link: str = "https://example.org/a", more: str = ""
) -> str:
    return f"<item><title>{title}</title><link>{link}</link>{more}</item>"


def parse(raw: bytes | str, name: str = "") -> ParseResult:
    result = rss.parse(raw.encode() if isinstance(raw, str) else raw, SEEN, name)
    assert result.read_count == (
        len(result.candidates) + result.duplicate_count + result.out_of_scope_count + len(result.rejects)
    )
    assert result.events.num_rows == 0
    return result


def parse_one(raw: bytes | str) -> Candidate:
    (candidate,) = parse(raw).candidates
    return candidate


def test_rss_item_becomes_a_candidate_with_the_words_behind_its_coding() -> None:
    candidate = parse_one(
        build_rss(
            build_item(
                "<![CDATA[China Coast Guard fires water cannon at Philippine ship near Ayungin Shoal]]>",
                more="<guid isPermaLink='false'>N-1</guid><pubDate>Sat, 12 Sep 2026 21:27:28 +0800</pubDate>"
                "<description>Manila said the resupply boat was damaged.</description>",
            )
        )
    )
    assert candidate.source_key == "rss"
    assert candidate.feed == "Sample"
    assert candidate.published_utc == datetime(2026, 9, 12, 13, 27, 28, tzinfo=UTC)
    assert candidate.published_date == date(2026, 9, 12)
    assert candidate.proposal.region == "South China Sea"
    assert candidate.proposal.actors == ("CHN", "PHL")
    assert (candidate.proposal.initiator, candidate.proposal.target) == ("CHN", "PHL")
    assert (candidate.proposal.category, candidate.proposal.cameo_root) == ("incident", "18")
    assert candidate.proposal.severity == 4
    assert "water_cannon" in candidate.proposal.tags
    assert candidate.proposal.location == "Second Thomas Shoal"
    assert candidate.proposal.latitude == pytest.approx(9.75)
    words = {(r.field, r.value): r.words for r in candidate.proposal.reasons}
    assert "water cannon" in words["category", "incident"]
    assert words["location", "Second Thomas Shoal"] == "Ayungin Shoal"


def test_rdf_items_beside_the_channel_are_read() -> None:
    candidate = parse_one(RDF)
    assert candidate.url == "https://example.org/1"
    assert candidate.published_utc == datetime(2026, 9, 12, 13, 0, tzinfo=UTC)


def test_atom_entry_is_read_with_its_markup_and_relative_link() -> None:
    candidate = parse_one(ATOM)
    assert candidate.title == "Taiwan detects 12 PLA aircraft"
    assert candidate.summary == "Seen near the median line."
    assert candidate.url == "https://example.org/news/7.html"
    assert candidate.feed == "Strait & Sea"


def test_a_relative_link_resolves_against_the_channel_and_is_refused_without_one() -> None:
    item = build_item(link="/news/5")
    assert parse_one(build_rss(item, channel="<link>https://example.org/x/</link>")).url == "https://example.org/news/5"
    (reject,) = parse(build_rss(item)).rejects
    assert reject.reason == "link: '/news/5' is not allowed; allowed: a full http or https address"


@pytest.mark.parametrize(
    "link",
    ["javascript:alert(1)", "data:text/html,x", "ftp://example.org/a", "https://", "http://[", "https://u:p@example.org/",
     "https://example.org:99999/", "  "],
)  # fmt: skip
def test_a_link_that_is_no_plain_web_address_is_a_reject(link: str) -> None:
    result = parse(build_rss(build_item(link=link), channel="<link>https://example.org/</link>"))
    if link.strip():
        assert result.rejects[0].reason.startswith("link: ")
    assert len(result.rejects) == 1


def test_items_without_a_title_or_link_are_rejects_that_say_so() -> None:
    result = parse(build_rss(build_item(title=""), "<item><title>Taiwan</title></item>", build_item()))
    assert [reject.reason.split(";")[0] for reject in result.rejects] == ["title: missing", "link: missing"]
    assert len(result.candidates) == 1


def test_a_permanent_guid_stands_in_for_a_missing_link() -> None:
    item = "<item><title>Taiwan drill</title><guid>https://example.org/g</guid></item>"
    assert parse_one(build_rss(item)).url == "https://example.org/g"
    assert parse(build_rss(item.replace("<guid>", "<guid isPermaLink='false'>"))).rejects


def test_namespaced_neighbours_do_not_stand_for_title_or_link() -> None:
    raw = """<rss xmlns:media="http://search.yahoo.com/mrss/" xmlns:atom="http://www.w3.org/2005/Atom"><channel>
      <atom:link href="https://example.org/feed" rel="self"/><item><media:title>Picture</media:title>
      <title>Taiwan holds drill</title><media:link>https://pictures.example</media:link>
      <atom:link href="https://example.org/real"/></item></channel></rss>"""
    candidate = parse_one(raw)
    assert (candidate.title, candidate.url) == ("Taiwan holds drill", "https://example.org/real")


def test_the_same_item_twice_is_one_candidate_and_one_duplicate() -> None:
    result = parse(build_rss(build_item(), build_item(title="China coast guard patrols off Kinmen, again")))
    assert (len(result.candidates), result.duplicate_count) == (1, 1)


def test_items_that_share_a_page_but_not_an_identity_are_two() -> None:
    result = parse(build_rss(build_item(more="<guid>1</guid>"), build_item(more="<guid>2</guid>")))
    assert len(result.candidates) == 2


def test_the_identity_is_stable_and_differs_between_sites_with_the_same_guid() -> None:
    more = "<guid isPermaLink='false'>17</guid>"
    first, again, other = (
        parse_one(build_rss(build_item(title=title, link=link, more=more))).candidate_id
        for title, link in [("Taiwan", "https://a.org/1"), ("Taiwan, corrected", "https://a.org/1"), ("Taiwan", "https://b.org/1")]
    )  # fmt: skip
    assert first == again != other


def test_what_names_nothing_of_the_region_is_out_of_scope() -> None:
    result = parse(build_rss(build_item("Earthquake in Venezuela", "https://example.org/v")))
    assert (result.out_of_scope_count, result.candidates) == (1, ())


def test_sport_from_the_region_is_a_candidate_without_an_act() -> None:
    candidate = parse_one(build_rss(build_item("Taiwan strikes late to beat Japan in baseball championship")))
    assert candidate.proposal.is_likely_event is False
    assert candidate.proposal.category is None


@pytest.mark.parametrize(
    ("encoding", "declared", "title"),
    [
        ("utf-8", "utf-8", "台灣國防部：共機越過海峽中線"),
        ("utf-8-sig", "utf-8", "台灣 drill"),
        ("utf-16", "utf-16", "台灣 drill"),
        ("big5", "Big5", "台灣軍演"),
        ("gb18030", "gb2312", "中国海警在黄岩岛"),
        ("cp932", "Shift_JIS", "日本の海上保安庁"),
        ("cp949", "EUC-KR", "한국 해군"),
        ("cp1252", "iso-8859-1", "China’s drill – “large”"),
        ("cp1252", "utf-8", "Manila’s café"),
    ],
)
def test_encodings_are_read_as_meant(encoding: str, declared: str, title: str) -> None:
    xml = f'<?xml version="1.0" encoding="{declared}"?><rss><channel>{build_item(title)}</channel></rss>'
    assert parse_one(xml.encode(encoding)).title == title


def test_entities_of_html_and_bare_ampersands_are_mended_outside_cdata_only() -> None:
    raw = build_rss(
        build_item(
            "Taiwan&nbsp;&amp; Japan&rsquo;s R&D", "<![CDATA[https://example.org/?a=1&b=2&copy=3]]>", "<x>A & B</x>"
        )
    )
    candidate = parse_one(raw)
    assert candidate.title == "Taiwan & Japan’s R&D"
    assert candidate.url == "https://example.org/?a=1&b=2&copy=3"


def test_hostile_markup_is_text_without_tags() -> None:
    candidate = parse_one(
        build_rss(
            build_item(
                "&lt;img src=x onerror=alert(1)&gt;Taiwan &amp;lt;script&amp;gt;alert(2)&amp;lt;/script&amp;gt;",
                more="<description><![CDATA[<style>p{}</style><p onclick='x'>Near <b>Kinmen</b></p><!-- gone -->]]>"
                "</description>",
            )
        )
    )
    assert candidate.title == "Taiwan"
    assert candidate.summary == "Near Kinmen"


def test_stripping_stays_quick_on_openings_that_never_close() -> None:
    assert strip_markup("Taiwan" + "<!--" * 5_000) == "Taiwan"
    assert strip_markup("a < b and c > d") == "a < b and c > d"


@pytest.mark.parametrize(
    ("raw", "says"),
    [
        (b"", "empty"),
        (b"<!DOCTYPE html><html><body>Not found</body></html>", "HTML page"),
        (b"<html lang='en'><head></head></html>", "HTML page"),
        (b"date,count\n2026-01-01,3\n", "not well-formed"),
        (b'<?xml version="1.0" encoding="UTF-8"?>', "no element"),
        (b"<kml><Placemark/></kml>", "outermost element is <kml>"),
        (
            b'<?xml version="1.0"?><!DOCTYPE r [<!ENTITY a "aa"><!ENTITY b "&a;&a;">]>'
            b"<rss><channel><title>&b;</title></channel></rss>",
            "refused",
        ),
        (b'<!DOCTYPE r [<!ENTITY x SYSTEM "file:///etc/hostname">]><rss><channel>&x;</channel></rss>', "refused"),
        (b"\x00\xff\xfe\x01" * 9, "well-formed"),
    ],
)
def test_what_is_no_feed_is_a_format_error_of_one_line(raw: bytes, says: str) -> None:
    with pytest.raises(FormatError, match=says) as caught:
        parse(raw)
    assert "\n" not in str(caught.value)


def test_a_feed_larger_than_allowed_is_refused() -> None:
    with pytest.raises(FormatError, match="bytes; allowed: up to 20,000,000"):
        parse(b" " * 20_000_001)


@pytest.mark.parametrize(
    ("text", "day", "instant"),
    [
        ("Sat, 12 Sep 2026 21:27:28 +0800", date(2026, 9, 12), datetime(2026, 9, 12, 13, 27, 28, tzinfo=UTC)),
        ("Sun, 13 Sep 2026 01:25:19 GMT", date(2026, 9, 13), datetime(2026, 9, 13, 1, 25, 19, tzinfo=UTC)),
        ("Sun, 13 September 2026 03:00 JST", date(2026, 9, 13), datetime(2026, 9, 12, 18, 0, tzinfo=UTC)),
        ("12 Sep 26 10:00 EDT", date(2026, 9, 12), datetime(2026, 9, 12, 14, 0, tzinfo=UTC)),
        ("Sat, 12 Sep 2026 10:00:00 CST", date(2026, 9, 12), None),
        ("2026-08-13T14:06:02-06:00", date(2026, 8, 13), datetime(2026, 8, 13, 20, 6, 2, tzinfo=UTC)),
        ("2026-08-13T21:20:06.123Z", date(2026, 8, 13), datetime(2026, 8, 13, 21, 20, 6, 123000, tzinfo=UTC)),
        ("2026-08-13 21:20:06 GMT+8", date(2026, 8, 13), datetime(2026, 8, 13, 13, 20, 6, tzinfo=UTC)),
        ("2026-08-13", date(2026, 8, 13), None),
        ("2026年9月3日", date(2026, 9, 3), None),
        ("Sept. 3, 2026", date(2026, 9, 3), None),
        ("3 September 2026", date(2026, 9, 3), None),
    ],
)
def test_dates_are_read_in_the_forms_that_feeds_use(text: str, day: date, instant: datetime | None) -> None:
    moment = parse_moment(text)
    assert moment is not None
    assert (moment.day, moment.at_utc) == (day, instant)


@pytest.mark.parametrize(
    "text", ["", "yesterday", "03/04/2025", "2026-13-45", "Sat, 32 Sep 2026 10:00:00 GMT", "0000-00-00"]
)
def test_a_date_that_cannot_be_read_surely_is_none(text: str) -> None:
    assert parse_moment(text) is None


def test_missing_and_future_dates_are_left_open() -> None:
    assert parse_one(build_rss(build_item())).published_date is None
    future = parse_one(build_rss(build_item(more="<pubDate>Sat, 12 Sep 2099 10:00:00 GMT</pubDate>")))
    assert (future.published_date, future.published_utc) == (None, None)
    assert future.published_text == "Sat, 12 Sep 2099 10:00:00 GMT"


def test_thousands_of_items_are_all_accounted_for_and_what_is_beyond_is_told() -> None:
    items = [build_item(link=f"https://example.org/{n}") for n in range(3_500)]
    whole = parse(build_rss(*items[:3_000]))
    assert (len(whole.candidates), whole.note) == (3_000, "")
    more = parse(build_rss(*items))
    assert (len(more.candidates), more.note) == (3_000, "500 items beyond the first 3,000 were passed over")


KINMEN, SHOAL = "國防部：中共海警船四艘進入金門限制水域", "菲律賓指中國海警在仁愛礁噴水砲"


@pytest.mark.parametrize("declared", ["utf-8", "big5", "gb18030", "euc-jp", ""])
def test_one_bad_byte_costs_its_letter_and_no_other(declared: str) -> None:
    head = f'<?xml version="1.0" encoding="{declared}"?>' if declared else ""
    rows = [
        build_item(title.replace("仁愛礁", "仁愛"), f"https://example.org/{n}")
        for n, title in enumerate((KINMEN, SHOAL))
    ]
    text = (
        f"{head}<rss><channel>{''.join(rows)}{build_item('美艦通過台灣海峽', 'https://example.org/9')}</channel></rss>"
    )
    raw = text.encode(declared or "utf-8").replace(
        "海峽".encode(declared or "utf-8"), "海".encode(declared or "utf-8") + b"\xff"
    )
    titles = [candidate.title for candidate in parse(raw).candidates]
    assert titles[:2] == [KINMEN, SHOAL.replace("仁愛礁", "仁愛")]
    assert titles[2].startswith("美艦通過台灣海\ufffd")


def test_a_title_cut_at_a_number_of_bytes_keeps_a_feed_readable() -> None:
    raw = build_rss(build_item(KINMEN, "https://example.org/1"), build_item(SHOAL, "https://example.org/2"))
    assert [c.title for c in parse(raw.replace("砲".encode(), "砲".encode()[:2])).candidates] == [
        KINMEN,
        SHOAL[:-1] + "\ufffd",
    ]


def test_an_english_feed_of_windows_letters_is_read_as_such_whatever_it_says() -> None:
    raw = build_rss(build_item("Manila’s “new” café near Taiwan")).decode().encode("cp1252")
    assert parse_one(raw).title == "Manila’s “new” café near Taiwan"


FIRST, SECOND = (
    build_item("Taiwan holds drill", "https://example.org/1"),
    build_item("Manila protests", "https://example.org/2"),
)


@pytest.mark.parametrize(
    ("raw", "fault"),
    [
        (build_rss(FIRST.replace("</item>", "<media:content url='x'/></item>"), SECOND), "unbound prefix"),
        (b"Warning: cache miss\n" + build_rss(FIRST, SECOND), "syntax error"),
        (build_rss(FIRST, SECOND) + b"<!-- served in 3 ms --> done", "junk after document element"),
        (build_rss(FIRST, SECOND).replace(b"</channel></rss>", b""), "no element found"),
        (build_rss(FIRST.replace("</item>", "<description>a <br> b</description></item>"), SECOND), "mismatched tag"),
        (build_rss(FIRST.replace("<item>", "<item a=1>"), SECOND), "not well-formed"),
        (build_rss(FIRST, SECOND).replace(b"<title>Sample</title>", b"<title>Sample</titel>"), "mismatched tag"),
    ],
)
def test_a_slip_of_form_costs_no_item_and_is_told(raw: bytes, fault: str) -> None:
    result = parse(raw)
    assert [c.title for c in result.candidates] == ["Taiwan holds drill", "Manila protests"]
    assert fault in result.note
    assert result.note.endswith("read as far as it goes")


@pytest.mark.parametrize("letter", ["&#0;", "&#x110000;", "&#999999999;", "&#xD800;", "\x0b", "&nosuch;", "&;", "&#;"])
def test_a_letter_that_cannot_be_costs_nothing_else(letter: str) -> None:
    candidate = parse_one(build_rss(build_item(f"Taiwan{letter} drill")))
    assert candidate.title.startswith("Taiwan")
    assert candidate.title.endswith("drill")


@pytest.mark.parametrize(
    "cut", ["<title>Manila prot", "<title>Manila protests</title><link>https://exam", "<title>Manila"]
)
def test_an_item_that_the_feed_breaks_off_in_is_refused_and_those_before_it_are_kept(cut: str) -> None:
    result = parse(build_rss(FIRST, "<item>" + cut).split(cut.encode())[0] + cut.encode())
    assert [c.title for c in result.candidates] == ["Taiwan holds drill"]
    assert [reject.reason for reject in result.rejects] == ["the feed breaks off within this item"]


def test_an_item_on_which_the_reader_breaks_takes_no_other_with_it() -> None:
    broken = "<item><title>Taiwan</title><gml:pos xmlns:gml='http://www.opengis.net/gml'>1 2</gml:pos></item>"
    result = parse(build_rss(FIRST, broken, SECOND, channel="<title>F</title>"))
    assert [c.title for c in result.candidates] == ["Taiwan holds drill", "Manila protests"]
    assert [reject.reason for reject in result.rejects] == ["its form breaks the reader"]


def test_an_item_without_a_title_is_named_by_the_first_words_of_its_text() -> None:
    shown = "Taiwan detected 14 Chinese aircraft and 7 naval vessels around the island in the 24 hours that"
    text = f"{shown} ended at dawn on Friday."
    item = f"<item><link>https://example.org/1</link><description>&lt;p&gt;{text}&lt;/p&gt;</description></item>"
    candidate = parse_one(build_rss(item))
    assert candidate.title == f"{shown}…"
    assert candidate.summary == text


def test_a_plain_document_type_is_passed_over() -> None:
    doctype = (
        b'<!DOCTYPE rss PUBLIC "-//Netscape Communications//DTD RSS 0.91//EN" "http://my.netscape.com/rss-0.91.dtd">'
    )
    raw = build_rss(FIRST).replace(b"<rss", doctype + b"<rss")
    assert parse_one(raw).title == "Taiwan holds drill"


HOSTILE = """<![CDATA[ < <a <b> <!-- <item> &amp &#60; & ]]> <b=" <?x <! </b> <title>x</title> <item/> <![CDATA[<item>
    <b:c/> <?xml?> <!DOCTYPE <item><link>""".split()


@pytest.mark.parametrize("piece", HOSTILE)
def test_what_never_closes_takes_time_in_step_with_its_length(piece: str) -> None:
    def measure(count: int) -> float:
        begun = time.process_time()
        with suppress(FormatError):
            parse_feed(b"<rss><channel><item><title>Taiwan " + piece.encode() * (count // len(piece)))
        return time.process_time() - begun

    measure(1_000)
    small, large = measure(25_000), measure(100_000)
    assert large < 2
    assert large < 12 * small + 0.2


def test_a_large_feed_is_read_within_bounds_of_its_own(monkeypatch: pytest.MonkeyPatch) -> None:
    asked = []
    monkeypatch.setattr(feed, "run_limited", lambda read, budget, raw: asked.append(len(raw)) or read(raw))
    raw = build_rss(build_item(more=f"<description>{'x' * 300_000}</description>"))
    assert len(parse_feed(raw).items) == 1
    assert asked == [len(raw)]


def test_a_known_feed_lends_its_region_only_where_the_words_give_none() -> None:
    raw = build_rss(build_item("China issues a new regulation"), build_item("Manila protests", "https://example.org/b"))
    plain, told = parse(raw), parse(raw, "focus-taiwan.xml")
    assert [c.proposal.region for c in plain.candidates] == ["Indo-Pacific", "South China Sea"]
    assert [c.proposal.region for c in told.candidates] == ["Taiwan Strait", "South China Sea"]
    assert {c.feed for c in told.candidates} == {"focus-taiwan"}
    assert {c.tier for c in told.candidates} == {"news"}


class RecordedHttp:
    """Answers from memory; an address it doesn't know fails."""

    def __init__(self, answers: Mapping[str, bytes]) -> None:
        self.answers = answers

    def get(
        self, url: str, *, params: Mapping[str, str] | None = None, headers: Mapping[str, str] | None = None
    ) -> bytes:
        if url not in self.answers:
            raise FetchError("no answer")
        return self.answers[url]


def test_one_dead_feed_does_not_stop_the_others_and_is_named() -> None:
    dead, *living = rss.load_feeds()
    http = RecordedHttp({entry.url: entry.key.encode() for entry in living})
    files = rss.fetch(DateWindow(date(2026, 9, 1), date(2026, 9, 2)), http)
    assert [next(files).name for _ in living] == [entry.key for entry in living]
    with pytest.raises(FetchError, match=f"1 of {len(living) + 1} feeds could not be fetched: {dead.key}"):
        next(files)


def test_the_list_of_feeds_is_checked(tmp_path: Path) -> None:
    entry = "- {key: a, title: A, url: 'https://a.org/f', language: en, tier: news}\n"
    path = tmp_path / "feeds.yaml"
    path.write_text(entry + entry, encoding="utf-8")
    with pytest.raises(CuratedDataError, match="key a is given twice"):
        rss.load_feeds(path)
    other = tmp_path / "other.yaml"
    other.write_text(entry.replace("https", "gopher"), encoding="utf-8")
    with pytest.raises(CuratedDataError, match="url"):
        rss.load_feeds(other)


@settings(max_examples=150, deadline=None)
@given(
    st.one_of(
        st.binary(max_size=400), st.text(max_size=300).map(lambda t: f"<rss><channel>{t}</channel></rss>".encode())
    )
)
def test_no_bytes_bring_out_anything_but_a_format_error(raw: bytes) -> None:
    with suppress(FormatError):
        parse(raw)


PIECES = st.lists(
    st.sampled_from(
        "<item> </item> <title> </title> Taiwan <link> </link> https://a.org/1 <![CDATA[ ]]> & &nbsp; <guid>1</guid> "
        "<pubDate>12-Sep</pubDate> <a:b> \x00 <!-- -->".split(" ")
    ),
    max_size=25,
)


@settings(max_examples=200, deadline=None)
@given(PIECES)
def test_broken_feeds_are_refused_or_accounted_for(pieces: list[str]) -> None:
    with suppress(FormatError):
        parse(f"<rss><channel>{''.join(pieces)}</channel></rss>")


@settings(max_examples=100, deadline=None)
@given(st.lists(st.tuples(st.text(max_size=80), st.text(max_size=60), st.text(max_size=30)), max_size=5))
def test_items_of_any_text_are_accounted_for(rows: list[tuple[str, str, str]]) -> None:
    cdata = [[part.replace("]]>", "") for part in row] for row in rows]
    items = [
        f"<item><title><![CDATA[{t}]]></title><link><![CDATA[{u}]]></link><pubDate><![CDATA[{d}]]></pubDate></item>"
        for t, u, d in cdata
    ]
    raw = build_rss(*items).decode("utf-8", "replace").encode("utf-8", "replace")
    assert parse(raw).read_count == len(rows)


# Items read, taken as candidates, out of scope, refused.
RECORDED = {
    "news.xml": (4, 2, 1, 1),
    "alerts.atom": (2, 0, 2, 0),
    "bbc-world-trimmed.xml": (4, 0, 2, 2),
    "focustaiwan-rss.xml": (13, 13, 0, 0),
}


@pytest.mark.parametrize("path", list_samples("rss/*"), ids=name_sample)
def test_recorded_feeds_are_read_in_full(path: Path) -> None:
    raw = path.read_bytes()
    result = parse(raw, path.name)
    counts = (result.read_count, len(result.candidates), result.out_of_scope_count, len(result.rejects))
    assert counts == RECORDED.get(path.name, (result.read_count, 0, result.read_count, 0))
    assert result.read_count == raw.count(b"<item>") + raw.count(b"<entry>")
    assert all(c.url.startswith("https://") and c.published_utc for c in result.candidates)


def test_atom_content_stands_in_for_a_missing_summary() -> None:
    feed = parse_feed(ATOM.replace("summary", "content").encode())
    assert feed.items[0].summary == "Seen near the median line."
