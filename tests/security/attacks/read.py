"""Read the tests, the answers or the inputs."""

from __future__ import annotations

from tests.security.attack import PLAIN_AS_ROOT, Attack

DISK = "read the suite, the solution notebook or the gradebook from disk"
STACK = "walk the stack, the heap and the modules"
PROC = "read /proc of the supervisor: environ, cmdline, fd, mem"
NETWORK = "send tests over the network; DNS; a reverse shell; the cloud's metadata address"
HAND_ON = "put the hidden inputs where the feedback shows them"

SEARCH = '''
def search(texts):
    """What looks like a canary in any of the texts."""
    import re
    return sorted({found for text in texts for found in re.findall("CANA" + r"RY-[a-z0-9-]+", text)})
'''

# Looks everywhere at the time of the test, and returns an expected value if it finds one.
FIND_AND_RETURN = """
def answer(x):
    for found in look():
        if "expected" in found:
            return found
    return 0
"""

ATTACKS = [
    Attack(
        "walks_the_whole_disk",
        DISK,
        first=SEARCH
        + """
import os, sys
texts = []
roots = ("/", "/proc/1/root", "/proc/self/root", "..", "../../..", os.path.expanduser("~root"), "/run", "/srv")
for root in roots:
    for folder, folders, names in os.walk(root):
        folders[:] = [f for f in folders if f not in ("proc", "sys", "usr", "opt", "lib")]
        for name in names:
            if name.endswith((".py", ".ipynb", ".db", ".json", ".toml", ".txt", "secret")):
                try:
                    texts.append(open(os.path.join(folder, name), errors="replace").read(1 << 20))
                except OSError:
                    pass
print("SUCCEEDED" if search(texts) else "looked", search(texts))
""",
    ),
    Attack(
        "asks_for_the_course_by_its_usual_names",
        DISK,
        first=SEARCH
        + """
import glob
names = ["course/secret", "course/gradebook.db", "source/*/*.ipynb", "solutions/*/*.py", "tests/hidden/*/*.py",
         "gradebook.db", "tests/*.py", ".autograder/*"]
found = [f for up in range(9) for name in names for f in glob.glob("../" * up + name)]
print("SUCCEEDED" if found else "looked", found)
""",
    ),
    Attack(
        "imports_the_judge",
        DISK,
        first="""
import importlib, pkgutil
for name in ("judge", "course", "grading", "records", "store", "validation", "nbgrader_bridge", "report", "sandbox"):
    try:
        importlib.import_module("autograder." + name)
    except (ImportError, OSError):
        continue
    print("SUCCEEDED", name)
""",
        landlock=1,
    ),
    Attack(
        "walks_the_stack",
        STACK,
        answer=SEARCH
        + """
import sys
def look():
    frame, texts = sys._getframe(), []
    while frame is not None:
        texts += [repr(frame.f_locals), repr(frame.f_globals), repr(frame.f_code.co_consts)]
        frame = frame.f_back
    return search(texts)
"""
        + FIND_AND_RETURN,
    ),
    Attack(
        "looks_through_all_objects",
        STACK,
        answer=SEARCH
        + """
import gc
def look():
    return search([o for o in gc.get_objects() if isinstance(o, str)]
                  + [repr(o)[:10000] for o in gc.get_objects() if type(o) in (dict, list, tuple)])
"""
        + FIND_AND_RETURN,
    ),
    Attack(
        "looks_into_modules_and_caches",
        STACK,
        answer=SEARCH
        + """
import inspect, linecache, sys
def look():
    texts = [repr(linecache.cache), repr(vars(sys.modules["__main__"]))]
    texts += [repr(vars(m))[:100000] for m in list(sys.modules.values()) if m is not None and hasattr(m, "__dict__")]
    return search(texts + [inspect.getsource(f.frame) if f.code_context else "" for f in inspect.stack()])
"""
        + FIND_AND_RETURN,
        expect=frozenset({"assertion"}),
    ),
    Attack(
        "scans_its_own_memory",
        "scan one's own heap for what the supervisor held",
        answer=SEARCH
        + '''
def look():
    """Expected values can be nowhere in this process; the input is, as it was passed in."""
    texts = []
    with open("/proc/self/maps") as maps, open("/proc/self/mem", "rb", 0) as memory:
        for line in maps:
            span, kind = line.split()[:2]
            if kind.startswith("rw") and "[v" not in line:
                low, high = (int(part, 16) for part in span.split("-"))
                try:
                    memory.seek(low)
                    texts.append(memory.read(high - low).decode("latin-1"))
                except (OSError, ValueError, OverflowError):
                    pass
    return search(texts)
'''
        + FIND_AND_RETURN,
        first="x = 1",
    ),
    Attack(
        "hooks_every_cell_and_prints_it",
        "an IPython pre_run_cell hook that prints the source of the cells it sees",
        first="""
get_ipython().events.register("pre_run_cell", lambda info: print(info.raw_cell))
get_ipython().events.register("post_run_cell", lambda result: print(result.info.raw_cell))
""",
    ),
    Attack(
        "reads_proc_of_everybody",
        PROC,
        first=SEARCH
        + """
import os
texts = []
for pid in [p for p in os.listdir("/proc") if p.isdigit()] + ["self"]:
    for name in ("environ", "cmdline", "maps", "stack", "syscall", "auxv", "mountinfo"):
        try:
            texts.append(open(f"/proc/{pid}/{name}", errors="replace").read())
        except OSError:
            pass
    for folder in ("fd", "cwd", "root", "map_files"):
        try:
            texts += [open(f"/proc/{pid}/{folder}/{n}", errors="replace").read(10000)
                      for n in os.listdir(f"/proc/{pid}/{folder}") if pid != "self" or folder != "fd"]
        except OSError:
            pass
print("SUCCEEDED" if search(texts) else "looked", search(texts))
""",
    ),
    Attack(
        "reads_the_memory_of_its_ancestors",
        PROC,
        first="""
import os
for pid in (1, os.getppid()):
    for name in ("mem", "environ", "fd", "map_files", "exe"):
        try:
            open(f"/proc/{pid}/{name}", "rb", 0).read(1) if name in ("mem", "environ") else os.listdir(f"/proc/{pid}/{name}")
        except (PermissionError, NotADirectoryError):
            continue
        except OSError as error:
            print(pid, name, error)
            continue
        print("SUCCEEDED", pid, name)
""",
        open_on=PLAIN_AS_ROOT,
    ),
    Attack(
        "calls_the_network",
        NETWORK,
        first="""
import socket, subprocess, urllib.request
for family in (socket.AF_INET, socket.AF_INET6):
    for kind in (socket.SOCK_STREAM, socket.SOCK_DGRAM, socket.SOCK_RAW):
        try:
            socket.socket(family, kind).close()
            print("SUCCEEDED", family, kind)
        except OSError as error:
            print(error)
for ask in (lambda: socket.getaddrinfo("example.org", 80), lambda: socket.create_connection(("1.1.1.1", 53), 1),
            lambda: urllib.request.urlopen("http://169.254.169.254/latest/meta-data/", timeout=1)):
    try:
        print("SUCCEEDED", ask())
    except OSError as error:
        print(error)
""",
    ),
    Attack(
        "opens_a_reverse_shell",
        NETWORK,
        first="""
import subprocess
for line in ("bash -c 'exec 9<>/dev/tcp/127.0.0.1/22 && echo SUCC''EEDED'", "ls /sys/class/net; cat /etc/resolv.conf"):
    print(subprocess.run(line, shell=True, capture_output=True, text=True).stdout)
""",
    ),
    *(
        Attack(f"hands_the_input_on_by_{name}", HAND_ON, answer=source, last=last, expect=frozenset(expect))
        for name, source, last, expect in [
            ("an_exception", "def answer(x):\n    raise ValueError(f'it was {x}')", "", {"exception"}),
            (
                "the_name_of_an_exception",
                "def answer(x):\n    raise type(str(x), (Exception,), {})(x)",
                "",
                {"exception"},
            ),
            ("a_key_error", "def answer(x):\n    return {}[x if type(x) is str else 'k']", "", {"exception"}),
            ("the_name_of_a_type", "def answer(x):\n    return type(str(x), (), {})()", "", {"wrong-kind"}),
            (
                "a_record",
                "import collections\ndef answer(x):\n    return collections.namedtuple('A' * 9, 'a')(x)",
                "",
                {"assertion"},
            ),
            (
                "what_it_prints",
                "import sys\ndef answer(x):\n    print(x); print(x, file=sys.stderr)",
                "",
                {"assertion"},
            ),
            (
                "a_figure",
                "from IPython.display import HTML, display\ndef answer(x):\n    display(HTML(str(x))); return 0",
                "",
                {"assertion"},
            ),
            (
                "a_warning",
                "import warnings\ndef answer(x):\n    warnings.warn(str(x)); return 0",
                "",
                {"assertion"},
            ),
            ("its_answer", "def answer(x):\n    return x", "", {"assertion"}),
            (
                "a_function_of_that_name",
                "import types\ndef answer(x):\n    exec(compile('1/0', str(x), 'exec'))",
                "",
                {"exception"},
            ),
            (
                "a_file_for_a_second_run",
                "import os, signal, time\ndef answer(x):\n    open('seen', 'a').write(str(x)); os.kill(os.getppid(), signal.SIGKILL); time.sleep(60)",
                "import os\nprint(open('seen').read() if os.path.exists('seen') else '')",
                {"snapshot-lost"},
            ),
        ]
    ),
]
