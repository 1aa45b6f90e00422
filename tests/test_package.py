"""The data package: valid to Frictionless, its tables the record's, its places what GDAL reads back."""

from __future__ import annotations

import csv
import json
import struct
from pathlib import Path

import frictionless
import pyogrio
import pytest
import shapely

from tension.desk import Desk
from tension.errors import ExportError
from tension.exports.geopackage import build_wkb
from tension.exports.package import write_package
from tests.factories import load_raw_events


@pytest.fixture(scope="module")
def package(desk: Desk, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("package")
    write_package(desk, folder)
    return folder


def read_table(package: Path, name: str) -> list[dict[str, str]]:
    with (package / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_frictionless_finds_no_fault(package: Path) -> None:
    report = frictionless.Package(package / "datapackage.json").validate()
    assert report.flatten(["resource", "rowNumber", "fieldName", "type", "note"]) == []
    assert report.valid
    assert len(report.tasks) == len(json.loads((package / "datapackage.json").read_bytes())["resources"])


def test_a_cell_that_breaks_its_field_is_found(package: Path, tmp_path: Path) -> None:
    for path in package.iterdir():
        (tmp_path / path.name).write_bytes(path.read_bytes())
    told = json.loads((tmp_path / "datapackage.json").read_bytes())
    activity = next(resource for resource in told["resources"] if resource["name"] == "activity")
    del activity["hash"], activity["bytes"]
    (tmp_path / "datapackage.json").write_text(json.dumps(told), encoding="utf-8")
    with (tmp_path / "activity.csv").open("a", encoding="utf-8") as file:
        file.write("soon,many\r\n")
    report = frictionless.Package(tmp_path / "datapackage.json").validate()
    assert {"type-error", "missing-cell"} & {kind for (kind,) in report.flatten(["type"])}


def test_the_tables_are_the_record(package: Path) -> None:
    raw = load_raw_events()
    curated = [row for row in read_table(package, "events") if row["source_key"] == "curated"]
    assert [row["event_id"] for row in curated] == [
        event_id for _, event_id in sorted((event["occurred_date"], event["event_id"]) for event in raw)
    ]
    reports = [row for row in read_table(package, "reports") if row["event_id"] in {event["event_id"] for event in raw}]
    assert len(reports) == sum(len(event["sources"]) for event in raw)
    assert not {"coder_doubt", "content_hash", "recorded_utc"} & set(curated[0])


def test_gdal_reads_the_places_back(package: Path) -> None:
    geo = package / "record.gpkg"
    layers = dict(pyogrio.list_layers(geo))
    assert {"events", "lines_zones", "scs_features"} <= set(layers)
    meta, table = pyogrio.read_arrow(geo, layer="events")
    assert "4326" in meta["crs"]
    events = {row["event_id"]: row for row in read_table(package, "events")}
    assert table.num_rows == len(events)
    for event_id, shape in zip(table["event_id"].to_pylist(), table["geom"].to_pylist(), strict=True):
        row = events[event_id]
        if row["longitude"]:
            point = shapely.from_wkb(shape)
            assert (point.x, point.y) == (float(row["longitude"]), float(row["latitude"]))
        else:
            assert shape is None


@pytest.mark.parametrize(
    ("kind", "coordinates"),
    [
        ("Point", [121.5, 25.0]),
        ("LineString", [[0, 0], [1, 2]]),
        ("Polygon", [[[0, 0], [1, 0], [1, 1], [0, 0]]]),
        ("MultiLineString", [[[0, 0], [1, 2]], [[3, 4], [5, 6]]]),
        ("MultiPolygon", [[[[0, 0], [1, 0], [1, 1], [0, 0]], [[0.2, 0.1], [0.4, 0.1], [0.4, 0.2], [0.2, 0.1]]]]),
    ],
)
def test_geometries_are_those_of_geojson(kind: str, coordinates: list) -> None:
    expected = shapely.geometry.shape({"type": kind, "coordinates": coordinates})
    assert shapely.from_wkb(build_wkb(kind, coordinates)).equals_exact(expected, 0)


def test_a_place_has_longitude_first() -> None:
    assert struct.unpack("<BIdd", build_wkb("Point", [121.5, 25.0])) == (1, 1, 121.5, 25.0)


def test_the_same_record_gives_the_same_package(package: Path, desk: Desk, tmp_path: Path) -> None:
    write_package(desk, tmp_path)
    for path in package.iterdir():
        assert (tmp_path / path.name).read_bytes() == path.read_bytes(), path.name


def test_a_folder_that_is_a_file_is_told(desk: Desk, tmp_path: Path) -> None:
    (tmp_path / "x").write_text("")
    with pytest.raises(ExportError, match="can't be written"):
        write_package(desk, tmp_path / "x")
