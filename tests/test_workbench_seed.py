"""The seed article's six claims rebuilt through the Workbench page alone, against the seed on fifty days."""

from __future__ import annotations

import random
from collections.abc import Iterator
from pathlib import Path

import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from tension.desk import Desk, open_desk
from tension.settings import Settings
from tests.apps import open_page

HEAD = {
    "bench_title": "Rebuilt on the page",
    "bench_publisher": "A desk of our own",
}


@pytest.fixture(scope="module")
def own_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("rebuilt")


@pytest.fixture(scope="module")
def rebuilt(desk: Desk, own_folder: Path) -> Iterator[Desk]:
    """The desk of a reader who rebuilt the seed with the page's controls and nothing else."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("TENSION_STORE", str(own_folder / "store"))
        patch.setenv("TENSION_DATA", str(own_folder / "own"))
        patch.setenv("TENSION_WRITE", "open")
        st.cache_data.clear()
        st.cache_resource.clear()
        app = rebuild_seed(desk)
        assert not app.exception
        yield open_desk(Settings(desk.settings.data_dir, own_folder / "own", str(own_folder / "store")))
    st.cache_data.clear()
    st.cache_resource.clear()


def rebuild_seed(desk: Desk) -> AppTest:
    """Paste a text with the seed's own quotations, mark them, fill the forms in, save."""
    claims = [(claim, desk.assessor.find_rule(claim.claim_id)) for claim in desk.record.article.claims]
    words = [claim.quote.rstrip(".") + "." for claim, _ in claims]
    app = open_page("workbench")
    app.text_area("bench_pasted").set_value("\n\n".join(["The weather was fine.", *words]))
    next(button for button in app.button if button.label == "Read the text").click().run()
    marks = {str(box.label): box for box in app.checkbox}
    for said in words:
        marks[next(label for label in marks if label.replace("\\", "") == said)].check()
    app.run()
    text = app.session_state["workbench_text"]
    keys = [f"bench_{next(s.offset for s in text.sentences if s.words == said)}" for said in words]
    for name, value in HEAD.items():
        app.text_input(name).set_value(value)
    for key, (claim, rule) in zip(keys, claims, strict=True):
        app.text_input(f"{key}_title").set_value(claim.title)
        app.text_input(f"{key}_statement").set_value(claim.statement)
        app.selectbox(f"{key}_trend").set_value(claim.trend)
        app.selectbox(f"{key}_list").set_value(claim.claim_id)
        app.selectbox(f"{key}_worse").set_value(rule.escalation)
        app.multiselect(f"{key}_regions").set_value(list(claim.regions))
        app.number_input(f"{key}_parts").set_value(len(rule.parts))
    app.run()
    for key, (claim, rule) in zip(keys, claims, strict=True):
        for n, part in enumerate(rule.parts):
            app.text_input(f"{key}_{n}_part").set_value(part.title)
            app.button_group(f"{key}_{n}_ways_{claim.trend}").set_value(list(part.supports))
            app.multiselect(f"{key}_{n}_indicators").set_value([i.indicator_id for i in part.indicators])
    app.run()
    assert not app.info, app.info[0].value
    assert not app.button("bench_save").disabled, [m.value for m in app.markdown if "lock" in str(m.value)]
    return app.button("bench_save").click().run()


def test_the_page_rebuilds_all_claims_of_the_seed(desk: Desk, rebuilt: Desk) -> None:
    found = rebuilt.choose_article("rebuilt-on-the-page").record.article
    assert [c.title for c in found.claims] == [c.title for c in desk.record.article.claims]
    assert len(found.claims) == 6


def test_the_rebuilt_claims_read_as_the_seeds_on_fifty_days(desk: Desk, rebuilt: Desk) -> None:
    own = rebuilt.choose_article("rebuilt-on-the-page")
    drawn = random.Random(20251031)  # noqa: S311 (no secret)
    days = sorted(drawn.sample(list(desk.assessor.days), 50))
    states: set[str] = set()
    for seed, claim in zip(desk.record.article.claims, own.record.article.claims, strict=True):
        read = [
            one.assessor.read_claim_history(name)["state"][days].tolist()
            for one, name in ((desk, seed.claim_id), (own, claim.claim_id))
        ]
        assert read[0] == read[1], claim.title
        states |= set(read[0])
    assert len(states) > 2
