"""The hub's walls, over a real hub: a student's processes and tokens against others, staff pages, the exchange."""

from __future__ import annotations

import contextlib
import functools
import os
import re
import stat
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
import requests
from tornado.web import RequestHandler

from autograder.hub.layout import SERVICE
from autograder.hub.run import processes
from autograder.hub.spawner import FILE_MB
from autograder.receipts import Receipt, public_path, verify
from autograder.service.chores import VERBS
from autograder.service.handlers import routes
from autograder.service.warden import entries_in
from tests.e2e.hub import COURSE, NOW, WEEK, WRITE, Hub, api_token, until

pytestmark = pytest.mark.skipif(
    os.geteuid() != 0 and not os.environ.get("CI"), reason="accounts of their own need a hub that root starts"
)

SHARE_MB = 8  # as in tests/conftest.py
_hubs: dict[str, Hub] = {}


@pytest.fixture(scope="module", autouse=True)
def released(hub: Hub) -> None:
    _hubs[hub.url] = hub
    hub.nbgrader("generate_assignment", WEEK)
    hub.nbgrader("release_assignment", WEEK)


def hand_in(hub: Hub, who: str, name: str, stamp: str = NOW) -> None:
    hub.hand_in(who, name, hub.released(WEEK), stamp)


def entry(who: str, when: str = NOW, mark: str = "a" * 12) -> str:
    return f"{who}+{WEEK}+{when}+{mark}"


@functools.cache
def token(url: str, name: str) -> str:
    """An API token that a person makes for themselves in the hub, with all that they may do."""
    hub = _hubs[url]
    return api_token(hub.url, hub.session(name), name)


def ask(hub: Hub, who: str, path: str = "", method: str = "GET", **kwargs) -> requests.Response:
    headers = {"Authorization": f"token {token(hub.url, who)}"}
    return requests.request(method, hub.service + path, headers=headers, allow_redirects=False, timeout=30, **kwargs)


@functools.cache
def visit(url: str, name: str) -> requests.Session:
    """Somebody who has logged in and looked at the service, as a browser does before it presses a button."""
    hub = _hubs[url]
    session = hub.session(name)
    page = session.get(hub.service, timeout=30)
    assert page.status_code == 200, page.text
    return session


def press(hub: Hub, who: str, path: str) -> int:
    """Press a button of a page, with the token that the page has; returns the answer's status."""
    session = visit(hub.url, who)
    xsrf = session.cookies.get("_xsrf", path=f"/services/{SERVICE}/")
    answer = session.post(hub.service + path, data={"_xsrf": xsrf}, timeout=30, allow_redirects=False)
    return answer.status_code


def lines(hub: Hub, who: str, path: str = "?format=json") -> list[dict]:
    return ask(hub, who, path).json()["submissions"]


def settled(hub: Hub, name: str) -> dict:
    """What staff see of an entry, once it is graded or refused."""

    def found():
        every = lines(hub, hub.instructor, "staff?format=json")
        return next((x for x in every if x["entry"] == name and x["state"] in ("done", "refused", "failed")), None)

    return until(found, 90)


# ---- hole 1: forged owner --------------------------------------------------------------------


def test_a_submission_in_anothers_name_is_refused_and_told_to_staff_with_its_owner(hub):
    thief, victim = hub.students[:2]
    name = entry(victim, "2030-01-01 00:00:00.000000 UTC", "forgedforged")
    hand_in(hub, thief, name)
    line = settled(hub, name)
    assert (line["state"], line["cause"], line["student"]) == ("refused", "forged", thief)
    assert not [x for x in lines(hub, victim) if x["entry"] == name]
    assert hub.nbgrader("collect", WEEK, "--student", victim).count("claims to be")
    assert not (hub.layout.course / "course" / "submitted" / victim / WEEK).exists()


# ---- hole 2: back-dated time ------------------------------------------------------------------


@pytest.mark.parametrize(("year", "mark", "student"), [("2001", "backdatedabc", 2), ("2091", "futuredatedx", 3)])
def test_a_back_dated_or_future_dated_submission_counts_from_the_moment_it_arrived(hub, year, mark, student):
    who = hub.students[student]
    before = time.time()
    name = entry(who, f"{year}-01-01 00:00:00.000000 UTC", mark)
    hand_in(hub, who, name, stamp=f"{year}-01-01 00:00:00.000000 UTC")
    line = settled(hub, name)
    assert line["state"] == "done"
    receipt = Receipt.from_json(ask(hub, who, f"submission/{line['number']}/receipt").text)
    assert before - 1 < receipt.received.timestamp() < time.time()
    verify(receipt, public_path(hub.layout.course / "course" / "receipt-key").read_bytes())
    hub.nbgrader("collect", WEEK, "--student", who)
    stamp = (hub.layout.course / "course" / "submitted" / who / WEEK / "timestamp.txt").read_text()
    assert stamp.startswith(f"{receipt.received:%Y-%m-%d %H:%M:%S}")
    assert f"{year}-01-01" not in stamp


# ---- hole 3: readable homes -------------------------------------------------------------------


@pytest.mark.parametrize(
    "what", ["another's home", "the course", "solutions", "hidden suites", "secrets", "the log", "hub's database"]
)
def test_a_students_process_cannot_read(hub, what):
    layout = hub.layout
    snoop, other = hub.students[:2]
    checkout = layout.root.parent / "checkout"
    path = {
        "another's home": layout.home(other),
        "the course": layout.course,
        "solutions": checkout / "solutions",
        "hidden suites": checkout / "tests",
        "secrets": layout.secrets,
        "the log": layout.log,
        "hub's database": layout.root / "jupyterhub.sqlite",
    }[what]
    assert path.exists()
    command = f"import os; os.listdir({str(path)!r})" if path.is_dir() else f"open({str(path)!r}).read()"
    assert "PermissionError" in hub.as_user(snoop, sys.executable, "-c", command).stderr


def test_a_student_reads_their_own_home(hub):
    who = hub.students[0]
    command = f"import os; os.listdir({str(hub.layout.home(who))!r})"
    assert hub.as_user(who, sys.executable, "-c", command).returncode == 0


# ---- hole 4: world-writable exchange ----------------------------------------------------------


def test_the_exchange_lets_students_hand_in_and_nothing_else(hub):
    a, b = hub.students[:2]
    inbound, outbound = hub.layout.inbound, hub.layout.exchange / COURSE / "outbound"
    name = entry(a, mark="untouchable1")
    hand_in(hub, a, name)
    attempts = [
        f"os.listdir({str(inbound)!r})",
        f"os.rename({str(inbound / name)!r}, {str(inbound / 'gone')!r})",
        f"shutil.rmtree({str(inbound / name)!r})",
        f"os.rename({str(hub.layout.exchange / COURSE)!r}, {str(hub.layout.exchange / 'other')!r})",
        f"open({str(outbound / WEEK / 'toy.ipynb')!r}, 'ab')",
        f"os.mkdir({str(hub.layout.exchange / COURSE / 'new')!r})",
    ]
    for attempt in attempts:
        done = hub.as_user(b, sys.executable, "-c", f"import os, shutil; {attempt}")
        assert "PermissionError" in done.stderr, (attempt, done.stderr)
    assert settled(hub, name)["state"] == "done"
    assert stat.S_IMODE(hub.layout.exchange.stat().st_mode) == 0o1777
    assert stat.S_IMODE(inbound.stat().st_mode) == 0o1733


def test_a_link_in_a_submission_brings_nothing_back(hub):
    who = hub.students[0]
    suite = hub.layout.course / "tests" / "hidden" / WEEK / "test_q1.py"
    code = f"os.symlink({str(suite)!r}, os.path.join(folder, 'link.txt'))"
    name = entry(who, mark="withalinkabc")
    link_first = WRITE.replace("os.mkdir(folder)", f"os.mkdir(folder); {code}")
    path, source = str(hub.layout.inbound / name), str(hub.released(WEEK))
    done = hub.as_user(who, sys.executable, "-c", link_first, path, source, NOW)
    assert done.returncode == 0, done.stderr
    line = settled(hub, name)
    assert line["state"] == "done"
    receipt = Receipt.from_json(ask(hub, who, f"submission/{line['number']}/receipt").text)
    assert set(receipt.files) == {"toy.ipynb"}


# ---- hole 5: disk fill ------------------------------------------------------------------------


FILL = """
import os, sys
for n in range(12):
    folder = os.path.join(sys.argv[1], sys.argv[2] + f"fill{n:08d}")
    os.mkdir(folder)
    with open(os.path.join(folder, "x"), "wb") as f:
        f.write(os.urandom(2 << 20))
"""


def test_nobody_fills_the_exchange(hub):
    greedy, modest = hub.students[7], hub.students[1]  # what is left of the fill is graded later
    kept = entry(modest, mark="modestmodest")
    hand_in(hub, modest, kept)
    before = entry(greedy, mark="greedybefore")
    hand_in(hub, greedy, before)
    assert settled(hub, before)["state"] == settled(hub, kept)["state"] == "done"
    done = hub.as_user(greedy, sys.executable, "-c", FILL, str(hub.layout.inbound), f"{greedy}+{WEEK}+{NOW}+")
    assert done.returncode == 0, done.stderr
    uid = os.stat(hub.layout.home(greedy)).st_uid
    until(lambda: sum(e.size for e in entries_in(hub.layout.inbound) if e.uid == uid) <= SHARE_MB << 20)
    assert (hub.layout.inbound / kept).is_dir()
    line = next(x for x in lines(hub, greedy) if x["entry"] == before)
    assert line["state"] == "done"  # the service has its own copy
    assert ask(hub, greedy, f"submission/{line['number']}/receipt").status_code == 200


def test_an_entry_that_is_too_large_is_refused(hub):
    who = hub.students[2]
    name = entry(who, mark="toolargelarg")
    code = "import os, sys; os.mkdir(sys.argv[1]); open(sys.argv[1] + '/x', 'wb').truncate(1 << 40)"
    assert hub.as_user(who, sys.executable, "-c", code, str(hub.layout.inbound / name)).returncode == 0
    line = settled(hub, name)
    assert (line["state"], line["cause"]) == ("refused", "too-large")


# ---- who sees what ----------------------------------------------------------------------------


@pytest.fixture(scope="module")
def graded(hub) -> dict:
    """A submission of the first student's that is graded."""
    name = entry(hub.students[0], mark="minealonexyz")
    hand_in(hub, hub.students[0], name)
    return settled(hub, name)


OPEN = (
    "", "submission/1", "submission/1/receipt", f"leaderboard/{WEEK}", "health", "metrics", "style.css",
    "oauth_callback", "nothing",
)  # fmt: skip
"""Addresses that are not for staff alone: what they show is decided by who asks."""
ORDER = f"grade/{WEEK}/{'0' * 64}?notebook=toy&student=ann"
STAFF = (
    "staff", "staff?format=json", "staff?state=failed", "staff/retry/{}", "staff/regrade/{}", f"staff/week/{WEEK}",
    *(f"staff/week/{WEEK}/{verb}" for verb in VERBS), f"staff/week/{WEEK}/report/index.html", f"grade/{WEEK}", ORDER,
)  # fmt: skip


def page_of(path: str) -> type[RequestHandler]:
    return next(page for pattern, page in routes("") if re.fullmatch(pattern, path.format(1).partition("?")[0]))


def test_of_every_address_it_is_said_whether_it_is_for_staff():
    for_staff, for_all = {page_of(path) for path in STAFF}, {page_of(path) for path in OPEN}
    assert for_staff.isdisjoint(for_all)
    assert for_staff | for_all == {page for _, page in routes("")}


@pytest.mark.parametrize("path", STAFF)
def test_a_students_token_on_a_staff_path_gets_403(hub, graded, path):
    page, address = page_of(path), path.format(graded["number"])
    methods = [m for m in ("GET", "POST") if getattr(page, m.lower()) is not getattr(RequestHandler, m.lower())]
    assert methods
    for method in methods:
        assert ask(hub, hub.students[0], address, method).status_code == 403
        if method == "GET":
            assert ask(hub, hub.instructor, address).status_code in (200, 404)
        else:
            assert press(hub, hub.students[0], address) == 403  # nor with the cookies of their browser


@pytest.fixture(scope="module")
def report(hub, graded) -> str:
    """The class report, as staff have it made from their page; returns its address."""
    week = f"staff/week/{WEEK}"
    assert press(hub, hub.instructor, f"{week}/report") == 302
    until(lambda: "Open the report" in ask(hub, hub.instructor, week).text)
    return f"{week}/report/"


def test_the_class_report_is_for_staff_and_fetches_nothing(hub, graded, report):
    who = hub.students[0]
    for name in ("index.html", "students.html", f"students/{who}.html", "students.csv", "report.json"):
        assert ask(hub, who, report + name).status_code == 403
        answer = ask(hub, hub.instructor, report + name)
        assert answer.status_code == 200
        assert who in answer.text or name == "index.html", "the overview names only whom something is to be said of"
        policy = answer.headers["Content-Security-Policy"]
        assert "default-src 'none'" in policy and "frame-ancestors 'none'" in policy and "script-src" not in policy
    for name in ("../../secret", "..%2f..%2fsecret", "%2e%2e/%2e%2e/secret", "none.html"):
        assert ask(hub, hub.instructor, report + name).status_code == 404


def test_staff_grade_a_submission_again_with_the_suite_as_it_is_now(hub, graded):
    suite = hub.layout.course / "tests" / "hidden" / WEEK / "test_q1.py"
    before = suite.read_text()
    number = newest(hub, hub.students[0])["number"]

    def state() -> str:
        found = lines(hub, hub.instructor, f"staff?format=json&student={hub.students[0]}&assignment={WEEK}")
        return next(x["state"] for x in found if x["number"] == number)

    def regraded() -> str:
        assert press(hub, hub.instructor, f"staff/regrade/{number}") == 302
        until(lambda: state() == "done", 90)
        return ask(hub, hub.instructor, f"submission/{number}").text

    try:
        suite.write_text(f'{before}\n\ndef test_new(student):\n    """A new test."""\n    assert False\n')
        assert "A new test." in regraded()
    finally:
        suite.write_text(before)
    assert "A new test." not in regraded()


def newest(hub: Hub, who: str) -> dict:
    """A student's newest submission that has a result, or will have one, as staff see it."""
    found = lines(hub, hub.instructor, f"staff?format=json&student={who}&assignment={WEEK}")
    return next(x for x in found if x["state"] in ("queued", "running", "done"))


def test_a_student_sees_only_their_own(hub, graded):
    mine, other = hub.students[:2]
    for path in ("", "/receipt"):
        assert ask(hub, mine, f"submission/{graded['number']}{path}").status_code == 200
        assert ask(hub, other, f"submission/{graded['number']}{path}").status_code == 404
        assert ask(hub, hub.instructor, f"submission/{graded['number']}{path}").status_code == 200
    assert {x["student"] for x in lines(hub, mine)} == {mine}
    assert graded["number"] not in {x["number"] for x in lines(hub, other)}


def test_a_students_token_opens_no_formgrader(hub):
    answer = requests.get(
        f"{hub.url}/services/{COURSE}/formgrader", timeout=30, allow_redirects=False,
        headers={"Authorization": f"token {token(hub.url, hub.students[0])}"},
    )  # fmt: skip
    assert answer.status_code == 403


@pytest.mark.parametrize(
    "path",
    ["", "staff", "submission/1", "submission/1/receipt", f"staff/week/{WEEK}", f"staff/week/{WEEK}/report/index.html"],
)
def test_nobody_sees_anything_without_login(hub, path):
    answer = requests.get(hub.service + path, allow_redirects=False, timeout=30)
    assert answer.status_code == 302 and "/hub/api/oauth2/authorize" in answer.headers["Location"]


def test_a_post_with_cookies_needs_the_xsrf_token(hub, graded):
    session = hub.session(hub.instructor)
    page = session.get(hub.service + "staff", timeout=30)
    assert page.status_code == 200, page.text
    url = f"{hub.service}staff/retry/{graded['number']}"
    assert session.post(url, timeout=30, allow_redirects=False).status_code == 403
    assert session.post(url, data={"_xsrf": "0" * 32}, timeout=30, allow_redirects=False).status_code == 403
    xsrf = session.cookies.get("_xsrf", path=f"/services/{SERVICE}/")
    # with it, the answer is about the submission: it did not fail, so that there is nothing to try again
    assert session.post(url, data={"_xsrf": xsrf}, timeout=30, allow_redirects=False).status_code == 404
    for path in (f"staff/regrade/{graded['number']}", *(f"staff/week/{WEEK}/{v}" for v in VERBS), f"grade/{WEEK}"):
        assert session.post(hub.service + path, timeout=30, allow_redirects=False).status_code == 403, path


def test_every_answer_forbids_scripts_and_frames(hub, graded):
    for path in ("", "staff", "health", "metrics", "style.css", f"submission/{graded['number']}", "nothing"):
        answer = ask(hub, hub.instructor, path)
        policy = answer.headers["Content-Security-Policy"]
        assert "default-src 'none'" in policy and "frame-ancestors 'none'" in policy and "unsafe" not in policy
        assert "script-src" not in policy
        assert answer.headers["X-Content-Type-Options"] == "nosniff"


def test_a_page_has_neither_script_nor_inline_style(hub, graded):
    for path in ("", f"submission/{graded['number']}", "staff", f"staff/week/{WEEK}"):
        page = ask(hub, hub.instructor, path).text
        assert not re.search(r"<script|\sstyle=|\son[a-z]+=", page)


def test_health_and_metrics_name_nobody(hub, graded):
    health = requests.get(hub.service + "health", timeout=30)
    metrics = requests.get(hub.service + "metrics", timeout=30)
    assert health.json()["status"] == "ok"
    assert 'autograder_submissions{state="done"}' in metrics.text
    for name in hub.layout.people:
        assert name not in health.text + metrics.text


# ---- secrets ----------------------------------------------------------------------------------


def _server_of(hub: Hub, who: str, uid: int) -> Iterator[Path]:
    """Where the kernel tells of a student's processes that are what they are to be: between fork and exec none is."""
    for pid in processes(hub.layout):
        with contextlib.suppress(OSError):
            if owner_of(pid) == uid and f"JUPYTERHUB_USER={who}" in Path(f"/proc/{pid}/environ").read_text():
                yield Path(f"/proc/{pid}")


def test_a_students_server_has_limits_and_no_secret_of_the_hub(hub):
    who = hub.students[2]
    headers = {"Authorization": f"token {token(hub.url, who)}"}
    started = requests.post(f"{hub.url}/hub/api/users/{who}/server", headers=headers, timeout=120)
    assert started.status_code in (201, 202), started.text
    uid = os.stat(hub.layout.home(who)).st_uid
    found = until(lambda: next(_server_of(hub, who, uid), None))
    environment = (found / "environ").read_text()
    limits = (found / "limits").read_text()
    assert re.search(rf"Max file size\s+{FILE_MB << 20}\s", limits)
    names = {line.partition("=")[0] for line in environment.split("\0")}
    assert not names & {"CONFIGPROXY_AUTH_TOKEN", "AUTOGRADER_COURSE_SECRET", "AUTOGRADER_STORE", "AUTOGRADER_COURSE"}


def owner_of(pid: int) -> int | None:
    """None if the process has ended since it was listed."""
    try:
        return Path(f"/proc/{pid}").stat().st_uid
    except FileNotFoundError:
        return None


def test_passwords_are_nowhere_in_plain(hub):
    passwords = [password.encode() for password in hub.passwords.values()]
    read, found = 0, []
    for path in (Path(folder, name) for folder, _, names in os.walk(hub.layout.root) for name in names):
        # the hub lives: its databases' journals come and go
        with contextlib.suppress(FileNotFoundError):
            if path.is_file() and path.stat().st_size < 1 << 22:
                content = path.read_bytes()
                read += 1
                found += [path] if any(password in content for password in passwords) else []
    assert read > 100
    assert found == []
