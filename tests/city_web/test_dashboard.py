"""The operations centre's page: what it tells, and what it admits not to know."""

from __future__ import annotations

import base64
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from tests.city_web.city import DAY, City, TalkingKiosk, served


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


def test_each_device_that_is_not_well_is_named_in_words(city: City, pages: httpx.Client) -> None:
    kiosk = TalkingKiosk(city)
    kiosk.is_online(True, printer="cutter_jammed", scanner="offline", board_speaker="missing", case="opened")
    page = pages.get("/").text
    assert "máy in: kẹt dao cắt" in page and "máy quét: không thấy" in page
    assert "loa bảng gọi số: không có" in page and "vỏ máy: đang mở" in page
    kiosk.is_online(True, printer="none")
    assert 'class="mark-warn"' not in pages.get("/").text


def test_a_cloned_card_raises_an_alarm(city: City, pages: httpx.Client) -> None:
    TalkingKiosk(city, epoch=b"the-same").take("A")
    assert "Set aside" not in pages.get("/").text
    clone = TalkingKiosk(city, epoch=b"the-same")
    clone.take("B")
    page = pages.get("/").text
    assert "Set aside" in page and "cloned card" in page
    assert len(pages.get("/api/alarms").json()["alarms"]) == 1


def test_what_visitors_say_is_shown_for_the_city_and_for_the_chosen_site(city: City, pages: httpx.Client) -> None:
    here, there = TalkingKiosk(city, "cua-nam-1"), TalkingKiosk(city, "dong-da-1", b"epoch--2", "00235")
    here.take()
    for face in (5, 5, 1):
        here.say("feedback.given", x=face, r="quick", t=1)
    there.say("feedback.given", x=3, r="")
    page = pages.get("/").text
    assert page.count('class="voice"') == 2
    assert "4 ý kiến" in page and "3 ý kiến" in page
    assert "Rất hài lòng" in page and "Rất không hài lòng" in page
    sites = {site["site"]: site["faces"] for site in pages.get("/api/sites").json()["sites"]}
    assert sites == {"00082": [1, 0, 0, 0, 2], "00235": [0, 0, 1, 0, 0]}


def test_a_call_for_help_stands_there_until_a_counter_has_answered(city: City, pages: httpx.Client) -> None:
    kiosk = TalkingKiosk(city)
    assert "nobody has answered yet" not in pages.get("/").text
    kiosk.say("help.requested")
    assert "chưa ai nhận lời" in pages.get("/").text
    kiosk.say("help.answered", c=3)
    assert "chưa ai nhận lời" not in pages.get("/").text


def test_of_those_booked_it_is_told_how_many_have_come(city: City, pages: httpx.Client) -> None:
    kiosk = TalkingKiosk(city)
    assert "booked online" not in pages.get("/").text
    for code in ("AAAAAAAA", "BBBBBBBB", "CCCCCCCC"):
        city.book(code)
    kiosk.say("booking.checked_in", t=kiosk.take(), k="BBBBBBBB")
    assert "1/3" in pages.get("/").text
    (site,) = pages.get("/api/sites").json()["sites"]
    assert (site["booked"], site["checked_in"]) == (3, 1)


def test_a_result_by_post_is_marked_and_a_sealed_box_is_nowhere(city: City, pages: httpx.Client) -> None:
    kiosk = TalkingKiosk(city)
    ticket = kiosk.take()
    kiosk.say("identity.sealed", t=ticket, b="c2VhbGVk" * 20)
    assert "Trả qua bưu điện" not in pages.get("/").text
    kiosk.say("ticket.post", t=ticket, on=True)
    page = pages.get("/").text
    assert "Trả qua bưu điện" in page
    told = [pages.get(f"/api/{path}").text for path in ("sites", "kiosks", "alarms", "sites/00082/tickets")]
    assert not any("c2VhbGVk" in text for text in [page, *told])


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


def test_nothing_public_tells_what_tokens_are_made_of(
    city: City, pages: httpx.Client, caplog: pytest.LogCaptureFixture
) -> None:
    kiosk = TalkingKiosk(city, epoch=bytes.fromhex("f00dfacecafebabe"))
    kiosk.take()
    kiosk.say("ticket.done", t=99)
    kiosk.say("day.opened", day=DAY, site="00070")
    kiosk.say("help.requested")
    told = [pages.get(f"/api/{path}").text for path in ("sites", "kiosks", "alarms", "sites/00082/tickets")]
    told += [pages.get("/").text, pages.get("/?site=00082").text, *(record.getMessage() for record in caplog.records)]
    secrets = [
        kiosk.epoch.hex(),
        str(int.from_bytes(kiosk.epoch, "big")),
        str(int.from_bytes(kiosk.epoch, "little")),
        base64.b64encode(kiosk.epoch).decode()[:10],
        base64.urlsafe_b64encode(kiosk.epoch).decode()[:10],
        base64.b32encode(kiosk.epoch).decode()[:12],
        kiosk.token("A001"),
    ]
    assert len(pages.get("/api/alarms").json()["alarms"]) == 3
    for secret in secrets:
        assert not [text for text in told if secret.lower() in text.lower()]
