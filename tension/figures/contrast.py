"""Contrast of colours, so that a number in a coloured cell can be read. Knows palettes, draws nothing."""

from __future__ import annotations

from tension.figures.palette import Palette


def mix_colors(first: str, second: str, share: float) -> str:
    """The colour `share` (0 to 1) of the way from one #rrggbb to another."""
    pairs = zip(_read_rgb(first), _read_rgb(second), strict=True)
    return "#" + "".join(f"{round(a + (b - a) * share):02x}" for a, b in pairs)


def pick_readable(background: str, palette: Palette) -> str:
    """Ink or paper, whichever stands out more on a background (WCAG 2.2 contrast)."""
    return max((palette.ink, palette.paper), key=lambda color: measure_contrast(color, background))


def measure_contrast(first: str, second: str) -> float:
    """WCAG 2.2 contrast ratio of two #rrggbb colours, 1 to 21."""
    darker, lighter = sorted(_measure_luminance(color) for color in (first, second))
    return (lighter + 0.05) / (darker + 0.05)


def _measure_luminance(color: str) -> float:
    parts = [c / 255 for c in _read_rgb(color)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def _read_rgb(color: str) -> tuple[int, int, int]:
    return int(color[1:3], 16), int(color[3:5], 16), int(color[5:7], 16)
