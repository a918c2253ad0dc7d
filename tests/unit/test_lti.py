"""Grades to a learning platform: against a small platform that speaks HTTP."""

from __future__ import annotations

import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from autograder.errors import InfrastructureError
from autograder.lti import LINE_ITEM, SCORE, send_scores

ITEM = {"scoreMaximum": 10, "label": "Week 1", "resourceId": "w"}
SCORES = [{"userId": "1", "scoreGiven": 7.5}, {"userId": "unknown", "scoreGiven": 1}]


class Platform(BaseHTTPRequestHandler):
    def log_message(self, *_):
        pass

    def answer(self, code, body):
        data = json.dumps(body).encode()
        self.send_response(code)
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def do_GET(self):
        self.server.seen.append(("GET", self.path, None))
        self.answer(200, self.server.items)

    def do_POST(self):
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        self.server.seen.append(("POST", self.path, (self.headers["Content-Type"], body)))
        if self.headers["Authorization"] != "Bearer good":
            return self.answer(401, {})
        if "/scores" in self.path:
            return self.answer(404 if body["userId"] == "unknown" else 204, {})
        item = {**body, "id": f"http://127.0.0.1:{self.server.server_port}/items/7?type=1"}
        self.server.items.append(item)
        return self.answer(201, item)


@pytest.fixture
def platform():
    server = ThreadingHTTPServer(("127.0.0.1", 0), Platform)
    server.items, server.seen = [], []
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    server.url = f"http://127.0.0.1:{server.server_port}/items"
    yield server
    server.shutdown()
    thread.join()
    server.server_close()


def test_the_line_item_is_made_once_and_each_score_is_posted_to_it(platform):
    refused = send_scores(platform.url, "good", ITEM, SCORES)
    assert [(m, p) for m, p, _ in platform.seen] == [
        ("GET", "/items?resource_id=w"),
        ("POST", "/items"),
        ("POST", "/items/7/scores?type=1"),
        ("POST", "/items/7/scores?type=1"),
    ]
    assert platform.seen[1][2] == (LINE_ITEM, ITEM) and platform.seen[2][2] == (SCORE, SCORES[0])
    assert refused == ["unknown: the platform answered 404 Not Found."]
    send_scores(platform.url, "good", ITEM, SCORES[:1])
    assert len(platform.items) == 1


def test_a_token_that_is_refused_is_said_without_quoting_it(platform):
    with pytest.raises(InfrastructureError, match="refuses the line item \\(401") as caught:
        send_scores(platform.url, "bad-token", ITEM, SCORES)
    assert "bad-token" not in str(caught.value)


def test_a_platform_that_is_not_there_is_the_machines_fault():
    with pytest.raises(InfrastructureError, match="does not answer"):
        send_scores("http://127.0.0.1:9/items?secret=1", "good", ITEM, SCORES)
