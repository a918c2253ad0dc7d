"""Somebody at a browser: logs in, works in JupyterLab, presses formgrader's buttons, reads the service's pages."""

from __future__ import annotations

import contextlib
import re
from pathlib import Path
from typing import Any
from urllib.parse import urljoin

from tests.e2e.hub import COURSE, SECOND_WEEK, Hub, until


class Person:
    """Somebody at a browser of their own."""

    def __init__(self, browser: Any, hub: Hub, name: str, width: int = 1280):
        self.hub, self.name = hub, name
        self.page = browser.new_context(viewport={"width": width, "height": 860}).new_page()
        self.page.set_default_timeout(120_000)
        self.said: list[str] = []
        self.before = ""
        self.said_by_validate = ""
        self.asked: list[str] = []
        self.page.on("console", lambda message: self.said.append(message.text))
        self.page.on("request", lambda request: self.asked.append(request.url))

    def log_in(self) -> None:
        self.page.goto(f"{self.hub.url}/hub/login?next=/hub/home")
        self.page.fill("#username_input", self.name)
        self.shoot("00-login")
        self.page.fill("#password_input", self.hub.passwords[self.name])
        self.page.click("#login_submit")
        self.page.wait_for_url("**/hub/home")

    def begin_lab(self) -> None:
        self.page.goto(f"{self.hub.url}/hub/spawn?next=/user/{self.name}/lab", wait_until="commit")

    def wait_for_lab(self) -> None:
        """The page of a start that goes on leads to the server by itself."""
        self.page.wait_for_url(f"**/user/{self.name}/lab**", timeout=180_000)
        self.page.wait_for_selector("#jp-main-dock-panel")

    def open_list(self) -> None:
        self.page.goto(f"{self.hub.url}/user/{self.name}/lab?reset")
        self.page.wait_for_selector(".jp-Launcher")
        self.page.get_by_role("menuitem", name="Nbgrader").click()
        self.page.get_by_role("menuitem", name="Assignment List").click()
        self.page.wait_for_selector("#released_assignments_list")

    def fetch(self) -> None:
        self.open_list()
        self.row("released").get_by_role("button", name="Fetch", exact=True).click()
        self.row("fetched").get_by_role("button", name="Submit", exact=True).wait_for()

    def row(self, part: str) -> Any:
        """The assignment in a part of the assignment list: "released", "fetched" or "submitted"."""
        return self.page.locator(f"#{part}_assignments_list .list_item", has_text=SECOND_WEEK).first

    def solve(self, code: str) -> None:
        self.page.goto(f"{self.hub.url}/user/{self.name}/lab/tree/{COURSE}/{SECOND_WEEK}/toy.ipynb?reset")
        cell = self.page.locator(".jp-CodeCell", has_text="def mean").first
        cell.locator(".cm-content").click()
        self.page.keyboard.press("Control+a")
        self.page.keyboard.insert_text(code)
        line = code.splitlines()[-1].strip()
        cell.locator(".cm-content", has_text=line).wait_for()
        self.save(line)

    def write(self, text: str) -> None:
        """Answer the question that a person reads, in the notebook that is open."""
        cell = self.page.locator(".jp-MarkdownCell", has_text="YOUR ANSWER HERE").first
        cell.locator(".jp-MarkdownOutput").dblclick()
        cell.locator(".cm-content").click()
        self.page.keyboard.press("Control+a")
        self.page.keyboard.insert_text(text)
        self.page.locator(".jp-MarkdownCell .cm-content", has_text=text).wait_for()
        self.save(text)

    def save(self, text: str) -> None:
        """Save the open notebook, until what was written is on the disk: JupyterLab drops a save during another."""
        notebook = self.hub.layout.home(self.name) / COURSE / SECOND_WEEK / "toy.ipynb"
        until(lambda: self.page.keyboard.press("Control+s") or text in notebook.read_text(encoding="utf-8"))

    def submit(self) -> None:
        self.open_list()
        self.row("fetched").get_by_role("button", name="Submit", exact=True).click()
        self.row("submitted").wait_for()

    def validate(self, shot: str) -> str:
        """What nbgrader's Validate says of the open notebook."""
        self.page.get_by_role("button", name="Validate").first.click()
        dialog = self.page.locator(".jp-Dialog-content")
        dialog.wait_for()
        said = dialog.inner_text()
        self.shoot(shot)
        self.page.locator(".jp-Dialog .jp-mod-accept").last.click()
        dialog.wait_for(state="detached")
        return said

    def feedback(self) -> Any:
        """Fetch feedback in JupyterLab; returns the page as it was written, opened by itself."""
        self.open_list()
        self.row("submitted").get_by_role("button", name="Fetch Feedback").click()
        home = self.hub.layout.home(self.name) / COURSE / SECOND_WEEK / "feedback"
        file = until(lambda: next(filter(_is_whole, home.rglob("*.html")), None) if home.is_dir() else None)
        self.shoot(f"10-feedback-fetched-{self.name[-1]}")
        self.page.goto(f"{self.hub.url}/user/{self.name}/files/{file.relative_to(self.hub.layout.home(self.name))}")
        return self.page

    def tab_to(self, name: str) -> Any:
        """Press Tab until the link or button of that name has the focus, as somebody without a mouse does."""
        wanted = re.compile(name)
        for _ in range(60):
            self.page.keyboard.press("Tab")
            focus = self.page.locator(":focus")
            if focus.count() and wanted.search(focus.get_attribute("aria-label") or focus.inner_text()):
                return focus
        raise AssertionError(f"no Tab reaches {name!r} on {self.page.url}")

    def shoot(self, name: str) -> None:
        self.hub.shots.mkdir(parents=True, exist_ok=True)
        self.page.screenshot(path=self.hub.shots / f"{name}.png", full_page=True)


def _is_whole(page: Path) -> bool:
    with contextlib.suppress(OSError):  # about to be moved to its place
        return "</html>" in page.read_text(encoding="utf-8", errors="replace")
    return False


def formgrader(person: Person, column: str) -> None:
    """Press a button of the assignment's row, and wait for its success."""
    page = person.page
    page.goto(f"{person.hub.url}/services/{COURSE}/formgrader/manage_assignments")
    row = page.locator("tr", has=page.locator(f"td.name >> text={SECOND_WEEK}"))
    row.locator(f"td.{column} a").first.click()
    succeed(page)


def succeed(page: Any) -> None:
    """Wait for formgrader's word on what was started, and close it."""
    title = page.locator(".modal.in .modal-title").last
    title.wait_for()
    assert title.inner_text().strip() == "Success", page.locator(".modal.in .modal-body").last.inner_text()[-1500:]
    page.locator(".modal.in .close").last.click()
    page.wait_for_selector(".modal-backdrop", state="detached")


def person_page_broke(line: str) -> bool:
    """Whether a message of the browser says that our page asked for what its policy forbids."""
    return "Content Security Policy" in line and "/services/autograder" in line


def result_of(person: Person) -> Any:
    """The service's page of a student's newest hand-in, once it is graded; the page reloads itself until then."""
    page = person.page
    page.goto(person.hub.service)
    page.locator("tbody tr").first.wait_for()
    # not by a click: this page reloads itself too, and may do so in the place of it
    page.goto(urljoin(page.url, page.locator("tbody tr a").first.get_attribute("href")))
    page.locator(".state.done").wait_for()
    return page
