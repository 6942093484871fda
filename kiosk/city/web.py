"""The city's pages: a dashboard for the operations centre, and one ticket on its owner's phone.

`/t/` is public, the rest is for the operations centre: a proxy that opens this server to the internet must pass only
`/t/` and `/page/`. Nobody can be found by name here; a ticket is reached only by its token.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from datetime import datetime
from functools import cache
from pathlib import Path

import jinja2
import msgspec
from markupsafe import Markup
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.middleware.gzip import GZipMiddleware
from starlette.requests import Request
from starlette.responses import HTMLResponse, PlainTextResponse, Response
from starlette.routing import Mount, Route
from starlette.staticfiles import StaticFiles
from starlette.types import ASGIApp

from kiosk.city import page_texts, views
from kiosk.city.calendar import ZONE, day_of
from kiosk.city.database import CityDatabase
from kiosk.city.page_texts import Said
from kiosk.city.views import CityTicket, SiteView
from kiosk.clock import Clock, SystemClock
from kiosk.model.ticket import OPEN, State
from kiosk.model.time import local
from kiosk.model.token import TOKEN_CHARS
from kiosk.serving import Guard, Refusal, Rules, names, page_headers

_PAGES = Path(__file__).parent / "pages"
_ASSETS = Path(__file__).parents[1] / "assets"
_TOKEN = re.compile(f"[a-z2-7]{{{TOKEN_CHARS}}}")
_SITE = re.compile(r"[0-9]{5}")
_TICKETS_SHOWN = 120
_ALARMS_SHOWN = 6

_PUBLIC = ("/t/", "/page/")
"""The public paths, under whatever host name."""
_HEADERS = {"cache-control": "no-store"}


class _Pages:
    def __init__(self, database: CityDatabase, clock: Clock) -> None:
        self._database = database
        self._clock = clock
        self._templates = jinja2.Environment(
            loader=jinja2.FileSystemLoader(_PAGES),
            autoescape=True,
            undefined=jinja2.StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
        )
        self._templates.globals.update(
            say=page_texts.say,
            say_when=page_texts.say_when,
            count=page_texts.count,
            ago=page_texts.ago,
            minutes=page_texts.minutes,
            is_old=page_texts.is_old,
            troubles=page_texts.troubles,
            ward=page_texts.ward,
            at=lambda moment: f"{local(moment, ZONE):%H:%M}",
            icon=_icon,
            State=State,
            STATES=page_texts.STATES,
            FACES=page_texts.FACES,
        )

    # Plain functions: Starlette runs them in threads, so a slow query does not delay other requests.

    def dashboard(self, request: Request) -> Response:
        """Return the dashboard, with one site in detail: `?site=` or the busiest."""
        now = self._now()
        sites = views.sites(self._database, day_of(now))
        chosen = _chosen(sites, request.query_params.get("site"))
        tickets = views.tickets(self._database, chosen.site, day_of(now)) if chosen else ()
        waiting = [ticket.issued_at for ticket in tickets if ticket.state is State.WAITING]
        return self._page(
            "dashboard.html",
            now,
            sites=sites,
            chosen=chosen,
            kiosks=views.kiosks(self._database, chosen.site) if chosen else (),
            tickets=tickets[: -_TICKETS_SHOWN - 1 : -1],
            longest=page_texts.minutes(now - min(waiting)) if waiting else None,
            voices=_voices(sites, chosen),
            help_calls=views.help_calls(self._database, now),
            alarms=views.alarms(self._database, _ALARMS_SHOWN),
        )

    def follow(self, request: Request) -> Response:
        """Return one ticket for its owner's phone."""
        token = request.path_params["token"]
        # checked before lower-casing, which turns some letters of other scripts into ASCII
        if not token.isascii() or not _TOKEN.fullmatch(token.lower()):
            raise HTTPException(404)
        now = self._now()
        view = views.follow(self._database, token.lower())
        if view is None:
            # Not 404: the number is on its way, and some phones show their own error page instead of ours.
            return self._page("not_here_yet.html", now)
        day = day_of(now)
        state = page_texts.state_on(view, day)
        sentence, advice = page_texts.follow_sentences(view, day)
        return self._page(
            "follow.html",
            now,
            view=view,
            ticket=view.ticket,
            state=state,
            sentence=sentence,
            advice=advice,
            second=page_texts.second_language(view.ticket.language),
            is_live=state in OPEN,
            is_cut_off=page_texts.is_old(view.heard_at, now) and not self._is_online(view.ticket),
        )

    def sites(self, request: Request) -> Response:
        """Return all sites with today's counts, as JSON."""
        day = day_of(self._now())
        return _json({"day": day, "sites": views.sites(self._database, day)})

    def kiosks(self, request: Request) -> Response:
        """Return all kiosks, as JSON."""
        return _json({"kiosks": views.kiosks(self._database)})

    def tickets(self, request: Request) -> Response:
        """Return today's tickets of a site, as JSON; without their tokens, which are their owners'."""
        site, day = request.path_params["site"], day_of(self._now())
        if not _SITE.fullmatch(site):
            raise HTTPException(404)
        found = [msgspec.to_builtins(ticket) for ticket in views.tickets(self._database, site, day)]
        for ticket in found:
            del ticket["token"]
        return _json({"site": site, "day": day, "tickets": found})

    def alarms(self, request: Request) -> Response:
        """Return the newest quarantined events, as JSON."""
        return _json({"alarms": views.alarms(self._database)})

    def missing(self, request: Request, error: Exception) -> Response:
        """Return the page for an unknown address."""
        return self._page("nowhere.html", self._now(), status=404)

    def refused(self, refusal: Refusal) -> ASGIApp:
        """Return the answer for a refused request."""
        if refusal.status == 404:
            return self._page("nowhere.html", self._now(), status=404)
        return PlainTextResponse(refusal.message, refusal.status, _HEADERS)

    def _page(self, name: str, now: datetime, status: int = 200, **values: object) -> Response:
        page = self._templates.get_template(name).render(now=local(now, ZONE), **values)
        return HTMLResponse(page, status, _HEADERS)

    def _is_online(self, ticket: CityTicket) -> bool:
        """Tell whether a ticket's kiosk is connected: a quiet hall sends nothing for a long time, and is well."""
        kiosks = views.kiosks(self._database, ticket.site)
        return any(kiosk.device == ticket.device and kiosk.state == "online" for kiosk in kiosks)

    def _now(self) -> datetime:
        return self._clock.read().wall


def create_app(
    database: CityDatabase,
    clock: Clock | None = None,
    *,
    own_names: Iterable[str] = (),
    framed_by: Callable[[], Iterable[str]] = tuple,
) -> Starlette:
    """Return the city's pages over an open database.

    Args:
        own_names: the names by which the operations centre reaches them, beside addresses and the machine's own.
        framed_by: the origins that may show them in a frame.
    """
    pages = _Pages(database, clock or SystemClock())

    def headers(path: str) -> dict[str, str]:
        return {**page_headers(framed_by()), "x-robots-tag": "noindex"}

    guarded = Rules(names(*own_names), headers, pages.refused, is_public=lambda path: path.startswith(_PUBLIC))
    return Starlette(
        routes=[
            Route("/", pages.dashboard),
            Route("/t/{token}", pages.follow),
            Route("/api/sites", pages.sites),
            Route("/api/sites/{site}/tickets", pages.tickets),
            Route("/api/kiosks", pages.kiosks),
            Route("/api/alarms", pages.alarms),
            Mount("/page/fonts", StaticFiles(directory=_ASSETS / "fonts")),
            Mount("/page", StaticFiles(directory=_PAGES / "static")),
        ],
        exception_handlers={404: pages.missing},
        middleware=[Middleware(Guard, rules=guarded), Middleware(GZipMiddleware)],
    )


def _chosen(sites: tuple[SiteView, ...], wanted: str | None) -> SiteView | None:
    """Return the site asked for, else the one where most people wait."""
    asked = next((site for site in sites if site.site == wanted), None)
    return asked or max(sites, key=lambda site: (site.waiting, site.issued), default=None)


def _voices(sites: tuple[SiteView, ...], chosen: SiteView | None) -> list[tuple[Said, tuple[int, ...]]]:
    """Return what visitors said today, in the whole city and at the chosen site: a title and the count of each face."""
    if chosen is None:
        return []
    whole = tuple(map(sum, zip(*(site.faces for site in sites), strict=True)))
    name = page_texts.ward(chosen.site) or chosen.site
    return [(page_texts.say("The whole city"), whole), (Said(name, name), chosen.faces)]


def _json(content: object) -> Response:
    return Response(msgspec.json.encode(content), headers=_HEADERS, media_type="application/json")


@cache
def _icon(name: str) -> Markup:
    """Return one of our own pictures as part of a page, so that it takes the colour of the words beside it."""
    svg = (_ASSETS / "icons" / f"{name}.svg").read_text(encoding="utf-8")
    return Markup(svg[svg.index("<svg") :].replace("<svg", '<svg aria-hidden="true"', 1))
