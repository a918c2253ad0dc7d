"""Code of different students that is alike: fingerprints by copydetect, what was handed out subtracted.

Names, comments and layout do not count: copydetect compares tokens. Also subtracted is what many have: where every
fifth student writes the same lines, they are the natural way to write them.
"""

from __future__ import annotations

import io
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from markupsafe import Markup, escape

from autograder.errors import CourseError
from autograder.report.pages import render

NOISE = 25
"""Characters of tokenised code below which a match is taken for chance (copydetect's default)."""

WINDOW = 6
"""Of so many neighbouring fingerprints one is kept; matches of NOISE + WINDOW - 1 characters are surely found."""

COMMON_SHARE = 0.2
COMMON_LEAST = 4
"""A fingerprint that so many students have, and this share of the class, is common."""

MAX_CODE = 200_000
SHOWN = 40


@dataclass(frozen=True)
class Pair:
    """Two students and the share of each one's own code that is like the other's; code as HTML with marks."""

    one: str
    other: str
    share_one: float
    share_other: float
    tokens: int
    code_one: Markup
    code_other: Markup

    @property
    def share(self) -> float:
        return max(self.share_one, self.share_other)


def similar_pairs(
    code: Mapping[str, str], released: Sequence[str], least: float = 0.5, most: int = SHOWN
) -> list[Pair]:
    """Pairs of students whose code is alike, the most alike first.

    Parameters
    ----------
    code : mapping
        What each student wrote.
    released : sequence of str
        What everybody was given.
    least : float
        Share from which on a pair is shown, in [0, 1].
    most : int
        Pairs shown.

    Raises
    ------
    CourseError
        If copydetect is not installed.
    """
    detector = _detector()
    boilerplate = set()
    for text in released:
        boilerplate |= _fingerprint(detector, text, []).hashes
    prints = {who: _fingerprint(detector, text[:MAX_CODE], boilerplate) for who, text in sorted(code.items())}
    counts = Counter(h for p in prints.values() for h in p.hashes)
    limit = max(COMMON_LEAST, COMMON_SHARE * len(prints))
    common = {h for h, n in counts.items() if n >= limit}
    if common:
        prints = {who: _fingerprint(detector, code[who][:MAX_CODE], boilerplate | common) for who in prints}
    pairs = []
    for one, other in _candidates(prints, least):
        tokens, shares, slices = detector.compare_files(prints[one], prints[other])
        pair = Pair(one, other, min(float(shares[0]), 1.0), min(float(shares[1]), 1.0), int(tokens),
                    _marked(prints[one].raw_code, slices[0]), _marked(prints[other].raw_code, slices[1]))  # fmt: skip
        if pair.share >= least:
            pairs.append(pair)
    return sorted(pairs, key=lambda p: (-p.share, -p.tokens, p.one, p.other))[:most]


def similarity_page(title: str, pairs: Sequence[Pair], students: int, least: float) -> str:
    """The pairs side by side as a page for staff."""
    return render("similarity.html.j2", title=title, pairs=pairs, students=students, least=least, wide=True)


def _detector() -> Any:
    try:
        from copydetect import detector
    except ImportError as e:
        raise CourseError("copydetect is not installed. Run: pip install 'autograder[similarity]'") from e
    return detector


def _fingerprint(detector: Any, text: str, boilerplate: Any) -> Any:
    known = np.array(sorted(boilerplate), dtype=np.int64) if boilerplate else []
    # the name says the language alone
    return detector.CodeFingerprint("notebook.py", NOISE, WINDOW, known, fp=io.StringIO(text))


def _candidates(prints: Mapping[str, Any], least: float) -> list[tuple[str, str]]:
    """Pairs that share enough fingerprints to be worth a comparison: a class of 1,000 has half a million pairs."""
    owners: dict[int, list[str]] = defaultdict(list)
    for who, p in prints.items():
        for h in p.hashes:
            owners[h].append(who)
    shared: Counter[tuple[str, str]] = Counter()
    for names in owners.values():
        for i, one in enumerate(names):
            for other in names[i + 1 :]:
                shared[one, other] += 1
    return [
        (one, other)
        for (one, other), n in shared.items()
        if n >= 2 and n >= 0.5 * least * min(len(prints[one].hashes), len(prints[other].hashes))
    ]


def _marked(code: str, slices: Any) -> Markup:
    """Code with the matching parts marked."""
    spans = sorted((int(a), int(b)) for a, b in zip(*slices, strict=True)) if len(slices) == 2 else []
    parts: list[Markup] = []
    at = 0
    for start, end in spans:
        start, end = max(start, at), min(end, len(code))
        if start >= end:
            continue
        parts += [escape(code[at:start]), Markup("<mark>"), escape(code[start:end]), Markup("</mark>")]
        at = end
    parts.append(escape(code[at:]))
    return Markup("").join(parts)
