"""The filter says the same thing in a link, on the command line and in words."""

import dataclasses
from datetime import date
from urllib.parse import parse_qsl

import ibis
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tension.errors import BadInput
from tension.records.filters import FIELDS, EventFilter, build_filter, build_limits, parse_params
from tension.records.vocab import Category, QuadClass, Region
from tension.words import format_day

EVENT_SOURCES = ["curated", "gdelt", "ucdp", "acled", "upload"]
DAYS = st.dates(date(2022, 1, 1), date(2026, 12, 31))


@st.composite
def filters(draw: st.DrawFn) -> EventFilter:
    since, until = sorted([draw(DAYS), draw(DAYS)])
    return EventFilter(
        regions=tuple(draw(st.lists(st.sampled_from(Region), unique=True))),
        since=draw(st.sampled_from([None, since])),
        until=draw(st.sampled_from([None, until])),
        actors=tuple(draw(st.lists(st.sampled_from(["CHN", "USA", "TWN", "PHL"]), unique=True))),
        categories=tuple(draw(st.lists(st.sampled_from(Category), unique=True))),
        quad_classes=tuple(draw(st.lists(st.sampled_from(QuadClass), unique=True))),
        min_severity=draw(st.integers(1, 5)),
        text=draw(st.text(max_size=40)).strip(),
        as_of=draw(st.none() | DAYS),
        source_keys=tuple(draw(st.lists(st.sampled_from(EVENT_SOURCES), unique=True, min_size=1))),
    )


@given(filters())
def test_a_link_reproduces_the_filter(wanted: EventFilter) -> None:
    read, notices = parse_params(dict(parse_qsl(wanted.to_query())))
    assert (read, notices) == (wanted, [])


@given(
    st.dictionaries(
        st.sampled_from("region since until actor category class severity q asof source article".split()), st.text()
    )
)
def test_any_link_gives_a_filter_and_never_an_exception(params: dict[str, str]) -> None:
    read, notices = parse_params(params)
    assert isinstance(read, EventFilter)
    assert all("allowed" in notice for notice in notices)


def test_a_bad_value_in_a_link_is_dropped_and_the_rest_kept() -> None:
    read, notices = parse_params({"region": "taiwan-strait,atlantis", "since": "2024-02-30", "severity": "4"})
    assert read == EventFilter(regions=(Region.TAIWAN_STRAIT,), min_severity=4)
    of_date, of_region = sorted(notices, reverse=True)
    assert "atlantis" in of_region
    assert "south-china-sea" in of_region
    assert "YYYY-MM-DD" in of_date


def test_a_period_that_ends_before_it_begins_is_refused() -> None:
    with pytest.raises(BadInput, match=r"2024-01-01.*allowed.*2024-06-01"):
        build_filter(since="2024-06-01", until="2024-01-01")
    read, notices = parse_params({"since": "2024-06-01", "until": "2024-01-01"})
    assert (read.since, read.until, len(notices)) == (date(2024, 6, 1), None, 1)


@pytest.mark.parametrize(
    ("given_words", "allowed"),
    [
        ({"regions": ["mars"]}, "korean-peninsula"),
        ({"since": "yesterday"}, "YYYY-MM-DD"),
        ({"actors": ["China"]}, "alpha-3"),
        ({"actors": ["CHM"]}, "such as CHN"),
        ({"categories": ["war"]}, "coast_guard"),
        ({"quad_classes": ["bad"]}, "material-conflict"),
        ({"min_severity": "9"}, "use of force"),
    ],
)
def test_a_bad_word_lists_what_is_allowed(given_words: dict, allowed: str) -> None:
    with pytest.raises(BadInput, match=allowed):
        build_filter(**given_words)


def test_words_are_taken_in_any_usual_form() -> None:
    wanted = build_filter(regions=["South China Sea"], actors=["chn"], quad_classes=["4", "material-cooperation"])
    assert wanted.regions == (Region.SOUTH_CHINA_SEA,)
    assert wanted.actors == ("CHN",)
    assert wanted.quad_classes == (QuadClass.MATERIAL_CONFLICT, QuadClass.MATERIAL_COOPERATION)


def test_widening_keeps_the_day_of_the_view() -> None:
    wanted = build_filter(regions=["taiwan-strait"], min_severity=5, as_of="2025-10-31")
    assert wanted.widen() == EventFilter(as_of=date(2025, 10, 31))
    assert wanted.without("min_severity").min_severity == 1


def test_the_filter_in_words_names_every_limit() -> None:
    wanted = build_filter(
        regions=["taiwan-strait"],
        since="2024-01-01",
        actors=["USA"],
        categories=["coast-guard,incident"],
        quad_classes=["material-conflict"],
        min_severity=3,
        text="drill",
        as_of="2025-01-01",
        source_keys=["curated", "gdelt"],
    )
    assert wanted.describe() == (
        "Taiwan Strait · 1 Jan 2024 to end of record · United States · Coast guard, Incident · "
        "Show of force or coercion · severity 3 or more · “drill” · as of 1 Jan 2025 · "
        "Curated, GDELT (coded by machine)"
    )
    assert EventFilter().describe() == "All regions"


@given(filters())
def test_each_limit_has_its_own_words(wanted: EventFilter) -> None:
    told = wanted.describe()
    for field, value in wanted.list_limits():
        if field.name not in ("since", "until"):
            assert field.tell(value) in told
    for day in filter(None, (wanted.since, wanted.until, wanted.as_of)):
        assert format_day(day) in told


@given(filters())
def test_each_field_can_be_cleared_alone(wanted: EventFilter) -> None:
    for field, value in wanted.list_limits():
        rest = wanted.without(field.name)
        assert getattr(rest, field.name) == getattr(EventFilter(), field.name)
        assert rest.list_limits() == [pair for pair in wanted.list_limits() if pair[0] is not field]
        if field.is_list:
            assert getattr(wanted.without(field.name, value[0]), field.name) == value[1:]


def test_the_table_of_fields_and_the_filter_have_the_same_fields_and_defaults() -> None:
    assert {field.name: field.default for field in FIELDS} == dataclasses.asdict(EventFilter())
    assert len({field.param for field in FIELDS}) == len({field.option for field in FIELDS}) == len(FIELDS)
    for field in FIELDS:
        for text in field.offered:
            assert field.to_param(field.parse(text, field.param)) == text


def test_no_limit_asks_nothing_of_events_and_each_limit_one_thing() -> None:
    events = ibis.table(
        dict.fromkeys("title summary location category region source_key".split(), "string")
        | dict.fromkeys("actors people organizations tags".split(), "array<string>")
        | dict.fromkeys("occurred_date reported_date".split(), "date")
        | dict.fromkeys("quad_class severity".split(), "int64"),
        name="events",
    )
    nothing = EventFilter(**{field.name: field.no_limit for field in FIELDS})
    assert build_limits(events, nothing) == []
    assert len(build_limits(events, EventFilter())) == 1
    everything = build_filter(
        regions=["indian-ocean"],
        since="2024-01-01",
        until="2024-02-01",
        actors=["USA", "CHN"],
        categories=["militia"],
        quad_classes=["1"],
        min_severity=2,
        text="two words",
        as_of="2025-01-01",
    )
    assert len(build_limits(events, everything)) == sum(field.limit is not None for field in FIELDS)
