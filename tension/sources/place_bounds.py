"""Tells coordinates that can't be meant: zero for 'no place', degrees changed round, an act at sea far from its sea.

Owns rough boxes around the regions, wide enough for any act within them; which region a place has, records.places says.
"""

from __future__ import annotations

from tension.records.vocab import Category, Region

# South, north, west, east in degrees; east counts on past 180.
BOXES: dict[Region, tuple[float, float, float, float]] = {
    Region.TAIWAN_STRAIT: (15, 32, 110, 135),
    Region.SOUTH_CHINA_SEA: (-5, 26, 98, 127),
    Region.EAST_CHINA_SEA: (20, 48, 115, 150),
    Region.KOREAN_PENINSULA: (30, 45, 118, 137),
    Region.INDIAN_OCEAN: (-60, 40, 20, 105),
    Region.INDO_PACIFIC: (-60, 66, 30, 260),
}
# Acts of ships, aircraft and troops happen in their region; a meeting about it may be held anywhere.
ACTS_ON_THE_SPOT = frozenset(
    {
        Category.AIR_ACTIVITY,
        Category.NAVAL_ACTIVITY,
        Category.MILITARY_EXERCISE,
        Category.TRANSIT_FONOP,
        Category.COAST_GUARD,
        Category.MILITIA,
        Category.INCIDENT,
    }
)
ZERO = "0, 0 lies in the Gulf of Guinea; allowed: no latitude and no longitude where no place is known"


def is_within(region: Region, latitude: float, longitude: float) -> bool:
    """Whether a point (degrees, WGS 84) lies in the box around a region."""
    south, north, west, east = BOXES[region]
    return south <= latitude <= north and west <= longitude % 360 <= east


def find_place_fault(region: Region, latitude: float, longitude: float, *, is_on_the_spot: bool) -> str:
    """Why a point can't be where an act of this region was; '' where it can, or where nothing tells.

    The wide region has no outside: what concerns it may happen on any coast.
    """
    if latitude == 0 and longitude == 0:
        return ZERO
    if is_within(region, latitude, longitude):
        return ""
    place = f"{latitude:g}, {longitude:g} lies far from the region {region.value}"
    is_round = abs(longitude) <= 90 and is_within(region, longitude, latitude)
    if is_round and (is_on_the_spot or region is not Region.INDO_PACIFIC):
        return f"{place}, and within it when changed round; allowed: latitude (north) before longitude (east)"
    if is_on_the_spot and region is not Region.INDO_PACIFIC:
        return f"{place}; allowed: a point in the region that the row names"
    return ""
