"""Figures of the reports as SVG inside the page: they follow its colours, print sharply and have a text alternative."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from markupsafe import Markup, escape

WIDTH, HEIGHT = 560, 220
_LEFT, _BOTTOM, _TOP, _RIGHT = 44, 36, 12, 10


@dataclass(frozen=True)
class Point:
    """A dot of a scatter plot; ``name`` is shown when the pointer rests on it."""

    x: float
    y: float
    name: str
    marked: bool = False


def histogram(scores: Sequence[float], maximum: float, caption: str, bins: int = 24) -> Markup:
    """Score histogram over [0, maximum]; its text alternative lists the counts.

    Parameters
    ----------
    scores : sequence of float
        What is not finite is left out.
    maximum : float
        Full marks; scores above it are counted in the last bin.
    """
    known = [min(max(s, 0.0), maximum) for s in scores if math.isfinite(s)]
    if not known or maximum <= 0:
        return Markup('<p class="soft">{}: no scores yet.</p>').format(caption)
    step = _step(maximum, bins)
    bins = math.ceil(maximum / step - 1e-9)
    end = bins * step
    counts = [0] * bins
    for s in known:
        counts[min(int(s / step), bins - 1)] += 1
    top = max(counts)
    width, height = WIDTH - _LEFT - _RIGHT, HEIGHT - _TOP - _BOTTOM
    parts = [_frame()]
    for i, count in enumerate(counts):
        tall = height * count / top
        at = _LEFT + width * i / bins
        low, high = step * i, step * (i + 1)
        parts.append(
            f'<rect class="bars" x="{at + 1:.1f}" y="{_TOP + height - tall:.1f}" width="{width / bins - 2:.1f}" '
            f'height="{tall:.1f}"><title>{low:g} to {high:g} points: {count}</title></rect>'
        )
    mean = sum(known) / len(known)
    x = _LEFT + width * mean / end
    parts.append(f'<line class="mean" x1="{x:.1f}" x2="{x:.1f}" y1="{_TOP}" y2="{_TOP + height}" stroke-width="2"/>')
    every = max(1, math.ceil(bins / 8))
    parts += [_tick_x(step * i, end) for i in range(0, bins + 1, every)]
    rise = max(1, round(_step(top, 5)))
    parts += [_label(_LEFT - 6, _TOP + height - height * n / top + 4, str(n), "end") for n in range(0, top + 1, rise)]
    told = ", ".join(f"{step * i:g}–{step * (i + 1):g}: {c}" for i, c in enumerate(counts) if c)
    return _figure(parts, caption, f"{len(known)} scores, mean {mean:.1f} (the line). By points: {told}.")


def _step(maximum: float, bins: int) -> float:
    """Width of a bar: 1, 2 or 5 times a power of ten, so that there are at most ``bins`` of them."""
    step = 10.0 ** math.floor(math.log10(maximum / bins))
    while True:
        for factor in (1, 2, 5):
            if maximum / (step * factor) <= bins:
                return step * factor
        step *= 10


def scatter(points: Sequence[Point], caption: str, x_title: str, y_title: str) -> Markup:
    """Dots with x in [0, 1] and y in [-1, 1]; a dashed line at y = 0."""
    known = [p for p in points if math.isfinite(p.x) and math.isfinite(p.y)]
    if not known:
        return Markup('<p class="soft">{}: too few results.</p>').format(caption)
    width, height = WIDTH - _LEFT - _RIGHT, HEIGHT - _TOP - _BOTTOM
    parts = [_frame()]

    def up(y: float) -> float:
        return _TOP + height * (1 - (y + 1) / 2)

    zero, right = f"{up(0):.1f}", WIDTH - _RIGHT
    parts.append(f'<line class="axis" x1="{_LEFT}" x2="{right}" y1="{zero}" y2="{zero}" stroke-dasharray="4"/>')
    for p in known:
        kind = 'fill="none" class="mean" stroke-width="2"' if p.marked else 'class="bars"'
        parts.append(
            f'<circle {kind} cx="{_LEFT + width * p.x:.1f}" cy="{up(p.y):.1f}" r="5" fill-opacity=".75">'
            f"<title>{escape(p.name)}: {p.x:.0%}, {p.y:+.2f}</title></circle>"
        )
    parts += [_tick_x(i / 4, 1.0, f"{25 * i} %") for i in range(5)]
    parts += [_label(_LEFT - 6, up(y) + 4, f"{y:+.1f}" if y else "0", "end") for y in (-1, -0.5, 0, 0.5, 1)]
    marked = [p.name for p in known if p.marked]
    told = f"{len(known)} tests; {x_title} from left to right, {y_title} upwards."
    if marked:
        told += f" Rings: {', '.join(marked[:20])}."
    return _figure(parts, caption, told)


def _frame() -> str:
    bottom = HEIGHT - _BOTTOM
    return (
        f'<line class="axis" x1="{_LEFT}" x2="{WIDTH - _RIGHT}" y1="{bottom}" y2="{bottom}"/>'
        f'<line class="axis" x1="{_LEFT}" x2="{_LEFT}" y1="{_TOP}" y2="{bottom}"/>'
    )


def _tick_x(value: float, maximum: float, text: str = "") -> str:
    x = _LEFT + (WIDTH - _LEFT - _RIGHT) * value / maximum
    anchor = "end" if value == maximum else "middle"
    return _label(x, HEIGHT - _BOTTOM + 18, text or f"{value:g}", anchor)


def _label(x: float, y: float, text: str, anchor: str) -> str:
    return f'<text class="label" x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}">{escape(text)}</text>'


def _figure(parts: Sequence[str], caption: str, told: str) -> Markup:
    svg = Markup(
        '<svg role="img" viewBox="0 0 {} {}" width="{}" xmlns="http://www.w3.org/2000/svg" aria-label="{}">{}</svg>'
    ).format(WIDTH, HEIGHT, WIDTH, f"{caption}. {told}", Markup("".join(parts)))
    return Markup('<figure class="chart">{}<figcaption>{}. {}</figcaption></figure>').format(svg, caption, told)
