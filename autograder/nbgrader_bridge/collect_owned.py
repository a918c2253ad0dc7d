"""``nbgrader collect`` on a hub: by the file system's owner and the server's time, not by what a name says."""

from __future__ import annotations

import datetime as dt
import os
from pathlib import Path
from typing import Any

from nbgrader.exchange.default.collect import groupby
from nbgrader.utils import check_mode
from traitlets import Bool

from autograder.errors import Refused
from autograder.intake import claim_of, look, owner
from autograder.nbgrader_bridge.collect import PlainFilesCollect
from autograder.nbgrader_bridge.roster import duedate_of


class OwnedCollect(PlainFilesCollect):
    """Sets aside what claims to be another's; the time of a submission is when its last byte arrived."""

    owned = Bool(True, help="Whether each student has an account of their own on this machine.").tag(config=True)

    def init_src(self) -> None:
        if not self.coursedir.course_id:
            self.fail("No course id specified. Re-run with --course flag.")
        inbound = Path(self.root) / self.coursedir.course_id / "inbound"
        self.inbound_path = str(inbound)
        if not check_mode(self.inbound_path, read=True, execute=True):
            self.fail(f"{inbound}: is not there, or you may not read it. Release an assignment first.")
        self.duedate = duedate_of(self.coursedir.db_url, self.coursedir.assignment_id)
        found = [record for entry in sorted(inbound.iterdir()) if (record := self._record(entry)) is not None]
        self.src_records = [self._chosen(records) for records in groupby(found, lambda r: r["username"]).values()]

    def _record(self, entry: Path) -> dict[str, Any] | None:
        claim = claim_of(entry.name)
        wanted = self.coursedir.student_id
        if claim is None or claim.assignment != self.coursedir.assignment_id or wanted not in ("*", "", claim.student):
            return None
        try:
            seen = look(entry)
            if self.owned:
                owner(entry, seen)
        except Refused as e:
            self.log.error("%s Set aside; not collected.", e)
            return None
        except OSError as e:
            self.log.error("%s: cannot be read (%s); not collected.", entry, e.strerror)
            return None
        arrived = seen.arrived.replace(tzinfo=None)  # nbgrader keeps naive UTC
        return {"username": claim.student, "filename": entry.name, "timestamp": arrived}

    def _chosen(self, records: list[dict[str, Any]]) -> dict[str, Any]:
        """The newest; with ``before_duedate`` the newest in time, if there is one."""
        newest_first = sorted(records, key=lambda record: record["timestamp"], reverse=True)
        if self.before_duedate and self.duedate is not None:
            return next((r for r in newest_first if r["timestamp"] <= self.duedate), newest_first[0])
        return newest_first[0]

    def do_copy(self, src: str, dest: str, log: Any = None) -> None:
        super().do_copy(src, dest, log)
        if os.path.isdir(dest):
            record = next(r for r in self.src_records if r["filename"] == os.path.basename(src))
            # lateness is counted from this file: the student's own is written over
            stamp = Path(dest) / "timestamp.txt"
            stamp.unlink(missing_ok=True)
            stamp.write_text(stamp_text(record["timestamp"]), encoding="ascii")


def stamp_text(arrived: dt.datetime) -> str:
    """A time as nbgrader writes it."""
    return arrived.strftime("%Y-%m-%d %H:%M:%S.%f UTC")
