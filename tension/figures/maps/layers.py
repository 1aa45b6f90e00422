"""The layers of the map: what each shows, whose claim it is, where it comes from, what it can't say. Owns the words."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from tension.errors import BadInput
from tension.figures.maps.views import View
from tension.records.sea_features import RADIUS_KM


@dataclass(frozen=True)
class LayerSpec:
    """A layer that can be switched on. `whose` says whose claim or count it is, '' where nobody claims anything."""

    key: str
    title: str
    group: str
    whose: str
    source: str
    note: str


NO_LAYERS = "none"
EVENTS, TAIWAN, SEA, WATERS = "Events", "Taiwan Strait", "South China Sea", "Waters and bases"

LAYERS: dict[str, LayerSpec] = {
    layer.key: layer
    for layer in (
        LayerSpec(
            "events",
            "Events",
            EVENTS,
            "",
            "The sources in view, named under the map; events coded elsewhere have a dot in their sign",
            "Shape says the class of the act, colour and size its severity. Solid: the place is known. Hollow and "
            "dashed: an area alone is known, and the sign is no position. What is known to a country alone is left "
            "out. A click on a count lists its events. Meetings sit where they were held.",
        ),
        LayerSpec(
            "density",
            "Density of events",
            EVENTS,
            "",
            "Counted from the events in view",
            "Events in hexagons of equal size on the screen. The middle of the Taiwan Strait stands for all events "
            "there that name no nearer place.",
        ),
        LayerSpec(
            "arcs",
            "Who acted on whom",
            EVENTS,
            "",
            "Counted from the events in view by initiator and target",
            "Schematic: from one state's land to another's, wide at the initiator and pointed at the target, width by "
            "count. Filled where at least half of the acts were conflict, outlined where fewer were. The United States "
            "and Canada stand at the map's eastern edge. Pairs with fewer than two events are left out.",
        ),
        LayerSpec(
            "median-line",
            "Median line",
            TAIWAN,
            "Taiwan",
            "End points: Taiwan's Ministry of National Defense, 30 July 2019; three-point version: news pages",
            "Never recognised by China; no legal status. Two versions differ by up to about 25 km and both are drawn.",
        ),
        LayerSpec(
            "adiz",
            "Air defence identification zones",
            TAIWAN,
            "China, Taiwan, Japan, South Korea",
            "China: announcement of 23 November 2013; Japan: Defense Agency Directive No. 36 (1969); South Korea: a "
            "list of points in public code; Taiwan: derived from the Taipei FIR, cut at 123° E",
            "Identification zones, not airspace. China's is open towards its coast: only six outer points are "
            "published. Taiwan's is derived, as no list of points was found. Of Japan's 30 points the first 7 are "
            "drawn: its north-west side. Of South Korea's no official list was read.",
        ),
        LayerSpec(
            "sectors",
            "Sectors named as entered",
            TAIWAN,
            "Taiwan's ministry",
            "Daily bulletins of Taiwan's Ministry of National Defense",
            "On how many of the last 30 days the ministry named a sector of Taiwan's zone as entered. It names sectors "
            "without publishing their bounds: each figure stands at a place of our choosing. Sectors not named are "
            "left out.",
        ),
        LayerSpec(
            "zones",
            "Exercise areas",
            TAIWAN,
            "China",
            "Xinhua notice, 2 August 2022; Eastern Theater Command, 29 December 2025",
            "Areas in force on the day of the map, or those of a chosen exercise.",
        ),
        LayerSpec(
            "fir",
            "Flight information regions",
            TAIWAN,
            "",
            "Corner points as a constant in public code; no official publication was read",
            "A region of air-traffic services; not a claim.",
        ),
        LayerSpec(
            "restricted",
            "Kinmen’s control line",
            TAIWAN,
            "Taiwan",
            "Kinmen County notice of 21 February 2020, its points as transcribed in public code",
            "The county's line for its fishing grounds, near the defence ministry's restricted waters, whose own "
            "points were not found.",
        ),
        LayerSpec(
            "incidents",
            "Events gathered by feature",
            SEA,
            "",
            "Assigned from the events in view",
            "Events at a reef, shoal or island gather under one count. An event belongs to the feature that its place "
            f"names, else to the nearest within {RADIUS_KM:.0f} km of an exact point. The table counts incidents of "
            "one episode once.",
        ),
        LayerSpec(
            "features",
            "Features by occupier",
            SEA,
            "as sources say",
            "AMTI's lists, Vietnamese and Chinese lists, encyclopedias; positions from a Vietnamese circular, GNS and "
            "lists snapped to OpenStreetMap (© OpenStreetMap contributors)",
            "C China, V Vietnam, P Philippines, M Malaysia, T Taiwan; U unoccupied, D disputed: parts held by several, "
            "or controlled without a post. Hollow: doubtful. Many lists repeat one another. Occupation is not title. "
            "From afar a dot in the holder's colour stands for the letter; names without room are left out.",
        ),
        LayerSpec(
            "ten-dash",
            "Ten-dash line",
            SEA,
            "China",
            "A public digitisation of China's standard map",
            "China's claim as its standard map draws it, digitised coarsely: no official coordinates exist, and it is "
            "no legal boundary.",
        ),
        LayerSpec(
            "baselines",
            "Straight baselines",
            WATERS,
            "China",
            "Government statements of 10 September 2012, 1 March 2024 and 10 November 2024",
            "From which China measures its territorial sea: in the Gulf of Tonkin, around the Senkaku/Diaoyu and "
            "around Scarborough Shoal, there open on the south side, where three of 15 points could not be read.",
        ),
        LayerSpec(
            "eez",
            "EEZ limits, modelled",
            WATERS,
            "Marine Regions",
            "Maritime Boundaries v12, Flanders Marine Institute, marineregions.org (CC BY 4.0)",
            "Lines at 200 nautical miles or half way, drawn by a marine institute: around Taiwan, Japan's south, the "
            "Philippines' north and the Senkaku/Diaoyu. Taiwan has published none. Not for legal or navigational use.",
        ),
        LayerSpec(
            "fisheries",
            "Provisional Measures Zone",
            WATERS,
            "China and South Korea",
            "China-South Korea Fisheries Agreement, signed 3 August 2000, in force 30 June 2001, Article 7",
            "A joint fisheries zone in the Yellow Sea; no boundary.",
        ),
        LayerSpec(
            "lanes",
            "Shipping lanes, generalised",
            WATERS,
            "a cartographer",
            "Benden (2022), Global Shipping Lanes, doi 10.5281/zenodo.6361763, after a CIA map of 2012 (CC BY-SA 4.0)",
            "Rough lanes of large ships, and no separation schemes.",
        ),
        LayerSpec(
            "bases",
            "Airfields, naval bases, ports",
            WATERS,
            "",
            "airportsdata (MIT), sea-ports (MIT) and a public list",
            "A choice of places near the seas of the record, not a list of all bases; some are given to two decimals.",
        ),
    )
}
GROUPS = (EVENTS, TAIWAN, SEA, WATERS)
# What a list of layers may hold: '' for those that the view opens with, 'none', or keys joined by commas.
LAYER_WORDS = ("", NO_LAYERS, *LAYERS)


def is_layer_list(value: str, _offered: Sequence[str] = ()) -> bool:
    """True for a text that parse_list reads."""
    return value == NO_LAYERS or all(key in LAYERS for key in value.split(",") if key)


def parse_list(text: str, view: View) -> tuple[str, ...]:
    """Layers of a list joined by commas; the view's own for '', none for 'none'; BadInput lists what is allowed."""
    if text == NO_LAYERS:
        return ()
    return parse_layers(key for key in text.split(",") if key) or view.layers


def parse_layers(keys: Iterable[str]) -> tuple[str, ...]:
    """Layer keys in the order they are drawn, each once; BadInput lists what is allowed."""
    wanted = set(keys)
    for key in wanted:
        if key not in LAYERS:
            raise BadInput("layers", key, LAYERS)
    return tuple(key for key in LAYERS if key in wanted)
