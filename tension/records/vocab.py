"""Closed lists of the field: regions, categories, CAMEO roots, quad classes, severity, tags. Words, never records."""

from __future__ import annotations

from enum import IntEnum, StrEnum


class Region(StrEnum):
    """The regions of the record, by the name that is shown."""

    TAIWAN_STRAIT = "Taiwan Strait"
    SOUTH_CHINA_SEA = "South China Sea"
    EAST_CHINA_SEA = "East China Sea"
    INDIAN_OCEAN = "Indian Ocean"
    KOREAN_PENINSULA = "Korean Peninsula"
    INDO_PACIFIC = "Indo-Pacific"

    @property
    def slug(self) -> str:
        """The region in a link or on the command line, such as `taiwan-strait`."""
        return self.value.lower().replace(" ", "-")


class Category(StrEnum):
    """What kind of act an event is; the value is the slug, `label` the words."""

    AIR_ACTIVITY = "air_activity"
    NAVAL_ACTIVITY = "naval_activity"
    MILITARY_EXERCISE = "military_exercise"
    TRANSIT_FONOP = "transit_fonop"
    COAST_GUARD = "coast_guard"
    MILITIA = "militia"
    INCIDENT = "incident"
    MISSILE_NUCLEAR = "missile_nuclear"
    CYBER_HYBRID = "cyber_hybrid"
    POSTURE_CHANGE = "posture_change"
    ALLIANCE = "alliance"
    ARMS_SALE = "arms_sale"
    MIL_MIL_CONTACT = "mil_mil_contact"
    DIPLOMACY = "diplomacy"
    LEGAL_POLITICAL = "legal_political"
    SANCTION_ECONOMIC = "sanction_economic"
    DOMESTIC_POLITICAL = "domestic_political"

    @property
    def label(self) -> str:
        return CATEGORY_LABELS[self]


CATEGORY_LABELS: dict[Category, str] = {
    Category.AIR_ACTIVITY: "Air activity",
    Category.NAVAL_ACTIVITY: "Naval activity",
    Category.MILITARY_EXERCISE: "Military exercise",
    Category.TRANSIT_FONOP: "Transit or FONOP",
    Category.COAST_GUARD: "Coast guard",
    Category.MILITIA: "Maritime militia",
    Category.INCIDENT: "Incident",
    Category.MISSILE_NUCLEAR: "Missile or nuclear",
    Category.CYBER_HYBRID: "Cyber or hybrid",
    Category.POSTURE_CHANGE: "Posture change",
    Category.ALLIANCE: "Alliance",
    Category.ARMS_SALE: "Arms sale",
    Category.MIL_MIL_CONTACT: "Military contact",
    Category.DIPLOMACY: "Diplomacy",
    Category.LEGAL_POLITICAL: "Legal or political",
    Category.SANCTION_ECONOMIC: "Sanction or trade control",
    Category.DOMESTIC_POLITICAL: "Domestic politics",
}


class QuadClass(IntEnum):
    """GDELT's four classes of CAMEO root codes, with GDELT's numbers."""

    VERBAL_COOPERATION = 1
    MATERIAL_COOPERATION = 2
    VERBAL_CONFLICT = 3
    MATERIAL_CONFLICT = 4

    @property
    def slug(self) -> str:
        return self.name.lower().replace("_", "-")

    @property
    def label(self) -> str:
        return self.name.replace("_", " ").capitalize().replace("cooperation", "co-operation")

    @classmethod
    def from_slug(cls, slug: str) -> QuadClass:
        """The class of a slug, such as `material-conflict`; KeyError for another word."""
        return cls[slug.upper().replace("-", "_")]

    @property
    def plain(self) -> str:
        """The class in plain words, as maps, charts and lists name it; `label` is the codebook's."""
        return PLAIN_CLASSES[self]

    @classmethod
    def from_cameo_root(cls, root: str) -> QuadClass:
        """01-05 verbal co-operation, 06-09 material co-operation, 10-14 verbal conflict, 15-20 material conflict."""
        number = int(root)
        if number <= 5:
            return cls.VERBAL_COOPERATION
        if number <= 9:
            return cls.MATERIAL_COOPERATION
        return cls.VERBAL_CONFLICT if number <= 14 else cls.MATERIAL_CONFLICT


PLAIN_CLASSES: dict[QuadClass, str] = {
    QuadClass.VERBAL_COOPERATION: "Talks or pledges",
    QuadClass.MATERIAL_COOPERATION: "Joint action or aid",
    QuadClass.VERBAL_CONFLICT: "Protest or threat",
    QuadClass.MATERIAL_CONFLICT: "Show of force or coercion",
}

# CAMEO root codes (Gerner, Schrodt, Yilmaz 2009), strings because leading zeros count.
CAMEO_ROOTS: dict[str, str] = {
    "01": "Make public statement",
    "02": "Appeal",
    "03": "Express intent to co-operate",
    "04": "Consult",
    "05": "Engage in diplomatic co-operation",
    "06": "Engage in material co-operation",
    "07": "Provide aid",
    "08": "Yield",
    "09": "Investigate",
    "10": "Demand",
    "11": "Disapprove",
    "12": "Reject",
    "13": "Threaten",
    "14": "Protest",
    "15": "Exhibit military posture",
    "16": "Reduce relations",
    "17": "Coerce",
    "18": "Assault",
    "19": "Fight",
    "20": "Use unconventional mass violence",
}

SEVERITY_LABELS: dict[int, str] = {
    1: "Routine or co-operative",
    2: "Signalling",
    3: "Coercive presence",
    4: "Dangerous encounter or large exercise",
    5: "Use of force or casualties",
}

# Series of the Geopolitical Risk index: the world's, its threats and acts, and shares of single countries.
GPR_SERIES: dict[str, str] = {
    "gpr": "World",
    "gprt": "World: threats",
    "gpra": "World: acts",
    "gprc_chn": "China",
    "gprc_twn": "Taiwan",
    "gprc_phl": "Philippines",
    "gprc_jpn": "Japan",
    "gprc_usa": "United States",
    "gprc_kor": "South Korea",
    "gprc_vnm": "Vietnam",
    "gprc_ind": "India",
    "gprc_rus": "Russia",
}

TAGS: frozenset[str] = frozenset(
    """named_exercise joint_exercise live_fire missile_launch nuclear_posture explosive_nuclear_test adiz_activity
    median_line fonop strait_transit joint_sail water_cannon ramming collision laser flares unsafe_intercept radar_lock
    boarding_or_seizure blocking shadowing intrusion militia undersea_cable cyber balloon drone casualties
    resupply_mission land_building barrier lawfare sanction export_control arms_sale basing_access treaty summit call
    visit red_line channel_opened channel_suspended domestic_politics budget appointment""".split()
)

# US-China military contacts by level, most senior first; `cancelled` marks a contact that one side called off.
CONTACT_LEVELS: dict[str, str] = {
    "leaders": "Leaders",
    "ministers": "Ministers",
    "chiefs": "Chiefs of staff",
    "theatre": "Theatre commanders",
    "working": "Working level",
    "cancelled": "Cancelled or refused",
}

GEO_PRECISIONS = ("exact", "area", "country")
CONFIDENCES = ("high", "medium", "low")
SOURCE_TIERS = ("official", "news", "state_media", "partisan", "reprint", "aggregator")
