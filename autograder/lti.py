"""Sends grades to a learning platform: LTI 1.3 Assignment and Grade Services 2.0.

Two requests: the line item (looked up by its resourceId, made if it is missing), then one score a student.
https://www.imsglobal.org/spec/lti-ags/v2p0
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from urllib.parse import urlencode, urlsplit, urlunsplit

import requests

from autograder.errors import InfrastructureError

LINE_ITEM = "application/vnd.ims.lis.v2.lineitem+json"
LINE_ITEMS = "application/vnd.ims.lis.v2.lineitemcontainer+json"
SCORE = "application/vnd.ims.lis.v1.score+json"
SECONDS = 30.0


def send_scores(url: str, token: str, line_item: dict[str, Any], scores: Sequence[dict[str, Any]]) -> list[str]:
    """Send scores; returns a sentence on each one that the platform refused.

    Parameters
    ----------
    url : str
        The platform's *lineitems* endpoint.
    token : str
        An access token with the scopes lineitem and score.

    Raises
    ------
    InfrastructureError
        If the platform does not answer, or refuses the line item.
    """
    with requests.Session() as session:
        session.headers["Authorization"] = f"Bearer {token}"
        item = _line_item(session, url, line_item)
        refused = []
        for score in scores:
            answer = _ask(session, "POST", _scores_url(item), json=score, headers={"Content-Type": SCORE})
            if not answer.ok:
                refused.append(f"{score['userId']}: the platform answered {answer.status_code} {answer.reason}.")
        return refused


def _line_item(session: requests.Session, url: str, wanted: dict[str, Any]) -> str:
    """URL of the line item."""
    query = ("&" if urlsplit(url).query else "?") + urlencode({"resource_id": wanted["resourceId"]})
    answer = _ask(session, "GET", url + query, headers={"Accept": LINE_ITEMS})
    found = answer.json() if answer.ok else []
    for item in found if isinstance(found, list) else []:
        if item.get("resourceId") == wanted["resourceId"]:
            return str(item["id"])
    answer = _ask(session, "POST", url, json=wanted, headers={"Content-Type": LINE_ITEM, "Accept": LINE_ITEM})
    if not answer.ok:
        raise InfrastructureError(
            f"{_bare(url)}: the platform refuses the line item ({answer.status_code} {answer.reason}). "
            "Look at the token's scopes, and at the URL."
        )
    return str(answer.json()["id"])


def _ask(session: requests.Session, method: str, url: str, **more: Any) -> requests.Response:
    try:
        return session.request(method, url, timeout=SECONDS, allow_redirects=False, **more)
    except requests.RequestException as e:
        raise InfrastructureError(f"{_bare(url)}: the platform does not answer ({type(e).__name__}). Try again.") from e


def _scores_url(item: str) -> str:
    """``/scores`` goes before the query of a line item's URL."""
    parts = urlsplit(item)
    return urlunsplit(parts._replace(path=f"{parts.path.rstrip('/')}/scores"))


def _bare(url: str) -> str:
    return url.split("?", 1)[0]
