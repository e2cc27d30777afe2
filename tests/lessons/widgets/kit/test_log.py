"""Can the lines of a log be read on a phone, told apart without colour, and chosen?"""

from xml.etree import ElementTree

from lessons.widgets.kit import Log, LogLine, Pick
from lessons.widgets.kit.plotly import figure
from lessons.widgets.kit.svg import draw

PICK = Pick((("chosen", "2"),), "Show the trace of this request")
LINES = (
    LogLine("1", 12.0, "info", "entry", "Users are sent to eu-central"),
    LogLine("2", 13.5, "error", "us-east", "POST /orders 504: no answer", trace="0badcafe", pick=PICK),
    LogLine("3", 14.0, "warning", "entry", "Health checks call us-east lost"),
)


def texts(svg: str) -> list[str]:
    return [one.text or "" for one in ElementTree.fromstring(svg).iter() if one.tag == "text"]


def test_every_level_has_a_sign_and_a_word() -> None:
    svg = draw(Log("Log", LINES))
    signs = [one.text for one in ElementTree.fromstring(svg).iter() if one.get("class") == "log-sign"]
    assert len(set(signs)) == 3
    for level in ("info", "warning", "error"):
        assert any(f" {level} " in text for text in texts(svg))


def test_a_line_says_when_where_what_and_which_trace() -> None:
    said = texts(draw(Log("Log", LINES)))
    assert "13.5\u2009s error us-east" in said
    assert "POST /orders 504: no answer" in said
    assert "trace 0badcafe" in said


def test_a_line_with_a_trace_is_a_link_large_enough_for_a_thumb() -> None:
    root = ElementTree.fromstring(draw(Log("Log", LINES), link_to=lambda pick: "/there"))
    [link] = [one for one in root.iter() if one.tag == "a"]
    assert (link.get("href"), link.get("aria-label")) == ("/there", PICK.words)
    assert float(next(one for one in link.iter() if one.get("class") == "shape").get("height", "")) >= 48


def test_the_chosen_line_is_framed() -> None:
    chosen = Log("Log", (LogLine("1", 0.0, "error", "here", "text", chosen=True), LINES[2]))
    frames = [
        one.get("stroke-width") for one in ElementTree.fromstring(draw(chosen)).iter() if one.get("class") == "shape"
    ]
    assert frames == ["3"]


def test_a_long_message_ends_in_an_ellipsis_and_not_in_the_margin() -> None:
    long = Log("Log", (LogLine("1", 0.0, "error", "x" * 90, "y" * 90, trace="0badcafe"),))
    cut = [text for text in texts(draw(long)) if text.endswith("…")]
    assert len(cut) == 2
    assert all(len(text) < 60 for text in cut)


def test_a_log_without_lines_says_so_and_no_log_is_a_chart() -> None:
    empty = Log("Log", (), ("Nothing was written.",))
    assert "No line." in texts(draw(empty))
    assert figure(empty) is None
