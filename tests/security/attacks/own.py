"""Attacks of our own: aimed at how this grader works."""

from __future__ import annotations

from tests.security.attack import Attack
from tests.security.attacks.forge import PEER

# One yes-or-no test is a coin toss; these look for a second toss.
_GUESS = """
    if type(x) is not str or not x.endswith("!"):
        return 0
    return {again}
"""

# There is no anonymous shared memory, but a file does as well.
_SHARED_BYTE = """
import mmap
with open("tosses", "w+b") as file:
    file.truncate(4096)
    memory = mmap.mmap(file.fileno(), 4096)
"""

ATTACKS = [
    Attack(
        "guesses_again_by_shared_memory",
        "own",
        first=_SHARED_BYTE,
        answer="def answer(x):"
        + _GUESS.format(again="tossed()")
        + """
def tossed():
    memory[0] += 1
    return memory[0] > 1
""",
    ),
    Attack(
        "guesses_again_by_a_file",
        "own",
        answer="import os\ndef answer(x):"
        + _GUESS.format(again="tossed()")
        + """
def tossed():
    with open("tosses", "a") as file:
        file.write("x")
    return os.path.getsize("tosses") > 1
""",
    ),
    Attack(
        "guesses_again_by_killing_the_notebook",
        "own",
        first=_SHARED_BYTE,
        answer="import os, signal\ndef answer(x):"
        + _GUESS.format(again="tossed()")
        + """
def tossed():
    memory[0] += 1
    os.kill(os.getppid(), signal.SIGKILL)
    return memory[0] > 1
""",
    ),
    Attack(
        "guesses_again_by_leaving",  # a test whose process went away is asked once more: nothing may tell it so
        "own",
        answer="import os\ndef answer(x):"
        + _GUESS.format(again="tossed()")
        + """
def tossed():
    again = False
    for place in ("tosses", "../tosses", "/dev/shm/tosses", "/tmp/tosses"):
        again = again or os.path.exists(place)
        try:
            open(place, "w").close()
        except OSError:
            pass
    return True if again else os._exit(0)
""",
        expect=frozenset({"process-ended"}),
    ),
    Attack(
        "answers_from_two_processes",
        "own",
        answer="import os\ndef answer(x):\n    return 0 if os.fork() else None",
    ),
    Attack(
        "drips_its_answer",
        "own",
        answer=PEER
        + """
import time
def answer(x):
    say(HEAD.pack(1000, 0))
    while True:
        say(b"x"); time.sleep(0.1)
""",
        expect=frozenset({"time-limit"}),
    ),
    Attack(
        "passes_descriptors_to_the_judge",
        "own",
        answer=PEER
        + """
import socket
def answer(x):
    null = os.open("/dev/null", 0)
    for _ in range(50):
        socket.send_fds(peer().channel.sock, [frame(b"\\x90")], [null] * 100)
    return 0
""",
        expect=frozenset({"protocol"}),
    ),
    Attack(
        "never_reads_what_the_judge_says",
        "own",
        answer=PEER + "\nimport time\ndef answer(x):\n    peer().channel.sock.shutdown(socket.SHUT_RD)\n    return x",
        expect=frozenset({"process-ended"}),
    ),
    Attack(
        "drops_the_judges_objects",
        "own",
        answer=PEER + "\ndef answer(x):\n    p = peer()\n    p._dead = list(range(1000)) * 3\n    return x",
    ),
    Attack(
        "rewinds_the_judges_generators",
        "own",
        first="""
from autograder.guest.serve import GuestPeer
GuestPeer._changed_states = lambda self: [["j1", {"bit_generator": "PCG64"}], [[], 1]]
""",
        expect=frozenset({"protocol"}),
    ),
    Attack(
        "leaves_words_in_the_names_of_processes",
        "own",
        first="""
import ctypes, os, threading, time
libc = ctypes.CDLL(None)
for _ in range(8):
    if os.fork() == 0:
        libc.prctl(15, b"LEFTOVER-9c1e", 0, 0, 0)
        time.sleep(1000)
libc.prctl(15, b"LEFTOVER-9c1e", 0, 0, 0)
time.sleep(0.5)
""",
        answer="def answer(x):\n    libc.prctl(15, b'LEFTOVER-9c1e', 0, 0, 0)\n    return 0",
        same_worker=True,
    ),
    Attack(
        "stops_the_notebook",
        "own",
        answer="import os, signal\ndef answer(x):\n    os.kill(os.getppid(), signal.SIGSTOP)\n    return 0",
    ),
    Attack(
        "makes_a_fork_that_is_no_fork",
        "own",
        first="""
import os
real = os.fork
def fork():
    pid = real()
    if pid:
        return pid
    os.setsid()
    return 0 if real() == 0 else os._exit(0)
os.fork = fork
""",
    ),
    Attack(
        "aborts_with_a_core",
        "own",
        answer="import os\ndef answer(x):\n    os.abort()",
        expect=frozenset({"process-ended"}),
    ),
    Attack(
        "crashes_in_c",
        "own",
        answer="import ctypes\ndef answer(x):\n    ctypes.string_at(0)",
        expect=frozenset({"process-ended"}),
    ),
    Attack(
        "closes_every_descriptor",
        "own",
        first="import os\nos.closerange(0, 1000)",
        expect=frozenset({"process-ended"}),
    ),
    Attack(
        "ends_in_a_destructor",
        "own",
        last="import os\nclass End:\n    def __del__(self): os._exit(0)\nend = End(); end.end = end; del end",
        expect=frozenset({"process-ended"}),
    ),
    Attack(
        "sets_an_alarm_for_later",
        "own",
        first="import signal\nsignal.signal(signal.SIGALRM, signal.SIG_DFL)\nsignal.setitimer(signal.ITIMER_REAL, 0.5, 0.1)",
        answer="import time\ndef answer(x):\n    time.sleep(0.05); return 0",
    ),
    Attack(
        "names_a_type_like_a_page",
        "own",
        answer="Evil = type('<script>alert(1)</script>\\n' * 10, (), {})\ndef answer(x):\n    return Evil()",
        expect=frozenset({"wrong-kind"}),
    ),
    Attack(
        "returns_records_that_change_their_mind",
        "own",
        answer="""
import collections
class R(collections.namedtuple("R", "a b")):
    n = 0
    @property
    def a(self):
        R.n += 1
        return R.n
def answer(x):
    return R(1, 2)
""",
    ),
    Attack(
        "writes_before_and_after_every_test",
        "own",
        answer="""
import os
def answer(x):
    for fd in range(3, 20):
        try:
            os.write(fd, b"\\x00" * 64)
        except OSError:
            pass
    return 0
""",
        expect=frozenset({"protocol"}),
    ),
    Attack(
        "replaces_itself_by_exec",
        "own",
        answer="import os\ndef answer(x):\n    os.execv('/bin/sh', ['sh', '-c', 'cat /proc/self/fd/*; sleep 100'])",
        expect=frozenset({"time-limit"}),
    ),
    Attack(
        "locks_its_scratch",
        "own",
        first="import fcntl, os\nf = open('lock', 'w'); fcntl.flock(f, fcntl.LOCK_EX)\nos.chmod('.', 0)",
        same_worker=True,
    ),
    Attack(
        "hides_a_test_in_its_comments",
        "own",
        first="# ### BEGIN HIDDEN TESTS\n# def test_text(student): pass\n# ### END HIDDEN TESTS\nx = 1",
        answer="def answer(x):\n    ### BEGIN SOLUTION\n    return 0\n    ### END SOLUTION",
    ),
]
