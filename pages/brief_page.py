"""Brief: what was put into the tray, in order, with titles and notes of one's own; and the document made of it."""

from components.brief_parts import show_contents, show_files, show_settings, show_start
from components.view.filter_bar import get_filter
from components.view.layout import show_page_head
from components.view.tray import settle_recipe

show_page_head(
    "Brief",
    "Charts, maps, claims, events and tables for a document. Add them from their own menus; the address keeps them.",
)
recipe = settle_recipe()
show_settings(recipe, get_filter())
if recipe.items:
    show_contents(recipe)
    show_files(recipe, get_filter())
show_start(recipe)
