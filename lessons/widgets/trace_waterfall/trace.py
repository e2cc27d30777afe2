"""Which spans does a request have, and for which of them does it wait at each moment?"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

Stretch = tuple[float, float]
TOUCHES_MS = 1e-9  # ends that are so near are one moment


@dataclass(frozen=True)
class TraceSpan:
    """One span. `parent` is the id of the span that called it ("" for the root), `group` what would be mended.

    `pieces` are the stretches of a span that was done several times, one after another; else it is in one piece.
    """

    id: str
    parent: str
    group: str
    name: str
    region: str
    starts_ms: float
    ends_ms: float
    pieces: tuple[Stretch, ...] = ()

    @property
    def lasts_ms(self) -> float:
        """From the first moment to the last."""
        return self.ends_ms - self.starts_ms


def critical_path(spans: Sequence[TraceSpan]) -> dict[str, tuple[Stretch, ...]]:
    """For each span the stretches in which the root waits for it and for nothing inside it, in the order of time.

    Backwards from the end: the child that ended last was waited for, until its start; then the one that ended last
    before that. What goes on after its parent has ended was waited for by nobody. The stretches of all spans together
    cover the root once. Raises ValueError unless there is exactly one root.
    """
    roots = [one for one in spans if not one.parent]
    if len(roots) != 1:
        raise ValueError(f"a trace has one root, not {len(roots)}")
    children: dict[str, list[TraceSpan]] = {}
    for one in spans:
        children.setdefault(one.parent, []).append(one)
    found: dict[str, list[Stretch]] = {one.id: [] for one in spans}
    waiting = [(roots[0], roots[0].ends_ms)]
    while waiting:
        span, at_ms = waiting.pop()
        for child in sorted(children.get(span.id, []), key=lambda one: one.ends_ms, reverse=True):
            if child.ends_ms > at_ms + TOUCHES_MS or child.starts_ms < span.starts_ms - TOUCHES_MS:
                continue
            if at_ms > child.ends_ms:
                found[span.id].append((child.ends_ms, at_ms))
            waiting.append((child, child.ends_ms))
            at_ms = child.starts_ms
        if at_ms > span.starts_ms:
            found[span.id].append((span.starts_ms, at_ms))
    return {name: tuple(sorted(stretches)) for name, stretches in found.items()}


def waited_ms(stretches: Sequence[Stretch]) -> float:
    """How long all of them are together."""
    return sum(ends - starts for starts, ends in stretches)
