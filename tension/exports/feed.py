"""What changed as an Atom feed (RFC 4287): an entry for each turn, surge and grave event, the same one every time."""

from __future__ import annotations

import hashlib
from datetime import UTC, date, datetime, time

from tension.assessments.changes import Change, ChangeKind, Changes
from tension.records.article_names import SEED_ARTICLE
from tension.words import PRODUCT, format_day, upper_first

# Contacts stand in the list of changes, and are no alarm.
FEED_KINDS = (ChangeKind.TURN, ChangeKind.SURGE, ChangeKind.EVENT)


def to_atom(found: Changes, site: str, link: str, subtitle: str) -> bytes:
    """The feed of `found`, newest first; `site` is where the app is served, `link` the feed's own address."""
    from feedgenerator import Atom1Feed

    # Nobody's host: the same feed from another address has the same entries.
    feed = Atom1Feed(
        title=f"{PRODUCT}: what changed",
        link=f"{site}/",
        description=subtitle,
        subtitle=subtitle,
        feed_url=link,
        author_name=PRODUCT,
        feed_guid=f"tag:indo-pacific-tension-tracker,2026:changes:{hashlib.sha256(subtitle.encode()).hexdigest()[:16]}",
        language="en",
    )
    for change in found.changes:
        if change.kind in FEED_KINDS:
            moment = read_moment(change.day)
            feed.add_item(
                title=_clean(change.words),
                link=build_change_link(change, found.until, site),
                description=f"{upper_first(str(change.kind))} of {format_day(change.day)}.",
                pubdate=moment,
                updateddate=moment,
                unique_id=f"tag:indo-pacific-tension-tracker,2026:{build_change_id(change)}",
                categories=[str(change.kind)],
            )
    text: str = feed.writeString("utf-8")
    return text.encode()


def build_change_id(change: Change) -> str:
    """What tells a change from every other, and stays when its words are mended: kind, day, and what it is of."""
    about = change.event_id or change.indicator_id or hashlib.sha256(change.words.encode()).hexdigest()[:12]
    return f"{change.kind}:{change.day.isoformat()}:{about}"


def add_article(article: str) -> str:
    """What a link says of the article in view; '' for the seed, which is in view unless said otherwise."""
    return "" if article == SEED_ARTICLE else f"&article={article}"


def build_change_link(change: Change, until: date, site: str, article: str = SEED_ARTICLE) -> str:
    """The page that shows a change: an event's card, or its indicator on the evidence page."""
    if change.event_id:
        return f"{site}/evidence?v=1&event={change.event_id}"
    about = f"asof={until.isoformat()}&claim={change.claim_id}&indicator={change.indicator_id}"
    return f"{site}/evidence?v=1&{about}{add_article(article)}"


def read_moment(day: date) -> datetime:
    """The first moment of a day, in UTC."""
    return datetime.combine(day, time(), UTC)


def _clean(text: str) -> str:
    return "".join(char for char in text if ord(char) >= 32 and ord(char) != 127)
