"""Overview: what moved, since when, by how much; then each region with its map, its claim and who acts there."""

from components.overview_parts import show_latest, show_lead, show_regions, show_two_years
from components.view.filter_bar import get_filter

wanted = get_filter()
show_lead(wanted)
show_two_years(wanted)
show_regions(wanted)
show_latest(wanted)
