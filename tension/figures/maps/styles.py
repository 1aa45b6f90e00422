"""How each kind of mark looks on the map, for light and dark: colour, width and dash together, never colour alone."""

from __future__ import annotations

from dataclasses import dataclass

from tension.figures.palette import Palette

Rgba = tuple[int, int, int, int]


@dataclass(frozen=True)
class Style:
    """`dash` as stroke and gap in widths, () for a solid line; `fill_pct` is the opacity of an area's fill."""

    colour: str
    width_px: float = 1.4
    dash: tuple[float, ...] = ()
    fill_pct: int = 0


# Whose line it is, in hues that the quad classes don't use.
_CHINA = {"light": "#7b3f8c", "dark": "#cf9fdd"}
_TAIWAN = {"light": "#00695c", "dark": "#5cc4b0"}
_JAPAN = {"light": "#4a5f9e", "dark": "#9db0ea"}
_KOREA = {"light": "#7a5c1e", "dark": "#d8b871"}


def build_styles(palette: Palette) -> dict[str, Style]:
    """The style of every kind of mark by its name."""
    china, taiwan, japan, korea = (hues.get(palette.name, hues["light"]) for hues in (_CHINA, _TAIWAN, _JAPAN, _KOREA))
    return {
        "median_line": Style(taiwan, 1.8),
        "median_line_other": Style(taiwan, 1.4, (2, 3)),
        "adiz_china": Style(china, 1.6, (7, 3)),
        "adiz_taiwan": Style(taiwan, 1.6, (7, 3)),
        "adiz_japan": Style(japan, 1.6, (7, 3)),
        "adiz_korea": Style(korea, 1.6, (7, 3)),
        "fir": Style(palette.muted, 1.2, (1.5, 3)),
        "ten_dash": Style(china, 2.6, fill_pct=90),
        "zone": Style(palette.accent, 1.6, fill_pct=14),
        "strait": Style(palette.muted),
        "island": Style(palette.ink),
        "base": Style(palette.muted),
        "sector": Style(palette.accent, 1.0, fill_pct=14),
        "sector_none": Style(palette.muted),
        "feature": Style(palette.ink),
        "feature_count": Style(palette.ink),
        "arc_conflict": Style(palette.accent, 1.0, fill_pct=55),
        "arc_other": Style(palette.muted, 1.2, fill_pct=8),
        "cell": Style(palette.accent, 0.5, fill_pct=70),
    }


def to_rgba(colour: str, opacity_pct: float = 100) -> Rgba:
    """A hex colour as deck.gl wants it."""
    red, green, blue = (int(colour[i : i + 2], 16) for i in (1, 3, 5))
    return red, green, blue, round(opacity_pct * 2.55)
