"""Nothing of a student's that a browser would obey gets through."""

from __future__ import annotations

import json

import pytest

from autograder.report.sanitise import TOO_COMPLEX, clean_html, clean_outputs, plain

PIXEL = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNkYPhfDwAChwGA60e6kgAAAABJRU5ErkJggg=="


@pytest.mark.parametrize(
    "html",
    [
        "<script>alert(1)</script>",
        "<img src=x onerror=alert(1)>",
        "<svg onload=alert(1)><script>alert(1)</script></svg>",
        "<a href='javascript:alert(1)'>x</a>",
        "<a href=' java\nscript:alert(1)'>x</a>",
        "<a href='data:text/html;base64,PHNjcmlwdD4='>x</a>",
        "<img src='data:image/svg+xml;base64,PHN2Zz4='>",
        "<img src='http://evil/pixel.png'>",
        "<iframe src='http://evil'></iframe>",
        "<form action='http://evil'><input type=password name=p></form>",
        "<style>@import 'http://evil'</style>",
        "<p style='background:url(http://evil)'>x</p>",
        "<meta http-equiv=refresh content='0;url=http://evil'>",
        "<math><mtext><table><mglyph><style><img src=x onerror=alert(1)>",
    ],
)
def test_dangerous_html_is_disarmed(html):
    clean = clean_html(html).lower()
    for bad in ("<script", "onerror", "onload", "javascript:", "evil", "data:text", "svg", "<form", "password"):
        assert bad not in clean


def test_tables_pictures_and_links_stay():
    html = (
        f'<table class="dataframe"><tr><td>1</td></tr></table><img src="data:image/png;base64,{PIXEL}">'
        '<a href="https://numpy.org">n</a><h2 id="t">t</h2>'
    )
    clean = clean_html(html)
    for good in ("<table", "<td>1</td>", PIXEL, 'href="https://numpy.org"', '<h2 id="t">'):
        assert good in clean


@pytest.mark.parametrize(
    "kind",
    ["image/svg+xml", "text/markdown", "text/latex", "application/javascript", "application/json", "text/vnd.mermaid"],
)
def test_kinds_that_a_page_would_render_or_run_are_dropped(kind):
    assert clean_outputs([{"output_type": "display_data", "data": {kind: "<b>x</b>"}, "metadata": {}}]) == []


@pytest.mark.parametrize("kind", ["display_data", "execute_result"])
def test_html_of_an_output_is_disarmed(kind):
    html = "<b>kept</b><img src=x onerror=run()><script>run()</script>"
    (output,) = clean_outputs([{"output_type": kind, "data": {"text/html": html}, "metadata": {}}])
    assert "kept" in output["data"]["text/html"] and "run()" not in output["data"]["text/html"]


def test_a_result_without_harmless_data_keeps_a_text():
    (output,) = clean_outputs([{"output_type": "execute_result", "data": {"text/html": "<script>x</script>"}}])
    assert output["output_type"] == "execute_result"
    assert isinstance(output["data"]["text/plain"], str)
    assert "script" not in json.dumps(output)


def test_streams_and_errors_keep_their_text():
    outputs = [
        {"output_type": "stream", "name": "stderr", "text": ["a", "<b>"]},
        {"output_type": "error", "ename": "E", "evalue": "v", "traceback": ["\x1b[31mline"]},
    ]
    assert clean_outputs(outputs) == [
        {"output_type": "stream", "name": "stderr", "text": "a<b>"},
        {"output_type": "error", "ename": "E", "evalue": "v", "traceback": ["\x1b[31mline"]},
    ]


def test_an_image_is_base64_or_nothing():
    good, bad = PIXEL[:20] + "\n" + PIXEL[20:], 'x" onerror="alert(1)'
    outputs = [{"output_type": "display_data", "data": {"image/png": p}} for p in (good, bad)]
    assert clean_outputs(outputs) == [{"output_type": "display_data", "data": {"image/png": PIXEL}, "metadata": {}}]


@pytest.mark.parametrize("odd", [None, 3, "x", [], {}, {"output_type": "hologram"}, {"output_type": ["stream"]}])
def test_what_is_no_output_is_dropped(odd):
    assert clean_outputs([odd]) == []


@pytest.mark.parametrize("odd", [None, 3, {}, ["a", 3, None], "\ud800", b"x"])
def test_any_field_becomes_text_that_can_be_written(odd):
    plain(odd).encode("utf-8")


@pytest.mark.parametrize(
    "html", ["<div>" * 100_000, "<p>" + "".join(f"<b id={i}>" for i in range(2000)) + "</p>" + "<p>x" * 2000]
)
def test_html_that_would_explode_in_a_parser_is_not_parsed(html):
    assert clean_html(html) == TOO_COMPLEX


def test_a_large_table_is_shown():
    table = "<table>" + ("<tr>" + "<td>1.0</td>" * 20 + "</tr>") * 60 + "</table>"
    assert clean_html(table).count("<td>") == 1200
