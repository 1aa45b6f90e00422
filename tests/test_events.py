"""What an event must say, and what follows from it."""

from datetime import date

import pytest
from pydantic import ValidationError

from tension.records.vocab import QuadClass
from tension.records.yaml_text import describe_faults
from tests.factories import make_event, make_event_fields


@pytest.mark.parametrize(
    ("root", "quad_class"),
    [("01", 1), ("05", 1), ("06", 2), ("09", 2), ("10", 3), ("14", 3), ("15", 4), ("20", 4)],
)
def test_quad_class_follows_gdelt_borders(root: str, quad_class: int) -> None:
    assert make_event(cameo_root=root).quad_class == QuadClass(quad_class)


def test_cameo_root_keeps_its_leading_zero() -> None:
    assert make_event(cameo_root="04").cameo_root == "04"


def test_reported_date_is_the_earliest_dated_publication() -> None:
    source = make_event_fields()["sources"][0]
    event = make_event(sources=[source, source | {"published": date(2024, 2, 28)}, source | {"published": None}])
    assert event.reported_date == date(2024, 2, 28)
    assert not event.is_reported_date_assumed


def test_reported_date_is_assumed_when_no_source_is_dated() -> None:
    event = make_event(sources=[make_event_fields()["sources"][0] | {"published": None}])
    assert (event.reported_date, event.is_reported_date_assumed) == (date(2024, 3, 1), True)


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"severity": 6}, ["severity", "'6'", "less than or equal to 5"]),
        ({"cameo_root": "4"}, ["cameo_root", "'4'", "two digits 01 to 20"]),
        ({"cameo_root": "21"}, ["cameo_root", "'21'", "two digits 01 to 20"]),
        ({"region": "Atlantic"}, ["region", "'Atlantic'", "Taiwan Strait"]),
        ({"category": "war"}, ["category", "'war'", "coast_guard"]),
        ({"tags": ["pirates"]}, ["tags.0", "'pirates'", "water_cannon"]),
        ({"actors": ["CHN"]}, ["target PHL is not among the actors CHN"]),
        ({"actors": ["China", "PHL"]}, ["actors.0", "'China'", "ISO 3166-1 alpha-3"]),
        ({"actors": ["CHM", "PHL"]}, ["actors.0", "'CHM'", "such as CHN"]),
        ({"occurred_date": date(3024, 3, 1)}, ["occurred_date", "'3024-03-01'", "2099-12-31"]),
        ({"latitude": 91.0}, ["latitude", "'91.0'", "90"]),
        ({"latitude": None}, ["latitude and longitude: give both or neither"]),
        ({"end_date": date(2024, 2, 1)}, ["end_date 2024-02-01 is before occurred_date 2024-03-01"]),
        ({"sources": []}, ["sources", "at least 1 item"]),
        ({"title": None}, ["title is missing"]),
        ({"severty": 3}, ["severty: no such field"]),
    ],
)
def test_a_fault_names_the_field_the_value_and_what_is_allowed(changes: dict, words: list[str]) -> None:
    with pytest.raises(ValidationError) as caught:
        make_event(**changes)
    told = "\n".join(describe_faults(caught.value))
    for word in words:
        assert word in told


@pytest.mark.parametrize("url", ["javascript:alert(1)", "ftp://example.org/a", "/relative", "not a url"])
def test_a_source_must_be_a_web_address(url: str) -> None:
    with pytest.raises(ValidationError, match="url"):
        make_event(sources=[make_event_fields()["sources"][0] | {"url": url}])


def test_an_event_does_not_change() -> None:
    with pytest.raises(ValidationError, match="frozen"):
        make_event().severity = 5  # type: ignore[misc]
