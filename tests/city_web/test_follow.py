"""One ticket on its owner's phone, through every state and every odd address."""

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


def test_a_waiting_ticket_tells_how_many_are_ahead_in_both_languages(city: City, pages: httpx.Client) -> None:
    kiosk = TalkingKiosk(city)
    for _ in range(3):
        kiosk.take()
        city.pass_minutes(1)
    page = pages.get(f"/t/{kiosk.token('A003')}").text
    assert "A003" in page
    assert "<dd>2</dd>" in page
    assert "người phía trước" in page and "people ahead" in page
    assert "A001" not in page and "A002" not in page


def test_a_visitor_who_took_the_number_in_korean_follows_it_in_korean(city: City, pages: httpx.Client) -> None:
    kiosk = TalkingKiosk(city)
    kiosk.take(language="ko")
    page = pages.get(f"/t/{kiosk.token('A001')}").text
    assert "Sắp đến lượt" in page and '<p class="en" lang="ko">곧 순서입니다</p>' in page
    assert "Almost your turn" not in page and 'lang="en"' not in page


def test_a_number_taken_in_a_language_nobody_knows_is_followed_in_english(city: City, pages: httpx.Client) -> None:
    kiosk = TalkingKiosk(city)
    kiosk.take(language="xx")
    page = pages.get(f"/t/{kiosk.token('A001')}").text
    assert '<p class="en" lang="en">Almost your turn</p>' in page


@pytest.mark.parametrize(
    ("steps", "vietnamese", "english"),
    [
        ([], "Sắp đến lượt", "Almost your turn"),
        (["called"], "Mời đến quầy 3", "Please go to counter 3"),
        (["called", "serving"], "Đang làm việc tại quầy 3", "Now at counter 3"),
        (["called", "serving", "done"], "Đã xong", "All done"),
        (["called", "no_show"], "Số này đã được gọi", "This number was called"),
        (["called", "parked"], "Số đang được tạm giữ", "This number is on hold"),
        (["called", "parked", "resumed"], "Sắp đến lượt", "Almost your turn"),
        (["cancelled"], "Số này đã hủy", "This number was given back"),
        (["expired"], "Số đã hết hạn", "This number has expired"),
    ],
)
def test_each_state_says_what_to_do(
    city: City, pages: httpx.Client, steps: list[str], vietnamese: str, english: str
) -> None:
    kiosk = TalkingKiosk(city)
    ticket = kiosk.take()
    for step in steps:
        kiosk.say(f"ticket.{step}", t=ticket, c=3)
    page = pages.get(f"/t/{kiosk.token('A001')}").text
    assert vietnamese in page
    assert english in page


def test_a_number_still_on_its_way_is_waited_for_and_then_found(city: City, pages: httpx.Client) -> None:
    kiosk = TalkingKiosk(city)
    address = f"/t/{kiosk.token('A001')}"
    before = pages.get(address)
    assert before.status_code == 200
    assert "This number is on its way" in before.text
    assert '<noscript><meta http-equiv="refresh"' in before.text
    kiosk.take()
    assert "A001" in pages.get(address).text


def test_a_page_without_scripts_refreshes_itself_until_the_visit_is_over(city: City, pages: httpx.Client) -> None:
    kiosk = TalkingKiosk(city)
    ticket = kiosk.take()
    address = f"/t/{kiosk.token('A001')}"
    assert 'http-equiv="refresh"' in pages.get(address).text
    kiosk.say("ticket.cancelled", t=ticket)
    assert 'http-equiv="refresh"' not in pages.get(address).text


def test_a_hall_that_is_cut_off_makes_the_page_admit_that_it_may_be_old(city: City, pages: httpx.Client) -> None:
    kiosk = TalkingKiosk(city)
    kiosk.take()
    address = f"/t/{kiosk.token('A001')}"
    kiosk.is_online(False)
    assert "Last word from the hall" not in pages.get(address).text
    city.pass_minutes(12)
    page = pages.get(address).text
    assert "Last word from the hall: 12 minutes ago. Please watch the board there." in page
    assert "Tin gần nhất từ sảnh: 12 phút trước. Mời xem bảng tại sảnh." in page


def test_a_quiet_hall_is_no_reason_to_worry(city: City, pages: httpx.Client) -> None:
    kiosk = TalkingKiosk(city)
    kiosk.take()
    city.pass_minutes(12)
    page = pages.get(f"/t/{kiosk.token('A001')}").text
    assert "Last word from the hall: 12 minutes ago." in page
    assert "Please watch the board" not in page


def test_a_ticket_left_open_yesterday_has_expired_even_if_its_kiosk_never_said_so(
    city: City, pages: httpx.Client
) -> None:
    kiosk = TalkingKiosk(city)
    kiosk.take()
    city.pass_minutes(24 * 60)
    assert "This number has expired" in pages.get(f"/t/{kiosk.token('A001')}").text


def test_a_token_typed_in_capitals_is_the_same_token(city: City, pages: httpx.Client) -> None:
    kiosk = TalkingKiosk(city)
    kiosk.take()
    assert "A001" in pages.get(f"/t/{kiosk.token('A001').upper()}").text


@pytest.mark.parametrize(
    "token",
    [
        "<script>alert(1)</script>",
        "%3Cscript%3Ealert(1)%3C%2Fscript%3E",
        "abcdefghijklm%00",
        "abcdefghijklm'--",
        "abcdefghijkl1",
        "abcdefghijkl",
        "abcdefghijklmn",
        "аbcdefghijklm",  # the first letter is Cyrillic
        "..%2f..%2fcity.db",
        "{{191*191}}",
        "\N{LATIN SMALL LETTER LONG S}" * 13,
        "\N{KELVIN SIGN}" * 13,  # lower-cases to k
        "x" * 5000,
    ],
)
def test_a_hostile_token_finds_nothing_and_is_not_repeated(pages: httpx.Client, token: str) -> None:
    answer = pages.get(f"/t/{token}")
    assert answer.status_code == 404
    assert "There is nothing at this address" in answer.text
    assert "alert" not in answer.text and "36481" not in answer.text


def test_a_kiosk_that_smuggles_markup_into_a_number_does_not_reach_the_page(city: City, pages: httpx.Client) -> None:
    kiosk = TalkingKiosk(city)
    evil = "<img src=x onerror=1>"
    kiosk.take(number=evil)
    assert "<img" not in pages.get(f"/t/{kiosk.token(evil)}").text  # it was put aside
    page = pages.get("/").text
    assert "<img" not in page
    assert "&lt;img src=x" in page  # the alarm says what it was
    # And if it had been let in:
    kiosk.take(number="A002")
    with city.database.write() as tx:
        tx.execute("UPDATE ticket SET number = ?", [evil])
    for address in (f"/t/{kiosk.token('A002')}", "/"):
        page = pages.get(address).text
        assert "<img" not in page
        assert "&lt;img src=x" in page


def test_no_page_may_be_kept_indexed_or_framed_by_strangers(city: City, pages: httpx.Client) -> None:
    headers = pages.get("/t/abcdefghijklm").headers
    assert headers["cache-control"] == "no-store"
    assert headers["x-robots-tag"] == "noindex"
    assert headers["referrer-policy"] == "no-referrer"
    assert "script-src 'self'" in headers["content-security-policy"]
    assert headers["content-security-policy"].endswith("frame-ancestors 'self'")
