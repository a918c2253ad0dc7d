"""The last touch on an autograded notebook, once nbgrader has saved the grades."""

from __future__ import annotations

import html
import re
from typing import Any

import nbformat
from nbconvert.filters.markdown_mistune import MarkdownWithMath
from nbgrader.api import Gradebook
from nbgrader.preprocessors import NbGraderPreprocessor

from autograder.nbgrader_bridge import state

_TAG = re.compile(r"<(?=[A-Za-z/!?])")
_MARKDOWN_SPECIAL = re.compile(r"([\\`*_{}\[\]()#+\-.!|$~])")
_SCHEME = re.compile(r"([^/?#:\\]*):")
_PLACES = ("http", "https", "mailto", "attachment")


class AfterGrades(NbGraderPreprocessor):
    """Asks staff to look where a result was not clean, tells the student what was odd, disarms text cells.

    Not earlier: nbgrader compares the text of answers with their released checksums when it saves grades.
    """

    def preprocess(self, nb: Any, resources: Any) -> tuple[Any, Any]:
        about = nb.metadata.get(state.KEY, {})
        self._flag(about.get("flagged", ()), resources["nbgrader"])
        for cell in nb.cells:
            if cell.cell_type != "code" and not _is_ours(cell):
                cell.source = disarm(cell.source)
        notes = [_with_cell(n["text"], n.get("where", "")) for n in about.get("notes", ())]
        if notes:
            nb.cells.insert(0, _notes_cell(notes, {c.get("id") for c in nb.cells}))
        state.mark_graded(nb)
        return nb, resources

    def _flag(self, questions: Any, who: Any) -> None:
        if not questions:
            return
        with Gradebook(who["db_url"]) as gb:
            for name in questions:
                grade = gb.find_grade(name, who["notebook"], who["assignment"], who["student"])
                grade.needs_manual_grade = True
            gb.db.commit()


def disarm(source: str) -> str:
    """Text of a student's cell without HTML and links that a browser would obey.

    Where nbconvert's own parser sees raw HTML, each ``<`` that could begin a tag is escaped, and where it sees a
    link that is none to a place (``javascript:``), each bracket too; other texts, with ``a <b`` in code or
    mathematics, stay as they are.
    """
    if _has_harmful_link(source):
        return source.replace("<", "&lt;").replace("[", "&#91;")
    return _TAG.sub("&lt;", source) if _has_html(source) else source


def _has_harmful_link(source: str) -> bool:
    if "[" not in source and "<" not in source:
        return False
    tokens, _ = MarkdownWithMath(renderer=None).parse(source)
    return any(map(_is_harmful, tokens))


def _is_harmful(token: Any) -> bool:
    """Whether a link or picture, or one inside of it, has a scheme that is no place to go to."""
    url = html.unescape(str(token.get("attrs", {}).get("url", "")))
    scheme = _SCHEME.match("".join(c for c in url if c.isprintable() and not c.isspace()))
    if scheme and scheme[1].lower() not in _PLACES:
        return True
    return any(map(_is_harmful, token.get("children", ())))


def _has_html(source: str) -> bool:
    if not _TAG.search(source):
        return False
    tokens, _ = MarkdownWithMath(renderer=None).parse(source)
    return any(_is_html(token) for token in tokens)


def _is_html(token: Any) -> bool:
    return token["type"] in ("block_html", "inline_html") or any(map(_is_html, token.get("children", ())))


def _is_ours(cell: Any) -> bool:
    """Whether the text comes from the course: locked cells were restored."""
    meta = cell.metadata.get("nbgrader", {})
    return bool(meta.get("locked")) and not meta.get("solution")


def _with_cell(text: str, where: str) -> str:
    """The sentence of a note, which also says which cell it is about."""
    return f"{text} (cell {where})" if where and where not in text else text


def _notes_cell(notes: list[str], taken: set[str]) -> Any:
    text = "**About this submission**\n\n" + "\n".join(f"* {_as_markdown(n)}" for n in notes)
    cell_id = "autograder-notes"
    while cell_id in taken:
        cell_id += "-"
    return nbformat.v4.new_markdown_cell(text, id=cell_id)


def _as_markdown(text: str) -> str:
    """A sentence that markdown shows as it is."""
    return _MARKDOWN_SPECIAL.sub(r"\\\1", html.escape(" ".join(text.split()), quote=False))
