"""Every declared indicator in words that an editor can print, with its limits, as Markdown: docs/indicators.md."""

from __future__ import annotations

from collections.abc import Sequence

from tension.assessments.kinds import find_kind
from tension.assessments.reading import HOLLOW_TIMES
from tension.assessments.wording import CLAIM_RULE, describe_rule
from tension.readings.robustness import RATE_LEVELS, SERIES_BASELINES, SERIES_THRESHOLDS, SERIES_WINDOWS
from tension.readings.series_intervals import BLOCK_DAYS, BOOTSTRAP_DRAWS, INTERVAL_LEVEL
from tension.records.article import Claim
from tension.records.claims import ClaimRule, Indicator
from tension.words import join_words

_HEAD = """# Indicators

What each claim of the article is looked at with. This page is made from `data/assessments.yaml`
(`python -m tension indicators > docs/indicators.md`), and a test holds the two together: change the file, not the page.

- {claim_rule}
- Nothing here predicts. A reading says what was counted by a day, from what had been reported by then.
- An indicator is *up*, *level* or *down*, or says why it has no direction: *observed*, *looked and absent*, *too few*,
  *insufficient*, *not looked* (its source doesn't reach the day), *cannot see*. In a strip: ▲ up, ■ level (□ where only
  a rise to more than {hollow:g} times the usual would show), ▼ down, ◇ looked and absent, ○ can't be read.
- Counts are of curated events, a lower bound: they rise with how hard the record was searched. Beside a rate stand all
  recorded events of its region in both windows.
- An episode (one drill, incident or visit) counts once, however many events it has.
- Robustness, 'k of n': in how many of the settings tried, its own among them, the state is the same. Series: windows of
  {windows} days, baselines of {baselines}, bounds {share:.0%} laxer, as they are and {share:.0%} stricter. Slow counts:
  one, two and three years back and the same three bounds of the ratio. Rates and shares: both windows halved, as they
  are and doubled, intervals of {levels}%. What can't be read is left out of n.
- Intervals of {level:.0%}: of series by moving-block bootstrap (blocks of {block} days, {draws:,} draws, fixed seed);
  of rates and slow counts by the exact conditional binomial; of shares by the exact conditional odds ratio.
"""


def build_notes(rules: Sequence[ClaimRule], claims: Sequence[Claim]) -> str:
    """The page: claim by claim, part by part, each indicator's sentence, rule and limit."""
    titles = {claim.claim_id: claim for claim in claims}
    blocks = [_build_head()]
    for rule in rules:
        claim = titles[rule.claim_id]
        blocks.append(f"## {claim.title}\n\n{claim.statement} The word is about {rule.state_means}.\n")
        for part in rule.parts:
            ways = join_words(part.supports, "or")
            blocks.append(f"### {part.title}\n\nBorne out by: {ways}.\n")
            blocks.append("\n".join(_describe(indicator) for indicator in part.indicators) + "\n")
    return "\n".join(blocks)


def _build_head() -> str:
    return _HEAD.format(
        claim_rule=CLAIM_RULE,
        hollow=HOLLOW_TIMES,
        windows=join_words([str(days) for days in SERIES_WINDOWS]),
        baselines=join_words([str(days) for days in SERIES_BASELINES]),
        share=max(SERIES_THRESHOLDS),
        levels=join_words([f"{100 * level:g}" for level in RATE_LEVELS]),
        level=INTERVAL_LEVEL,
        block=BLOCK_DAYS,
        draws=BOOTSTRAP_DRAWS,
    )


def _describe(indicator: Indicator) -> str:
    lines = [f"- **{indicator.title}** (`{indicator.indicator_id}`). {indicator.sentence}"]
    if find_kind(indicator).source_key:
        lines.append(f"  {describe_rule(indicator)}")
    if indicator.marks:
        said = join_words([f"{state} points {way}" for state, way in indicator.marks.items()])
        lines.append(f"  For the claim, {said}.")
    if indicator.words:
        said = join_words([f"{state} is said as “{words}”" for state, words in indicator.words.items()])
        lines.append(f"  In words, {said}.")
    if indicator.blind_spot:
        lines.append(f"  Limit: {indicator.blind_spot}")
    return "\n".join(lines)
