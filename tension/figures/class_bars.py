"""How a bar says the class of an act: by colour and by pattern, so that neither is the only sign. Owns no data."""

from __future__ import annotations

from typing import Any

from tension.figures.act_classes import NOT_CLASSED
from tension.figures.palette import Palette
from tension.records.vocab import QuadClass

# A second sign beside colour, for print and for eyes that don't tell the four apart.
QUAD_PATTERNS: dict[int, str] = {
    QuadClass.VERBAL_COOPERATION: "",
    QuadClass.MATERIAL_COOPERATION: ".",
    QuadClass.VERBAL_CONFLICT: "/",
    QuadClass.MATERIAL_CONFLICT: "",
    NOT_CLASSED: "x",
}


def look_of_class(quad: int, palette: Palette) -> dict[str, Any]:
    """Plotly's marker of a bar."""
    return {
        "color": palette.quad[quad],
        "pattern": {
            "shape": QUAD_PATTERNS[quad],
            "bgcolor": palette.quad[quad],
            "fgcolor": palette.paper,
            "size": 5,
            "solidity": 0.25,
        },
        "line": {"color": palette.paper, "width": 0.5},
    }
