"""The IPython shell that runs a notebook's cells and records what they show.

One shell is made in the supervisor and inherited by every session. It differs from a kernel's:
no history, no input, no GUI; everything that a cell prints, displays or raises becomes a list of
nbformat output dictionaries, cut at a cap.
"""

from __future__ import annotations

import ast
import base64
import builtins
import contextlib
import inspect
import io
import os
import sys
import traceback
import types
import warnings
from typing import Any

from IPython.core.compilerop import CachingCompiler
from IPython.core.displayhook import DisplayHook
from IPython.core.displaypub import DisplayPublisher
from IPython.core.inputtransformer2 import TransformerManager
from IPython.core.interactiveshell import InteractiveShell
from traitlets.config import Config

from autograder.guest.confine import use_spare_descriptors

MAX_OUTPUTS = 200
"""Most outputs of one cell: 10,000 tiny figures must not become 10,000 entries of a notebook."""

BINARY_MIME = ("image/png", "image/jpeg", "application/pdf")


class Recorder:
    """Outputs of the running cell, in order, within the bytes that are left to the submission."""

    def __init__(self) -> None:
        self.outputs: list[dict[str, Any]] = []
        self.bytes_left = 0
        self.truncated = False
        self._named: dict[str, dict[str, Any]] = {}

    def start(self) -> None:
        self.outputs, self._named = [], {}

    def stream(self, name: str, text: str) -> None:
        text = self._take_text(text)
        if not text:
            return
        last = self.outputs[-1] if self.outputs else None
        if last is not None and last["output_type"] == "stream" and last["name"] == name:
            last["text"].append(text)
        else:
            self._add({"output_type": "stream", "name": name, "text": [text]})

    def rich(self, output_type: str, data: dict[str, Any], display_id: str | None = None) -> None:
        bundle = self._bundle(data)
        if bundle is None:
            return
        output = {"output_type": output_type, "data": bundle}
        if display_id is not None:
            self._named[display_id] = output
        self._add(output)

    def update(self, display_id: str, data: dict[str, Any]) -> None:
        output, bundle = self._named.get(display_id), self._bundle(data)
        if output is not None and bundle is not None:
            output["data"] = bundle

    def error(self, name: str, value: str, traceback: list[str]) -> None:
        # An error is always recorded, whatever was printed before it: it decides a grade cell.
        kept = [line[:2000] for line in traceback[-60:]]
        self.outputs.append({"output_type": "error", "ename": name[:200], "evalue": value[:2000], "traceback": kept})

    def clear(self) -> None:
        self.start()

    def finished(self) -> list[dict[str, Any]]:
        for output in self.outputs:
            if output["output_type"] == "stream" and type(output["text"]) is list:
                output["text"] = "".join(output["text"])
        return self.outputs

    def _add(self, output: dict[str, Any]) -> None:
        if len(self.outputs) < MAX_OUTPUTS:
            self.outputs.append(output)
        else:
            self.truncated = True

    def _take_text(self, text: str) -> str:
        kept = text[: self.bytes_left]
        if len(kept) < len(text):
            self.truncated = True
        # characters are counted as bytes: close enough for a cap, and linear in what is kept
        self.bytes_left -= len(kept)
        return kept

    def _bundle(self, data: dict[str, Any]) -> dict[str, str] | None:
        bundle = {}
        for mime, value in data.items():
            if type(mime) is not str:
                continue
            if isinstance(value, bytes) and mime in BINARY_MIME:
                value = base64.b64encode(value).decode()
            if isinstance(value, str):
                bundle[mime] = str(value)
        size = sum(len(value) for value in bundle.values())
        if size > self.bytes_left:
            self.truncated = True
            return None
        self.bytes_left -= size
        return bundle


class RecordedStream(io.TextIOBase):
    """``sys.stdout`` and ``sys.stderr`` of the notebook."""

    def __init__(self, recorder: Recorder, name: str):
        self._recorder, self._name = recorder, name

    def write(self, text: str) -> int:
        if not isinstance(text, str):
            raise TypeError(f"write() argument must be str, not {type(text).__name__}")
        self._recorder.stream(self._name, text)
        return len(text)

    def writable(self) -> bool:
        return True

    @property
    def encoding(self) -> str:
        return "utf-8"


class RecordingPublisher(DisplayPublisher):
    """``display(...)`` and figures."""

    recorder: Recorder

    def publish(self, data, metadata=None, *, transient=None, update=False, **_ignored) -> None:
        display_id = (transient or {}).get("display_id")
        if update:
            self.recorder.update(display_id, data)
        else:
            self.recorder.rich("display_data", data, display_id)

    def clear_output(self, wait=False) -> None:
        self.recorder.clear()


class RecordingDisplayHook(DisplayHook):
    """The value of a cell's last expression."""

    recorder: Recorder

    def write_output_prompt(self) -> None:
        pass

    def write_format_data(self, format_dict, md_dict=None) -> None:
        self.recorder.rich("execute_result", format_dict)

    def finish_displayhook(self) -> None:
        pass

    def update_user_ns(self, result) -> None:
        # as in IPython, without the cache of all outputs (_1, _2 ...): it would keep every result alive
        if result is not self.shell.user_ns["_oh"]:
            self.shell.user_ns["_"] = result


class CellCompiler(CachingCompiler):
    """Names the code of a cell after the cell, so that a traceback says where in the notebook."""

    current_cell = ""

    def get_code_name(self, raw_code, transformed_code, number) -> str:
        return f"<cell {self.current_cell}>"

    def format_code_name(self, name):
        if name.startswith("<cell "):
            return "Cell", name[len("<cell ") : -1]
        return super().format_code_name(name)


class CellTransformer(TransformerManager):
    """Looks for magics only where there can be one: IPython's own search costs more than most cells."""

    def do_token_transforms(self, lines: list[str]) -> list[str]:
        return lines if _is_python("".join(lines)) else super().do_token_transforms(lines)


class GradingShell(InteractiveShell):
    """An InteractiveShell whose every way out leads to the recorder."""

    recorder: Recorder

    def should_run_async(self, raw_cell, *, transformed_cell=None, **kwargs) -> bool:
        # IPython compiles each cell once more to find this out
        may_wait = any(word in (transformed_cell or raw_cell) for word in ("await", "async"))
        return may_wait and super().should_run_async(raw_cell, transformed_cell=transformed_cell, **kwargs)

    def enable_gui(self, gui=None) -> None:
        """There is no event loop to run; ``%matplotlib inline`` asks for one all the same."""

    def showtraceback(self, *args, **kwargs) -> None:
        use_spare_descriptors()  # it opens files; code that holds too many shall read that it does
        _say_whose_cells_are(sys.exc_info()[2])
        super().showtraceback(*args, **kwargs)

    def _showtraceback(self, etype, evalue, stb) -> None:
        self.recorder.error(getattr(etype, "__name__", str(etype)), _safe_text(evalue), list(stb))


def make_shell() -> GradingShell:
    """Make the one shell of this process, with nothing on disk and nothing in colour."""
    config = Config()
    config.HistoryManager.enabled = False
    config.InteractiveShell.colors = "nocolor"
    config.InteractiveShell.xmode = "Context"
    config.InteractiveShell.cache_size = 0
    config.InteractiveShell.display_pub_class = RecordingPublisher
    config.InteractiveShell.displayhook_class = RecordingDisplayHook
    config.InteractiveShell.compiler_class = CellCompiler
    config.ProfileDir.location = "/nonexistent"
    os.environ["IPYTHONDIR"] = "/nonexistent"
    shell = GradingShell.instance(
        config=config,
        display_pub_class=RecordingPublisher,
        displayhook_class=RecordingDisplayHook,
        compiler_class=CellCompiler,
    )
    shell.input_transformer_manager = CellTransformer()
    shell.recorder = shell.display_pub.recorder = shell.displayhook.recorder = Recorder()
    return shell


def warm_up() -> None:
    """Run a cell and let one fail: the first of each pays for lazy imports, and for a look at each module there is."""
    shell = GradingShell.instance()
    shell.recorder.bytes_left = 1 << 20
    shell.compile.current_cell = "warm"
    for source in ("1;", "def fail():\n    1 / 0\nfail()"):
        shell.run_cell(source, store_history=False)
    shell.reset(new_session=False)
    shell.recorder.start()
    for name in ("last_type", "last_value", "last_traceback"):
        vars(sys).pop(name, None)  # the failure is nobody's


def warm_figures() -> None:
    """Draw one tiny figure, so that fonts and the PNG encoder are loaded before the first fork."""
    shell = GradingShell.instance()
    shell.recorder.bytes_left = 1 << 20
    shell.run_cell("import matplotlib.pyplot as plt; plt.plot([0, 1]); plt.title('x'); plt.show()", store_history=False)
    shell.reset(new_session=False)
    shell.recorder.start()


def run_cell(key: str, source: str, bytes_left: int) -> dict[str, Any]:
    """Run one cell.

    Returns
    -------
    dict
        ``outputs`` (nbformat dictionaries), ``ok``, ``bytes_left``, ``truncated``.
    """
    shell = GradingShell.instance()
    recorder = shell.recorder
    recorder.start()
    recorder.bytes_left, recorder.truncated = bytes_left, False
    shell.compile.current_cell = key
    sys.stdout, sys.stderr = RecordedStream(recorder, "stdout"), RecordedStream(recorder, "stderr")
    builtins.input = _no_input
    result = shell.run_cell(source, store_history=False)
    return {
        "outputs": recorder.finished(),
        "ok": result.success,
        "bytes_left": recorder.bytes_left,
        "truncated": recorder.truncated,
    }


def _is_python(source: str) -> bool:
    """Whether it parses as it stands: magics, shell commands and questions (``x?``) do not."""
    try:
        with warnings.catch_warnings(action="ignore"):  # they are said when the cell is compiled
            compile(source, "<cell>", "exec", ast.PyCF_ONLY_AST | ast.PyCF_ALLOW_TOP_LEVEL_AWAIT)
    # SyntaxError, ValueError, MemoryError, RecursionError: the source is the student's
    except Exception:  # noqa: BLE001
        return False
    return True


def _say_whose_cells_are(tb: types.TracebackType | None) -> None:
    """IPython asks for the module of each frame, and `inspect` looks through all modules for it: a cell is in none."""
    with contextlib.suppress(OSError):  # the current directory may be gone
        for frame, _line in traceback.walk_tb(tb):
            name = frame.f_code.co_filename
            if name.startswith("<cell "):
                inspect.modulesbyfile[name] = inspect.modulesbyfile[os.path.abspath(name)] = "__main__"


def _no_input(prompt: object = "") -> str:
    raise EOFError("input() cannot be answered while a notebook is graded")


def _safe_text(value: object) -> str:
    try:
        return str(value)
    # str() of a student's exception may raise anything at all
    except BaseException:  # noqa: BLE001
        return "<its message cannot be shown>"
