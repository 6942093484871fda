"""Simulated visitors who touch the real screen, and an officer who calls them on the real counter page."""

from __future__ import annotations

import http.client
import random
import threading
import time
import urllib.parse
from collections.abc import Callable
from typing import Any

import msgspec

from kiosk.cli.demo.hall import OFFICER, PIN
from kiosk.cli.demo.processes import DemoError
from kiosk.errors import KioskError
from kiosk.ui.window.mirror_client import MirrorClient

_VISIT_TIMEOUT_S = 60.0
_POLL_S = 0.05
_TOUCH_PAUSE_S = 0.3
"""The pause before a touch. The screen ignores a touch that comes too early, because it was for the former screen."""


class Visitor:
    """A visitor: reads the screen and touches its targets."""

    def __init__(self, mirror: MirrorClient, rng: random.Random, has_paper: Callable[[], bool]) -> None:
        self._mirror = mirror
        self._rng = rng
        self._has_paper = has_paper

    def visit(self) -> None:
        """Take a number and leave.

        Raises:
            DemoError: the visitor had not finished after a minute.
        """
        deadline_monotonic_s = time.monotonic() + _VISIT_TIMEOUT_S
        has_number = False
        while time.monotonic() < deadline_monotonic_s:
            scene = self._mirror.scene()
            screen = scene["screen"]
            if screen == "welcome" and has_number:
                return
            if screen == "number" and not self._has_paper():
                has_number = True
                time.sleep(_POLL_S)
                continue
            has_number = has_number or screen == "number"
            self._touch(scene, self._choice(screen, [target["id"] for target in scene["targets"]]))
        raise DemoError(f"a visitor cannot leave the screen {screen!r}: look at it in the dock")

    def _choice(self, screen: str, targets: list[str]) -> str:
        wanted = {
            "welcome": ["take"],
            "service": [target for target in targets if target.startswith("service:")],
            "procedure": [target for target in targets if target.startswith(("procedure:", "plain"))],
            "priority": [target for target in targets if target.startswith("priority")],
            "number": ["done"],
        }.get(screen, [])
        present = [target for target in wanted if target in targets]
        return self._rng.choice(present) if present else "back"

    def _touch(self, scene: dict[str, Any], wanted: str) -> None:
        target = next((target for target in scene["targets"] if target["id"] == wanted), None)
        if target is None:
            time.sleep(_POLL_S)
            return
        time.sleep(_TOUCH_PAUSE_S)
        x, y, width, height = target["rect"]
        self._mirror.touch(x + width // 2, y + height // 2)
        deadline_monotonic_s = time.monotonic() + 1.0
        while time.monotonic() < deadline_monotonic_s and self._mirror.scene()["screen"] == scene["screen"]:
            time.sleep(_POLL_S)


class Officer:
    """One officer at all counters: calls, serves and finishes every visitor."""

    def __init__(self, url: str, counters: list[int]) -> None:
        self._url = urllib.parse.urlsplit(url)
        self._counters = counters
        self._cookie = ""
        self.served = 0
        self._is_leaving = threading.Event()

    def sign_in(self) -> None:
        """Sign in with the demo's PIN."""
        self._post("/api/session", {"officer": OFFICER, "pin": PIN})

    def work(self) -> None:
        """Serve until `go_home`. Runs in a thread of its own. Tries again when the counter page restarts."""
        while not self._is_leaving.wait(_POLL_S):
            for counter in self._counters:
                try:
                    self._serve_one(counter)
                except (OSError, http.client.HTTPException, KioskError, msgspec.DecodeError):
                    time.sleep(_TOUCH_PAUSE_S)

    def stop(self) -> None:
        """End the shift."""
        self._is_leaving.set()

    def _serve_one(self, counter: int) -> None:
        active = self._request("GET", f"/api/counter/{counter}", None)["active"]
        if active is None:
            self._post(f"/api/counter/{counter}/next", {})
        elif active["state"] == "called":
            self._post(f"/api/counter/{counter}/serve", {"number": active["number"]})
        else:
            self._post(f"/api/counter/{counter}/done", {"number": active["number"]})
            self.served += 1

    def _post(self, path: str, document: dict[str, Any]) -> dict[str, Any]:
        return self._request("POST", path, msgspec.json.encode(document))

    def _request(self, method: str, path: str, body: bytes | None) -> dict[str, Any]:
        connection = http.client.HTTPConnection(self._url.hostname or "", self._url.port, timeout=10)
        try:
            headers = {"Content-Type": "application/json", "Cookie": self._cookie, "Origin": self._url.geturl()}
            connection.request(method, path, body, headers)
            answer = connection.getresponse()
            document = msgspec.json.decode(answer.read(), type=dict[str, Any])
            if answer.status >= 400:
                raise DemoError(f"counter page, {path}: {document.get('message')}")
            self._cookie = (answer.getheader("Set-Cookie") or self._cookie).split(";")[0]
            return document
        finally:
            connection.close()
