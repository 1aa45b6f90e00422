"""The files of articles: the bundled ones in `data/articles`, a reader's own in `articles` of their data folder.

Owns how an article comes by its rules and its known escalations; how an article is written, tension/articles knows.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from pydantic import ValidationError

from tension.errors import CuratedDataError
from tension.records.article import Article
from tension.records.article_names import FOLDER, SEED_ARTICLE, list_article_files
from tension.records.checked_files import read_mappings
from tension.records.claims import ClaimRule, Indicator, load_claim_rules, resolve_rule
from tension.records.escalations import ClaimEscalations, load_escalations
from tension.records.yaml_text import describe_faults

NO_LIST = "nobody"


@dataclass(frozen=True)
class FollowedArticle:
    """An article with all that its claims are read by."""

    article: Article
    rules: tuple[ClaimRule, ...]
    escalations: tuple[ClaimEscalations, ...]
    is_own: bool = False


def load_articles(folder: Path, event_ids: Iterable[str]) -> tuple[tuple[FollowedArticle, ...], list[str]]:
    """The bundled articles, the seed first, and every fault of their files, their rules and their lists."""
    articles, faults = read_mappings(folder, Article, list_article_files(folder), key="article_id")
    articles.sort(key=lambda article: article.article_id != SEED_ARTICLE)
    faults += _find_misplaced(folder, articles)
    if not faults and (not articles or articles[0].article_id != SEED_ARTICLE):
        faults.append(f"{folder.name}/{FOLDER}: no file {SEED_ARTICLE}.yaml; allowed: the seed article and others")
    if faults:
        return (), faults
    known = set(event_ids)
    faults += [fault for article in articles for fault in _find_unknown_events(folder, article, known)]
    ids = tuple(claim.claim_id for article in articles if not article.rules for claim in article.claims)
    rules: tuple[ClaimRule, ...] = ()
    try:
        rules = load_claim_rules(folder / "assessments.yaml", ids)
    except CuratedDataError as error:
        faults += error.faults
    lists, list_faults = load_escalations(folder, ids, known)
    faults += list_faults
    if faults:
        return (), faults
    return _follow_all(articles, rules, lists, is_own=False, shown=f"{folder.name}/{FOLDER}")


def load_own_articles(
    folder: Path, bundled: Sequence[FollowedArticle], event_ids: Iterable[str]
) -> tuple[tuple[FollowedArticle, ...], list[str]]:
    """A reader's own articles that are whole, and the faults of the others, each with its file."""
    paths = list_article_files(folder)
    articles, faults = read_mappings(folder, Article, paths, key="article_id")
    taken, known = {one.article.article_id for one in bundled}, set(event_ids)
    whole = []
    for article in articles:
        told = [*_find_misplaced(folder, [article]), *_find_unknown_events(folder, article, known)]
        where = f"{folder.name}/{FOLDER}/{article.article_id}.yaml"
        if article.article_id in taken:
            told.append(f"{where}: article_id {article.article_id!r} is a bundled article's; allowed: another one")
        if not article.rules:
            told.append(f"{where}: rules are missing; allowed: one for each claim")
        faults += told
        whole += [] if told else [article]
    rules = [rule for one in bundled for rule in one.rules]
    lists = [listed for one in bundled for listed in one.escalations]
    found, more = _follow_all(whole, rules, lists, is_own=True, shown=f"{folder.name}/{FOLDER}")
    return found, faults + more


def build_library(rules: Iterable[ClaimRule]) -> dict[str, Indicator]:
    """The indicators that rules use, by their ids."""
    return {indicator.indicator_id: indicator for rule in rules for indicator in rule.indicators}


def follow(
    article: Article, rules: Sequence[ClaimRule], lists: Sequence[ClaimEscalations], *, is_own: bool
) -> FollowedArticle:
    """An article with its rules and lists; `rules` and `lists` are those of the bundled claims. Raises ValueError."""
    library = build_library(rules)
    for indicator in article.built:
        if indicator.indicator_id in library:
            raise ValueError(f"built {indicator.indicator_id!r} is an indicator of the library; allowed: another name")
        library[indicator.indicator_id] = indicator
    stated = {rule.claim_id: rule for rule in article.rules}
    named = {rule.claim_id: rule for rule in rules}
    listed = {one.claim_id: one for one in lists}
    own_rules, own_lists = [], []
    for claim in article.claims:
        rule = stated.get(claim.claim_id)
        own_rules.append(resolve_rule(rule, library) if rule else named[claim.claim_id])
        own_lists.append(_find_list(claim.claim_id, rule.judged_by if rule else claim.claim_id, listed))
    return FollowedArticle(article, tuple(own_rules), tuple(own_lists), is_own)


def _find_list(claim_id: str, judged_by: str, listed: Mapping[str, ClaimEscalations]) -> ClaimEscalations:
    if not judged_by:
        reason = "no list of known escalations was chosen for this claim"
        return ClaimEscalations(claim_id=claim_id, listed_by=NO_LIST, reason=reason, escalations=())
    if judged_by not in listed:
        raise ValueError(f"judged_by {judged_by!r}; allowed: {', '.join(listed)}")
    return listed[judged_by].model_copy(update={"claim_id": claim_id})


def _follow_all(
    articles: Iterable[Article],
    rules: Sequence[ClaimRule],
    lists: Sequence[ClaimEscalations],
    *,
    is_own: bool,
    shown: str,
) -> tuple[tuple[FollowedArticle, ...], list[str]]:
    found, faults = [], []
    for article in articles:
        where = f"{shown}/{article.article_id}.yaml"
        try:
            found.append(follow(article, rules, lists, is_own=is_own))
        except ValidationError as error:
            faults += [f"{where}: {fault}" for fault in describe_faults(error)]
        except ValueError as error:
            faults.append(f"{where}: {error}")
    return tuple(found), faults


def _find_misplaced(folder: Path, articles: Iterable[Article]) -> Iterator[str]:
    known = {path.stem for path in list_article_files(folder)}
    for article in articles:
        if article.article_id not in known:
            yield (
                f"{folder.name}/{FOLDER} {article.article_id}: article_id: {article.article_id!r}; "
                "allowed: the name of its own file"
            )


def _find_unknown_events(folder: Path, article: Article, known: set[str]) -> Iterator[str]:
    for told in article.events:
        if told.event_id not in known:
            yield (
                f"{folder.name}/{FOLDER}/{article.article_id}.yaml events: event_id {told.event_id!r} is not in the "
                "record; allowed: the event_id of a curated event"
            )
