"""Reads one English bulletin or post that counts all detected craft. Pure; refuses what it can't read.

Crossing counts only wording on the median line; entering the zone alone is counted apart.
"""

from __future__ import annotations

import re
from datetime import date

from tension.sources.mnd.bulletin_text import EN_NUMBER, BulletinError, Reading, read_en_number
from tension.sources.mnd.report_days import DATE_PATTERNS, EN_RANGE, EN_SHORT_RANGE, EN_UNTIL, read_english_day

_N = EN_NUMBER
_CRAFT = r"(?:aircraft|airplanes?|planes?|warplanes?|jets?)"
_OWNER = r"(?:(?:PLA(?:AF|\s+Air\s+Force)?|PRC|Chinese|China's)\s+)*(?:military\s+)?"
_TOTALS = {
    "aircraft": re.compile(
        rf"(?P<n>{_N}|\bno)\s+(?:{_OWNER}sorties?\s+(?:of|by)\s+{_OWNER}{_CRAFT}|(?:PLA(?:AF)?|PRC|Chinese)\s+(?:military\s+)?{_CRAFT}(?:\s+sorties)?)"
        r"(?:\s*\((?P<types>[^()]*)\))?",
        re.I,
    ),
    "vessels": re.compile(
        rf"(?P<n>{_N}|\bno)\s+(?:(?:PLAN|PLA\s+Navy|PLA|PRC|Chinese)\s+(?:(?:naval|navy|military)\s+)?|naval\s+)(?:vessels?|ships?|warships?)",
        re.I,
    ),
    "ships": re.compile(
        rf"(?P<n>{_N}|\bno)\s+(?:(?:PRC|Chinese|China)\s+)?(?:official|coast\s+guard|CCG|government|public\s+service)\s+(?:ships?|vessels?)",
        re.I,
    ),
    "balloons": re.compile(rf"(?P<n>{_N}|\b(?:an?|no))\s+(?:(?:PRC|PLA|Chinese)(?:'s)?\s+)?balloons?", re.I),
}
STATED = re.compile(
    "|".join(re.sub(r"\?P<\w+>", "?:", _TOTALS[kind].pattern) for kind in ("aircraft", "vessels", "ships")), re.I
)
DETECTED = re.compile(r"\b(?:detected|observed|tracked|spotted|sighted)\b", re.I)
_HARMLESS = re.compile(
    r"\(?(?:UTC|GMT)\s?\+\s?8\)?|\b[0-9]{1,2}(?::[0-9]{2})?\s*[ap]m\b"
    r"|\b[0-9]{2}:[0-9]{2}\b|\b24[- ]hours?\b|\bpast 24\b"
    r"|\b[12]\s*\.\s*(?=Date|PLA)|\bone\s+of\s+(?:the|our)\b",
    re.I,
)
_SHARE = re.compile(
    rf"(?:(?P<all>\ball)(?:\s+of)?(?:\s+the)?\s+)?(?P<n>{_N}|\bnone|\bno|\ball|\bboth)(?:\s+(?:out\s+)?of(?:\s+the)?(?:\s+(?P<of>{_N}))?)?"
    rf"(?:\s+(?:the|these|those|detected|identified))*(?P<noun>(?:\s+(?:{_OWNER}sorties?(?:\s+of\s+{_OWNER}{_CRAFT})?|{_OWNER}{_CRAFT}(?:\s+sorties)?|them|which|whom))?)"
    r"(?:\s*\((?P<types>[^()]*)\))?,?\s+(?:had|have|has|were|also|then|\s)*(?P<verb>cross(?:ed|ing)|breach(?:ed|ing)|enter(?:ed|ing)|violated|flew)\b",
    re.I,
)
_SECTORS = re.compile(r"\b(north|south|east|west|northeast|northwest|southeast|southwest|central)(?:ern)?\b", re.I)
_COMPLETE = re.compile(r"PLA\s+activities\s*:|\bWe\s+have\s+monitored|\bemployed\s+CAP", re.I)
_CLOSING = re.compile(r"\bmonitor|\brespon[ds]", re.I)


def split_sentences(text: str) -> list[str]:
    """The sentences of a cleaned English text; abbreviations don't end one."""
    plain = flatten(text)
    return [
        piece.strip()
        for piece in re.split(r"(?<=[.!?;])\s+(?=[A-Z0-9\"'(])|(?<=[a-z)\]][.!?])(?=[A-Z])", plain)
        if piece.strip()
    ]


def flatten(text: str) -> str:
    """The text on one line, with abbreviations that hold no full stop."""
    plain = re.sub(r"\s+", " ", text)
    plain = re.sub(r"\b([ap])\s?\.\s?m\b\.?", r"\1m", plain, flags=re.I)
    plain = re.sub(r"\bR\.?\s?O\.?\s?C\.", "ROC ", plain)
    plain = re.sub(r"\bP\.\s?L\.\s?A\.", "PLA ", plain)
    months = "Jan|Feb|Mar|Apr|Jun|Jul|Aug|Sept?|Oct|Nov|Dec|Mon|Tue|Tues|Wed|Thu|Thur|Thurs|Fri|Sat|Sun|May"
    plain = re.sub(rf"\b({months})\.", r"\1 ", plain)
    return re.sub(r"\bhttps?://\S+", " ", re.sub(r"([ap]m)(?=\()", r"\1 ", plain, flags=re.I))


def read_post(text: str, published: date | None) -> Reading:
    """An English bulletin or post. `text` is cleaned. Raises BulletinError."""
    sentences = split_sentences(text)
    place, counts = _read_totals(sentences)
    day, window = read_english_day(" ".join(sentences), sentences[place], published)
    crossed, entered, sectors = _read_shares(sentences, counts["aircraft"] or 0)
    balloons = _read_balloons(sentences, place, counts.get("balloons"))
    after = " ".join(sentences[place + 1 :])
    if crossed is None and re.search(r"\bno\b[^.]{0,60}\b(?:cross|enter)", after, re.I):
        crossed, entered = 0, 0
    if crossed is None and (not counts["aircraft"] or (_COMPLETE.search(text) and _CLOSING.search(after))):
        crossed, entered = 0, 0
    _check_tail(text)
    return Reading(
        language="en",
        date=day,
        aircraft=counts["aircraft"],
        crossed=crossed,
        entered_only=entered,
        sectors=sectors,
        vessels=counts.get("vessels"),
        ships=counts.get("ships"),
        balloons=balloons,
        window=window,
        is_closed=bool(_CLOSING.search(after)) or not counts["aircraft"],
        is_correction=bool(re.search(r"\bcorrect(?:ed|ion)\b", text, re.I)),
    )


def _check_tail(text: str) -> None:
    """Raises BulletinError where the last words of the text are the beginning of a sentence of the bulletin."""
    last = [flatten(line).strip() for line in text.split("\n") if line.strip()][-1]
    pieces = re.split(r"(?<=[.!?])[\"')]*\s+", last)
    tail = pieces[-1]
    if (
        re.search(r"[.!?][\"')]*$", tail)
        or _CLOSING.search(tail)
        or re.search(r"download|keyword|window\]", tail, re.I)
    ):
        return
    is_sentence = re.search(rf"^\W*{_N}\b|sortie|PLA aircraft|PLAN|median|ADIZ|balloon|ROC|Armed|We have", tail, re.I)
    if len(pieces) > 1 or is_sentence:
        raise BulletinError(f"the text is cut at {tail[-30:]!r}")


def _read_totals(sentences: list[str]) -> tuple[int, dict[str, int | None]]:
    """The sentence of the totals and what it counts."""
    found: list[tuple[int, dict[str, int | None]]] = []
    for place, sentence in enumerate(sentences):
        if not DETECTED.search(sentence) or re.search(r"\bIllustration|flight path", sentence, re.I):
            continue
        counts, rest = _count_items(sentence)
        if not counts.keys() & {"aircraft", "vessels", "ships"} or re.search(r"of the detected", sentence, re.I):
            continue
        if left := re.search(rf"{_N}", EN_UNTIL.sub(" ", _HARMLESS.sub(" ", rest))):
            raise BulletinError(f"the count can't be read at {left.group()!r}: {sentence[:80]!r}")
        if not re.search(r"[.!?]\"?$|\btoday\b", sentence):
            raise BulletinError(f"the text is cut at {sentence[-30:]!r}")
        found.append((place, counts))
    if not found:
        raise BulletinError("no figures in the text")
    if any(counts != found[0][1] for _, counts in found):
        raise BulletinError("two counts that differ in one bulletin")
    place, counts = found[0]
    text = " ".join(sentences)
    if "aircraft" not in counts:
        denied = re.search(r"\bno\s+PLA\s+aircraft\b", text, re.I)
        if "vessels" not in counts or not (denied or _CLOSING.search(text)):
            raise BulletinError("the text gives no number of aircraft")
        counts["aircraft"] = 0
    elif counts["aircraft"] and re.search(r"\bno\s+PLA\s+aircraft\b[^.]*\bdetected", text, re.I):
        raise BulletinError("a count, and a sentence that says that none was detected")
    return place, counts


def _count_items(sentence: str) -> tuple[dict[str, int | None], str]:
    counts: dict[str, int | None] = {}
    rest = re.split(r"PLA\s+activities\s*:", sentence, flags=re.I)[-1]
    for pattern in (EN_RANGE, EN_SHORT_RANGE, *DATE_PATTERNS):
        rest = pattern.sub(" ", rest)
    for kind in ("aircraft", "ships", "vessels", "balloons"):
        for match in list(_TOTALS[kind].finditer(rest)):
            number = _read_word(match["n"])
            if kind in counts and kind != "ships":
                raise BulletinError(f"two counts of {kind} in one sentence")
            counts[kind] = number + (counts.get(kind) or 0)
            if kind == "aircraft" and match["types"]:
                _check_types(match["types"], number)
        rest = _TOTALS[kind].sub(" ", rest)
    for _, share in _find_shares(sentence):
        rest = rest.replace(share.group(), " ")
    return counts, rest


def _read_word(word: str) -> int:
    if word.lower() in ("no", "none"):
        return 0
    return 1 if word.lower() in ("a", "an") else read_en_number(word)


def _check_types(types: str, number: int) -> None:
    """The types in brackets must add up to the number before them."""
    listed = re.findall(r"[A-Za-z]+-?[0-9]+[A-Za-z]*(?:\s[A-Z&]+)?\s*[*xX×]\s*([0-9]+)", types)
    if listed and sum(int(one) for one in listed) != number:
        raise BulletinError(f"the types add up to {sum(int(one) for one in listed)}, the text says {number}")


def _read_shares(sentences: list[str], total: int) -> tuple[int | None, int | None, tuple[str, ...]]:
    """How many crossed the median line, how many only entered the zone, and the sectors named."""
    sums = {"crossed": 0, "entered": 0}
    sectors: set[str] = set()
    is_stated = False
    for sentence in sentences:
        for words, match in _find_shares(sentence):
            is_stated = True
            number = _read_share(match, total)
            if match["types"]:
                _check_types(match["types"], number)
            sums["crossed" if re.search(r"median", words, re.I) else "entered"] += number
            if number:
                zone = re.split(r"\bADIZ\b|identification", words)[0].split("enter")[-1]
                sectors |= {name.lower() for name in _SECTORS.findall(zone)}
    if sum(sums.values()) > total:
        raise BulletinError(f"more crossed or entered ({sum(sums.values())}) than were detected ({total})")
    return (sums["crossed"], sums["entered"], tuple(sorted(sectors))) if is_stated else (None, None, ())


def _find_shares(sentence: str) -> list[tuple[str, re.Match[str]]]:
    """The statements of a number that crossed or entered, each with its words. Raises BulletinError for vague ones."""
    is_about = re.search(r"median|ADIZ|identification zone", sentence, re.I)
    is_other = re.search(r"\bno PLA aircraft\b", sentence, re.I) or (
        "balloon" in sentence.lower() and not re.search(r"sortie|aircraft", sentence, re.I)
    )
    if not is_about or is_other:
        return []
    shares = [match for match in _SHARE.finditer(sentence) if match["verb"].lower() != "flew" or "median" in sentence]
    is_denied = bool(re.search(r"\b(?:not|never|without)\b", sentence))
    is_vague = re.search(r"sortie|of the (?:detected )?aircraft|of them|\bsome\b|\bseveral\b", sentence, re.I)
    has_number = re.search(_N, EN_UNTIL.sub(" ", _HARMLESS.sub(" ", sentence)))
    is_total = _TOTALS["aircraft"].search(sentence)
    if ((is_vague or has_number) and not shares and not is_total) or (is_denied and shares):
        raise BulletinError(f"the number that crossed or entered can't be read: {sentence[:80]!r}")
    if not shares:
        return []
    ends = [*(match.start() for match in shares[1:]), len(sentence)]
    return [(sentence[match.start() : end], match) for match, end in zip(shares, ends, strict=True)]


def _read_share(match: re.Match[str], total: int) -> int:
    if match["of"] and read_en_number(match["of"]) != total:
        raise BulletinError(f"two counts of aircraft: {total} and {match['of']}")
    if match["n"].lower() == "all":
        return total
    if match["n"].lower() == "both":
        return _check_both(total)
    number = _read_word(match["n"])
    if match["all"] and number != total:
        raise BulletinError(f"two counts of aircraft: {total} and {number}")
    return number


def _check_both(total: int) -> int:
    if total != 2:
        raise BulletinError(f"two counts of aircraft: {total} and both")
    return total


def _read_balloons(sentences: list[str], place: int, stated: int | None) -> int | None:
    """The balloons of all sentences that say they were detected. Raises BulletinError where a number is missing."""
    found: list[int] = []
    is_named = False
    for at, sentence in enumerate(sentences):
        if at == place or "balloon" not in sentence.lower():
            continue
        is_named = True
        numbers = [_read_word(match["n"]) for match in _TOTALS["balloons"].finditer(sentence)]
        if DETECTED.search(sentence) and not numbers:
            raise BulletinError(f"the number of balloons can't be read: {sentence[:80]!r}")
        found += numbers if DETECTED.search(sentence) else []
    if is_named and not found and stated is None:
        raise BulletinError("the number of balloons can't be read")
    if stated is not None and found and sum(found) != stated:
        raise BulletinError(f"two counts of balloons: {stated} and {sum(found)}")
    return sum(found) if found else stated
