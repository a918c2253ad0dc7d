"""The whole way in a real browser: release, fetch, solve, submit in JupyterLab, and see the result on the page."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest

from tests.e2e.browser import chromium
from tests.e2e.hub import COURSE, SHOTS, WEEK, Hub, running_hub, until

RIGHT = "def mean(x):\n    return float(np.sum(x) / len(x))\n"
WRONG = "def mean(x):\n    return float(np.sum(x))\n"


@pytest.fixture(scope="module")
def hub() -> Iterator[Hub]:
    with running_hub() as found:
        yield found


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    with chromium() as found:
        yield found


class Person:
    """Somebody at a browser of their own."""

    def __init__(self, browser: Any, hub: Hub, name: str, width: int = 1280):
        self.hub, self.name = hub, name
        self.page = browser.new_context(viewport={"width": width, "height": 860}).new_page()
        self.page.set_default_timeout(90_000)
        self.said: list[str] = []
        self.page.on("console", lambda message: self.said.append(message.text))

    def log_in(self) -> None:
        self.page.goto(f"{self.hub.url}/hub/login?next=/hub/home")
        self.page.fill("#username_input", self.name)
        self.page.fill("#password_input", self.hub.passwords[self.name])
        self.page.click("#login_submit")
        self.page.wait_for_url("**/hub/home")

    def open_lab(self, path: str = "lab") -> None:
        self.page.goto(f"{self.hub.url}/hub/spawn?next=/user/{self.name}/{path}")
        self.page.wait_for_url(f"**/user/{self.name}/lab**")
        self.page.wait_for_selector("#jp-main-dock-panel")

    def open_list(self) -> None:
        self.page.goto(f"{self.hub.url}/user/{self.name}/lab?reset")
        self.page.wait_for_selector(".jp-Launcher")
        self.page.get_by_role("menuitem", name="Nbgrader").click()
        self.page.get_by_role("menuitem", name="Assignment List").click()
        self.page.wait_for_selector("#released_assignments_list")

    def fetch(self) -> None:
        self.open_list()
        self.page.get_by_role("button", name="Fetch", exact=True).first.click()
        self.page.get_by_role("button", name="Submit", exact=True).first.wait_for()

    def solve(self, code: str) -> None:
        notebook = self.hub.layout.home(self.name) / COURSE / WEEK / "toy.ipynb"
        self.page.goto(f"{self.hub.url}/user/{self.name}/lab/tree/{COURSE}/{WEEK}/toy.ipynb?reset")
        cell = self.page.locator(".jp-CodeCell", has_text="def mean").first
        cell.locator(".cm-content").click()
        self.page.keyboard.press("Control+a")
        self.page.keyboard.insert_text(code)
        line = code.splitlines()[-1].strip()
        cell.locator(".cm-content", has_text=line).wait_for()
        self.page.keyboard.press("Control+s")
        until(lambda: line in notebook.read_text(encoding="utf-8"))

    def submit(self) -> None:
        self.open_list()
        self.page.get_by_role("button", name="Submit", exact=True).first.click()
        self.page.locator("#submitted_assignments_list >> text=" + WEEK).first.wait_for()

    def shoot(self, name: str) -> None:
        SHOTS.mkdir(parents=True, exist_ok=True)
        self.page.screenshot(path=SHOTS / f"{name}.png", full_page=True)


def formgrader(person: Person, column: str) -> None:
    """Press a button of the assignment's row, and wait for its success."""
    page = person.page
    page.goto(f"{person.hub.url}/services/{COURSE}/formgrader/manage_assignments")
    row = page.locator("tr", has=page.locator(f"td.name >> text={WEEK}"))
    row.locator(f"td.{column} a").first.click()
    title = page.locator(".modal.in .modal-title").last
    title.wait_for()
    assert title.inner_text().strip() == "Success", page.locator(".modal.in .modal-body").last.inner_text()[-1500:]


@pytest.fixture(scope="module")
def people(hub: Hub, browser: Any) -> dict[str, Person]:
    """The instructor has released; one student has handed in a right answer, one a wrong one."""
    instructor = Person(browser, hub, hub.instructor)
    instructor.log_in()
    instructor.shoot("01-hub-home")
    formgrader(instructor, "assign")
    formgrader(instructor, "release")
    instructor.shoot("02-formgrader-released")
    found = {"instructor": instructor}
    for who, name, code in zip(("right", "wrong"), hub.students, (RIGHT, WRONG), strict=True):
        student = found[who] = Person(browser, hub, name)
        student.log_in()
        student.open_lab()
        student.fetch()
        student.shoot(f"03-assignment-list-{who}")
        student.solve(code)
        student.shoot(f"04-notebook-{who}")
        student.submit()
        student.shoot(f"05-submitted-{who}")
    return found


def person_page_broke(line: str) -> bool:
    """Whether a message of the browser says that our page asked for what its policy forbids."""
    return "Content Security Policy" in line and "/services/autograder" in line


def result_of(person: Person) -> Any:
    """The service's page of a student's newest hand-in, once it is graded; the page reloads itself until then."""
    page = person.page
    page.goto(person.hub.service)
    page.locator("tbody tr").first.wait_for()
    page.locator("tbody tr a").first.click()
    page.locator(".state.done").wait_for()
    return page


@pytest.mark.parametrize("who, points", [("right", "4 / 4"), ("wrong", "0 / 4")])
def test_a_students_result_appears_by_itself_with_hints(people, who, points):
    page = result_of(people[who])
    people[who].shoot(f"06-result-{who}")
    assert page.locator("#q-q1 .score").inner_text() == points
    assert page.locator("#q-q1 li.failed").count() == (2 if who == "wrong" else 0)
    assert re.fullmatch(r"[0-9a-f]{64}", page.locator("dd code").first.inner_text())
    assert [line for line in people[who].said if person_page_broke(line)] == []
