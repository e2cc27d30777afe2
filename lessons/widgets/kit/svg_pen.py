"""How is a shape written down? Classes for the page; colours too when the file has to stand alone. No ids, no style."""

from __future__ import annotations

from collections.abc import Callable
from html import escape

from lessons.widgets.kit.pick import Pick
from lessons.widgets.kit.roles import LIGHT_COLOURS, SVG_DASHES
from lessons.widgets.kit.scale import Floats, Scale

FONT_SIZE = 22
COARSE_ABOVE = 60  # points; a line that has more is rough anyway
CHARACTER_WIDTH = 0.56 * FONT_SIZE
LinkTo = Callable[[Pick], str]


def short(value: float) -> str:
    """A pixel with one decimal at most."""
    text = f"{value:.1f}"
    return text[:-2] if text.endswith(".0") else text


def text_width(text: str) -> float:
    """About how wide a label is."""
    return len(text) * CHARACTER_WIDTH


class Pen:
    """Collects elements. Everything is drawn in `currentColor`; a role's class (or, alone, its colour) sets it."""

    def __init__(self, *, standalone: bool, link_to: LinkTo | None = None) -> None:
        self.standalone = standalone
        self.link_to = link_to
        self.parts: list[str] = []

    def open_pick(self, pick: Pick | None) -> None:
        """Begin a part that can be chosen; a plain group where it cannot. Ends with `close_pick`."""
        if pick is None or self.link_to is None:
            self.parts.append("<g>")
            return
        sets = "&".join(f"{name}={text}" for name, text in pick.sets)
        self.parts.append(
            f'<a class="pick" href="{escape(self.link_to(pick))}" aria-label="{escape(pick.words)}"'
            f' data-sets="{escape(sets)}">'
        )

    def close_pick(self, pick: Pick | None) -> None:
        """End the part begun with `open_pick`."""
        self.close("g" if pick is None or self.link_to is None else "a")

    def open(self, tag: str, classes: str, **attributes: str | float) -> None:
        """Begin an element that holds others."""
        self.parts.append(f"<{tag}{self.attributes(classes, attributes)}>")

    def close(self, tag: str) -> None:
        """End the element begun last."""
        self.parts.append(f"</{tag}>")

    def add(self, tag: str, classes: str, **attributes: str | float) -> None:
        """One element without content."""
        self.parts.append(f"<{tag}{self.attributes(classes, attributes)}/>")

    def text(self, x: float, y: float, text: str, *, anchor: str = "start", classes: str = "label") -> None:
        """Words at a place; `anchor` is start, middle or end."""
        placed = {} if anchor == "start" else {"text-anchor": anchor}
        attributes = self.attributes(classes, {"x": x, "y": y, "fill": "currentColor", **placed})
        self.parts.append(f"<text{attributes}>{escape(text, quote=False)}</text>")

    def line(self, path: str, classes: str, *, role: str = "", width: float = 2.5) -> None:
        """A stroke without a fill, dashed by its role."""
        drawn: dict[str, str | float] = {"stroke-width": width}
        if role in SVG_DASHES:
            drawn["stroke-dasharray"] = SVG_DASHES[role]
        self.add("path", classes, d=path, fill="none", stroke="currentColor", **drawn)

    def rule(self, x1: float, y1: float, x2: float, y2: float, classes: str, *, dash: str = "") -> None:
        """A straight thin line, for axes, grids and marks."""
        dashed = {"stroke-dasharray": dash} if dash else {}
        path = f"M{short(x1)} {short(y1)}" + (f"H{short(x2)}" if y1 == y2 else f"V{short(y2)}")
        self.add("path", classes, d=path, fill="none", stroke="currentColor", **dashed)

    def attributes(self, classes: str, attributes: dict[str, str | float]) -> str:
        """Class and attributes as they stand in a tag; colours too when the drawing stands alone."""
        written = [f' class="{classes}"'] if classes else []
        if self.standalone:
            colours = [LIGHT_COLOURS[name] for name in classes.split() if name in LIGHT_COLOURS]
            written += [f' color="{colours[-1]}"'] if colours else []
        if "pale" in classes.split():
            written.append(' opacity=".4"')
        for name, value in attributes.items():
            said = short(value) if isinstance(value, float) else escape(str(value))
            written.append(f' {name.replace("_", "-")}="{said}"')
        return "".join(written)


def document(pen: Pen, *, kind: str, height: int, label: str, data: dict[str, str]) -> str:
    """The whole drawing. It is one image to assistive technology, a group where parts of it can be chosen; `data` are
    attributes for the playhead."""
    alone = (
        ' xmlns="http://www.w3.org/2000/svg" color="#14181d" font-family="system-ui, sans-serif"'
        if pen.standalone
        else ""
    )
    said = "".join(f' data-{name}="{escape(value)}"' for name, value in data.items())
    role = "group" if pen.link_to and any('class="pick"' in part for part in pen.parts) else "img"
    paper = f'<rect width="720" height="{height}" fill="#ffffff"/>' if pen.standalone else ""
    return (
        f'<svg{alone} class="figure-svg figure-svg--{kind}" viewBox="0 0 720 {height}" role="{role}"'
        f' aria-label="{escape(label)}" font-size="{FONT_SIZE}"{said}>{paper}{"".join(pen.parts)}</svg>'
    )


def path_of(x: Floats, y: Floats, across: Scale, up: Scale, *, step: bool, whole: bool = False) -> str:
    """The d attribute of a series, without repeated pixels; in whole pixels where many lines have to be small."""
    pieces: list[str] = []
    last = ("", "")
    for value_x, value_y in zip(x, y, strict=True):
        here = (
            f"{across.at(float(value_x)):.0f}" if whole else short(across.at(float(value_x))),
            f"{up.at(float(value_y)):.0f}" if whole or len(x) > COARSE_ABOVE else short(up.at(float(value_y))),
        )
        if not pieces:
            pieces.append(f"M{here[0]} {here[1]}")
        elif here != last and (here[1] == last[1]):
            pieces.append(f"H{here[0]}")
        elif here != last and step:
            pieces.append((f"H{here[0]}" if here[0] != last[0] else "") + f"V{here[1]}")
        elif here != last:
            pieces.append(f"L{here[0]} {here[1]}")
        last = here
    return "".join(pieces)


def state_marks(
    pen: Pen, *, state: str, x: float, y: float, width: float, height: float, present_only: bool = False
) -> None:
    """The signs of every state over a box: hatching, cross, question mark. Only the present one is visible.

    They are all there (in a drawing on a page) so that a playhead changes a class and nothing else; a picture that no
    playhead moves asks for the present one alone.
    """
    wanted = [state] if pen.standalone or present_only else ["degraded", "down", "unknown"]
    for mark in (name for name in wanted if name != "healthy"):
        seen = {} if mark == state else {"visibility": "hidden"}
        classes = f"mark-{mark}"
        if mark == "unknown":
            placed: dict[str, str | float] = {"x": x + width - 14, "y": y + 20, "text-anchor": "middle"}
            said = pen.attributes(classes, {**placed, "fill": "currentColor", **seen})
            pen.parts.append(f"<text{said}>?</text>")
            continue
        path = hatching(x, y, width, height) if mark == "degraded" else cross(x, y, width, height)
        pen.add("path", classes, d=path, fill="none", stroke="currentColor", opacity=".45", **seen)


def hatching(x: float, y: float, width: float, height: float, gap: float = 20) -> str:
    """Slanted lines over a box."""
    pieces = []
    offset = gap
    while offset < width + height:
        from_x, from_y = (x + offset, y) if offset <= width else (x + width, y + offset - width)
        to_x, to_y = (x, y + offset) if offset <= height else (x + offset - height, y + height)
        pieces.append(f"M{short(from_x)} {short(from_y)}L{short(to_x)} {short(to_y)}")
        offset += gap
    return "".join(pieces)


def cross(x: float, y: float, width: float, height: float) -> str:
    """Two diagonals over a box."""
    right, bottom = short(x + width), short(y + height)
    return f"M{short(x)} {short(y)}L{right} {bottom}M{right} {short(y)}L{short(x)} {bottom}"
