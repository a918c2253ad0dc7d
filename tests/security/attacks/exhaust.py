"""Exhaust time, memory, processes, descriptors, disk and output."""

from __future__ import annotations

from tests.security.attack import Attack
from tests.security.attacks.forge import PEER

TIME = "infinite loop; a loop that swallows KeyboardInterrupt; a loop in C; recursion; a decompression bomb"
FLOOD = "output flood: one 30 MB line, 3,000,000 lines, 10,000 figures, a 1 GB return value"
MEMORY = "memory bomb; memory bomb in shared memory"
DISK = "disk fill in every writable place; inode fill; file descriptor leak"
FORK = "fork bomb"
VALUE = "a stride-0 array of 3 GB, 10**5000, stale handles, a cyclic list, lone surrogates"
MACHINE = "it would use up the machine that runs the tests: no limit holds root there"

# As like torch's as the guest can tell; the real one takes longer to import than a cell has here.
_TENSOR = """
import sys, types
import numpy as np
class Tensor:
    layout, is_quantized, dtype = "strided", False, "torch.float64"
    device = types.SimpleNamespace(type="cpu")
    detach = resolve_conj = resolve_neg = lambda self: self
    numpy = lambda self: np.ones(5)
    __eq__ = lambda self, other: True
torch = types.ModuleType("torch")
torch.Tensor, torch.strided, torch.manual_seed = Tensor, "strided", lambda seed: None
torch.nn = types.SimpleNamespace(Parameter=Tensor)
sys.modules["torch"] = torch
"""


def _in_test(name: str, source: str, expect: str, line: str, says: str = "") -> Attack:
    return Attack(name, line, answer=source, expect=frozenset({expect}), says=says)


ATTACKS = [
    Attack(
        "loops_for_ever",
        TIME,
        first="while True: pass",
        expect=frozenset({"time-limit"}),
        says="A cell did not finish within 2 s.",
    ),
    Attack(
        "swallows_the_interrupt",
        TIME,
        first="while True:\n    try:\n        while True: pass\n    except BaseException: pass",
        expect=frozenset({"time-limit"}),
    ),
    Attack("loops_in_c", TIME, first="import itertools\nall(itertools.repeat(1))", expect=frozenset({"time-limit"})),
    Attack("loops_in_a_big_power", TIME, first="3 ** (10 ** 9)", expect=frozenset({"time-limit"})),
    _in_test(
        "loops_in_every_test",
        "def answer(x):\n    while True: pass",
        "time-limit",
        TIME,
        says="did not answer within 1 s.",
    ),
    _in_test("sleeps_in_every_test", "import time\ndef answer(x):\n    time.sleep(1e6)", "time-limit", TIME),
    Attack("recurses", TIME, first="def f(): f()\ntry:\n    f()\nexcept RecursionError: pass"),
    Attack(
        "recurses_in_c",
        TIME,
        first="import sys\nsys.setrecursionlimit(10**9)\ndef f(): return [*map(lambda _: f(), [1])]\nf()",
        expect=frozenset({"process-ended"}),
    ),
    Attack(
        "unpacks_a_bomb",
        TIME,
        first="""
import zlib
packer = zlib.compressobj(1, zlib.DEFLATED, -15)
block = packer.compress(bytes(1 << 20)) + packer.flush(zlib.Z_FULL_FLUSH)
zlib.decompressobj(-15).decompress(block * 300)
""",
        expect=frozenset({"memory-limit"}),
    ),
    Attack(
        "prints_one_long_line",
        FLOOD,
        first="print('x' * 30_000_000)",
        expect=frozenset({"output-limit"}),
        says="shows more than 64 KiB",
    ),
    Attack(
        "prints_three_million_lines",
        FLOOD,
        first="import sys\nfor _ in range(3_000_000): sys.stdout.write('x\\n')",
        expect=frozenset({"output-limit"}),
    ),
    Attack(
        "shows_ten_thousand_figures",
        FLOOD,
        first="from IPython.display import Image, display\nfor _ in range(10000): display(Image(data=b'\\x89PNG' + bytes(90), format='png'))",
        expect=frozenset({"output-limit"}),
    ),
    Attack(
        "shows_one_huge_figure",
        FLOOD,
        first="from IPython.display import HTML\nHTML('<b>' * 10_000_000)",
        expect=frozenset({"output-limit"}),
    ),
    _in_test(
        "returns_a_gigabyte",
        "import numpy as np\ndef answer(x):\n    return np.zeros(1 << 20)",
        "returned-limit",
        FLOOD,
        says="The limit is 4 MiB in one answer.",
    ),
    _in_test(
        "returns_bytes_of_many_megabytes",
        "def answer(x):\n    return bytes(30_000_000)",
        "returned-limit",
        FLOOD,
        says="The limit is 1024 KiB of numbers and texts outside of arrays.",
    ),
    Attack(
        "fills_memory",
        MEMORY,
        first="hoard = []\nwhile True: hoard.append(bytearray(1 << 22))",
        expect=frozenset({"memory-limit"}),
        says="A cell asked for more than 192 MiB of memory.",
    ),
    Attack("asks_for_all_memory_at_once", MEMORY, first="bytearray(1 << 40)", expect=frozenset({"memory-limit"})),
    _in_test(
        "fills_memory_in_a_test",
        "def answer(x):\n    return len([bytes(1 << 22) for _ in range(10**6)])",
        "memory-limit",
        MEMORY,
        says="The limit is 192 MiB of memory.",
    ),
    Attack(
        "fills_shared_memory",
        MEMORY,
        first="""
import mmap, os
try:
    with open("/dev/shm/LEFTOVER-9c1e", "wb") as file:
        for _ in range(4096):
            file.write(bytes(1 << 20))
    print("SUCCEEDED")
except OSError as error:
    print(error)
""",
    ),
    Attack(
        "fills_anonymous_shared_memory",
        MEMORY,
        first="""
import mmap, os
held, refused = [], []
def memory_file():
    descriptor = os.memfd_create("LEFTOVER-9c1e")
    os.truncate(descriptor, 8 << 20)
    return descriptor
for name, descriptor in ("anonymous", lambda: -1), ("zero", lambda: os.open("/dev/zero", os.O_RDWR)), ("memfd", memory_file):
    try:
        for _ in range(96):
            # populated by the kernel: written by this cell it could take all of its time
            held.append(mmap.mmap(descriptor(), 8 << 20, mmap.MAP_SHARED | mmap.MAP_POPULATE))
            held[-1].madvise(mmap.MADV_DONTNEED)  # in no process any more, and still there
        print("SUCCEEDED", name)
    except OSError as error:
        refused.append(error)
raise refused[0]
""",
        expect=frozenset({"memory-limit"}),
    ),
    _in_test(
        "shares_all_memory_at_once_in_a_test",
        "import mmap\ndef answer(x):\n    return len(mmap.mmap(-1, 1 << 45))",
        "memory-limit",
        MEMORY,
        says="The limit is 192 MiB of memory (of what processes share, 64 MiB in /dev/shm).",
    ),
    Attack(
        "fills_every_writable_place",
        DISK,
        first="""
import os
for place in (".", "/dev/shm", "/tmp", "/var/tmp", "/run", "/box", os.path.expanduser("~")):
    try:
        for n in range(100):
            with open(f"{place}/LEFTOVER-9c1e-{n}", "wb") as file:
                for _ in range(100):
                    file.write(bytes(1 << 20))
    except OSError as error:
        print(place, error)
    else:
        print("SUCCEEDED", place)
""",
        not_on={"plain": MACHINE},
    ),
    Attack(
        "fills_inodes",
        DISK,
        first="""
import os
made = 0
for place in (".", "/dev/shm"):
    try:
        for n in range(20000):
            os.close(os.open(f"{place}/LEFTOVER-9c1e-{n}", os.O_CREAT))
            made += 1
    except OSError as error:
        print(error)
print("SUCCEEDED" if made >= 40000 else "looked")
""",
        not_on={"plain": MACHINE},
    ),
    Attack(
        "makes_files_without_end",
        DISK,
        first="n = 0\nwhile True:\n    open(str(n), 'w').close()\n    n += 1",
        expect=frozenset({"disk-limit"}),
        not_on={"plain": MACHINE},
        says="A cell wrote more than there is room for: 8 MiB of files (4096 at the most)",
    ),
    Attack(
        "makes_files_without_end_in_a_test",
        DISK,
        answer="import itertools, os\ndef answer(x):\n    for n in itertools.count(): os.mkdir(str(n))",
        expect=frozenset({"disk-limit"}),
        not_on={"plain": MACHINE},
        says="The limit is 8 MiB of files (4096 of them at the most)",
    ),
    Attack(
        "leaks_descriptors",
        DISK,
        first="import os\nheld = []\nwhile True: held.append(os.open('/dev/null', 0))",
        expect=frozenset({"descriptor-limit"}),
        says="A cell held more than 128 files open.",
    ),
    Attack(
        "leaks_descriptors_in_a_test",
        DISK,
        answer="import os\ndef answer(x):\n    while True: os.dup(0)",
        expect=frozenset({"descriptor-limit"}),
        says="The limit is 128 open files.",
    ),
    Attack(
        "writes_one_large_file",
        DISK,
        first="with open('large', 'wb') as file:\n    while True: file.write(bytes(1 << 20))",
        expect=frozenset({"disk-limit"}),
        says="A cell wrote more than there is room for: 8 MiB of files",
    ),
    Attack(
        "writes_a_large_file_in_a_test",
        DISK,
        answer="def answer(x):\n    with open('large', 'wb') as file:\n        while True: file.write(bytes(1 << 20))",
        expect=frozenset({"disk-limit"}),
        says="The limit is 8 MiB of files",
    ),
    Attack(
        "writes_a_sparse_file_of_a_terabyte",
        DISK,
        first="import os\nopen('sparse', 'wb').truncate(1 << 40)",
        expect=frozenset({"disk-limit"}),
    ),
    Attack(
        "bombs_with_forks",
        FORK,
        first="import os, time\nwhile True:\n    if os.fork() == 0:\n        time.sleep(1000)",
        expect=frozenset({"process-limit"}),
        not_on={"plain": MACHINE},
        says="A cell started more than 24 processes and threads.",
    ),
    Attack(
        "bombs_with_forks_in_a_test",
        FORK,
        answer="import os\ndef answer(x):\n    while True: os.fork()",
        expect=frozenset({"process-limit"}),
        not_on={"plain": MACHINE},
        says="The limit is 24 processes.",
    ),
    Attack(
        "bombs_with_threads",
        FORK,
        first="import threading, time\nwhile True: threading.Thread(target=time.sleep, args=(1000,), daemon=True).start()",
        expect=frozenset({"process-limit"}),
        not_on={"plain": MACHINE},
    ),
    _in_test(
        "returns_an_array_of_three_gigabytes_without_memory",
        "import numpy as np\ndef answer(x):\n    return np.broadcast_to(1.0, (20000, 20000))",
        "returned-limit",
        VALUE,
    ),
    _in_test("returns_a_long_number", "def answer(x):\n    return 10 ** 5000", "assertion", VALUE),
    _in_test("returns_a_very_long_number", "def answer(x):\n    return 1 << (1 << 24)", "returned-limit", VALUE),
    _in_test(
        "returns_a_list_that_holds_itself", "def answer(x):\n    a = []; a.append(a); return a", "returned-limit", VALUE
    ),
    _in_test(
        "returns_a_deep_list",
        "def answer(x):\n    a = 0\n    for _ in range(100000): a = [a]\n    return a",
        "returned-limit",
        VALUE,
        says="The limit is 32 levels of lists, tuples and the like inside each other.",
    ),
    _in_test("returns_lone_surrogates", "def answer(x):\n    return '\\ud800' * 10", "assertion", VALUE),
    _in_test(
        "returns_a_million_small_things",
        "def answer(x):\n    return [0] * 3_000_000",
        "returned-limit",
        VALUE,
        says="The limit is 1024 KiB of numbers and texts outside of arrays.",
    ),
    _in_test("returns_a_range_without_end", "def answer(x):\n    return range(1 << 62)", "unusable", VALUE),
    _in_test("returns_a_tensor_in_a_numpy_week", _TENSOR + "def answer(x):\n    return Tensor()", "wrong-kind", VALUE),
    _in_test(
        "sends_a_tensor_to_a_judge_without_torch",
        PEER + _TENSOR + "def answer(x):\n    peer().tensors = True\n    return Tensor()",
        "protocol",
        VALUE,
    ),
    _in_test(
        "returns_an_endless_iterator",
        "import itertools\ndef answer(x):\n    return itertools.repeat(1)",
        "wrong-kind",
        VALUE,
    ),
    _in_test(
        "returns_an_item_of_a_gigabyte",
        "import numpy as np\ndef answer(x):\n    return np.empty((10**18, 0), 'S1000000000')",
        "assertion",
        VALUE,
    ),
    Attack(
        "uses_a_stale_handle",
        VALUE,
        answer="kept = []\ndef answer(x):\n    kept.append(x)\n    f = next((k for k in kept if callable(k)), None)\n    return f(1) if f else 0",
    ),
    Attack(
        "calls_back_without_end",
        "own",
        answer="def answer(f):\n    while callable(f): f(0)\n    return 0",
        expect=frozenset({"message-limit"}),
        says="The limit is 200 calls in one test.",
    ),
]
