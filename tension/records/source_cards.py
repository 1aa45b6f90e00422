"""What each source is and what it asks of its user: declared here once and read by every room. Facts, never readers.

The module that fetches and reads a source is tension/sources/KEY.py, or `adapter` in the package of that name.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Literal

Table = Literal["events", "activity", "gpr", "candidates", "measurements"]
Tellable = Literal["published", "sheet", "header_row", "encoding"]
_OF_A_TABLE: tuple[Tellable, ...] = ("sheet", "header_row", "encoding")
Coding = Literal["own", "machine", "others", "unopened"]


@dataclass(frozen=True)
class SourceCard:
    """One source; docs/sources/KEY.md says the rest.

    `max_age_days`: older than this the newest day is stale. `first_day`: no row is of an earlier one. `table`: where
    its rows are kept. `coding`: who codes its events: this tracker's own people, a machine, the source's people by
    their own rules, or this tracker's people from pages that nobody opened. `instead_env` names a variable that stands
    for all of `required_env`. `is_heavy`: a day of it is a hundred files, so it is fetched when asked for or in use
    already. `api_host` is called with the user's own key, as its terms provide: robots.txt, made for crawlers, doesn't
    apply there. `may_be_told` names what a person may say of an input that doesn't say it.
    """

    key: str
    title: str
    url: str
    licence: str
    cadence: str
    max_age_days: int
    short_name: str = ""
    first_day: date = date(1900, 1, 1)
    table: Table = "events"
    coding: Coding = "own"
    required_env: tuple[str, ...] = ()
    instead_env: str = ""
    api_host: str = ""
    is_heavy: bool = False
    is_fetched: bool = True
    has_reader: bool = True
    is_exportable: bool = True
    may_be_told: tuple[Tellable, ...] = ()

    @property
    def name(self) -> str:
        """What labels call it."""
        return self.short_name or self.title

    @property
    def gives_events(self) -> bool:
        """Whether its rows are events, so that the filter can bring them into view."""
        return self.table == "events"

    @property
    def is_machine_coded(self) -> bool:
        return self.coding == "machine"

    @property
    def is_coded_elsewhere(self) -> bool:
        """Whether nobody of this tracker's own people looked at its rows."""
        return self.coding != "own"


CURATED, LEADS, UPLOADED_COUNTS = "curated", "leads", "measurements"
_NEVER_STALE_DAYS = 36_500
_CARDS = (
    SourceCard(
        key=CURATED,
        short_name="Curated",
        title="The curated record: events that people coded and reviewed",
        url="",
        licence="Own words; each event cites its pages",
        cadence="with each release, and whenever a reviewer accepts a candidate",
        max_age_days=_NEVER_STALE_DAYS,
        is_fetched=False,
        has_reader=False,
    ),
    SourceCard(
        key=LEADS,
        short_name="Leads",
        title="Leads: acts seen in digests, of which nobody has opened the pages",
        url="",
        licence="Own words; each lead names where it was seen and the pages to open",
        cadence="with each release",
        max_age_days=_NEVER_STALE_DAYS,
        coding="unopened",
        is_fetched=False,
        has_reader=False,
    ),
    SourceCard(
        key="mnd",
        short_name="Taiwan's ministry",
        title="Taiwan Ministry of National Defense: daily bulletins",
        url="https://www.mnd.gov.tw/news/plaactlist",
        licence="Government publication, (c) Ministry of National Defense, R.O.C.; figures are cited with their source",
        cadence="daily, about 09:00 UTC+8",
        max_age_days=3,
        first_day=date(2020, 9, 1),
        table="activity",
        may_be_told=("published",),
    ),
    SourceCard(
        key="gpr",
        short_name="GPR index",
        title="Geopolitical Risk index (Caldara and Iacoviello)",
        url="https://www.matteoiacoviello.com/gpr.htm",
        licence="Free with citation: Caldara and Iacoviello, AER 112(4), 2022",
        cadence="monthly, about the tenth",
        max_age_days=75,
        table="gpr",
        may_be_told=_OF_A_TABLE,
    ),
    SourceCard(
        key="senkaku",
        short_name="Japan Coast Guard",
        title="Japan Coast Guard: ships off the Senkaku/Diaoyu Islands, monthly tables",
        url="https://www.kaiho.mlit.go.jp/mission/senkaku/senkaku.html",
        licence="Figures of the Government of Japan",
        cadence="the month's table is renewed day by day",
        max_age_days=7,
        first_day=date(2012, 9, 1),
        table="measurements",
    ),
    SourceCard(
        key="scrambles",
        short_name="Joint Staff Office",
        title="Joint Staff Office of Japan: monthly releases on scrambles",
        url="https://www.mod.go.jp/js/press/index.html",
        licence="Figures of the Government of Japan",
        cadence="monthly, about the middle of the next month",
        max_age_days=60,
        first_day=date(2021, 4, 1),
        table="measurements",
    ),
    SourceCard(
        key="gpr_daily",
        short_name="GPR by day",
        title="Geopolitical Risk index by day (Caldara and Iacoviello)",
        url="https://www.matteoiacoviello.com/gpr.htm",
        licence="Free with citation: Caldara and Iacoviello, AER 112(4), 2022",
        cadence="about weekly",
        max_age_days=45,
        first_day=date(1985, 1, 1),
        table="measurements",
        may_be_told=_OF_A_TABLE,
    ),
    SourceCard(
        key="north_korea",
        short_name="Beyond Parallel",
        title="CSIS Beyond Parallel: North Korean launches and provocations",
        url="https://beyondparallel.csis.org/database-north-korean-provocations/",
        licence="CSIS Beyond Parallel; dates, kinds and links are kept, descriptions are not",
        cadence="as events happen",
        max_age_days=120,
        first_day=date(1958, 1, 1),
        table="measurements",
    ),
    SourceCard(
        key="rss",
        short_name="News feeds",
        title="News feeds (RSS, RDF, Atom)",
        url="https://www.rssboard.org/rss-specification",
        licence="Each publisher's own; headline, short summary and link are kept for review",
        cadence="continuous; a feed holds its latest items only",
        max_age_days=2,
        first_day=date(1995, 1, 1),
        table="candidates",
    ),
    SourceCard(
        key="gdelt",
        short_name="GDELT",
        title="GDELT 2.0 event exports",
        url="https://www.gdeltproject.org/",
        licence="Free for any use with citation of, and a link to, the GDELT Project",
        cadence="every 15 minutes",
        max_age_days=2,
        first_day=date(1979, 1, 1),
        coding="machine",
        is_heavy=True,
    ),
    SourceCard(
        key="ucdp",
        short_name="UCDP",
        title="UCDP Georeferenced Event Dataset",
        url="https://ucdp.uu.se/",
        licence="CC BY 4.0: Uppsala Conflict Data Program",
        cadence="yearly release in June; candidate events monthly, about a month behind",
        max_age_days=75,
        first_day=date(1989, 1, 1),
        coding="others",
        required_env=("UCDP_TOKEN",),
        api_host="ucdpapi.pcr.uu.se",
        may_be_told=_OF_A_TABLE,
    ),
    SourceCard(
        key="acled",
        short_name="ACLED",
        title="ACLED (Armed Conflict Location & Event Data)",
        url="https://acleddata.com/",
        licence="ACLED terms of use: the user's own licence; attribution; rows are not to be passed on",
        cadence="weekly",
        max_age_days=14,
        first_day=date(1997, 1, 1),
        coding="others",
        required_env=("ACLED_EMAIL", "ACLED_PASSWORD"),
        instead_env="ACLED_TOKEN",
        api_host="acleddata.com",
        may_be_told=_OF_A_TABLE,
        is_exportable=False,
    ),
    SourceCard(
        key="upload",
        short_name="Your uploads",
        title="Uploaded tables (CSV, XLSX, GeoJSON)",
        url="https://www.rfc-editor.org/rfc/rfc4180",
        licence="The uploader's; whoever uploads answers for the right to use it",
        cadence="when a person uploads",
        max_age_days=_NEVER_STALE_DAYS,
        is_fetched=False,
        may_be_told=_OF_A_TABLE,
    ),
    SourceCard(
        key=UPLOADED_COUNTS,
        short_name="Your counts",
        title="Uploaded official counts (long form: CSV, XLSX)",
        url="https://www.rfc-editor.org/rfc/rfc4180",
        licence="The uploader's; whoever uploads answers for the right to use it",
        cadence="when a person uploads",
        max_age_days=_NEVER_STALE_DAYS,
        table="measurements",
        is_fetched=False,
        may_be_told=_OF_A_TABLE,
    ),
)
# By key; the curated record first, the others in the order in which a refresh takes them.
SOURCE_CARDS: dict[str, SourceCard] = {card.key: card for card in _CARDS}


def list_read_cards() -> list[SourceCard]:
    """The sources that have a reader: all but the curated record and its leads."""
    return [card for card in SOURCE_CARDS.values() if card.has_reader]


def name_source(key: str) -> str:
    """A source's short name; the key that the command line takes where there is none."""
    card = SOURCE_CARDS.get(key)
    return card.name if card else key


def describe_source(key: str) -> str:
    """A source's short name, with a word on who coded its events where nobody of this tracker looked at them."""
    card = SOURCE_CARDS.get(key)
    words = {
        "machine": " (coded by machine)",
        "others": " (coded by its own people)",
        "unopened": " (pages not opened)",
    }
    return name_source(key) + (words.get(card.coding, "") if card else "")


def is_coded_elsewhere(key: str) -> bool:
    """Whether nobody of this tracker's own people looked at the events of a source."""
    card = SOURCE_CARDS.get(key)
    return card is None or card.is_coded_elsewhere
