"""The curated files load whole or not at all, and a fault says where it is and what is allowed."""

import shutil
from pathlib import Path

import pytest

from tension.commands.curated_files import find_list_faults
from tension.errors import CuratedDataError
from tension.records.curated import load_curated, load_own_record
from tension.settings import PROJECT_DIR
from tests.factories import count_raw_events

EVENT_COUNT = count_raw_events()

DATA = PROJECT_DIR / "data"
SEED = "articles/constructive-talks.yaml"


@pytest.fixture
def copied_data(tmp_path: Path) -> Path:
    return Path(shutil.copytree(DATA, tmp_path / "data"))


def faults_of(folder: Path) -> list[str]:
    with pytest.raises(CuratedDataError) as caught:
        load_curated(folder)
    return caught.value.faults


def test_the_record_holds_what_its_readme_says() -> None:
    said = (DATA / "README.md").read_text(encoding="utf-8")
    count = load_curated(DATA).count()
    assert f"| {count['events']} events, " in said
    assert f"| {count['actors']} states: " in said
    assert count["events"] == EVENT_COUNT
    days = count["days of Taiwan's counts"]
    assert f"| {days:,} days of counts " in said
    assert count["checks of the articles"] == 14
    assert count["questions of the articles"] == 6
    assert count["claims of the articles"] == 6
    assert count["months of the GPR index"] == 196


def test_every_article_event_and_claim_carries_its_place_in_the_record() -> None:
    record = load_curated(DATA)
    events = {event.event_id: event for event in record.events}
    assert [str(events[told.event_id].occurred_date) for told in record.article.events] == [
        "2025-10-31",
        "2025-10-30",
        "2025-10-30",
        "2025-10-31",
        "2023-12-29",
    ]
    assert sum(claim.is_bottom_line for claim in record.article.claims) == 1


def test_codes_keep_their_leading_zeros() -> None:
    roots = {event.cameo_root for event in load_curated(DATA).events}
    assert {"01", "04", "05"} <= roots
    assert all(len(root) == 2 for root in roots)


def test_a_file_that_lost_its_entries_is_a_fault_and_not_a_shorter_record(copied_data: Path) -> None:
    (copied_data / "events" / "2023.yaml").write_text("# nothing left\n", encoding="utf-8")
    assert any(f"{copied_data.name}/events/2023.yaml: nothing in it" in fault for fault in faults_of(copied_data))


def test_all_faults_are_told_at_once_each_with_file_line_id_and_field(copied_data: Path) -> None:
    events = copied_data / "events" / "2024.yaml"
    text = events.read_text(encoding="utf-8")
    line = 1 + text[: text.index("- event_id: 2024-06-17")].count("\n")
    head, tail = text[: text.index("- event_id: 2024-06-17")], text[text.index("- event_id: 2024-06-17") :]
    events.write_text(head + tail.replace("severity: 5", "severity: 9", 1), encoding="utf-8")
    actor = copied_data / "actors" / "JPN.yaml"
    actor.write_text(actor.read_text(encoding="utf-8").replace("iso3: JPN", "iso3: Japan"), encoding="utf-8")
    daily = copied_data / "series" / "taiwan_mnd_daily.csv"
    daily.write_text(daily.read_text().replace("2020-09-18,18,", "2020-09-18,many,"))
    told = faults_of(copied_data)
    assert len(told) == 3
    assert told[0].startswith(f"data/events/2024.yaml:{line} 2024-06-17-")
    assert "severity: '9'" in told[0]
    assert "less than or equal to 5" in told[0]
    assert told[1].startswith("data/actors/JPN.yaml:1")
    assert told[2].startswith("data/series/taiwan_mnd_daily.csv:3 2020-09-18: aircraft_count: 'many'")


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("- event_id: a\n  event_id: b\n", ":2: field event_id is given twice"),
        ("event_id: a\n", "allowed: a list of entries"),
        ("- just words\n", "allowed: an entry of field: value lines"),
        ("- event_id: [unclosed\n", "not readable as YAML"),
    ],
)
def test_a_fault_of_form_names_the_line(tmp_path: Path, text: str, words: str) -> None:
    (tmp_path / "events").mkdir()
    (tmp_path / "events" / "mine.yaml").write_text(text, encoding="utf-8")
    with pytest.raises(CuratedDataError, match=r"events/mine\.yaml") as caught:
        load_own_record(tmp_path)
    assert words in str(caught.value)


def test_an_event_given_twice_is_told_with_both_places(copied_data: Path) -> None:
    events = copied_data / "events" / "2022.yaml"
    text = events.read_text(encoding="utf-8")
    first = text[text.index("- event_id") : text.index("\n- event_id", text.index("- event_id") + 1)]
    events.write_text(text + "\n" + first, encoding="utf-8")
    (told,) = faults_of(copied_data)
    assert "event_id is given twice; first at data/events/2022.yaml:2" in told


def test_a_check_is_of_people_whom_the_article_names(copied_data: Path) -> None:
    record = load_curated(copied_data)
    about = {name: [c.claim for c in record.article.checks if name in c.about] for name in ("Dong Jun", "Pete Hegseth")}
    assert about["Dong Jun"][-2:] == ["Dong is 63", "His appointment signalled Taiwan-focused planning"]
    assert about["Pete Hegseth"] == ["Hegseth is 44"]
    checks = copied_data / SEED
    checks.write_text(checks.read_text(encoding="utf-8").replace("[Pete Hegseth]", "[Hegseth]"), encoding="utf-8")
    (told,) = faults_of(copied_data)
    assert "constructive-talks.yaml" in told
    assert "check 'Hegseth is 44': about 'Hegseth'" in told
    assert "allowed: Pete Hegseth, Dong Jun, Donald Trump, Xi Jinping" in told


def test_an_article_event_that_is_not_in_the_record_is_a_fault(copied_data: Path) -> None:
    article = copied_data / SEED
    article.write_text(article.read_text(encoding="utf-8").replace("2023-12-29-china-names", "2023-12-29-no-such"))
    (told,) = faults_of(copied_data)
    assert "constructive-talks.yaml" in told
    assert "not in the record" in told


def test_a_missing_file_is_a_fault_not_a_crash(copied_data: Path) -> None:
    (copied_data / SEED).unlink()
    (copied_data / "series" / "gpr_monthly.csv").unlink()
    told = "\n".join(faults_of(copied_data))
    assert "data/articles: no file" in told
    assert "gpr_monthly.csv" in told


def test_a_quotation_is_short(copied_data: Path) -> None:
    article = copied_data / SEED
    text = article.read_text(encoding="utf-8")
    article.write_text(text.replace("quote: does not seek conflict", "quote: " + "word " * 26), encoding="utf-8")
    (told,) = faults_of(copied_data)
    assert "at most 25 words" in told


@pytest.mark.parametrize(
    ("file", "old", "new", "words"),
    [
        ("series/taiwan_mnd_daily.csv", "2026-08-19,20,0,", "2026-08-19,20,21,", ("2026-08-19", "at most aircraft")),
        ("series/taiwan_mnd_daily.csv", "east;north", "oost;north", ("sectors_entered", "'oost'", "northeast")),
        ("series/taiwan_mnd_daily.csv", "aircraft_count", "aircrafts", (":1 aircrafts", "aircraft_count")),
        ("series/taiwan_mnd_daily.csv", "official_ship_count", "vessel_count", (":1 vessel_count", "given twice")),
        ("series/taiwan_mnd_daily.csv", "\n2020-09-18,18,", "\n\n2020-09-18,x,", (":4 2020-09-18", "'x'")),
        ("series/taiwan_mnd_daily.csv", "2026-08-21,0,", "2026-08-21,0,0,0,", ("2026-08-21", "more cells", "12")),
        ("series/taiwan_mnd_breaks.csv", "balloon_count", "baloon_count", ("columns", "baloon_count", "vessel_count")),
        ("series/gpr_monthly.csv", "91.5810", "nan", ("2010-01", "gpr", "finite")),
        ("events/2024.yaml", "figures: {balloons: 3}", "figures: {balloons: -3}", ("figures.balloons", "'-3'")),
        ("events/2024.yaml", "figures: {balloons: 3}", "figures: {balloons: inf}", ("figures.balloons", "finite")),
        ("events/2024.yaml", "figures: {balloons: 3}", "figure: {balloons: 3}", ("figure: no such field", "figures")),
        ("actors/CHN.yaml", "iso3: CHN", "iso3: FRA", ("iso3", "'FRA'", "its own file")),
        ("actors/CHN.yaml", "iso3: CHN", "iso3: CHM", ("iso3", "'CHM'", "ISO 3166-1 alpha-3")),
        ("geo/taiwan_adiz_sectors.csv", "north,26.0", "nord,26.0", (":2", "'nord'", "north")),
    ],
)
def test_a_value_that_would_mislead_is_a_fault(
    copied_data: Path, file: str, old: str, new: str, words: tuple[str, ...]
) -> None:
    path = copied_data / file
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")
    (told,) = faults_of(copied_data)
    assert told.startswith(f"data/{file.rpartition('/')[0]}")
    assert [word for word in words if word not in told] == []


@pytest.mark.parametrize("name", ["events", "actors"])
def test_a_folder_without_files_is_a_fault_not_a_smaller_record(copied_data: Path, name: str) -> None:
    shutil.rmtree(copied_data / name)
    assert any(fault.startswith(f"data/{name}: no file") for fault in faults_of(copied_data))


@pytest.mark.parametrize(
    ("file", "text", "words"),
    [
        ("feeds.yaml", "- key: x\n  url: htps://example.org\n", "url"),
        ("lexicon.yaml", "[", "not YAML"),
        ("assessing.yaml", "modal: []\n", "judging"),
        ("gazetteer.csv", "name\nPenghu\n", "no such column"),
    ],
)
def test_the_lists_that_propose_a_coding_are_checked_too(copied_data: Path, file: str, text: str, words: str) -> None:
    assert find_list_faults(DATA) == []
    (copied_data / file).write_text(text, encoding="utf-8")
    faults = find_list_faults(copied_data)
    assert all(fault.startswith(f"data/{file}") for fault in faults)
    assert words in " ".join(faults)
