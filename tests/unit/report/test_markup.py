from __future__ import annotations

import pytest

from autograder.report.markup import MAX_FORMULA, code_html, formula_html, outputs_html, text_html


@pytest.mark.parametrize(
    ("source", "part"),
    [(r"\frac{1}{n}", "<mfrac>"), ("a < b", "<mo>&lt;</mo>"), (r"\mathbb{R}^d", "<mi>ℝ</mi>"), (r"\hat y", "<mover")],
)
def test_a_formula_becomes_mathml(source, part):
    assert part in formula_html(source)


@pytest.mark.parametrize("source", [r"\frac{", r"\begin{cases}", "x" * (MAX_FORMULA + 1), "{" * 1500])
def test_what_cannot_be_drawn_is_shown_as_its_source(source):
    assert formula_html(source).startswith('<code class="tex">')


@pytest.mark.parametrize("inside", ["<script>alert(1)</script>", "</math><script>", '"><img src=x onerror=y>'])
@pytest.mark.parametrize("frame", [r"$\text{%s}$", "$$%s$$", r"\begin{align}%s\end{align}", "$x %s$"])
def test_a_formula_smuggles_no_tag(frame, inside):
    page = text_html(frame % inside)
    assert "<script" not in page and "<img" not in page


@pytest.mark.parametrize("evil", ["<script>alert(1)</script>", "<img src=x onerror=y>", "[x](javascript:alert(1))"])
def test_html_in_a_text_is_sanitised(evil):
    page = text_html(f"{evil} <b>kept</b>")
    assert "<b>kept</b>" in page
    assert not [part for part in ("<script", "onerror", "href=\"javascript") if part in page]


def test_links_and_classes_of_a_formula_are_dropped():
    page = text_html(r"$\href{javascript:alert(1)}{x} \class{a}{y}$")
    assert "href=" not in page and "class=" not in page.replace('class="tex"', "")


def test_a_text_cannot_name_a_placeholder_of_a_formula():
    assert text_html("formula0x0e and $a$").count("<math") == 1


def test_many_quotes_in_quotes_are_a_text_like_any_other():
    assert text_html(">" * 3000 + " deep")


def test_a_terminals_colours_become_classes_and_its_text_is_escaped():
    (html,) = outputs_html([{"output_type": "stream", "name": "stdout", "text": "\x1b[31m<b>\x1b[0m"}])
    assert "ansi-red-fg" in html and "&lt;b&gt;" in html


def test_an_error_in_short_is_its_last_line():
    error = {"output_type": "error", "ename": "ValueError", "evalue": "no", "traceback": ["secret line"]}
    assert "secret" not in outputs_html([error], "last line")[0]
    assert "secret" in outputs_html([error])[0]


def test_code_is_escaped():
    assert "<script>" not in code_html("x = '<script>'")
