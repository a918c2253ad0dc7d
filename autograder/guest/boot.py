"""Start a supervisor: read the command line, meet the host, warm up, say hello, serve."""

from __future__ import annotations

import argparse
import gc
import importlib
import json
import os
import platform
import signal
import socket
import sys
import traceback

from autograder.guest import hugepages
from autograder.guest.accounting import CgroupAccount, ProcessAccount
from autograder.guest.confine import Walls
from autograder.guest.digest import guest_digest
from autograder.guest.kernel import (
    CAP_SYS_ADMIN,
    PR_SET_CHILD_SUBREAPER,
    PR_SET_DUMPABLE,
    give_up_capability,
    limit_inodes,
    prctl,
)
from autograder.guest.processes import thread_count
from autograder.guest.supervisor import Config, Supervisor

ENVIRONMENT = {
    "PATH": "/usr/local/bin:/usr/bin:/bin",
    "LANG": "C.UTF-8",
    "PYTHONDONTWRITEBYTECODE": "1",
    "MPLBACKEND": "Agg",
    # One thread: a fork after a parallel region hangs, and small problems are faster so.
    "OPENBLAS_NUM_THREADS": "1",
    "OMP_NUM_THREADS": "1",
    "MKL_NUM_THREADS": "1",
    "NUMEXPR_NUM_THREADS": "1",
    # torch.cuda.is_available() only asks the driver then: else it starts CUDA, which no fork of the process survives.
    "PYTORCH_NVML_BASED_CUDA_CHECK": "1",
    # The uid of a session has no entry in passwd; getpass and matplotlib ask these first.
    "USER": "student",
    "LOGNAME": "student",
}


def parse_arguments(argv: list[str]) -> Config:
    parser = argparse.ArgumentParser(prog="supervisor")
    parser.add_argument("--socket", required=True)
    parser.add_argument("--mode", choices=("uid", "single-uid", "plain"), required=True)
    parser.add_argument("--box", required=True)
    parser.add_argument("--shared-memory", default="")
    parser.add_argument("--first-uid", type=int, default=20000)
    parser.add_argument("--uids", type=int, default=100)
    parser.add_argument("--inodes", type=int, nargs=2, default=())
    parser.add_argument("--session", default="autograder.guest.session:serve")
    parser.add_argument("--import", dest="imports", action="append", default=[])
    options = vars(parser.parse_args(argv))
    return Config(**{**options, "imports": tuple(options["imports"]), "inodes": tuple(options["inodes"])})


def warm_up(config: Config) -> None:
    """Import what the assignment needs, once for all sessions; nobody may be running beside us afterwards."""
    os.environ.update(HOME=config.box, TMPDIR=config.box)
    importlib.import_module("autograder.guest.warm").prepare(list(config.imports))
    threads = thread_count()
    if threads > 1:
        raise RuntimeError(f"{threads} threads run after the imports {list(config.imports)}: a fork would hang")


def main(argv: list[str] | None = None) -> None:
    """Start, say hello (or what is wrong), and serve."""
    # PID 1 is immune to signals from its own namespace, but only to those it has no handler for.
    signal.signal(signal.SIGINT, signal.SIG_IGN if os.getpid() != 1 else signal.SIG_DFL)
    signal.signal(signal.SIGPIPE, signal.SIG_IGN)
    prctl(PR_SET_DUMPABLE, 0)
    prctl(PR_SET_CHILD_SUBREAPER, 1)
    os.environ.clear()
    os.environ.update(ENVIRONMENT)
    config = parse_arguments(sys.argv[1:] if argv is None else argv)
    if config.inodes:
        _limit_files(config)
    control = socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    control.connect(config.socket)
    try:
        supervisor = _prepare(config, control)
    except Exception as error:
        text = "".join(traceback.format_exception_only(error)).strip()
        control.send(json.dumps({"error": text[:2000]}).encode())
        raise SystemExit(1) from error
    _forget_standard_streams()
    supervisor.serve()


def _prepare(config: Config, control: socket.socket) -> Supervisor:
    gc.disable()  # the imports make much and drop little: to look for rubbish meanwhile takes a tenth of the start
    if config.mode == "uid":
        _check_readable(config.first_uid)
    warm_up(config)
    module, _, function = config.session.partition(":")
    serve_session = getattr(importlib.import_module(module), function)
    account = (None if config.mode == "plain" else CgroupAccount.find()) or ProcessAccount()
    walls = Walls.prepare(config.mode, config.shared_memory)
    supervisor = Supervisor(config, control, account, walls, serve_session)
    hello = {
        "pid": os.getpid(),
        "guest": guest_digest(),
        "python": platform.python_version(),
        "landlock": supervisor.walls.landlock,
        "seccomp": bool(supervisor.walls.filter),
        "mode": config.mode,
        "accounting": account.name,
    }
    gc.collect()
    gc.freeze()  # else the first collection in every fork copies every page
    gc.enable()
    hugepages.collapse()
    control.send(json.dumps({"hello": hello}).encode())
    return supervisor


def _limit_files(config: Config) -> None:
    """Where no engine did it: a number of files for each file system, as the kernel will say it (ENOSPC)."""
    try:
        for place, most in zip((config.box, config.shared_memory), config.inodes, strict=True):
            limit_inodes(place, most)
    except PermissionError:
        pass  # a profile of AppArmor may leave no capability to what bubblewrap starts
    give_up_capability(CAP_SYS_ADMIN)


def _check_readable(uid: int) -> None:
    """Refuse to serve where a session's uid cannot read the interpreter.

    Its lazy imports would fail then, and look like the student's fault.
    """
    os.seteuid(uid)
    try:
        for path in (sys.prefix, os.path.dirname(os.__file__), *sys.path):
            if os.path.exists(path) and not os.access(path, os.R_OK, effective_ids=True):
                raise PermissionError(f"{path} is not readable by every user: make it so (chmod -R a+rX)")
    finally:
        os.seteuid(0)
        prctl(PR_SET_DUMPABLE, 0)


def _forget_standard_streams() -> None:
    null = os.open("/dev/null", os.O_RDWR)
    for fd in (0, 1, 2):
        os.dup2(null, fd)
    os.close(null)


if __name__ == "__main__":
    main()
