"""Does a drawn trace show what is waited for by more than colour, and can it be chosen from?"""

from itertools import pairwise
from xml.etree import ElementTree

import pytest

from lessons.widgets.kit import Pick, Span, Waterfall
from lessons.widgets.kit.plotly import figure
from lessons.widgets.kit.svg import draw

PICK = Pick((("mend", "lock"),), "Mend the lock")


def rows(svg: str) -> list[ElementTree.Element]:
    return [one for one in ElementTree.fromstring(svg).iter() if (one.get("class") or "").startswith("span ")]


def bars(row: ElementTree.Element) -> list[ElementTree.Element]:
    return [one for one in row if one.tag == "rect" and "shape" not in (one.get("class") or "")]


def waterfall(*, own: bool = True, **of_lock: object) -> Waterfall:
    return Waterfall(
        "Trace",
        (
            Span("root", "root", "here", 0, 0.0, 100.0, "a", own=((0.0, 20.0), (80.0, 100.0)) if own else ()),
            Span("lock", "lock", "there", 1, 20.0, 80.0, "b", own=((20.0, 80.0),) if own else (), **of_lock),  # type: ignore[arg-type]
            Span("late", "late", "there", 1, 80.0, 120.0, "c"),
        ),
    )


def test_filled_parts_do_not_overlap_and_cover_the_request() -> None:
    filled = [bar for row in rows(draw(waterfall())) for bar in bars(row) if bar.get("fill-opacity") == ".85"]
    stretches = sorted((float(bar.get("x", "")), float(bar.get("width", ""))) for bar in filled)
    assert len(stretches) == 3
    for (x, width), (after, _) in pairwise(stretches):
        assert x + width == pytest.approx(after, abs=0.2)


def test_what_nobody_waits_for_is_dashed() -> None:
    dashed = [bars(row)[0].get("stroke-dasharray") for row in rows(draw(waterfall()))]
    assert dashed == [None, None, "5 4"]


def test_a_span_that_only_waits_for_others_is_not_dashed() -> None:
    whole = Waterfall(
        "Trace",
        (
            Span("root", "root", "here", 0, 0.0, 100.0, "a"),
            Span("all", "all", "there", 1, 0.0, 100.0, "b", own=((0.0, 100.0),)),
        ),
    )
    assert [bars(row)[0].get("stroke-dasharray") for row in rows(draw(whole))] == [None, None]


def test_nothing_is_filled_or_dashed_before_the_bet() -> None:
    every = [bar for row in rows(draw(waterfall(own=False))) for bar in bars(row)]
    assert {bar.get("fill-opacity") for bar in every} == {".3"}
    assert {bar.get("stroke-dasharray") for bar in every} == {None}


def test_the_marked_span_has_a_sign_and_a_strong_frame() -> None:
    svg = draw(waterfall(marked=True))
    assert "◆ lock" in svg
    assert [bars(row)[0].get("stroke-width") for row in rows(svg)] == ["1.5", "4", "1.5"]


def test_a_span_done_often_shows_its_joints() -> None:
    often = waterfall(pieces=((20.0, 40.0), (40.0, 60.0), (60.0, 80.0)))
    joints = [one.get("d", "") for one in rows(draw(often))[1] if one.tag == "path"]
    assert [path.count("M") for path in joints] == [2]


def test_a_row_that_can_be_chosen_is_a_link_with_words() -> None:
    root = ElementTree.fromstring(draw(waterfall(pick=PICK), link_to=lambda pick: "/there"))
    links = [one for one in root.iter() if one.tag == "a"]
    assert [(link.get("href"), link.get("aria-label")) for link in links] == [("/there", "Mend the lock")]
    assert root.get("role") == "group"
    assert float(next(one for one in links[0].iter() if one.get("class") == "shape").get("height", "")) >= 48


def test_a_trace_stays_a_drawing() -> None:
    assert figure(waterfall()) is None


def test_a_long_name_leaves_room_for_its_time() -> None:
    long = Waterfall("T", (Span("a", "x" * 90, "here", 3, 0.0, 1.0, "a", note="1,234 ms"),))
    texts = [one.text or "" for one in ElementTree.fromstring(draw(long)).iter() if one.tag == "text"]
    assert any(text.endswith("…") for text in texts) and "1,234 ms" in texts
