"""Grading by a hub's service, from a server in which nothing can run student code.

An instructor's own server is a container without a container engine, and without one it stays: who may start
containers owns the machine. So ``nbgrader autograde`` there asks the service for the result of each submission by its
digest, sends those that it does not know, and records what comes back in gradebook and store as if it had been graded
here. What travels are two JSON documents, a submission and a result; suites and the course's secret stay with the
service. It is asked with the token of the instructor's server, and answers nobody but staff.
"""

from __future__ import annotations

import base64
import binascii
import dataclasses
import json
import os
import threading
import time
from pathlib import PurePosixPath
from typing import Any
from urllib.parse import quote, urlsplit

import requests

from autograder import errors
from autograder.course import SERVICE_VARIABLE, Assignment
from autograder.errors import BadManifest, CourseError, EngineUnavailable, GraderError, InfrastructureError
from autograder.records import CodeCell, Digests, Note, Result, Submission

TOKEN_VARIABLE = "JUPYTERHUB_API_TOKEN"
ANSWER_SECONDS = 60.0
"""Until one request must be answered; the service answers a waiting one sooner, with "not yet"."""
PATIENCE_SECONDS = 150.0
"""So long may the service be away, as while its hub starts again: longer than a hub takes to end and to begin."""
SENDINGS = 3
"""How often one submission is sent: a service that was restarted has forgotten what it was asked."""


class ServiceGrader:
    """Stands where a :class:`~autograder.grading.Grader` stands; may be called from several threads.

    Parameters
    ----------
    url : str
        The service's address.
    assignment : Assignment
        As it is read here; its questions and points must be the service's.

    Raises
    ------
    EngineUnavailable
        If the service does not answer, or not to this token.
    BadManifest
        If it grades another version.
    """

    def __init__(self, url: str, assignment: Assignment):
        token = os.environ.get(TOKEN_VARIABLE, "")
        if urlsplit(url).scheme not in ("http", "https"):
            raise EngineUnavailable(f"{SERVICE_VARIABLE}: {url!r} is no address. It begins with http:// or https://.")
        if not token:
            raise EngineUnavailable(f"{SERVICE_VARIABLE} is set, {TOKEN_VARIABLE} is not: use a hub's server.")
        self.url = f"{url.rstrip('/')}/grade/{quote(assignment.name, safe='')}"
        self._headers = {"Authorization": f"token {token}"}
        self._ended = threading.Event()
        about = self._about()
        self._suite, self._image, self._seed, theirs = (about.get(k) for k in ("suite", "image", "seed", "questions"))
        self.at_once = about.get("workers", 1) + 1  # one waits there while the others are graded
        ours = {q.name: q.points for q in assignment.questions}
        if theirs != ours:
            raise BadManifest(
                f"{assignment.name}: the service at {url} has the questions and points {theirs}, this course {ours}. "
                "Bring both to the same version."
            )

    def digests(self, submission: Submission) -> Digests:
        """What the service makes a result of this submission from."""
        return Digests(submission.digest(), self._suite, self._image, self._seed)

    def grade(self, submission: Submission, *, before: Result | None = None) -> Result:
        """The service's result; a new one if it has none. What it graded ``before``, it knows better itself.

        Raises
        ------
        CourseError, InfrastructureError
            What grading it raised there, or that there was no answer.
        """
        digest = submission.digest()
        where = f"{self.url}/{digest}"
        who = {"student": submission.student, "notebook": submission.notebook}
        for sending in range(SENDINGS + 1):
            if sending:
                # 503: its queue is full of what staff sent; it says so until there is room
                self._until(lambda: self._ask("POST", self.url, data=pack(submission)), waits=(503,))
            answer = self._until(lambda: self._ask("GET", where, params=who), waits=(202,))
            if answer.status_code == 200:
                return _checked(answer.text, submission, digest)
            if answer.status_code == 409:
                raise _error_of(answer)
        raise InfrastructureError(f"{self.url}: took a submission {SENDINGS} times and lost it. See the service's log.")

    def close(self) -> None:
        """Ask no more. What the service has begun it finishes, and keeps."""
        self._ended.set()

    def _about(self) -> dict[str, Any]:
        try:
            answer = self._ask("GET", self.url)
        except requests.RequestException as e:
            raise EngineUnavailable(f"{self.url}: the grading service does not answer ({type(e).__name__}).") from e
        if answer.status_code == 409:
            raise _error_of(answer)
        if answer.status_code != 200:
            raise EngineUnavailable(f"{self.url}: the grading service answers with status {answer.status_code}.")
        about = answer.json()
        return about if isinstance(about, dict) else {}

    def _until(self, ask: Any, waits: tuple[int, ...]) -> requests.Response:
        """The first answer that is one: not "wait", and not from a proxy whose service is just away."""
        alone = time.monotonic()
        while not self._ended.is_set():
            try:
                answer = ask()
            except requests.RequestException as e:
                said = type(e).__name__
            else:
                if answer.status_code in waits:
                    alone = time.monotonic()
                    self._ended.wait(0.02 if answer.status_code == 202 else 1.0)
                    continue
                if answer.status_code in (200, 202, 404, 409):
                    return answer
                said = f"status {answer.status_code}"
            if time.monotonic() - alone > PATIENCE_SECONDS:
                raise InfrastructureError(f"{self.url}: no answer for {PATIENCE_SECONDS:g} s ({said}).")
            self._ended.wait(1.0)
        raise InfrastructureError("not graded: the run was ended")

    def _ask(self, method: str, url: str, **kwargs: Any) -> requests.Response:
        answer = requests.request(
            method, url, headers=self._headers, timeout=ANSWER_SECONDS, allow_redirects=False, **kwargs
        )
        if answer.status_code in (302, 401, 403):
            raise EngineUnavailable(
                f"{self.url}: the grading service does not grade for this token (status {answer.status_code}): it does "
                "for members of the hub's group formgrade-<course>, with a token that may access the service."
            )
        return answer


def pack(submission: Submission) -> bytes:
    """A submission as JSON; the bytes of its files as base64."""
    raw = dataclasses.asdict(submission)
    raw["files"] = [[name, base64.b64encode(data).decode("ascii")] for name, data in submission.files]
    return json.dumps(raw).encode("ascii")


def unpack(data: bytes) -> Submission:
    """Inverse of :func:`pack`.

    Raises
    ------
    ValueError
        If it is no submission.
    """
    try:
        raw = json.loads(data)
        submission = Submission(
            assignment=_text(raw["assignment"]),
            student=_text(raw["student"]),
            notebook=_text(raw["notebook"]),
            cells=tuple(CodeCell(_text(c["key"]), _text(c["source"])) for c in raw["cells"]),
            files=tuple((_inside(name), base64.b64decode(text, validate=True)) for name, text in raw["files"]),
            notes=tuple(Note(_text(n["kind"]), _text(n["text"]), _text(n["where"])) for n in raw["notes"]),
        )
    except (KeyError, TypeError, AttributeError, RecursionError, binascii.Error) as e:
        raise ValueError(f"no submission: {type(e).__name__}") from e
    return submission


def _text(value: Any) -> str:
    if type(value) is not str:
        raise ValueError(f"no submission: {type(value).__name__} where a text was expected")
    return value


def _inside(name: Any) -> str:
    """A file's name beside the notebook: relative, and leading nowhere else."""
    path = PurePosixPath(_text(name))
    if path.is_absolute() or not path.parts or ".." in path.parts or "\0" in name:
        raise ValueError(f"no submission: a file named {name!r}")
    return name


def _checked(text: str, submission: Submission, digest: str) -> Result:
    """The result, if it is one, and of this submission."""
    try:
        result = Result.from_json(text)
    except (ValueError, KeyError, TypeError, AttributeError) as e:
        raise InfrastructureError(
            f"the grading service's answer is no result ({e}). Are it and this server of the same version?"
        ) from e
    asked = (submission.assignment, submission.student, submission.notebook, digest)
    if (result.assignment, result.student, result.notebook, result.digests.submission) != asked:
        raise InfrastructureError("the grading service answered with the result of another submission. See its log.")
    return result


def describe_error(error: Exception) -> dict[str, Any]:
    """An error as JSON, for who asked from afar; of a bug only that there is one."""
    if isinstance(error, CourseError):
        return {"error": type(error).__name__, "problems": list(error.problems)}
    if isinstance(error, GraderError) and type(error).__name__ in errors.__all__:
        return {"error": type(error).__name__, "problems": [str(error)]}
    return {"error": "InfrastructureError", "problems": ["the service met an error of its own. See its log."]}


def _error_of(answer: requests.Response) -> GraderError:
    """The error that :func:`describe_error` told of."""
    try:
        raw = answer.json()
        name, problems = _text(raw["error"]), [_text(p) for p in raw["problems"]]
    except (ValueError, KeyError, TypeError):
        return InfrastructureError("the grading service failed and did not say why. See its log.")
    kind = getattr(errors, name) if name in errors.__all__ else InfrastructureError
    return kind(problems) if issubclass(kind, CourseError) else kind("\n".join(problems))
