"""How nbgrader's feedback pages and formgrader turn markdown into HTML: nbconvert's way, then cleaned."""

from __future__ import annotations

from typing import Any

import jinja2
from nbconvert.filters.markdown_mistune import IPythonRenderer, MarkdownWithMath

from autograder.report.sanitise import clean_html


@jinja2.pass_context
def markdown2html(context: Any, source: str) -> str:
    """nbconvert's filter of the same name, whose result may hold whatever a student wrote."""
    cell = context.get("cell", {})
    renderer = IPythonRenderer(escape=False, attachments=cell.get("attachments", {}))
    return clean_html(MarkdownWithMath(renderer=renderer).render(source))
