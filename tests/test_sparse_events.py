"""What a source may leave open in an event, every chart, page, command and file shows or says that it left it out."""

from __future__ import annotations

import csv
import io
import json
import sys
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from unittest.mock import patch

import plotly.graph_objects as go
import pytest
from defusedxml import ElementTree
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as hs
from starlette.applications import Starlette

from components.parts.event_card import list_facts, list_sources
from components.view.layout import PAGES, has_page
from tension.__main__ import main
from tension.api.resources import RESOURCES
from tension.api.routes import build_routes
from tension.desk import Desk, open_desk
from tension.exports.citations import build_citations, to_bibtex, to_csl_json, to_ris
from tension.exports.csv_text import to_csv
from tension.exports.geo import to_geojson, to_kml
from tension.exports.pictures import to_html
from tension.exports.records import to_events_json
from tension.figures.chart import Chart
from tension.figures.maps.content import MapChoice, build_content
from tension.figures.maps.deck import build_deck_json
from tension.figures.maps.layers import LAYERS
from tension.figures.maps.legend import build_legend
from tension.figures.palette import LIGHT
from tension.figures.registry import CHARTS, build_chart
from tension.intake.groups import propose_clusters
from tension.intake.inbox import load_candidates
from tension.records.filters import EventFilter
from tension.settings import PROJECT_DIR, Settings
from tests.apps import open_page
from tests.conftest import clear_caches
from tests.interface import open_interface
from tests.sparse_events import EVENT_SOURCES, OPTIONAL, make_every_gap, make_row, replace_events

ALL = EventFilter(source_keys=EVENT_SOURCES)
PAGE_NAMES = [name for name in PAGES if has_page(name)]
# Charts of one mark, bar or row an event have as many as there are events.
EVENT_BARS = ("events-by-month", "events-by-region", "severity-by-month")
Rows = list[dict[str, object]]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("sparse")


@pytest.fixture(scope="module")
def gaps(folder: Path) -> Desk:
    """A store that holds nothing but events with gaps: of every source one without anything, and one for each gap."""
    desk = open_desk(Settings(PROJECT_DIR / "data", folder / "own", str(folder / "store")))
    replace_events(desk, make_every_gap())
    return desk


@pytest.fixture(scope="module")
def changing(tmp_path_factory: pytest.TempPathFactory) -> Desk:
    """A store whose events a property test replaces."""
    place = tmp_path_factory.mktemp("changing")
    return open_desk(Settings(PROJECT_DIR / "data", place / "own", str(place / "store")))


@pytest.fixture(scope="module")
def _emptied_caches() -> Iterator[None]:
    clear_caches()
    yield
    clear_caches()


@pytest.fixture
def environment(gaps: Desk, folder: Path, _emptied_caches: None) -> Iterator[None]:
    """The store of gaps as the app's and the commands' own; what the app has computed of it holds for the next test."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("TENSION_STORE", str(folder / "store"))
        patch.setenv("TENSION_DATA", str(folder / "own"))
        yield


EMPTY = hs.sets(hs.sampled_from(OPTIONAL)) | hs.just(set(OPTIONAL))
EVENTS = hs.lists(hs.tuples(hs.sampled_from(EVENT_SOURCES), EMPTY, hs.sampled_from([(), None])), min_size=1, max_size=8)


# An example draws every chart: a failing one is told as it is, for to shrink it would draw them hundreds of times.
DRAWN = (Phase.explicit, Phase.reuse, Phase.generate)


@settings(max_examples=2, phases=DRAWN, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(events=EVENTS)
def test_every_chart_draws_events_with_any_gaps(changing: Desk, events: list[tuple[str, set[str], object]]) -> None:
    rows = [make_row(key, n, empty, empty_list=hole) for n, (key, empty, hole) in enumerate(events)]
    replace_events(changing, rows)
    for key in CHARTS:
        check_chart(build_chart(key, changing, ALL, LIGHT), rows)


@pytest.mark.parametrize("key", CHARTS)
def test_every_choice_of_a_chart_stands_every_gap(gaps: Desk, key: str) -> None:
    rows = make_every_gap()
    for option in CHARTS[key].options:
        for value in option.list_values(gaps)[:6]:
            check_chart(build_chart(key, gaps, ALL, LIGHT, {option.name: value}), rows)


def check_chart(chart: Chart, rows: Rows) -> None:
    assert chart.alt
    assert chart.source_line
    assert to_csv(chart.frame)
    assert to_html(chart)
    if chart.key in EVENT_BARS:
        # Bars are upright by month and lie on their side by region.
        bars = [bar.x if bar.orientation == "h" else bar.y for bar in chart.figure.select_traces({"type": "bar"})]
        assert sum(map(sum, bars)) == len(rows)
    if chart.key == "timeline":
        # An entry of the legend has a point without a day.
        assert sum(day is not None for trace in select_marks(chart.figure) for day in trace.x) == len(rows)
    for text in (chart.alt, chart.title, *chart.notes, str(chart.figure.to_json())):
        assert not {"nan", "<NA>", "NaT", "None"} & set(text.replace("<br>", " ").split())


def select_marks(figure: go.Figure) -> Iterator[go.Scatter]:
    yield from (trace for trace in figure.select_traces({"type": "scatter"}) if trace.mode == "markers")


def test_the_map_draws_every_event_or_says_why_not(gaps: Desk) -> None:
    layers = tuple(key for key in LAYERS)
    content = build_content(gaps, ALL, MapChoice("indo-pacific", layers))
    gathered = content.gathered
    drawn = [*(spot.event_id for spot in gathered.spots), *(i for c in gathered.clusters for i in c.event_ids)]
    undrawn = [*gathered.off_map, *gathered.of_country]
    assert sorted([*drawn, *undrawn]) == sorted(str(row["event_id"]) for row in make_every_gap())
    placed = [r for r in make_every_gap() if r["latitude"] is not None and r["longitude"] is not None]
    assert len(drawn) == len(placed)
    assert sum(sum(cluster.class_counts.values()) for cluster in gathered.clusters) + len(gathered.spots) == len(drawn)
    assert build_deck_json(content, LIGHT)


def test_a_legend_says_how_events_without_class_or_severity_are_drawn(changing: Desk) -> None:
    replace_events(changing, [make_row("acled", 0, ["quad_class", "severity"])])
    content = build_content(changing, ALL, MapChoice("indo-pacific", ("events",)))
    words = [entry.words for entry in build_legend(content, LIGHT)]
    assert "Class not stated" in words
    assert "Severity 1 or 2: routine, signalling; or none stated" in words
    replace_events(changing, [make_row("acled", 0, [])])
    content = build_content(changing, ALL, MapChoice("indo-pacific", ("events",)))
    assert not any("stated" in entry.words for entry in build_legend(content, LIGHT))


def test_a_summary_shares_out_what_is_classed_and_counts_everything(changing: Desk) -> None:
    rows = [make_row("acled", n, ["quad_class", "severity"]) for n in range(3)]
    replace_events(changing, rows)
    summary = changing.queries.summarise(ALL)
    assert (summary.event_count, summary.severe_count, summary.material_conflict_share) == (3, 0, None)
    replace_events(changing, [*rows, make_row("gdelt", 1), make_row("gdelt", 2) | {"quad_class": 1}])
    assert changing.queries.summarise(ALL).material_conflict_share == 1 / 2


def test_an_empty_text_or_list_is_read_as_such_whatever_the_store_holds(gaps: Desk) -> None:
    bare = [gaps.queries.load_event(f"upload:{n}") for n in (0, 1)]
    for event in bare:
        assert event is not None
        assert (event["summary"], event["location"]) == ("", "")
        for name in ("actors", "organizations", "people", "tags", "figures", "figures_other", "sources"):
            assert list(event[name]) == []


@pytest.mark.parametrize("name", PAGE_NAMES)
@pytest.mark.parametrize("sources", [EVENT_SOURCES, ("acled",)], ids=["all", "acled"])
def test_every_page_shows_events_with_gaps(environment: None, name: str, sources: tuple[str, ...]) -> None:
    app = open_page(name, source=list(sources))
    assert not app.exception
    assert not app.error


def test_the_facts_of_an_event_leave_out_what_is_not_stated(gaps: Desk) -> None:
    for event in gaps.queries.load_events(ALL, columns=None).to_dict("records"):
        facts = list_facts(event)
        assert {"Occurred", "Reported", "In this store since"} <= set(facts)
        assert all(facts.values())
        told = " ".join([*facts.values(), *list_sources(event)])
        assert not {"nan", "<NA>", "NaT", "None"} & set(told.replace("**", " ").split())
    bare = gaps.queries.load_event("acled:0")
    assert bare is not None
    # A grade is derived and never empty: F6 where nothing tells how far a source is relied on.
    facts = list_facts(bare)
    assert set(facts) == {"Occurred", "Reported", "In this store since", "Grade of sources"}
    assert "F6" in facts["Grade of sources"]


@pytest.mark.parametrize("number", [0, 1, len(OPTIONAL) + 2])
def test_the_card_of_an_event_leaves_out_what_is_not_stated(environment: None, number: int) -> None:
    app = open_page("record", source=list(EVENT_SOURCES), event=f"acled:{number}")
    assert not app.exception
    told = "\n".join([*(str(m.value) for m in (*app.markdown, *app.caption)), *(str(t.value) for t in app.table)])
    assert "Vessels met near a shoal" in told
    assert not {"nan", "<NA>", "NaT", "None"} & set(told.replace("**", " ").split())


def test_every_file_of_events_holds_them_all(gaps: Desk) -> None:
    frame = gaps.queries.load_events(EventFilter(source_keys=("gdelt", "upload")), columns=None)
    rows = [row for row in make_every_gap() if row["source_key"] in ("gdelt", "upload")]
    assert len(list(csv.reader(io.StringIO(to_csv(frame).decode("utf-8-sig"))))) == len(rows) + 1
    assert len(json.loads(to_events_json(frame))) == len(rows)
    placed = [row for row in rows if row["latitude"] is not None and row["longitude"] is not None]
    features = json.loads(to_geojson(frame))["features"]
    assert len([feature for feature in features if feature["geometry"]]) == len(placed)
    kml = ElementTree.fromstring(to_kml(frame))
    assert len([mark for mark in kml.iter() if mark.tag.endswith("}Point")]) == len(placed)
    cited = {source["url"] for row in rows for source in row["sources"] or ()}
    assert {item["URL"] for item in build_citations(frame)} == cited
    assert all((to_csl_json(frame), to_ris(frame), to_bibtex(frame)))


def run_command(*words: str) -> tuple[int, str, str]:
    out, err = io.TextIOWrapper(io.BytesIO(), encoding="utf-8", write_through=True), io.StringIO()
    with (
        patch.object(sys, "argv", ["tension", *words]),
        patch.object(sys, "stdout", out),
        patch.object(sys, "stderr", err),
    ):
        code = main()
    return code, out.buffer.getvalue().decode(), err.getvalue()


SOURCES = [word for key in EVENT_SOURCES for word in ("--source", key)]


@pytest.mark.parametrize(
    "words",
    [
        *(["events", *SOURCES, "--format", form] for form in ("table", "csv", "json", "geojson")),
        ["events", *SOURCES, "--as-of", "2025-10-20", "--text", "shoal", "--actor", "CHN"],
        *(["assessments", "--format", form] for form in ("table", "json")),
        *(["evidence", "--format", form] for form in ("table", "csv", "json")),
        *(["evidence", f"{key}:{number}"] for key in EVENT_SOURCES for number in (0, 1, 9)),
        ["indicators"],
        ["actors", "CHN"],
        ["sources"],
        ["propose", "--min-mentions", "1"],
    ],
    ids=" ".join,
)
def test_every_command_prints_events_with_gaps(environment: None, words: list[str]) -> None:
    code, out, err = run_command(*words)
    assert code == 0, err
    assert out
    assert len(err.splitlines()) <= 1


def test_every_chart_is_exported_or_says_that_it_is_empty(environment: None, gaps: Desk, tmp_path: Path) -> None:
    code, _, err = run_command("export", "--all", *SOURCES, "--formats", "csv,html", "-o", str(tmp_path / "out"))
    empty = [key for key in CHARTS if build_chart(key, gaps, EventFilter(source_keys=("curated",)), LIGHT).is_empty]
    assert [line for line in err.splitlines() if not any(key in line for key in empty)] == [], err
    assert code == 0
    # Beside each CSV lies the file that says what it holds.
    assert len([*(tmp_path / "out").glob("*.csv"), *(tmp_path / "out").glob("*.html")]) == 2 * (
        len(CHARTS) - len(empty)
    )


def test_every_resource_of_the_interface_answers(gaps: Desk) -> None:
    fetch = open_interface(Starlette(routes=build_routes(lambda: gaps)))
    sources = ",".join(key for key in EVENT_SOURCES if key != "acled")

    values = {"event_id": "upload:0", "iso3": "CHN", "key": "timeline", "series": gaps.series[0].series}
    values["claim_id"] = gaps.record.claim_rules[0].claim_id
    for resource in RESOURCES:
        for suffix in ("", *(f".{suffix}" for suffix in resource.suffixes)):
            query = f"?source={sources}" if resource.takes_filter else ""
            answer = fetch(resource.path.format(**values) + suffix + query)
            assert answer.status_code == 200, (resource.path, answer.text)


def test_groups_of_events_with_gaps_are_proposed_as_far_as_they_go(changing: Desk) -> None:
    gaps_of_groups = ["location", "latitude", "longitude", "geo_precision", "mention_count", "summary", "actors"]
    rows = [make_row("gdelt", n, [name]) for n, name in enumerate(gaps_of_groups)]
    rows += [
        make_row("gdelt", 20 + n, [name]) for n, name in enumerate(("sources", "initiator", "target", "cameo_root"))
    ]
    replace_events(changing, rows)
    found, _ = propose_clusters(changing.store, changing.queries, ALL, 1)
    assert found == len(gaps_of_groups)
    days = {candidate.day for candidate in load_candidates(changing.store) if candidate.source_key == "gdelt"}
    assert days == {date(2025, 10, 1 + n) for n in range(len(gaps_of_groups))}
