"""Pages as people open them: one template environment, one style sheet inlined, nothing fetched from anywhere.

Every page forbids scripts and requests by its own Content-Security-Policy: what a sanitiser might miss does not run.
"""

from __future__ import annotations

import functools
import math
from importlib import resources
from typing import Any

import jinja2
from markupsafe import Markup


def render(template: str, **values: Any) -> str:
    """A page from one of the templates beside this module; text is escaped unless it is :class:`Markup`."""
    return environment("autograder.report").get_template(template).render(css=Markup(css()), **values)


def number(value: float | None) -> str:
    """A score as people write it: 2, 1.5, 0.33; a dash where there is none."""
    if value is None or not math.isfinite(value):
        return "–"
    text = f"{value:.2f}".rstrip("0").rstrip(".")
    return "0" if text == "-0" else text


def percent(value: float | None) -> str:
    """A share in [0, 1] in whole percent; a dash where there is none."""
    return "–" if value is None or not math.isfinite(value) else f"{100 * value:.0f} %"


def signed(value: float | None) -> str:
    """A correlation with its sign and two digits; a dash where there is none."""
    if value is None or not math.isfinite(value):
        return "–"
    return "0.00" if abs(value) < 0.005 else f"{value:+.2f}".replace("-", "−")


@functools.cache
def environment(*packages: str) -> jinja2.Environment:
    """Templates of these packages, the first one's first; text is escaped, a slip in a name fails."""
    found = jinja2.Environment(
        loader=jinja2.ChoiceLoader([jinja2.PackageLoader(package) for package in packages]),
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
        undefined=jinja2.StrictUndefined,
    )
    found.filters.update(number=number, percent=percent, signed=signed)
    return found


@functools.cache
def css() -> str:
    """The style sheet of every page."""
    return (resources.files("autograder.report") / "templates" / "page.css").read_text(encoding="utf-8")
