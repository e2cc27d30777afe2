"""How does lesson.md become typed blocks? Loudly: whatever is wrong names file and line."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path
from typing import Any

import markdown
from django.utils.html import strip_tags

from courses.blocks import AskedHere, Block, Callout, CourseError, Experiment, Lesson, Picture, Prose, Section
from lessons.simulator.engine.params import params
from lessons.widgets.registry import UnknownWidget, widget
from quizzes.bank import bank
from widgets.drawing import draw, presets_of
from widgets.inline import DIRECTIVE, InlineError, expand
from widgets.reference import misconceptions, sources

FENCE = "+++"
OPENING = re.compile(r"^:::([a-z]+)(?:\s+(.*\S))?\s*$")
BARE_COLUMN = re.compile(r"^\|\s*\|")  # to a screen reader, a column without a name is a riddle
HEADING_LINK = re.compile(r'<a class="anchor" href="(#[^"]+)"[^>]*>#</a>')
FRONT = ("title", "slug", "decision", "minutes", "prerequisites", "objectives", "sources", "updated")
CALLOUTS = ("misconception", "vendor", "try", "example", "table")


def read_lesson(path: Path, required: tuple[str, ...] = FRONT) -> Lesson:
    """The lesson in a file. Raises CourseError."""
    lines = path.read_text(encoding="utf-8").splitlines()
    front, body_at = front_matter(path, lines, required)
    blocks = tuple(_blocks(path, lines, body_at))
    _unique_anchors(path, blocks)
    for key in front.get("sources", []):
        if key not in sources():
            raise CourseError(path, 1, f"no source {key!r}")
    return Lesson(
        slug=front.get("slug", ""),
        title=front["title"],
        decision=front.get("decision", ""),
        minutes=front.get("minutes", 0),
        prerequisites=tuple(front.get("prerequisites", ())),
        objectives=tuple(front.get("objectives", ())),
        sources=tuple(front.get("sources", ())),
        updated=front["updated"],
        blocks=blocks,
        path=path,
    )


def front_matter(path: Path, lines: list[str], required: tuple[str, ...]) -> tuple[dict[str, Any], int]:
    """The TOML between the first two fences, and the index of the line after it. Raises CourseError."""
    if not lines or lines[0].strip() != FENCE or FENCE not in [line.strip() for line in lines[1:]]:
        raise CourseError(path, 1, f"no front matter between two lines {FENCE}")
    ends = next(number for number, line in enumerate(lines[1:], 1) if line.strip() == FENCE)
    try:
        front = tomllib.loads("\n".join(lines[1:ends]))
    except tomllib.TOMLDecodeError as error:
        raise CourseError(path, 1 + _line_said_by(error), f"front matter: {error}") from None
    for key in required:
        if key not in front:
            raise CourseError(path, 1, f"front matter: {key} is missing")
    return front, ends + 1


def _blocks(path: Path, lines: list[str], at: int) -> list[Block]:
    blocks: list[Block] = []
    prose: list[str] = []
    prose_at = at
    while at < len(lines):
        opening = OPENING.match(lines[at])
        if lines[at].startswith(":::") and not opening:
            raise CourseError(path, at + 1, f"{lines[at]!r} opens no directive")
        if not opening:
            prose.append(lines[at])
            at += 1
            continue
        if "".join(prose).strip():
            blocks.append(_prose(path, prose_at + 1, "\n".join(prose)))
        ends = next((n for n in range(at + 1, len(lines)) if lines[n].strip() == ":::"), None)
        if ends is None:
            raise CourseError(path, at + 1, f":::{opening.group(1)} is never closed")
        blocks.append(
            _directive(path, at + 1, opening.group(1), opening.group(2) or "", "\n".join(lines[at + 1 : ends]))
        )
        prose, at = [], ends + 1
        prose_at = at
    if "".join(prose).strip():
        blocks.append(_prose(path, prose_at + 1, "\n".join(prose)))
    return blocks


def _directive(path: Path, line: int, name: str, argument: str, body: str) -> Block:
    if name == "experiment":
        return experiment_of(path, line, argument, _table(path, line, body), body)
    if name == "question":
        if argument not in bank().questions:
            raise CourseError(path, line, f"no question {argument!r} in any quiz.toml")
        return AskedHere(argument)
    if name == "figure":
        return _picture(path, line, argument, _table(path, line, body))
    if name in CALLOUTS:
        return _callout(path, line, name, argument, body)
    raise CourseError(path, line, f"no directive {name!r} (known: experiment, question, figure, {', '.join(CALLOUTS)})")


def _table(path: Path, line: int, body: str) -> dict[str, Any]:
    try:
        return tomllib.loads(body)
    except tomllib.TOMLDecodeError as error:
        raise CourseError(path, line + _line_said_by(error), str(error)) from None


def _line_said_by(error: tomllib.TOMLDecodeError) -> int:
    found = re.search(r"at line (\d+)", str(error))
    return int(found.group(1)) if found else 0  # a fault at the very end has no line: the opening one is named


def experiment_of(path: Path, line: int, slug: str, table: dict[str, Any], body: str) -> Experiment:
    """The experiment that a table describes; `body` is its text, the line after `line`. Raises CourseError."""
    try:
        made = widget(slug)
    except UnknownWidget as error:
        raise CourseError(path, line, str(error)) from None
    for key in ("id", "preset", "question", "caption"):
        if key not in table:
            raise CourseError(path, line, f"experiment: {key} is missing")
    if table["preset"] not in presets_of(made.lens):
        raise CourseError(path, line, f"no preset {table['preset']!r} (known: {', '.join(presets_of(made.lens))})")
    prediction = table.get("prediction", "")
    if prediction and prediction not in bank().predictions:
        raise CourseError(path, line, f"no prediction {prediction!r} in any quiz.toml")
    known = params(made.scenario)
    texts = {k: known[k].write(v) if k in known else str(v) for k, v in table.get("set", {}).items()}
    drawing = draw(made, {"preset": table["preset"], **texts})
    if drawing.problems:
        raise CourseError(path, line, f"experiment: {drawing.problems[0]}")
    expanded(path, line + 1, body)
    return Experiment(table["id"], slug, table["preset"], texts, table["question"], table["caption"], prediction)


def _picture(path: Path, line: int, name: str, table: dict[str, Any]) -> Picture:
    file = path.parent / name
    if not file.is_file():
        raise CourseError(path, line, f"no picture {name!r} beside the lesson")
    for key in ("id", "caption", "alt"):
        if key not in table:
            raise CourseError(path, line, f"figure: {key} is missing")
    return Picture(table["id"], file.read_text(encoding="utf-8"), table["caption"], table["alt"])


def _callout(path: Path, line: int, name: str, argument: str, body: str) -> Callout:
    title = argument
    if name == "misconception":
        if argument not in misconceptions():
            raise CourseError(path, line, f"no misconception {argument!r}")
        title = f"“{misconceptions()[argument].claim}”"
    html = _html(expanded(path, line + 1, body))[0]
    return Callout(name, title, html, strip_tags(html), misconception=argument if name == "misconception" else "")


def prose_html(path: Path, line: int, text: str) -> str:
    """Markdown with directives in its lines, as HTML; `line` is where it begins in the file. Raises CourseError."""
    return _html(expanded(path, line, text))[0]


def _prose(path: Path, line: int, text: str) -> Prose:
    html, sections = _html(expanded(path, line, text))
    return Prose(html, strip_tags(html), sections)


def expanded(path: Path, line: int, text: str) -> str:
    """The text with its directives replaced; `line` is where it begins in the file. Raises CourseError."""
    for offset, row in enumerate(text.splitlines()):
        if BARE_COLUMN.match(row):
            raise CourseError(path, line + offset, "a column of this table has no heading")
    try:
        return expand(text)
    except InlineError as error:
        raise CourseError(path, line + _lines_before_fault(text), str(error)) from None


def _lines_before_fault(text: str) -> int:
    for found in DIRECTIVE.finditer(text):
        try:
            expand(found.group())
        except InlineError:
            return text.count("\n", 0, found.start())
    return 0


def _html(text: str) -> tuple[str, tuple[Section, ...]]:
    renderer = markdown.Markdown(
        extensions=["tables", "sane_lists", "toc"],
        extension_configs={
            "toc": {"permalink": "#", "permalink_class": "anchor", "permalink_title": "Link to this section"}
        },
    )
    html = renderer.convert(text)
    html = HEADING_LINK.sub(r'<copy-link href="\1">\g<0></copy-link>', html)
    html = html.replace("<table>", '<div class="scroll" tabindex="0" role="group" aria-label="Table"><table>')
    html = html.replace("</table>", "</table></div>")
    return html, tuple(_sections(getattr(renderer, "toc_tokens", [])))


def _sections(tokens: list[dict[str, Any]]) -> list[Section]:
    found = []
    for token in tokens:
        found.append(Section(token["id"], token["name"], token["level"]))
        found += _sections(token["children"])
    return found


def _unique_anchors(path: Path, blocks: tuple[Block, ...]) -> None:
    seen: set[str] = set()
    for block in blocks:
        anchors = [s.anchor for s in block.sections] if isinstance(block, Prose) else [getattr(block, "anchor", "")]
        for anchor in filter(None, anchors):
            if anchor in seen:
                raise CourseError(path, 1, f"the anchor {anchor!r} is used twice")
            seen.add(anchor)
