"""The colours of the house for light and dark: quiet greys, one accent, a colour-blind-safe set. Owns no figure."""

from __future__ import annotations

from dataclasses import dataclass, replace

from tension.records.vocab import QuadClass, Region


@dataclass(frozen=True)
class Palette:
    """Colours of one theme. Text colours reach 4.5:1 on `paper` and `panel`."""

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
    quad: dict[QuadClass, str]
    regions: dict[Region, str]


# Shape and colour together say the quad class, so that neither is the only sign (Okabe and Ito's set, tuned for paper).
QUAD_SYMBOLS: dict[QuadClass, str] = {
    QuadClass.VERBAL_COOPERATION: "circle",
    QuadClass.MATERIAL_COOPERATION: "square",
    QuadClass.VERBAL_CONFLICT: "diamond",
    QuadClass.MATERIAL_CONFLICT: "triangle-up",
}

LIGHT = Palette(
    name="light",
    paper="#fdfcf8",
    panel="#f5f2ea",
    ink="#1f2328",
    muted="#5a5f66",
    grid="#dedbd2",
    land="#e4dfd1",
    land_line="#a8a293",
    sea="#fdfcf8",
    accent="#9c3310",
    band="#e4e0d6",
    quad={
        QuadClass.VERBAL_COOPERATION: "#3d7ea6",
        QuadClass.MATERIAL_COOPERATION: "#1b4965",
        QuadClass.VERBAL_CONFLICT: "#b8860b",
        QuadClass.MATERIAL_CONFLICT: "#b3391a",
    },
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
    land="#31353a",
    land_line="#5c6168",
    sea="#16181b",
    accent="#f08a5d",
    band="#2d3136",
    quad={
        QuadClass.VERBAL_COOPERATION: "#7fb8da",
        QuadClass.MATERIAL_COOPERATION: "#a9c8e8",
        QuadClass.VERBAL_CONFLICT: "#e3b341",
        QuadClass.MATERIAL_CONFLICT: "#f2784b",
    },
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
PRINT = replace(LIGHT, name="print", paper="#ffffff", panel="#ffffff", sea="#ffffff")

PALETTES = {"light": LIGHT, "dark": DARK, "print": PRINT}
