"""The colours of the house for light and dark: quiet greys, one accent, a colour-blind-safe set. Owns no figure."""

from __future__ import annotations

from dataclasses import dataclass, replace

from tension.figures.act_classes import NOT_CLASSED
from tension.records.vocab import QuadClass, Region


@dataclass(frozen=True)
class Palette:
    """Colours of one theme. Text colours reach 4.5:1 on `paper` and `panel`, those of states also on `sea` and `land`.

    `severity` is by grade: routine, presence, danger (grade_severity), each with a darker `edge` that parts it from
    any ground. `states` are the hues of whose line, claim or island it is, by ISO3.
    """

    name: str
    paper: str
    panel: str
    ink: str
    muted: str
    grid: str
    land: str
    land_line: str
    sea: str
    accent: str
    band: str
    quad: dict[int, str]
    severity: dict[str, str]
    edge: dict[str, str]
    states: dict[str, str]
    water_ink: str
    regions: dict[Region, str]


ROUTINE, PRESENCE, DANGER = "routine", "presence", "danger"


def grade_severity(severity: float | None) -> str:
    """The grade of a severity: 1 and 2 or none stated, 3, 4 and 5."""
    return DANGER if (severity or 0) >= 4 else PRESENCE if severity == 3 else ROUTINE


# Shape and colour together say the class of an act, so that neither is the only sign (Okabe and Ito's set, tuned for
# paper).
QUAD_SYMBOLS: dict[int, str] = {
    QuadClass.VERBAL_COOPERATION: "circle",
    QuadClass.MATERIAL_COOPERATION: "square",
    QuadClass.VERBAL_CONFLICT: "diamond",
    QuadClass.MATERIAL_CONFLICT: "triangle-up",
    NOT_CLASSED: "cross",
}

LIGHT = Palette(
    name="light",
    paper="#fdfcf8",
    panel="#f5f2ea",
    ink="#1f2328",
    muted="#5a5f66",
    grid="#dedbd2",
    land="#fbf8f0",
    land_line="#66767e",
    sea="#c9dde8",
    accent="#9c3310",
    band="#e4e0d6",
    quad={
        QuadClass.VERBAL_COOPERATION: "#3d7ea6",
        QuadClass.MATERIAL_COOPERATION: "#1b4965",
        QuadClass.VERBAL_CONFLICT: "#b8860b",
        QuadClass.MATERIAL_CONFLICT: "#b3391a",
        NOT_CLASSED: "#5a5f66",
    },
    severity={ROUTINE: "#6b7279", PRESENCE: "#e69f00", DANGER: "#b2182b"},
    edge={ROUTINE: "#42484e", PRESENCE: "#6b4700", DANGER: "#6d0f1a"},
    states={
        "CHN": "#7b3f8c",
        "TWN": "#00635a",
        "JPN": "#44588f",
        "KOR": "#6f531a",
        "VNM": "#256b2a",
        "PHL": "#0d57a8",
        "MYS": "#a61650",
    },
    water_ink="#33556b",
    regions={
        Region.TAIWAN_STRAIT: "#9c3310",
        Region.SOUTH_CHINA_SEA: "#0072b2",
        Region.EAST_CHINA_SEA: "#007a5a",
        Region.INDIAN_OCEAN: "#8a6d00",
        Region.KOREAN_PENINSULA: "#8f4a7c",
        Region.INDO_PACIFIC: "#5a5f66",
    },
)

DARK = Palette(
    name="dark",
    paper="#16181b",
    panel="#1e2125",
    ink="#e8e6e1",
    muted="#a8acb2",
    grid="#34383d",
    land="#373a3d",
    land_line="#8e9aa2",
    sea="#0f2230",
    accent="#f08a5d",
    band="#2d3136",
    quad={
        QuadClass.VERBAL_COOPERATION: "#7fb8da",
        QuadClass.MATERIAL_COOPERATION: "#a9c8e8",
        QuadClass.VERBAL_CONFLICT: "#e3b341",
        QuadClass.MATERIAL_CONFLICT: "#f2784b",
        NOT_CLASSED: "#a8acb2",
    },
    severity={ROUTINE: "#a9b1ba", PRESENCE: "#f2b530", DANGER: "#ff6f61"},
    edge={ROUTINE: "#14181b", PRESENCE: "#241a00", DANGER: "#2b0503"},
    states={
        "CHN": "#cf9fdd",
        "TWN": "#5cc4b0",
        "JPN": "#9db0ea",
        "KOR": "#d8b871",
        "VNM": "#7fc97f",
        "PHL": "#7fb8da",
        "MYS": "#f48fb1",
    },
    water_ink="#a9c3d1",
    regions={
        Region.TAIWAN_STRAIT: "#f08a5d",
        Region.SOUTH_CHINA_SEA: "#56b4e9",
        Region.EAST_CHINA_SEA: "#4fc3a1",
        Region.INDIAN_OCEAN: "#e3b341",
        Region.KOREAN_PENINSULA: "#d59ac4",
        Region.INDO_PACIFIC: "#a8acb2",
    },
)

# What prints: the light colours on white, so that a page's ink isn't spent on paper.
PRINT = replace(LIGHT, name="print", paper="#ffffff", panel="#ffffff")

PALETTES = {"light": LIGHT, "dark": DARK, "print": PRINT}
