"""What a student made never runs in a browser: a corpus of vectors through the whole way, then a real Chromium."""

from __future__ import annotations

import base64
from dataclasses import fields
from pathlib import Path

import pytest
from nbconvert.exporters import HTMLExporter
from nbgrader.server_extensions.formgrader.handlers import template_path

from autograder.nbgrader_bridge.after import disarm
from autograder.records import CodeCell
from autograder.report.class_data import QuestionInfo, class_data, student_of
from autograder.report.class_report import Extras, file_name, write_class_report
from autograder.report.facts import Facts, Graded
from autograder.report.staff_page import Known, staff_page
from autograder.report.student_page import build_page
from autograder.report.tables import to_csv
from autograder.service.views import Detail, Line, render
from autograder.store import Stored
from tests.e2e.browser import chromium, opened
from tests.integration.sandbox_engines import find_engines
from tests.security.attack import Attack
from tests.security.way import Outcome, Way

RUN = "window.ran=1"
VECTORS = [
    f"<script>{RUN}</script>",
    f"<ScRiPt >{RUN}</sCrIpT>",
    f"<scr<script>ipt>{RUN}</scr</script>ipt>",
    f"<img src=x onerror={RUN}>",
    f"<img src='x' onerror='{RUN}' alt='`'>",
    f'<img """><script>{RUN}</script>">',
    f"<svg onload={RUN}></svg>",
    f"<svg><script>{RUN}</script></svg>",
    f"<svg><animate onbegin={RUN} attributeName=x dur=1s></svg>",
    f"<svg><a xlink:href='javascript:{RUN}'><text x=1 y=20>x</text></a></svg>",
    f"<math><mtext><table><mglyph><style><img src=x onerror={RUN}></style></mglyph></table></mtext></math>",
    f"<math href='javascript:{RUN}'>x</math>",
    f"<body onload={RUN}>",
    f"<iframe srcdoc='<script>parent.{RUN}</script>'></iframe>",
    f"<iframe src='javascript:parent.{RUN}'></iframe>",
    f"<object data='data:text/html,<script>parent.{RUN}</script>'></object>",
    f"<embed src='javascript:{RUN}'>",
    f"<details open ontoggle={RUN}>x</details>",
    f"<input autofocus onfocus={RUN}>",
    f"<select autofocus onfocus={RUN}></select>",
    f"<video src=x onerror={RUN}></video>",
    f"<audio src=x onerror={RUN}></audio>",
    f"<marquee onstart={RUN}>x</marquee>",
    f"<style>@keyframes x{{}}</style><b style='animation-name:x' onanimationstart={RUN}>x</b>",
    f"<a href='javascript:{RUN}' id=go>x</a>",
    f"<a href='java\tscript:{RUN}'>x</a>",
    f"<a href='&#106;avascript:{RUN}'>x</a>",
    f"<a href='data:text/html,<script>{RUN}</script>'>x</a>",
    f"<form action='javascript:{RUN}'><button>x</button></form>",
    f"<button formaction='javascript:{RUN}'>x</button>",
    f"<meta http-equiv=refresh content='0;url=javascript:{RUN}'>",
    f"<base href='javascript:{RUN}//'>",
    f"<noscript><p title='</noscript><img src=x onerror={RUN}>'></noscript>",
    f"<textarea></textarea><img src=x onerror={RUN}>",
    f"<title></title><img src=x onerror={RUN}>",
    f"</pre></div><img src=x onerror={RUN}>",
    f"--><img src=x onerror={RUN}>",
    f"]]><script>{RUN}</script>",
    f"<template><script>{RUN}</script></template>",
    f"{{{{constructor.constructor('{RUN}')()}}}}",
    f"\\href{{javascript:{RUN}}}{{x}}",
]
MARKDOWN = [
    *VECTORS,
    f"[x](javascript:{RUN})",
    f"[x]: javascript:{RUN}\n[x]",
    f"<javascript:{RUN}>",
    f'![x](x"onerror="{RUN})',
    f"$\\href{{javascript:{RUN}}}{{x}}$",
    f"$$<img src=x onerror={RUN}>$$",
    f"```html\n</code></pre><script>{RUN}</script>\n```",
    f"`</code><img src=x onerror={RUN}>`",
]
ODD_NAME = f"<img src=x onerror={RUN}>"[:60].replace("/", "")
FORMULAS = ("=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "=cmd|' /C calc'!A0", "＝1")

SHOW = """
import sys
from IPython.display import HTML, SVG, Javascript, Latex, Markdown, Math, display
for text in {vectors!r}:
    display(HTML(text))
    display(Markdown(text), Latex(text), Math(text))
    data = {{"text/html": text, "image/svg+xml": text, "application/javascript": "{run}", "text/plain": text}}
    display(data, raw=True)
    display({{"image/png": "x' onerror='{run}", "text/plain": text}}, raw=True)
    print(text)
display(SVG("<svg xmlns='http://www.w3.org/2000/svg' onload='{run}'><script>{run}</script></svg>"), Javascript("{run}"))
print(*{vectors!r}, file=sys.stderr)
raise type("<script>{run}</script>", (Exception,), {{}})("".join({vectors!r}))
"""
HONEST = """
import base64
from IPython.display import HTML, Image, display
display(HTML("<table id='honest-table'><tr><td>cell</td></tr></table>"))
display(Image(data=base64.b64decode("{png}"), format="png"))
print("honest text")
"""
PNG = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="


@pytest.fixture(scope="module")
def shown(tmp_path_factory) -> dict[str, Path]:
    """Every page that shows something of a student's, as files; "raw" is the control."""
    present, _absent = find_engines()
    way = Way(tmp_path_factory.mktemp("web") / "vault", present["bwrap" if "bwrap" in present else "plain"])

    def with_text(notebook):
        texts = [*MARKDOWN, "An honest formula: $\\frac{1}{2}$"]
        cells = [{"cell_type": "markdown", "id": f"m{i}", "metadata": {}, "source": t} for i, t in enumerate(texts)]
        notebook["cells"] = [*cells, *notebook["cells"]]
        return notebook

    attack = Attack(
        "shows_every_vector",
        "stored XSS",
        first=HONEST.format(png=PNG),
        last=SHOW.format(vectors=VECTORS, run=RUN),
        answer=f'def answer(x):\n    """{VECTORS[0]}"""\n    raise ValueError("{VECTORS[3]}")',
        files={ODD_NAME: b"x", "big.bin": bytes(5 << 20)},
        notebook=with_text,
    )
    graded = way.grade(attack, student=ODD_NAME)
    way.grader.close()
    for cell in graded.notebook.cells:
        if cell.cell_type == "markdown":
            cell.source = disarm(cell.source)
    folder = tmp_path_factory.mktemp("pages")
    pages = {
        "feedback": graded.page,
        "staff": staff_page(graded.result, Known(title="Vault", cells=_code_cells(graded))),
        "formgrader": _formgrader(graded),
        "service": _service_page(graded),
        "class": _class_page(graded, folder / "class"),
        "raw": "<html><body>" + "\n".join(VECTORS) + "</body></html>",
    }
    paths = {}
    for name, text in pages.items():
        paths[name] = folder / f"{name}.html"
        paths[name].write_text(text, encoding="utf-8")
    return paths


def _code_cells(graded: Outcome) -> tuple[CodeCell, ...]:
    return tuple(CodeCell(c.get("id", ""), c.source) for c in graded.notebook.cells if c.cell_type == "code")


def _service_page(graded: Outcome) -> str:
    """The hub service's page of a hand-in whose every text is the student's."""
    grades = {q.question: Graded(q.score, q.max_score) for q in graded.result.questions}
    page = build_page(graded.notebook, Facts(ODD_NAME, "", grades))
    numbers = {"number": 1, "attempt": 1, "place": 0, "state": "done"}
    line = Line(**{f.name: numbers.get(f.name, ODD_NAME) for f in fields(Line)})
    detail = Detail(
        line, questions=page.questions, cells=page.cells, notes=(VECTORS[3],), files=((ODD_NAME, "00"),),
        staff_notes=(VECTORS[3],),
    )  # fmt: skip
    frame = {"prefix": "/", "name": ODD_NAME, "staff": True, "xsrf": ""}
    return render("one.html.j2", detail=detail, line=line, refresh=False, **frame)


def _class_page(graded: Outcome, folder: Path) -> str:
    questions = tuple(QuestionInfo(q.question, q.max_score) for q in graded.result.questions)
    rows = [student_of(Stored(graded.result, "2026-03-01T00:00:00+00:00"))]
    write_class_report(class_data("vault", "Vault", questions, rows), Extras(), folder)
    return (folder / "index.html").read_text(encoding="utf-8")


def _formgrader(graded: Outcome) -> str:
    """The autograded notebook by the templates of nbgrader's formgrader, as its server fills them in."""
    exporter = HTMLExporter(template_name="formgrade", extra_template_basedirs=[template_path])
    resources = {
        "assignment_id": "vault", "notebook_id": "vault", "submission_id": "1", "index": 0, "total": 1, "base_url": "/",
        "mathjax_url": "", "last_name": "Last", "first_name": "First", "notebook_path": "x",
        "keyword_mode": False, "my_assignment_url": "", "nbgrader": {"assignment": "vault"},
    }  # fmt: skip
    return exporter.from_notebook_node(graded.notebook, resources=resources)[0]


@pytest.fixture(scope="module")
def browser():
    with chromium() as found:
        yield found


def ran(page) -> bool:
    """Whether anything ran by itself, or runs when every link and button is used."""
    page.wait_for_load_state("load")
    page.evaluate(
        """() => { for (const e of document.querySelectorAll('a, button, input, details, img, svg')) {
             for (const kind of ['click', 'focus', 'mouseover', 'toggle', 'error', 'load'])
               { try { e.dispatchEvent(new Event(kind, {bubbles: true})); } catch (_) {} } } }"""
    )
    return page.evaluate("window.ran === 1")


def test_the_vectors_do_run_where_nothing_cleans_them(shown, browser):
    with opened(browser, shown["raw"]) as found:
        assert ran(found.page)


@pytest.mark.parametrize("name", ["feedback", "staff", "formgrader", "service", "class"])
def test_nothing_of_a_students_runs(shown, browser, name):
    with opened(browser, shown[name]) as found:
        assert not ran(found.page)
        dangerous = "a[href^='javascript' i], [onerror], [onload], [onclick], iframe[srcdoc], object, embed, base[href]"
        own = found.page.evaluate(
            "s => [...document.querySelectorAll(s)].map(e => e.outerHTML.slice(0, 200))", dangerous
        )
        assert [e for e in own if "window.ran" in e] == []


@pytest.mark.parametrize("name", ["feedback", "formgrader", "service"])
def test_honest_tables_images_and_text_still_show(shown, browser, name):
    with opened(browser, shown[name]) as found:
        text = found.page.evaluate("document.body.innerText")
        assert "honest text" in text and "cell" in text
        widths = found.page.evaluate(
            "[...document.images].filter(i => i.src.startsWith('data:image/png')).map(i => i.naturalWidth)"
        )
        assert 1 in widths and base64.b64decode(PNG)[:4] == b"\x89PNG"


def test_an_honest_formula_still_shows(shown, browser):
    with opened(browser, shown["feedback"]) as found:
        assert found.page.evaluate("document.querySelectorAll('math mfrac').length") >= 1


@pytest.mark.parametrize("text", FORMULAS)
def test_a_name_is_no_formula_of_a_spreadsheet(text):
    assert to_csv(["student"], [[text]]).splitlines()[1].startswith("\"'")


@pytest.mark.parametrize("name", ["../../x", "a/b", "new\nline", "x" * 300, "数据", "", "con\x00trol", "."])
def test_a_page_is_never_written_outside_of_its_folder(name):
    path = Path("/somewhere") / file_name(name)
    assert path.parent == Path("/somewhere") and len(path.name.encode()) < 255 and path.name.isprintable()
