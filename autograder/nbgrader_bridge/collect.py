"""``nbgrader collect`` that copies plain files alone.

nbgrader's own copies what a symbolic link in the exchange points to, read with the instructor's rights: a
link to a hidden suite would come back to the student in the outputs of their notebook. A fifo would stop it
for ever.
"""

from __future__ import annotations

import os
import shutil
import stat
from typing import Any

from nbgrader.exchange.default.collect import ExchangeCollect
from nbgrader.utils import ignore_patterns

from autograder.nbgrader_bridge.submitted import OTTER_LOG


class PlainFilesCollect(ExchangeCollect):
    """Leaves out links, fifos and devices, and says so."""

    def do_copy(self, src: str, dest: str, log: Any = None) -> None:
        limit = 1000 * self.coursedir.max_dir_size
        size = self.get_size(src)
        # one odd submission must not keep the others from being collected: nbgrader would stop here
        if not _is_plain(src):
            self.log.error("%s: is a link, not a folder; not collected", src)
            return
        if size > limit:
            self.log.error("%s: %d bytes, CourseDirectory.max_dir_size allows %d; not collected", src, size, limit)
            return
        usual = ignore_patterns(
            exclude=self.coursedir.ignore,
            include=self.coursedir.include,
            max_file_size=self.coursedir.max_file_size,
            log=self.log,
        )

        def ignore(folder: str, names: list[str]) -> set[str]:
            odd = {n for n in names if not _is_plain(os.path.join(folder, n))}
            for name in sorted(odd):
                self.log.warning("%s: neither a file nor a folder, left out", os.path.join(folder, name))
            return odd | {OTTER_LOG} | set(usual(folder, [n for n in names if n not in odd]))

        shutil.copytree(src, dest, ignore=ignore)
        for folder, _, names in os.walk(dest) if self.coursedir.groupshared else ():
            for path in (folder, *(os.path.join(folder, n) for n in names)):
                self._share(path)

    def _share(self, path: str) -> None:
        mode = os.stat(path).st_mode
        wanted = 0o2770 if stat.S_ISDIR(mode) else 0o660
        try:
            os.chmod(path, (mode | wanted) & 0o7777)
        except PermissionError:
            self.log.warning("%s: its group cannot be given the right to write", path)


def odd_files(folder: str) -> list[str]:
    """Paths below a folder that are neither plain files nor folders."""
    return [
        path
        for place, folders, names in os.walk(folder)
        for path in (os.path.join(place, name) for name in (*folders, *names))
        if not _is_plain(path)
    ]


def _is_plain(path: str) -> bool:
    mode = os.lstat(path).st_mode
    return stat.S_ISREG(mode) or stat.S_ISDIR(mode)
