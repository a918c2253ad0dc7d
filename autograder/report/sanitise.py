"""Makes what a student's code produced safe for a browser: outputs, rendered markdown, text.

Feedback pages and formgrader print ``text/html`` outputs and rendered markdown as they stand, so nothing of
a student's reaches a notebook before it went through here.
"""

from __future__ import annotations

import base64
import binascii
import re
from typing import Any

import nh3

_CLASSES = {"code", "span", "div", "pre", "table", "th", "td", "a", "p"}
_TAGS = nh3.ALLOWED_TAGS | {"details", "summary", "figure", "figcaption", "section", "input"}
_ATTRIBUTES = {
    **nh3.ALLOWED_ATTRIBUTES,
    **{tag: nh3.ALLOWED_ATTRIBUTES.get(tag, set()) | {"class"} for tag in _CLASSES},
    **{f"h{n}": {"id"} for n in range(1, 7)},
    "a": {"class", "href", "title", "hreflang"},
    "img": {"src", "alt", "title", "width", "height"},
    "input": {"type", "checked", "disabled"},  # task lists of markdown
}
_URL_SCHEMES = {"http", "https", "mailto"}
_IMAGES = {"image/png", "image/jpeg", "image/gif"}
_ERROR_PARTS = ("ename", "evalue")


MAX_TAGS = 6000
"""Most tags of one piece of HTML: a table of 60 rows and 20 columns, as pandas shows it, has 2,600."""

MAX_REPEATED = 20_000
"""Most formatting tags times blocks: a parser opens every unclosed <b> again in each block that follows."""

_FORMATTING = re.compile(r"<(?:a|b|big|code|em|font|i|nobr|s|small|strike|strong|tt|u)[\s>/]", re.IGNORECASE)
TOO_COMPLEX = "<p>(This output is too complex to be shown.)</p>"


def clean_html(html: str) -> str:
    """HTML without scripts, styles, forms, frames, handlers and odd links. Images may only be inline data.

    What would take a parser much more time or memory than its length is not parsed at all.
    """
    tags = html.count("<")
    if tags > MAX_TAGS or len(_FORMATTING.findall(html)) * tags > MAX_REPEATED * 10:
        return TOO_COMPLEX
    # data: is allowed for images alone; the filter sees each attribute that survived the lists above
    return nh3.clean(
        html,
        tags=_TAGS,
        attributes=_ATTRIBUTES,
        url_schemes=_URL_SCHEMES | {"data", "attachment"},
        attribute_filter=_attribute,
        link_rel="noopener noreferrer",
    )


def _attribute(tag: str, name: str, value: str) -> str | None:
    if tag == "img" and name == "src":
        return value if value.startswith(tuple(f"data:{kind};base64," for kind in sorted(_IMAGES))) else None
    if name in ("href", "src", "cite") and value.strip().lower().startswith("data:"):
        return None
    if tag == "input" and name == "type":
        return value if value == "checkbox" else "checkbox"
    return value


def clean_outputs(outputs: Any) -> list[dict[str, Any]]:
    """Outputs of a code cell, rebuilt from what is known to be harmless.

    Streams, errors, plain text, cleaned HTML and images (PNG, JPEG, GIF) are kept. SVG, markdown, LaTeX,
    JavaScript, widgets and every unknown kind are dropped. An ``execute_result`` stays one, with a text, even
    when all its data were dropped: nbgrader looks for it.
    """
    return [clean for output in outputs if isinstance(output, dict) and (clean := _output(output)) is not None]


def _output(output: dict[str, Any]) -> dict[str, Any] | None:
    kind = output.get("output_type")
    if kind == "stream":
        name = "stderr" if output.get("name") == "stderr" else "stdout"
        return {"output_type": "stream", "name": name, "text": plain(output.get("text", ""))}
    if kind == "error":
        trace = output.get("traceback", [])
        lines = [plain(line) for line in trace] if isinstance(trace, (list, tuple)) else []
        return {"output_type": "error", **{k: plain(output.get(k, "")) for k in _ERROR_PARTS}, "traceback": lines}
    if kind in ("display_data", "execute_result"):
        data = _data(output.get("data"))
        if kind == "execute_result":
            data.setdefault("text/plain", "<no text>")
            return {"output_type": kind, "data": data, "metadata": {}, "execution_count": None}
        return {"output_type": kind, "data": data, "metadata": {}} if data else None
    return None


def _data(data: Any) -> dict[str, str]:
    clean: dict[str, str] = {}
    for kind, value in data.items() if isinstance(data, dict) else ():
        if kind == "text/plain":
            clean[kind] = plain(value)
        elif kind == "text/html":
            html = clean_html(plain(value)).strip()
            if html:
                clean[kind] = html
        elif kind in _IMAGES:
            image = _base64(plain(value))
            if image:
                clean[kind] = image
    return clean


def _base64(text: str) -> str:
    """The same bytes in canonical base64, or nothing: the value is put into an attribute unescaped."""
    try:
        return base64.b64encode(base64.b64decode("".join(text.split()), validate=True)).decode("ascii")
    except (binascii.Error, ValueError):
        return ""


def plain(value: Any) -> str:
    """Text of a notebook field (a string, or a list of strings) that can be written as UTF-8."""
    if isinstance(value, (list, tuple)):
        try:
            value = "".join(value)
        except TypeError:
            value = "".join(v for v in value if isinstance(v, str))
    if not isinstance(value, str):
        return ""
    # lone surrogates are legal in JSON and in Python, but no file and no database takes them
    return value.encode("utf-8", "replace").decode("utf-8")
