"""A question that the record answers by itself: an indicator or a count, a comparison with a threshold, and a day."""

from __future__ import annotations

import operator
from collections.abc import Callable, Mapping
from typing import Annotated, Any, Literal, Self

from pydantic import Field, ValidationError, model_validator

from tension.errors import BadInput
from tension.records.events import Day, Record
from tension.records.filters import FIELDS, EventFilter, parse_params
from tension.records.yaml_text import describe_faults

Subject = Literal["indicator", "series", "events"]
Quantity = Literal["value", "ratio"]
Comparison = Literal["above", "at least", "at most", "below"]
COMPARISONS: dict[Comparison, Callable[[float, float], bool]] = {
    "above": operator.gt,
    "at least": operator.ge,
    "at most": operator.le,
    "below": operator.lt,
}
# Limits of a filter that say which events; the days are the question's own, and unread codings count for nothing.
EVENT_LIMITS = tuple(f.param for f in FIELDS if f.name not in ("since", "until", "as_of", "source_keys", "article"))


class Question(Record):
    """What is asked of which day, by what is known on that day.

    `subject` says which of the next fields is meant: an `indicator` of the assessments, a declared `series` with its
    `measure` and `place`, or curated events under a `filter` (the parameters of a link) in the `window_days` up to
    the day. `quantity`: the value itself, or its ratio to what it is held against.
    """

    subject: Subject
    indicator: str = ""
    series: str = ""
    measure: str = ""
    place: str = ""
    filter: dict[str, str] = Field(default_factory=dict)
    window_days: Annotated[int, Field(ge=1, le=3700)] | None = None
    quantity: Quantity = "value"
    comparison: Comparison
    threshold: float
    day: Day

    @model_validator(mode="after")
    def _check_subject(self) -> Self:
        given = {
            "indicator": bool(self.indicator),
            "series": bool(self.series and self.measure),
            "events": self.window_days is not None,
        }
        strange = [name for name, is_given in given.items() if is_given and name != self.subject]
        if not given[self.subject] or strange:
            needed = {
                "indicator": "indicator",
                "series": "series, with its measure (and place)",
                "events": "window_days, with a filter where not every event counts",
            }
            raise ValueError(f"subject {self.subject}; allowed: with {needed[self.subject]}, and no other subject's")
        if self.filter and self.subject != "events":
            raise ValueError(f"filter; allowed: with the subject events, not with {self.subject}")
        if self.quantity == "ratio" and self.subject == "events":
            raise ValueError("quantity ratio; allowed for events: value, their number in the window")
        return self

    @model_validator(mode="after")
    def _check_filter(self) -> Self:
        for name in self.filter:
            if name not in EVENT_LIMITS:
                raise ValueError(f"filter {name}: no such limit; allowed: {', '.join(EVENT_LIMITS)}")
        _, notices = parse_params(self.filter)
        if notices:
            raise ValueError(notices[0])
        return self

    def build_filter(self) -> EventFilter:
        """Which curated events count, whatever the day."""
        return parse_params(self.filter)[0]

    def compare(self, value: float) -> bool:
        """Whether a value is what the question asks for."""
        return COMPARISONS[self.comparison](value, self.threshold)


def build_question(fields: Mapping[str, Any]) -> Question:
    """A question from a person's words; raises BadInput with every fault."""
    try:
        return Question.model_validate(dict(fields))
    except ValidationError as error:
        raise BadInput(
            "question", str(fields.get("subject", "")), "; ".join(describe_faults(error, Question))
        ) from None
