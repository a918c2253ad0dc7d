"""Feedback of one question as HTML: score, and for each test a mark, its title and what to look at.

It holds only what a test's author meant for students (title, hint, message): never inputs, expected values
or the source of a suite. Styles are inline and use the page's own text colour, so that it reads on light and
on dark pages and inside nbgrader's templates; nothing is fetched.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Sequence

import jinja2

from autograder.records import Note, QuestionResult
from autograder.report.pages import number
from autograder.report.question import test_lines

_TEMPLATE = jinja2.Environment(autoescape=True, trim_blocks=True, lstrip_blocks=True).from_string(
    """\
<div style="border:1px solid rgba(128,128,128,.45);border-radius:6px;padding:.5em .8em;margin:.2em 0;\
font-family:system-ui,sans-serif;font-size:14px;line-height:1.45;color:inherit;background:rgba(128,128,128,.06)">
<div style="font-weight:600;margin-bottom:.3em">{{ question }}: {{ score }} of {{ maximum }} points</div>
{% for note in notes %}
<div style="margin:.2em 0;padding-left:.6em;border-left:3px solid #d98e04">{{ note }}</div>
{% endfor %}
{% if tests %}
<table style="border-collapse:collapse;border:0;width:100%;color:inherit;background:transparent;font-size:inherit">
{% for t, colour in tests %}
<tr style="background:transparent"><td style="vertical-align:top;text-align:center;border:0;padding:.1em .5em 0 0;\
width:1.6em;font-weight:700;color:{{ colour }}" title="{{ t.word }}" aria-label="{{ t.word }}">{{ t.mark }}</td>
<td style="vertical-align:top;text-align:left;border:0;padding:.1em 0;color:inherit;white-space:normal">{{ t.title }}\
{% if t.message %}<div style="opacity:.85;white-space:pre-wrap">{{ t.message }}</div>{% endif %}</td></tr>
{% endfor %}
</table>
{% endif %}
{% if hidden %}
<div style="opacity:.75;margin-top:.3em">{{ hidden }}</div>
{% endif %}
</div>
"""
)

# mid tones: at least 3:1 against white and against a dark page
_COLOURS = {"passed": "#2a9d4a", "failed": "#e0483e", "not-reached": "#8a8a8a"}


def question_html(
    result: QuestionResult, shown: Collection[str] = ("public",), notes: Sequence[Note] = ()
) -> str:
    """HTML of one question's feedback.

    Parameters
    ----------
    result : QuestionResult
    shown : collection of str
        Visibilities that the reader may see ("public", "after_due", "staff"). Of the other tests only their
        number is told.
    notes : sequence of Note
        What stood in the way of this question, shown above the tests.
    """
    lines, common, hidden = test_lines(result.tests, shown)
    return _TEMPLATE.render(
        question=result.question,
        score=number(result.score),
        maximum=number(result.max_score),
        notes=[*(n.text for n in notes), *([common] if common else [])],
        tests=[(line, _COLOURS[line.state]) for line in lines],
        hidden=hidden,
    )


def visible_now(due: dt.datetime | None) -> tuple[str, ...]:
    """Visibilities of tests that a student may see at this moment; ``due`` has a time zone."""
    if due is not None and dt.datetime.now(dt.UTC) < due:
        return ("public",)
    return ("public", "after_due")
