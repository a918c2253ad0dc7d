"""A session from its first word to its last."""

from __future__ import annotations

import os

import pytest

from autograder.errors import BadManifest
from tests.integration.sandbox_engines import opened, start


def test_a_session_runs_and_answers(session):
    assert session.run("answer = 6 * 7") == 42


def test_a_session_has_a_scratch_directory_of_its_own(session):
    answer = session.run(
        "import os, tempfile\nopen('a', 'w').write('b'); answer = [os.listdir(), tempfile.gettempdir()]"
    )
    assert answer[0] == ["a"]
    assert answer[1] == session.run("answer = os.getcwd()")


def test_a_session_holds_no_descriptor_but_its_channel(session):
    code = "import os; answer = sorted(int(n) for n in os.listdir('/proc/self/fd'))"
    assert session.run(code) == [0, 1, 2, 3, 4], "4 is the listing itself"


def test_the_collector_works_in_a_session(session):
    assert session.run("import gc; answer = gc.isenabled()") is True


def test_the_environment_says_nothing_of_the_host(session):
    code = "import os; answer = [dict(os.environ), open('/proc/self/environ').read()]"
    now, at_start = session.run(code)
    outside = {value for key, value in os.environ.items() if len(value) > 8 and key not in ("PATH", "LANG", "LC_ALL")}
    assert not outside & set(now.values())
    assert not any(value in at_start for value in outside)


def test_imports_are_there_before_the_session(engine):
    with start(engine, imports=("decimal",)) as fresh, opened(fresh) as raw:
        assert raw.run("import sys; answer = 'decimal' in sys.modules")


def test_a_library_that_is_not_there_is_the_courses_fault_and_named(engine):
    with pytest.raises(BadManifest, match=r"\[sandbox\] imports: .*'json\.decoderr'.*make images"):
        start(engine, imports=("json.decoderr",))


def test_hello_says_how_the_box_is_made(worker):
    hello = worker.hello
    assert hello.seccomp
    assert hello.mode == {"docker": "uid", "podman": "uid"}.get(worker.engine, hello.mode)
    assert hello.accounting == ("cgroup" if worker.engine == "docker" else "proc")


def test_an_exit_is_reported_with_its_code(session):
    session.send("import os; os._exit(7)")
    session.wait_for_end()
    status = session.session.control.status()
    assert (status.alive, status.ending, status.tripped) == (False, "exit code 7", "")


def test_a_crash_is_reported_with_its_signal(session):
    session.send("import os, signal; os.kill(os.getpid(), signal.SIGSEGV)")
    session.wait_for_end()
    assert session.session.control.status().ending == "signal SIGSEGV"


def test_an_interrupt_reaches_the_session(session):
    session.send(
        "import os\ntry:\n    os.write(channel_fd, b'r')\n    while True: pass\n"
        "except KeyboardInterrupt:\n    answer = 'back'"
    )
    session.wait_for_byte(b"r")
    session.session.control.interrupt()
    assert session.receive() == "back"


def test_a_dead_session_takes_its_children_with_it(session):
    session.send("import os, time\nif os.fork() == 0:\n    os.setsid()\n    time.sleep(1000)\nos._exit(0)")
    session.wait_for_end()  # the child holds the channel too: it closes only when nobody is left
    assert not session.session.control.status().alive
