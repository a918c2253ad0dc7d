"""The whole way in a real browser: release, fetch, solve, submit in JupyterLab, and see the result on the page."""

from __future__ import annotations

import datetime as dt
import json
import re
from collections.abc import Iterator
from typing import Any

import pytest

from tests.e2e.browser import chromium
from tests.e2e.hub import COURSE, SECOND_WEEK, Hub
from tests.e2e.person import Person, formgrader, person_page_broke, result_of, succeed
from tests.integration.toy import scores

COMMENT = "Yes, and *why* is it so? $c/n$"
EVIL = "<script>document.title='run'</script><img src=x onerror=\"document.title='run'\">"
PENALTY = 1.2
"""A tenth of the week's 12 points for the first day, by the policy below."""
POLICY = "[late]\npercent_per_day = 10\n"
WHAT = {
    "Show what would change": "What a regrade would change",
    "Record it": "Regrade, recorded",
    "Take the last one back": "Last regrade, taken back",
}
"""A week's page names by these what its buttons have started."""
RIGHT = "def mean(x):\n    return float(np.sum(x) / len(x))\n"
WRONG = "def mean(x):\n    return float(np.sum(x))\n"


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    with chromium() as found:
        yield found


@pytest.fixture(scope="module")
def people(hub: Hub, browser: Any) -> dict[str, Person]:
    """The instructor has released; one student has handed in a right answer, one a wrong one, two after the due date.

    Of these two one has an extension.
    """
    found = {}
    for who, name in zip(("right", "wrong", "late", "extended"), hub.students[3:7], strict=True):
        student = found[who] = Person(browser, hub, name)
        student.log_in()
        if who in ("right", "wrong"):
            student.begin_lab()  # servers start while the instructor works
    instructor = found["instructor"] = Person(browser, hub, hub.instructor)
    instructor.log_in()
    instructor.shoot("01-hub-home")
    formgrader(instructor, "assign")
    formgrader(instructor, "release")
    instructor.shoot("02-formgrader-released")
    for who, code in (("right", RIGHT), ("wrong", WRONG)):
        student = found[who]
        student.wait_for_lab()
        student.fetch()
        student.shoot(f"03-assignment-list-{who}")
        student.solve(code)
        if who == "right":
            student.write("All numbers share what one of them grows by.")
        student.shoot(f"04-notebook-{who}")
        student.said_by_validate = student.validate(f"04-validate-{who}")
        student.submit()
        student.shoot(f"05-submitted-{who}")
    for who in ("right", "wrong"):
        result_of(found[who])
    end_the_week(hub, instructor)
    extend = ("extend", SECOND_WEEK, found["extended"].name, "--days", "1", "--reason", "was ill")
    hub.as_grader("autograder.cli", "--course", str(hub.layout.course), *extend)
    for who in ("late", "extended"):
        hand_in(hub, found[who].name)
    return found


def end_the_week(hub: Hub, instructor: Person) -> None:
    """The instructor writes into the week that it is due now, and what lateness costs."""
    manifest = hub.layout.course / "solutions" / SECOND_WEEK / "assignment.toml"
    due = dt.datetime.now(dt.UTC).isoformat()
    manifest.write_text(f"due = {due}\n{manifest.read_text()}\n{POLICY}")
    formgrader(instructor, "assign")


def hand_in(hub: Hub, name: str) -> None:
    """A right answer to the first question and one to the last, by other means than JupyterLab."""
    notebook = json.loads(hub.released(SECOND_WEEK).read_text(encoding="utf-8"))
    answers = {"q1_solution": RIGHT, "q4": "By its share."}
    for cell in notebook["cells"]:
        grade_id = cell["metadata"].get("nbgrader", {}).get("grade_id", "")
        cell["source"] = answers.get(grade_id, cell["source"])
    path = hub.layout.root / f"{name}.ipynb"
    path.write_text(json.dumps(notebook), encoding="utf-8")
    hub.hand_in(name, f"{name}+{SECOND_WEEK}+2026-11-22 12:00:00.000000 UTC+{name:0>12}", path)


@pytest.mark.parametrize("who, points", [("right", "4 / 4"), ("wrong", "0 / 4")])
def test_a_students_result_appears_by_itself_with_hints(people, who, points):
    page = result_of(people[who])
    people[who].shoot(f"06-result-{who}")
    assert page.locator("#q-q1 .score").inner_text() == points
    assert page.locator("#q-q1 li.failed").count() == (2 if who == "wrong" else 0)
    assert re.fullmatch(r"[0-9a-f]{64}", page.locator("dd code").first.inner_text())
    assert [line for line in people[who].said if person_page_broke(line)] == []


def test_validate_tells_a_student_which_visible_checks_fail(people):
    assert "assert mean(np.array([1.0, 2.0, 3.0])) == 2.0" in people["wrong"].said_by_validate
    assert "assert mean(" not in people["right"].said_by_validate


def test_staff_see_every_submission_on_a_phone_too(hub, browser, people):
    staff = people["instructor"]
    staff.page.goto(hub.service + "staff?assignment=" + SECOND_WEEK)
    for who in ("late", "extended"):
        result_of(people[who])
    staff.page.reload()
    assert staff.page.locator("tbody tr.done").count() == 4
    assert staff.page.locator("tbody tr", has_text="late").locator("td").first.inner_text() == people["late"].name
    staff.shoot("12-staff")
    staff.page.set_viewport_size({"width": 375, "height": 700})
    assert staff.page.evaluate("document.documentElement.scrollWidth - window.innerWidth") <= 0
    staff.shoot("13-staff-phone")
    staff.page.set_viewport_size({"width": 1280, "height": 860})


def test_staff_make_the_class_report_on_the_page_of_the_week_and_read_it(hub, people):
    staff = people["instructor"]
    page = staff.page
    page.goto(f"{hub.service}staff/week/{SECOND_WEEK}")
    page.locator("section", has=page.locator("#report")).get_by_role("button").click()
    page.get_by_role("link", name="Open the report").click()  # the page looks again until it is there
    page.locator("figure.chart svg .bars").first.wait_for()
    assert page.locator("h1").inner_text().endswith("class report")
    assert page.evaluate("getComputedStyle(document.querySelector('.card')).borderTopWidth") == "1px"  # styles hold
    staff.shoot("14-class-report")
    page.go_back()
    staff.shoot("15-week")
    assert [line for line in staff.said if person_page_broke(line)] == []


@pytest.fixture(scope="module")
def fed_back(hub: Hub, people: dict[str, Person]) -> dict[str, Person]:
    """The instructor has collected, autograded, graded an answer by hand and released feedback.

    Of the student with that answer ``before`` keeps the page as it was just before the release.
    """
    for who in ("right", "wrong", "late", "extended"):
        result_of(people[who])
    instructor = people["instructor"]
    page = instructor.page
    base = f"{hub.url}/services/{COURSE}/formgrader"
    formgrader(instructor, "collect")
    for who in ("right", "wrong"):
        page.goto(f"{base}/manage_submissions/{SECOND_WEEK}")
        row = page.locator("tr", has=page.locator(f"td.student-id >> text={people[who].name}"))
        row.locator("td.autograde a").click()
        succeed(page)
    hub.nbgrader("autograde", SECOND_WEEK)  # the others
    page.goto(f"{base}/manage_submissions/{SECOND_WEEK}")
    page.locator("td.score").first.wait_for()
    instructor.shoot("07-formgrader-submissions")
    grade_by_hand(instructor, people["right"].name)
    formgrader(instructor, "generate-feedback")
    people["right"].before = result_of(people["right"]).content()
    formgrader(instructor, "release-feedback")
    instructor.shoot("09-formgrader-feedback")
    return people


def grade_by_hand(instructor: Person, student: str) -> None:
    """Give points and a comment for the written answer, in formgrader."""
    page = instructor.page
    page.goto(f"{instructor.hub.url}/services/{COURSE}/formgrader/manage_students/{student}/{SECOND_WEEK}")
    page.locator("td.name a").first.click()
    page.locator("#q4.needs_manual_grade").wait_for()
    page.locator("#q4-comment[placeholder]").wait_for()
    for field, text, kind in (("#q4", "1.5", "grade"), ("#q4-comment", COMMENT + EVIL, "comment")):
        with page.expect_response(lambda r, kind=kind: f"/api/{kind}/" in r.url and r.request.method == "PUT") as saved:
            page.fill(field, text)
            page.locator(field).blur()
        assert saved.value.ok
    instructor.shoot("08-formgrader-by-hand")


@pytest.mark.parametrize("who, points", [("right", "5.5"), ("wrong", "0")])
def test_a_student_opens_the_released_feedback_with_their_points(fed_back, who, points):
    page = fed_back[who].feedback()
    assert page.locator(".total").inner_text() == points
    assert page.locator(".comment", has_text="Yes, and why is it so?").count() == (who == "right")
    fed_back[who].shoot(f"11-feedback-{who}")


def test_before_the_release_nothing_of_the_feedback_is_on_the_page(fed_back):
    before = fed_back["right"].before
    assert "A person still has to read this answer" in before
    assert "Feedback of staff" not in before and "is it so" not in before and "1.5 / 2" not in before


def test_after_the_release_the_page_shows_a_persons_points_and_comment_to_that_student_alone(fed_back):
    person = fed_back["right"]
    page = result_of(person)
    person.shoot("16-service-feedback")
    assert page.locator(".total").inner_text() == "5.5"
    assert page.locator("#q-q4 .score").inner_text() == "1.5 / 2"
    comment = page.locator("#q-q4 .comment")
    assert comment.locator("em").inner_text() == "why" and comment.locator("math").count() == 1
    assert page.title() != "run" and comment.locator("script, [onerror]").count() == 0
    assert [line for line in person.said if person_page_broke(line)] == []
    for other in ("wrong", "late", "extended"):
        assert "is it so" not in result_of(fed_back[other]).content()


@pytest.mark.parametrize(("who", "points"), [("late", 4 - PENALTY), ("extended", 4.0)])
def test_lateness_costs_what_the_week_says_unless_there_is_an_extension(fed_back, who, points):
    page = result_of(fed_back[who])
    fed_back[who].shoot(f"17-service-feedback-{who}")
    assert float(page.locator(".total").inner_text()) == pytest.approx(points)
    notes = " ".join(page.locator("#feedback ~ .note").all_inner_texts())
    assert (f"{PENALTY} points were taken off. The rule: 10 % of the points for each day" in notes) == (who == "late")
    assert ("You have an extension of 1 day" in notes) == (who == "extended")
    assert page.locator(".badge.wait", has_text="not final: 1 answer waits").count() == 1
    page.set_viewport_size({"width": 375, "height": 700})
    assert page.evaluate("document.documentElement.scrollWidth - window.innerWidth") <= 0
    fed_back[who].shoot(f"18-service-feedback-{who}-phone")


def test_pages_are_read_and_used_without_a_mouse_and_ask_for_nothing_from_elsewhere(hub, fed_back):
    person = fed_back["late"]
    page = person.page
    page.set_viewport_size({"width": 1280, "height": 860})
    page.goto(hub.service)
    person.shoot("06-my-submissions")
    snapshot = page.locator("body").aria_snapshot()
    for part in ('heading "My submissions" [level=1]', 'navigation "Pages"', "table", 'columnheader "State"',
                 'rowheader "Toy week'):  # fmt: skip
        assert part in snapshot, snapshot
    person.asked.clear()
    for name in ("To the content", "Toy week"):
        focus = person.tab_to(name)
        assert focus.evaluate("e => getComputedStyle(e).outlineStyle") != "none"  # the focus is seen
        page.keyboard.press("Enter")
    page.wait_for_url("**/submission/*")
    person.tab_to("Download the signed receipt")
    with page.expect_download() as download:
        page.keyboard.press("Enter")
    assert json.loads(download.value.path().read_text())["student"] == person.name
    staff = fed_back["instructor"]
    staff.page.goto(hub.service + "staff")
    staff.asked.clear()
    staff.tab_to("Show")
    staff.page.keyboard.press("Enter")
    staff.page.wait_for_url("**/staff?*")
    for url in (*person.asked, *staff.asked):
        assert url.startswith(hub.service), url


def test_the_leaderboard_shows_a_student_their_pseudonym_and_nobodys_name(hub, fed_back):
    person = fed_back["right"]
    page = person.page
    page.set_viewport_size({"width": 1280, "height": 860})
    page.goto(hub.service)
    page.get_by_role("link", name="Leaderboard").click()
    mine = page.locator("#main p strong").inner_text()
    assert page.locator("tbody tr", has=page.locator(".badge")).locator("th").inner_text().startswith(mine)
    assert page.locator("tbody tr").count() >= 3
    assert not [name for name in hub.students if name in page.locator("#main").inner_text()]
    person.shoot("19-leaderboard")
    page.set_viewport_size({"width": 375, "height": 700})
    assert page.evaluate("document.documentElement.scrollWidth - window.innerWidth") <= 0
    person.shoot("20-leaderboard-phone")


HARDER = '''

def test_new(student):
    """A new test that nobody passes."""
    assert False
'''


def test_staff_look_at_what_a_changed_suite_changes_record_it_and_take_it_back(hub, fed_back):
    staff, gradebook = fed_back["instructor"], hub.layout.course / "course" / "gradebook.db"
    page = staff.page
    suite = hub.layout.course / "tests" / "hidden" / SECOND_WEEK / "test_q1.py"
    before, text = scores(gradebook, SECOND_WEEK), suite.read_text(encoding="utf-8")
    right, written = fed_back["right"].name, {p.name for p in fed_back.values()} - {staff.name}
    assert set(before) == written

    def start(button: str) -> str:
        """Press a button of the week's page, and wait for what the verb said."""
        page.get_by_role("button", name=button).click()
        page.locator("#chore", has_text=WHAT[button]).wait_for()
        page.locator(".state.done, .state.failed").wait_for()
        assert page.locator(".state.done pre").count() == 1, page.locator(".state").inner_text()
        return page.locator(".state pre").inner_text()

    suite.write_text(text + HARDER, encoding="utf-8")
    try:
        page.goto(f"{hub.service}staff/week/{SECOND_WEEK}")
        assert page.get_by_role("button", name="Record it").count() == 0  # not before a look
        assert "0 gain, 3 lose, 1 keep" in start("Show what would change")
        assert scores(gradebook, SECOND_WEEK) == before
        staff.shoot("21-regrade")
        assert "Recorded in" in start("Record it")
        after = scores(gradebook, SECOND_WEEK)
        assert after[right]["q1"] == (pytest.approx(8 / 3, abs=0.01), False)
        assert after[right] | {"q1": before[right]["q1"]} == before[right]  # nothing else; what was read stays read
        recorded = page.locator("section", has=page.locator("#regrade")).locator("tbody td")
        assert recorded.nth(1).inner_text() == staff.name
        assert "A new test" in result_of(fed_back["right"]).content()
    finally:
        suite.write_text(text, encoding="utf-8")
    assert "Taken back" in start("Take the last one back")
    assert scores(gradebook, SECOND_WEEK) == before
    assert page.get_by_role("button", name="Take the last one back").count() == 0
    assert "A new test" not in result_of(fed_back["right"]).content()
    staff.shoot("22-regrade-taken-back")
