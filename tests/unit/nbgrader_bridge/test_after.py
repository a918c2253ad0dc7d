"""Text cells of students are disarmed where, and only where, they hold HTML."""

from __future__ import annotations

import pytest
from nbconvert.filters.markdown_mistune import IPythonRenderer, MarkdownWithMath

from autograder.nbgrader_bridge.after import _as_markdown, _with_cell, disarm
from autograder.nbgrader_bridge.pages import markdown2html


def render(source):
    return MarkdownWithMath(renderer=IPythonRenderer(escape=False)).render(source)


@pytest.mark.parametrize(
    "source",
    [
        "<script>alert(1)</script>",
        "text <img src=x onerror=alert(1)> text",
        "* item\n\n  <script>alert(1)</script>",
        "> <svg onload=alert(1)>",
        "| a |\n|---|\n| <img src=x onerror=alert(1)> |",
        "**<script>alert(1)</script>**",
        "[<script>alert(1)</script>](x)",
        "`code` then <b onclick=alert(1)>x</b> `more`",
        "```\nfence\n```\n<script>alert(1)</script>",
        "    indented\n\n<script>alert(1)</script>",
        "<!-- a --><script>alert(1)</script>",
        "<SCRIPT\n>alert(1)</SCRIPT>",
        "$$ x $$ <script>alert(1)</script>",
    ],
)
def test_no_tag_of_a_student_survives(source):
    html = render(disarm(source)).lower()
    assert "<script" not in html
    assert "<img" not in html
    assert "<svg" not in html
    assert "<b " not in html


@pytest.mark.parametrize(
    "source",
    ["plain", "`a <b`", "```python\nif a <b: print('<x>')\n```", "for $a <b$ we have", "a < b and c > d", "1 <2"],
)
def test_a_text_without_html_stays_as_it_is(source):
    assert disarm(source) == source


def test_a_note_names_its_cell_once():
    assert _with_cell("A cell broke.", "q2") == "A cell broke. (cell q2)"
    assert _with_cell("The cell q2 had been deleted.", "q2") == "The cell q2 had been deleted."
    assert _with_cell("The notebook was late.", "") == "The notebook was late."


def test_pages_disarm_links_too():
    html = markdown2html({}, "[x](javascript:alert(1)) [y](https://numpy.org) <script>alert(1)</script>")
    assert "javascript" not in html
    assert "<script" not in html
    assert 'href="https://numpy.org"' in html


def test_pages_keep_code_mathematics_and_pasted_pictures():
    pixel = "iVBORw0KGgo="
    context = {"cell": {"attachments": {"p.png": {"image/png": pixel}}}}
    html = markdown2html(context, "`a <b` $a < b$\n\n![p](attachment:p.png)\n\n```python\nx = 1\n```")
    assert "a &lt;b" in html
    assert "$a &lt; b$" in html
    assert f"data:image/png;base64,{pixel}" in html
    assert "highlight" in html


def test_a_note_is_shown_as_it_is_written():
    html = render("* " + _as_markdown("n (1)_x_.ipynb *was* <b> [not](x) `read`"))
    assert "n (1)_x_.ipynb *was* &lt;b&gt; [not](x) `read`" in html
