"""Categories of one level that know their own places: python-pptx counts its way to each from the first.

For thousands of days that took longer than all else in a file.
"""

from __future__ import annotations

from typing import Any

from pptx.chart.data import Categories, CategoryChartData


class FlatCategories(Categories):  # type: ignore[misc]  # python-pptx tells no types
    """As python-pptx's own, for labels that have none below them."""

    def __init__(self) -> None:
        super().__init__()
        self._places: dict[int, int] = {}

    def add_category(self, label: Any) -> Any:
        """The new category, behind those that are there."""
        category = super().add_category(label)
        self._places[id(category)] = len(self) - 1
        return category

    def index(self, category: Any) -> int:
        """The place of a category, from 0."""
        return self._places[id(category)]


def start_chart_data(labels: list[Any], number_format: str) -> CategoryChartData:
    """Chart data with its categories and no series yet."""
    data = CategoryChartData(number_format=number_format)
    categories = FlatCategories()
    for label in labels:
        categories.add_category(label)
    data._categories = categories
    return data
