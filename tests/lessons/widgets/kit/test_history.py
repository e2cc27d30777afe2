"""Does the picture of a history say by shape and words what happened, and can it be stepped through in order?"""

from itertools import pairwise
from xml.etree import ElementTree

import pytest

from lessons.widgets.kit import Band, Deed, History, Lane, PartialOrder, Pick, Rank
from lessons.widgets.kit.frames import frames_json
from lessons.widgets.kit.svg import draw

LANES = (Lane("1", "Ann", "a"), Lane("2", "Ben", "b"))


def deed(name, lane, starts, ends, *, kind="read", number=0, text="read x=1"):
    return Deed(name, lane, kind, text, "r x=1", f"{name.capitalize()} happens.", starts, ends, number)


HISTORY = History(
    "A history",
    LANES,
    (
        deed("one", "1", 0.0, 0.3, kind="write", text="write x=1", number=1),
        deed("two", "2", 0.1, None, kind="write", text="write x=2 ?"),
        deed("three", "2", 0.5, 0.6, number=2),
    ),
    "Operations 1 and 2 show it.",
    (Band(0.05, 0.4, "a cut"),),
)


def groups(view, **given):
    root = ElementTree.fromstring(draw(view, **given))
    return {one.get("data-place"): one for one in root.iter() if one.get("data-place")}


def texts(element):
    return [one.text for one in element.iter() if one.tag.endswith("text")]


def test_the_label_says_the_verdict_and_the_band_its_name():
    root = ElementTree.fromstring(draw(HISTORY, label="Settings."))
    assert root.get("aria-label") == "Settings. Operations 1 and 2 show it."
    assert "Shaded: a cut." in texts(root)


def test_what_shows_the_fault_has_a_number_a_diamond_and_a_frame():
    drawn = groups(HISTORY)
    assert texts(drawn["one"]) == ["write x=1", "1"]
    assert texts(drawn["two"]) == ["write x=2 ?"]
    marked = [one for one in drawn["three"].iter() if "role-bad" in (one.get("class") or "")]
    assert len(marked) == 2
    assert not [one for one in drawn["two"].iter() if "role-bad" in (one.get("class") or "")]


def test_reads_are_hollow_writes_filled_and_what_got_no_answer_has_no_end():
    shapes = {
        name: next(one for one in group if one.get("class") == "shape") for name, group in groups(HISTORY).items()
    }
    assert float(shapes["one"].get("fill-opacity")) > 0.5
    assert float(shapes["three"].get("fill-opacity")) == 0
    assert shapes["two"].get("stroke-dasharray") and shapes["two"].get("fill") == "none"


def test_bars_keep_the_order_of_time_and_those_of_one_lane_never_touch():
    root = groups(HISTORY)
    tops = {
        name: float(next(one for one in group if one.tag.endswith("rect")).get("y"))
        for name, group in root.items()
        if name != "two"
    }
    assert tops["one"] < tops["three"]
    crowded = History("Busy", LANES, tuple(deed(f"d{n}", "1", float(n), n + 1.0) for n in range(9)), "Kept.")
    words = sorted(
        float(one.get("y")) for group in groups(crowded).values() for one in group if one.tag.endswith("text")
    )
    assert min(later - earlier for earlier, later in pairwise(words)) >= 24


def test_narrow_lanes_take_the_short_words():
    many = tuple(Lane(str(number), f"Client {number}", "a") for number in range(8))
    view = History("Many", many, (deed("one", "3", 0.0, 1.0),), "Kept.")
    assert texts(groups(view)["one"]) == ["r x=1"]


def test_a_playhead_sees_the_whole_first_and_then_each_operation_at_its_answer():
    frames = frames_json(HISTORY)
    assert [frame["at_s"] for frame in frames] == [-1.0, 0.1, 0.3, 0.6]
    assert [frame["text"] for frame in frames[1:]] == ["Two happens.", "One happens.", "Three happens."]
    assert set(frames[0]["states"].values()) == {"done"}
    assert frames[1]["states"] == {"one": "running", "two": "done", "three": "waiting"}


def test_a_view_with_one_moment_has_no_frames():
    assert frames_json(PartialOrder("Order", (Rank("a", "A", 0, "*", "chosen"),), (), ())) == []


def ranks(standing):
    pick = Pick((("model", "weak"),), "Choose weak")
    return PartialOrder(
        "Order",
        (Rank("strong", "Very strong", 0, "+", "chosen"), Rank("weak", "Weak", 1, "-", standing, pick)),
        (("strong", "weak"),),
        ("+ strong", "- weak"),
    )


@pytest.mark.parametrize(("standing", "filled", "dashed"), [("implied", True, False), ("apart", False, True)])
def test_how_things_stand_to_the_chosen_one_is_seen_without_colour(standing, filled, dashed):
    root = ElementTree.fromstring(draw(ranks(standing)))
    chosen, other = (one for one in root.iter() if one.get("class") == "shape")
    assert float(chosen.get("stroke-width")) > float(other.get("stroke-width"))
    assert (float(other.get("fill-opacity")) > 0) == filled
    assert bool(other.get("stroke-dasharray")) == dashed


def test_a_rank_can_be_chosen_and_lines_go_down():
    svg = draw(ranks("implied"), link_to=lambda pick: "/?model=weak")
    root = ElementTree.fromstring(svg)
    link = next(one for one in root.iter() if one.tag.endswith("a"))
    assert (link.get("aria-label"), link.get("data-sets")) == ("Choose weak", "model=weak")
    line = next(one.get("d") for one in root.iter() if (one.get("class") or "").startswith("line"))
    start, end = (tuple(map(float, part.split())) for part in line[1:].split("L"))
    assert start[1] < end[1]
    assert "+ strong" in texts(root)
