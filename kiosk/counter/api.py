"""The JSON API of the officers' page (docs/counter-api.md): endpoints, permissions and responses."""

from __future__ import annotations

import asyncio
import logging
import re
from collections.abc import Callable
from typing import Annotated, TypeVar

from msgspec import Meta, Struct
from starlette.requests import Request
from starlette.responses import Response, StreamingResponse
from starlette.routing import Route

from kiosk.config import FEWEST_DIGITS, Officer, Settings
from kiosk.counter.counter_actions import CounterActions
from kiosk.counter.devices import DEVICE_COOKIE, DEVICE_LASTS, DEVICE_PATH
from kiosk.counter.live_views import LiveViews, Subject
from kiosk.counter.lobby_thread import LobbyThread
from kiosk.counter.replies import ApiError, body_of, reply
from kiosk.counter.sessions import COOKIE, SESSION_LASTS, Sessions
from kiosk.counter.signin import SignIn
from kiosk.errors import UnknownNameError
from kiosk.lobby.lobby import Lobby
from kiosk.lobby.views import CounterView
from kiosk.serving import keep_place

_log = logging.getLogger(__name__)

_T = TypeVar("_T")

Number = Annotated[str, Meta(pattern=r"^[A-Z][0-9]{1,5}\Z")]
_LONGEST_QUOTED = 32
_COUNTER = re.compile("[0-9]{1,4}")


class _SignIn(Struct, forbid_unknown_fields=True):
    officer: Annotated[str, Meta(max_length=32)]
    pin: Annotated[str, Meta(max_length=64)]


class _Next(Struct, forbid_unknown_fields=True):
    finish: Number | None = None


class _Step(Struct, forbid_unknown_fields=True):
    number: Number


class _Transfer(Struct, forbid_unknown_fields=True):
    number: Number
    service: Annotated[str, Meta(pattern=r"^[A-Z]\Z")]


class Api:
    """The endpoints of one hall: `change_thread` writes to it and `live` reads it, each in its own thread."""

    def __init__(
        self,
        settings: Settings,
        change_thread: LobbyThread,
        live: LiveViews,
        actions: CounterActions,
        *,
        sign_in: SignIn,
        sessions: Sessions,
    ) -> None:
        self._site = settings.site
        self._change_thread = change_thread
        self._live = live
        self._actions = actions
        self._sign_in = sign_in
        self._sessions = sessions

    def routes(self) -> list[Route]:
        """Return the routes under `/api`."""
        steps = {"recall": self._actions.recall, "serve": self._actions.serve, "done": self._actions.done}
        steps |= {"no-show": self._actions.no_show, "park": self._actions.park, "resume": self._actions.resume}
        return [
            Route("/api/site", self.site),
            Route("/api/board", self.board),
            Route("/api/board/events", self.board_events),
            Route("/api/session", self.session, methods=["GET"]),
            Route("/api/session", self.begin_session, methods=["POST"]),
            Route("/api/session", self.end_session, methods=["DELETE"]),
            Route("/api/counters", self.counters),
            Route("/api/counter/{counter}", self.counter),
            Route("/api/counter/{counter}/events", self.counter_events),
            Route("/api/counter/{counter}/next", self.call_next, methods=["POST"]),
            Route("/api/counter/{counter}/transfer", self.transfer, methods=["POST"]),
            Route("/api/counter/{counter}/help", self.help, methods=["POST"]),
            *(
                Route(f"/api/counter/{{counter}}/{name}", self._ticket_endpoint(name, step), methods=["POST"])
                for name, step in steps.items()
            ),
            Route("/api/slips/{number}/confirm", self.confirm_slip, methods=["POST"]),
            Route("/api/slips/{number}/reprint", self.reprint_slip, methods=["POST"]),
        ]

    async def site(self, request: Request) -> Response:
        """Return what does not change during the day: ward, services, counters, priority groups."""
        site = self._site
        services = [{"letter": s.letter, "name": s.name, "short": s.short} for s in site.services]
        counters = [{"id": counter.id, "services": counter.services} for counter in site.counters]
        groups = {group.code: group.name for group in site.priority_groups}
        texts = {"ward": site.ward, "hall": site.hall, "services": services}
        return reply({**texts, "counters": counters, "priority_groups": groups})

    async def board(self, request: Request) -> Response:
        """Return the view of the board."""
        return reply(await self._live.view(None))

    async def board_events(self, request: Request) -> Response:
        """Stream the view of the board."""
        return self._events(None, "", lambda: True)

    async def session(self, request: Request) -> Response:
        """Return the signed-in officer."""
        return reply({"officer": self._officer(request).id})

    async def begin_session(self, request: Request) -> Response:
        """Sign an officer in with their PIN."""
        body = await body_of(request, _SignIn)
        address = request.client.host if request.client else ""
        name = body.officer.strip().lower()
        device_cookie = f"{DEVICE_COOKIE}_{name}"
        officer, device = await self._sign_in.check(name, body.pin, address, request.cookies.get(device_cookie, ""))
        is_short = len(body.pin) < FEWEST_DIGITS
        hint = f"; their PIN has fewer than {FEWEST_DIGITS} digits, give them another" if is_short else ""
        _log.info("%s signed in from %s%s", officer.id, address, hint)
        response = reply({"officer": officer.id, "pin_is_short": is_short})
        token = await asyncio.to_thread(self._sessions.begin, officer)
        # Not `secure`: the page is plain HTTP, because the hall's network has no names that a certificate could cover.
        for cookie, value, lifetime, path in (
            (COOKIE, token, SESSION_LASTS, "/"),
            (device_cookie, device, DEVICE_LASTS, DEVICE_PATH),
        ):
            response.set_cookie(
                cookie, value, int(lifetime.total_seconds()), path=path, httponly=True, samesite="strict"
            )
        return response

    async def end_session(self, request: Request) -> Response:
        """Sign out: the cookie is no longer valid in any browser."""
        await asyncio.to_thread(self._sessions.end, request.cookies.get(COOKIE, ""))
        response = reply({})
        response.delete_cookie(COOKIE, httponly=True, samesite="strict")
        self._live.recheck_access()
        return response

    async def counters(self, request: Request) -> Response:
        """Return the counters and the officers who have each counter's page open."""
        self._officer(request)
        watchers = self._live.watchers
        site = self._site
        return reply([{"id": c.id, "services": c.services, "officers": watchers.get(c.id, ())} for c in site.counters])

    async def counter(self, request: Request) -> Response:
        """Return the view of a counter."""
        self._officer(request)
        return reply(await self._live.view(_counter(request)))

    async def counter_events(self, request: Request) -> Response:
        """Stream the view of a counter."""
        officer, counter = self._officer(request), _counter(request)
        await self._live.view(counter)  # an unknown counter gets a status code instead of a stream that breaks off
        return self._events(counter, officer.id, lambda: self._session(request) is not None)

    async def call_next(self, request: Request) -> Response:
        """Call the next ticket; first finish the ticket in hand if `finish` names it."""
        officer, counter = self._officer(request), _counter(request)
        finish = (await body_of(request, _Next)).finish
        number, view = await self._step(counter, lambda lobby: self._actions.call_next(lobby, counter, finish))
        _log.info("%s at counter %d: next, done with %s, calls %s", officer.id, counter, finish, number)
        return reply({"number": number, "counter": view})

    async def transfer(self, request: Request) -> Response:
        """Send the ticket in hand to another service."""
        officer, counter = self._officer(request), _counter(request)
        body = await body_of(request, _Transfer)
        number, service = body.number, body.service
        _, view = await self._step(counter, lambda lobby: self._actions.transfer(lobby, counter, number, service))
        _log.info("%s at counter %d: transfer %s to %s", officer.id, counter, number, service)
        return reply({"number": number, "counter": view})

    async def help(self, request: Request) -> Response:
        """Tell the visitor who called for help that an officer is coming from this counter."""
        officer, counter = self._officer(request), _counter(request)
        _, view = await self._step(counter, lambda lobby: lobby.help.answer(counter))
        _log.info("%s goes from counter %d to a visitor who asked for help", officer.id, counter)
        return reply({"counter": view})

    async def confirm_slip(self, request: Request) -> Response:
        """Record that an officer has seen a slip whose printing was uncertain."""
        officer = self._officer(request)
        number = await self._slip(request, lambda lobby, number: lobby.confirm_slip(number))
        _log.info("%s has seen the slip of %s", officer.id, number)
        return reply({"number": number})

    async def reprint_slip(self, request: Request) -> Response:
        """Order a copy of a slip."""
        officer = self._officer(request)
        number = await self._slip(request, lambda lobby, number: lobby.reprint(number))
        _log.info("%s orders a copy of the slip of %s", officer.id, number)
        return reply({"number": number})

    def _ticket_endpoint(self, name: str, step: Callable[[Lobby, int, str], None]) -> Callable[[Request], object]:
        """Return the endpoint of a step whose only argument is a ticket's number."""

        async def endpoint(request: Request) -> Response:
            officer, counter = self._officer(request), _counter(request)
            number = (await body_of(request, _Step)).number
            _, view = await self._step(counter, lambda lobby: step(lobby, counter, number))
            _log.info("%s at counter %d: %s %s", officer.id, counter, name, number)
            return reply({"number": number, "counter": view})

        return endpoint

    async def _step(self, counter: int, step: Callable[[Lobby], _T]) -> tuple[_T, CounterView]:
        """Do a step; return its result and the counter's new view, and refresh all live views."""
        try:
            return await self._change_thread.run(lambda lobby: (step(lobby), lobby.counter(counter)))
        finally:
            self._live.refresh_soon()  # also after an error: the ticket may be done although the next call failed

    async def _slip(self, request: Request, step: Callable[[Lobby, str], object]) -> str:
        """Do a step on the slip of the number in the URL, and return the ticket's number.

        Raises:
            UnknownNameError: the number was not issued today.
        """
        name = request.path_params["number"]

        def job(lobby: Lobby) -> str:
            number = lobby.ticket(name).number
            step(lobby, number)
            return number

        try:
            return await self._change_thread.run(job)
        finally:
            self._live.refresh_soon()

    def _events(self, subject: Subject, name: str, is_allowed: Callable[[], bool]) -> Response:
        stream = self._live.stream(subject, name, is_allowed)
        return StreamingResponse(stream, media_type="text/event-stream")

    def _session(self, request: Request) -> Officer | None:
        return self._sessions.officer(request.cookies.get(COOKIE, ""))

    def _officer(self, request: Request) -> Officer:
        officer = self._session(request)
        if officer is None:
            raise ApiError(401, "not_signed_in", "sign in with POST /api/session")
        keep_place(request.scope)
        return officer


def _counter(request: Request) -> int:
    text = request.path_params["counter"]
    if not _COUNTER.fullmatch(text):
        raise UnknownNameError("counter", text[:_LONGEST_QUOTED])
    return int(text)
