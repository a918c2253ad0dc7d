"""Whether the feedback on a submission was released, and where it lies.

``nbgrader release_feedback`` copies the page into the exchange, under a name that follows from the submission's secret
and the notebook's name. Only the grader's account can write there. So a page under that name *is* the release, and of
that very submission: an earlier or later attempt has another secret.
"""

from __future__ import annotations

from pathlib import Path

from nbgrader.utils import notebook_hash

SECRET = "submission_secret.txt"
_LONGEST = 4096
"""Characters of a secret; ``nbgrader submit`` writes 128, but it is the student's file."""


def released_page(feedback: Path, hand_in: Path, notebook: str) -> Path | None:
    """The page that the student can fetch, or None while nothing was released.

    Parameters
    ----------
    feedback : Path
        The exchange's folder of feedback of the course.
    hand_in : Path
        What was handed in, with the secret that ``nbgrader submit`` put beside it.
    notebook : str
        Stem of the notebook.
    """
    try:
        with (hand_in / SECRET).open(encoding="utf-8") as file:
            secret = file.read(_LONGEST + 1)
    except (OSError, UnicodeDecodeError):
        return None
    if not 0 < len(secret) <= _LONGEST:
        return None
    page = feedback / f"{notebook_hash(secret=secret, notebook_id=notebook)}.html"
    return page if page.is_file() else None
