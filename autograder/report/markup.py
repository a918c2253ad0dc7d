"""Cells of a notebook as HTML that needs no script and fetches nothing: text with formulas, code, outputs.

Formulas become MathML, which browsers draw by themselves. All that a student wrote is sanitised; MathML is rebuilt
from the elements and attributes that are known to be harmless, and put in after the sanitiser has run.
"""

from __future__ import annotations

import builtins
import functools
import html
import re
import secrets
import xml.etree.ElementTree as ET
from typing import Any

from latex2mathml.converter import convert_to_element
from markupsafe import Markup
from nbconvert.filters.ansi import ansi2html
from nbconvert.filters.markdown_mistune import IPythonRenderer, MarkdownWithMath
from pygments import highlight
from pygments.formatters import HtmlFormatter
from pygments.lexers import PythonLexer

from autograder.report.sanitise import clean_html, clean_outputs, plain

MAX_FORMULA = 2000
"""Characters of a formula that is drawn; a longer one is shown as its source."""

MAX_FORMULAS = 500
"""Formulas of one text that are drawn."""

MAX_KEPT = 10_000
"""Characters of a cell whose colours are remembered."""

MAX_TEXT = 200_000
"""Characters of a text or of a cell's code that are rendered."""

_MATHML = {
    *"math mrow mi mn mo ms mtext mspace mfrac msqrt mroot mstyle mpadded mphantom menclose msub msup".split(),
    *"msubsup munder mover munderover mmultiscripts mprescripts none mtable mtr mtd mlabeledtr".split(),
}
_ATTRIBUTES = {
    *"display displaystyle mathvariant stretchy fence form separator lspace rspace accent accentunder".split(),
    *"movablelimits largeop symmetric minsize maxsize linethickness width height depth columnalign rowalign".split(),
    *"columnspacing rowspacing columnlines rowlines notation scriptlevel".split(),
}
_VALUE = re.compile(r"[\w .%#+-]{0,60}")
_IMAGE = {"image/png": "png", "image/jpeg": "jpeg", "image/gif": "gif"}


def text_html(source: str, attachments: dict[str, dict[str, str]] | None = None) -> Markup:
    """A markdown text as HTML, sanitised, its formulas as MathML."""
    if len(source) > MAX_TEXT:
        return code_block(source[:MAX_TEXT])
    renderer = _Renderer(escape=False, attachments=attachments or {}, exclude_anchor_links=True)
    try:
        rendered = MarkdownWithMath(renderer=renderer).render(source)
    except RecursionError:  # quotes in quotes in quotes
        return code_block(source)
    clean = clean_html(rendered)
    return Markup(renderer.put_back(clean))


class _Renderer(IPythonRenderer):
    """nbconvert's renderer, with a place-holder for each formula that nobody can guess."""

    def __init__(self, **options: Any):
        super().__init__(**options)
        self._mark = f"formula{secrets.token_hex(8)}x"
        self._formulas: list[str] = []

    def block_math(self, body: str) -> str:
        return self._keep(body, display=True)

    def inline_math(self, body: str) -> str:
        return self._keep(body, display=False)

    def latex_environment(self, name: str, body: str) -> str:
        whole = f"\\begin{{{name}}}{body}\\end{{{name}}}"
        inner = body if name.rstrip("*") in ("equation", "math", "displaymath") else whole
        return self._keep(inner, display=True)

    def _keep(self, body: str, display: bool) -> str:
        formula = formula_html(body, display) if len(self._formulas) < MAX_FORMULAS else _source(body, display)
        self._formulas.append(formula)
        return f"{self._mark}{len(self._formulas) - 1}e"

    def put_back(self, text: str) -> str:
        return re.sub(f"{self._mark}([0-9]+)e", lambda found: self._formulas[int(found[1])], text)


@functools.lru_cache(4096)
def formula_html(source: str, display: bool = False) -> str:
    """A LaTeX formula as MathML; its source where it cannot be drawn."""
    if len(source) > MAX_FORMULA:
        return _source(source, display)
    try:
        element = convert_to_element(" ".join(source.split()), display="block" if display else "inline")
        return ET.tostring(_rebuilt(element, source), encoding="unicode")
    except Exception:  # noqa: BLE001 - the library raises a dozen kinds on what is no LaTeX, IndexError among them
        return _source(source, display)


def _rebuilt(element: ET.Element, source: str = "") -> ET.Element:
    """The same tree of known elements with known attributes; an unknown element raises ValueError."""
    if element.tag not in _MATHML:
        raise ValueError(element.tag)
    known = {k: v for k, v in element.attrib.items() if k in _ATTRIBUTES and _VALUE.fullmatch(v)}
    clean = ET.Element(element.tag, known)
    # the library writes characters as references (&#x0003D;) in text that ElementTree escapes once more
    clean.text = html.unescape(element.text) if element.text else None
    if source:
        clean.set("alttext", " ".join(source.split()))
    for child in element:
        clean.append(_rebuilt(child))
    return clean


def _source(body: str, display: bool) -> str:
    tag = "pre" if display else "code"
    return f'<{tag} class="tex">{html.escape(body.strip())}</{tag}>'


def code_html(source: str) -> Markup:
    """Python code with its colours, in a ``pre``."""
    if len(source) > MAX_TEXT:
        source = source[:MAX_TEXT] + "\n# ... (the rest is not shown)"
    return _coloured(source) if len(source) <= MAX_KEPT else _coloured.__wrapped__(source)


# tests and locked cells are the same on every student's page, and colours take most of a page's time
@functools.lru_cache(2048)
def _coloured(source: str) -> Markup:
    return Markup(f"<pre><code>{highlight(source, PythonLexer(stripnl=False), _PLAIN).rstrip()}</code></pre>")


_PLAIN = HtmlFormatter(nowrap=True)


def code_block(text: str) -> Markup:
    """Any text as it stands, in a ``pre``."""
    return Markup("<pre>{}</pre>").format(text)


def outputs_html(outputs: Any, errors: str = "all") -> list[Markup]:
    """Outputs of a code cell as HTML, sanitised.

    Parameters
    ----------
    outputs : list of dict
        nbformat outputs; whatever is in them.
    errors : {"all", "last line", "name"}
        What to show of an error. A traceback may quote hidden tests. A message may quote what they compare, and what is
        printed what they call with: "name" is the kind of an error, and nothing else of the outputs.
    """
    cleaned = clean_outputs(outputs)
    if errors == "name":
        return [_kind_of_error(output["ename"]) for output in cleaned if output["output_type"] == "error"]
    return [_output_html(output, errors == "last line") for output in cleaned]


def _kind_of_error(name: str) -> Markup:
    """A built-in name or none: the name of a student's own class can be made of what it was called with."""
    known = isinstance(getattr(builtins, name, None), type)
    return _terminal(f"{name if known else 'An exception'}: the tests of this cell are hidden.", "output error")


def _output_html(output: dict[str, Any], in_short: bool) -> Markup:
    kind = output["output_type"]
    if kind == "stream":
        return _terminal(output["text"], "output error" if output["name"] == "stderr" else "output")
    if kind == "error":
        last = f"{output['ename']}: {output['evalue']}"
        return _terminal(last if in_short else "\n".join(output["traceback"]) or last, "output error")
    data = output["data"]
    for mime in _IMAGE:
        if mime in data:
            return Markup('<figure class="output-image"><img alt="{}" src="data:{};base64,{}"></figure>').format(
                "Figure of this cell", mime, data[mime]
            )
    if "text/html" in data:
        return Markup('<div class="output-html">{}</div>').format(Markup(clean_html(data["text/html"])))
    return _terminal(data.get("text/plain", ""), "output")


def _terminal(text: str, css: str) -> Markup:
    """Text that may hold a terminal's colours; the filter escapes it."""
    return Markup(f'<pre class="{css}">{ansi2html(plain(text)[:MAX_TEXT])}</pre>')
