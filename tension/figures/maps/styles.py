"""How each kind of mark looks on the map, for light and dark: colour, width and dash together, never colour alone."""

from __future__ import annotations

from dataclasses import dataclass

from tension.figures.maps.names import CITY, COUNTRY, ISLE, SEA
from tension.figures.palette import Palette

Rgba = tuple[int, int, int, int]

GRID, SCALE, COUNT = "grid", "scale", "count"
# Pixels of the words of a style; whatever isn't named has DEFAULT_TEXT_PX.
TEXT_PX = {SEA: 13, COUNTRY: 13, CITY: 11, ISLE: 11, GRID: 10, SCALE: 11, "base": 11, "feature": 11}
DEFAULT_TEXT_PX = 12
# Styles whose words are slanted, as maps set waters.
SLANTED = frozenset({SEA, GRID})


@dataclass(frozen=True)
class Style:
    """`dash` as stroke and gap in widths, () for a solid line; `fill_pct` is the opacity of an area's fill."""

    colour: str
    width_px: float = 1.4
    dash: tuple[float, ...] = ()
    fill_pct: int = 0


def build_styles(palette: Palette) -> dict[str, Style]:
    """The style of every kind of mark and of words by its name; lines have the hue of whose they are."""
    states = palette.states
    china, taiwan = states["CHN"], states["TWN"]
    return {
        "median_line": Style(taiwan, 1.8),
        "median_line_other": Style(taiwan, 1.4, (2, 3)),
        "adiz_china": Style(china, 1.6, (7, 3)),
        "adiz_taiwan": Style(taiwan, 1.6, (7, 3)),
        "adiz_japan": Style(states["JPN"], 1.6, (7, 3)),
        "adiz_korea": Style(states["KOR"], 1.6, (7, 3)),
        "fir": Style(palette.muted, 1.2, (1.5, 3)),
        "ten_dash": Style(china, 2.6, fill_pct=90),
        "baseline": Style(china, 1.4),
        "eez": Style(palette.water_ink, 1.2, (4, 2)),
        "fisheries": Style(palette.water_ink, 1.4, (2, 2), fill_pct=8),
        "restricted": Style(taiwan, 1.2, (2, 2), fill_pct=8),
        "lane": Style(palette.water_ink, 1.0, (1, 3)),
        "zone": Style(palette.accent, 1.6, fill_pct=14),
        "base": Style(palette.ink),
        "sector": Style(palette.accent, 1.0, fill_pct=14),
        "feature": Style(palette.ink),
        COUNT: Style(palette.ink),
        "arc_conflict": Style(palette.accent, 1.0, fill_pct=55),
        "arc_other": Style(palette.muted, 1.2, fill_pct=8),
        "arc_unclassed": Style(palette.muted, 0.8, (2, 3), fill_pct=4),
        "cell": Style(palette.accent, 0.5, fill_pct=70),
        "reef": Style(palette.land_line, 0.6, (1, 1)),
        GRID: Style(palette.water_ink, 0.5),
        SCALE: Style(palette.ink, 2.0),
        SEA: Style(palette.water_ink),
        COUNTRY: Style(palette.muted),
        CITY: Style(palette.ink),
        ISLE: Style(palette.muted),
    }


def to_rgba(colour: str, opacity_pct: float = 100) -> Rgba:
    """A hex colour as deck.gl wants it."""
    red, green, blue = (int(colour[i : i + 2], 16) for i in (1, 3, 5))
    return red, green, blue, round(opacity_pct * 2.55)
