"""A PostgreSQL server of the tests' own, in a temporary folder and on a socket that nobody else knows."""

from __future__ import annotations

import os
import pwd
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest


def programs() -> Path:
    """Folder of initdb and pg_ctl. Without them tests are skipped, in CI they fail."""
    found = shutil.which("initdb")
    folders = [Path(found).parent] if found else sorted(Path("/usr/lib/postgresql").glob("*/bin"))
    if folders:
        return folders[-1]
    message = "PostgreSQL's initdb is not here. Install it (Debian: apt-get install postgresql)."
    if os.environ.get("CI"):
        pytest.fail(message)
    pytest.skip(message)


class Server:
    """Starts, stops, and names its database. The server itself refuses to run as root."""

    def __init__(self, folder: Path, programs: Path):
        self.folder, self._programs = folder, programs
        self._as: list[str] = []
        if os.geteuid() == 0:
            account = pwd.getpwnam("postgres")
            os.chown(folder, account.pw_uid, account.pw_gid)
            self._as = ["setpriv", f"--reuid={account.pw_uid}", f"--regid={account.pw_gid}", "--clear-groups"]
        self._run("initdb", "--auth=trust", "--username=tests", "--no-sync", "--pgdata", str(folder / "data"))

    @property
    def url(self) -> str:
        return f"postgresql://tests@/postgres?host={self.folder}"

    def start(self) -> None:
        options = f"-c listen_addresses='' -c unix_socket_directories={self.folder} -c fsync=off"
        log, data = str(self.folder / "log"), str(self.folder / "data")
        self._run("pg_ctl", "start", "--wait", "--log", log, "--options", options, "--pgdata", data)

    def stop(self) -> None:
        self._run("pg_ctl", "stop", "--mode=immediate", "--pgdata", str(self.folder / "data"))

    def _run(self, program: str, *arguments: str) -> None:
        # not captured by a pipe: the server would hold its other end
        with tempfile.TemporaryFile() as said:
            command = [*self._as, str(self._programs / program), *arguments]
            status = subprocess.run(command, cwd="/", stdin=subprocess.DEVNULL, stdout=said, stderr=said, check=False)
            said.seek(0)
            assert status.returncode == 0, said.read().decode()


@contextmanager
def running_server() -> Iterator[Server]:
    found = programs()
    with tempfile.TemporaryDirectory(prefix="pg-", ignore_cleanup_errors=True) as folder:
        server = Server(Path(folder), found)
        server.start()
        try:
            yield server
        finally:
            server.stop()
