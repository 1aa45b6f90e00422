"""The user's rules of what to be told: read from a file of theirs, and written to it. Knows no message."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal, Self

from pydantic import BeforeValidator, Field, ValidationError, model_validator

from tension.errors import BadInput, CuratedDataError
from tension.records.article_names import SEED_ARTICLE
from tension.records.events import Record
from tension.records.filters import parse_region
from tension.records.own_files import add_entry, read_own_entries, remove_entry
from tension.records.source_cards import SOURCE_CARDS
from tension.records.vocab import Region
from tension.records.yaml_text import describe_faults

if TYPE_CHECKING:
    from tension.desk import Desk

RULES_FILE = "alerts.yaml"
When = Literal["turn", "surge", "event", "word", "stale"]
WHEN_WORDS: dict[str, str] = {
    "turn": "an indicator turns",
    "surge": "a daily count surges",
    "event": "a grave event",
    "word": "a claim changes its word",
    "stale": "a source goes stale",
}


def _read_region(value: object) -> object:
    return parse_region(value) if isinstance(value, str) else value


class AlertRule(Record):
    """One rule. `when` says of what; `regions` and `claim` limit it (all where none is given), `severity` an event.

    `article`: whose claims and indicators are meant. `source`: of which source to be told that it is stale.
    `send_to`: the environment variables that hold the addresses (apprise's, such as mailto:// or slack://); none: it is
    shown and kept, and sent nowhere.
    """

    rule: Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9-]{0,59}$")]
    when: When
    regions: tuple[Annotated[Region, BeforeValidator(_read_region)], ...] = ()
    claim: str = ""
    article: str = SEED_ARTICLE
    severity: Annotated[int, Field(ge=4, le=5)] = 4
    source: str = ""
    send_to: tuple[Annotated[str, Field(pattern=r"^[A-Z][A-Z0-9_]{0,79}$")], ...] = ()

    @model_validator(mode="after")
    def _check_limits(self) -> Self:
        if self.claim and self.when in ("event", "stale"):
            raise ValueError(f"claim {self.claim!r}: {WHEN_WORDS[self.when]} is of no claim; allowed: none")
        if self.regions and self.when == "stale":
            raise ValueError("regions: a source has none; allowed: none")
        if self.source and (self.when != "stale" or self.source not in SOURCE_CARDS):
            raise ValueError(f"source {self.source!r}; allowed: with `when: stale` one of {', '.join(SOURCE_CARDS)}")
        return self


def load_rules(desk: Desk) -> tuple[AlertRule, ...]:
    """The rules of the user's file, none where there is no file; raises CuratedDataError with every fault."""
    path = find_rules(desk)
    claims = {a.article.article_id: [claim.claim_id for claim in a.article.claims] for a in desk.record.articles}
    rules: list[AlertRule] = []
    faults = []
    for entry in read_own_entries(path):
        where = f"{path.name}:{entry.line} {entry.fields.get('rule', '')}".rstrip()
        try:
            rule = AlertRule.model_validate(entry.fields)
        except (ValidationError, BadInput) as error:
            told = describe_faults(error, AlertRule) if isinstance(error, ValidationError) else [str(error)]
            faults += [f"{where}: {fault}" for fault in told]
            continue
        if rule.article not in claims:
            faults.append(f"{where}: article {rule.article!r}; allowed: {', '.join(claims)}")
        elif rule.claim and rule.claim not in claims[rule.article]:
            faults.append(f"{where}: claim {rule.claim!r}; allowed: {', '.join(claims[rule.article])}")
        if rule.rule in {known.rule for known in rules}:
            faults.append(f"{where}: this rule is given twice; allowed: once")
        rules.append(rule)
    if faults:
        raise CuratedDataError(faults)
    return tuple(rules)


def build_rule(fields: Mapping[str, object]) -> AlertRule:
    """A rule from a person's words; BadInput names the first that isn't allowed."""
    try:
        return AlertRule.model_validate(dict(fields))
    except ValidationError as error:
        raise BadInput("rule", str(fields.get("rule", "")), describe_faults(error, AlertRule)[0]) from error


def find_rules(desk: Desk) -> Path:
    """The user's file of rules."""
    return desk.settings.user_data_dir / RULES_FILE


def add_rule(desk: Desk, rule: AlertRule) -> None:
    """Add a rule to the user's file; raises BadInput where its name is taken."""
    if rule.rule in {known.rule for known in load_rules(desk)}:
        raise BadInput("rule", rule.rule, "a name that no other rule has")
    plain = rule.model_dump(mode="json", exclude_defaults=True)
    if rule.regions:
        plain["regions"] = [region.slug for region in rule.regions]
    add_entry(find_rules(desk), plain, "added on the Alerts page")


def remove_rule(desk: Desk, name: str) -> None:
    """Take a rule out of the user's file; raises BadInput where there is none of that name."""
    remove_entry(find_rules(desk), lambda fields: fields.get("rule") == name)
