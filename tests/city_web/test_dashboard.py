"""The operations centre's page: what it tells, and what it admits not to know."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from tests.city_web.city import City, TalkingKiosk, served


@pytest.fixture
def city(tmp_path: Path) -> City:
    return City(tmp_path)


@pytest.fixture
def pages(city: City) -> Iterator[httpx.Client]:
    with served(city) as url, httpx.Client(base_url=url) as client:
        yield client


def test_a_city_without_kiosks_says_so(pages: httpx.Client) -> None:
    page = pages.get("/").text
    assert "Chưa có kiosk nào lên tiếng" in page and "No kiosk has spoken yet" in page
    assert pages.get("/api/sites").json()["sites"] == []


def test_the_busiest_site_is_looked_at_more_closely(city: City, pages: httpx.Client) -> None:
    TalkingKiosk(city, "hoan-kiem-1", site="00070").take("B")
    kiosk = TalkingKiosk(city, "cua-nam-1")
    for _ in range(3):
        kiosk.take(priority="elderly")
        city.pass_minutes(4)
    kiosk.say("ticket.called", t=1, c=2)
    kiosk.say("ticket.serving", t=1, c=2)
    kiosk.say("ticket.done", t=1, c=2)
    page = pages.get("/").text
    assert page.index("A003") < page.index("A002") < page.index("A001")  # newest first
    assert "B001" not in page
    assert "Hôm nay tại Cửa Nam" in page
    assert "8 phút" in page  # A002 has waited longest
    assert page.count("Ưu tiên") == 3
    assert "B001" in pages.get("/?site=00070").text


@pytest.mark.parametrize("site", ["", "99999", "<script>", "'; DROP TABLE ticket; --"])
def test_asking_for_a_site_that_is_not_there_shows_one_that_is(city: City, pages: httpx.Client, site: str) -> None:
    TalkingKiosk(city).take()
    page = pages.get("/", params={"site": site}).text
    assert "A001" in page
    assert "<script>" not in page


def test_a_kiosk_that_fell_silent_is_not_shown_as_well(city: City, pages: httpx.Client) -> None:
    kiosk = TalkingKiosk(city)
    assert "tin cuối vừa xong" in pages.get("/").text
    kiosk.is_online(False)
    city.pass_minutes(12)
    page = pages.get("/").text
    assert "chưa nghe 12 phút" in page and "mất liên lạc" in page
    assert "0/1" in page


def test_a_cloned_card_raises_an_alarm(city: City, pages: httpx.Client) -> None:
    TalkingKiosk(city, epoch=b"the-same").take("A")
    assert "Set aside" not in pages.get("/").text
    clone = TalkingKiosk(city, epoch=b"the-same")
    clone.take("B")
    page = pages.get("/").text
    assert "Set aside" in page and "cloned card" in page
    assert len(pages.get("/api/alarms").json()["alarms"]) == 1


def test_the_api_tells_the_same_and_keeps_the_tokens_to_their_owners(city: City, pages: httpx.Client) -> None:
    kiosk = TalkingKiosk(city)
    kiosk.take()
    (site,) = pages.get("/api/sites").json()["sites"]
    assert (site["site"], site["waiting"], site["issued"]) == ("00082", 1, 1)
    (only,) = pages.get("/api/kiosks").json()["kiosks"]
    assert (only["device"], only["state"]) == ("cua-nam-1", "online")
    answer = pages.get("/api/sites/00082/tickets")
    (ticket,) = answer.json()["tickets"]
    assert (ticket["number"], ticket["state"]) == ("A001", "waiting")
    assert kiosk.token("A001") not in answer.text
    assert kiosk.token("A001") not in pages.get("/").text
    assert pages.get("/api/sites/abc/tickets").status_code == 404
