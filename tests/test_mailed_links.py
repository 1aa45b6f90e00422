"""Links that a mail program escaped or a sentence ends are read as they were meant, with a word on it."""

from __future__ import annotations

from datetime import date

import pytest

from components.view.mailed_links import mend_params
from tension.records.vocab import Region
from tests.apps import open_frame

KNOWN = ("region", "since", "until", "q", "v")


@pytest.mark.parametrize(
    ("given", "meant"),
    [
        ({"amp;since": ["2024-01-01"]}, {"since": ["2024-01-01"]}),
        ({"amp;amp;since": ["2024-01-01"]}, {"since": ["2024-01-01"]}),
        ({"AMP;since": ["2024-01-01"]}, {"since": ["2024-01-01"]}),
        ({"amp;lane": ["actor"]}, {"lane": ["actor"]}),
        ({"region": ["a"], "amp;region": ["b"]}, {"region": ["a", "b"]}),
        ({"region": ["a&since=2024-01-01&q=b"]}, {"region": ["a"], "since": ["2024-01-01"], "q": ["b"]}),
        ({"region": ["a&amp;since=2024-01-01"]}, {"region": ["a"], "since": ["2024-01-01"]}),
        ({"region": ["a%26since%3D2024-01-01"]}, {"region": ["a"], "since": ["2024-01-01"]}),
        ({"v": ["1®ion=a"], "since": ["2024-01-01"]}, {"v": ["1"], "region": ["a"], "since": ["2024-01-01"]}),
        ({"v": ["3D1"], "since": ["3D2024-01-01"]}, {"v": ["1"], "since": ["2024-01-01"]}),
        ({"q": ["a&since=2024-01-01"]}, {"q": ["a"], "since": ["2024-01-01"]}),
        ({"since": ["2024-01-01."]}, {"since": ["2024-01-01"]}),
        ({"since": ["2024-01-01)."]}, {"since": ["2024-01-01"]}),
        ({"region": ["a,b>"]}, {"region": ["a,b"]}),
        ({"until": ["2024-02-01;"]}, {"until": ["2024-02-01"]}),
    ],
)  # fmt: skip
def test_what_a_link_meant_is_read_and_said(given: dict[str, list[str]], meant: dict[str, list[str]]) -> None:
    found, notices = mend_params(given, free_text=("q",), known=KNOWN)
    assert found == meant
    assert notices


@pytest.mark.parametrize(
    "given",
    [
        {},
        {"region": ["taiwan-strait,south-china-sea"], "v": ["1"]},
        {"q": ["R&D in Taiwan."]},
        {"q": ["Q&A=?"]},
        {"q": ["3D printing"]},
        {"event": ["2024-06-17-sailor-loses-thumb"]},
        {"asof": ["<script>"]},
        {"utm_source": ["mail"], "since": ["2024-01-01"]},
        {"since": ["..."]},
    ],
)
def test_other_links_stay_as_they_came(given: dict[str, list[str]]) -> None:
    assert mend_params(given, free_text=("q",), known=KNOWN) == (given, [])


def test_a_mended_link_filters_the_page_writes_its_address_anew_and_says_so() -> None:
    app = open_frame(**{"region": "taiwan-strait", "amp;since": "2024-01-01", "amp;until": "2024-12-31."})
    wanted = app.session_state["view_filter"]
    assert (wanted.regions, wanted.since, wanted.until) == (
        (Region.TAIWAN_STRAIT,), date(2024, 1, 1), date(2024, 12, 31),
    )  # fmt: skip
    assert app.query_params == {"region": "taiwan-strait", "since": "2024-01-01", "until": "2024-12-31"}
    said = " ".join(note.value.replace("\\", "") for note in app.info)
    assert "amp;since was read as since" in said
    assert not app.warning
