"""Slips for tests and for the eye: a normal one and those that go wrong most easily."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from zoneinfo import ZoneInfo

from kiosk.config import Text
from kiosk.receipt.slip import PrinterProfile, Slip

WIDE = PrinterProfile()
MIDDLE = PrinterProfile(width_dots=512, dots_per_inch=180)
NARROW = PrinterProfile(width_dots=384)
NO_CUTTER = PrinterProfile(width_dots=384, has_cutter=False)
PROFILES = (WIDE, MIDDLE, NARROW, NO_CUTTER)


def text(vietnamese: str, english: str) -> Text:
    """Return a text in both languages."""
    return {"vi": vietnamese, "en": english}


NORMAL = Slip(
    authority=text("UBND PHƯỜNG CỬA NAM", "Cua Nam Ward"),
    hall=text("Bộ phận Một cửa", "One-stop shop"),
    number="A042",
    service_name=text("Sao y, chứng thực", "Certified copies"),
    procedure_name=text("Chứng thực bản sao từ bản chính", "Certified copy from the original"),
    priority_name=None,
    ahead=4,
    wait_minutes=8,
    counters=(1, 2),
    follow_url="https://phieu.example.vn/t/00082/Hk3dZ9qLw2Xc",
    issued_at=datetime(2026, 11, 23, 9, 24, tzinfo=ZoneInfo("Asia/Ho_Chi_Minh")),
    ready=(
        text("Bản chính cần sao", "the original"),
        text(
            "2.000đ/trang (trang 3 trở đi 1.000đ, tối đa 200.000đ/bản)",
            "2,000đ a page (1,000đ from page 3, at most 200,000đ a copy)",
        ),
    ),
    missed=text("Quá lượt? Đưa phiếu này cho quầy 1.", "Missed your turn? Show this slip at counter 1."),
    second_language="en",
)

PLAIN = replace(NORMAL, second_language=None, procedure_name=None)

COPY_IN_DOUBT = replace(
    NORMAL,
    number="C117",
    is_copy=True,
    wait_minutes=None,
    time_certain=False,
    counters=(),
    priority_name=text("Người cao tuổi từ 75 tuổi", "Aged 75 and over"),
)

LONG_NAMES = replace(
    NORMAL,
    number="B1234",
    authority=text("ỦY BAN NHÂN DÂN PHƯỜNG CỬA NAM, THÀNH PHỐ HÀ NỘI", "Cua Nam Ward"),
    hall=text("Bộ phận Tiếp nhận và Trả kết quả giải quyết thủ tục hành chính", "One-stop shop"),
    service_name=text(
        "Lao động, người có công, bảo trợ xã hội và phòng chống tệ nạn xã hội",
        "Labour, people with merit, social protection",
    ),
    procedure_name=text(
        "Xác định, xác định lại mức độ khuyết tật và cấp Giấy xác nhận khuyết tật",
        "Establishing or re-establishing the degree of disability and issuing the certificate",
    ),
    ahead=128,
    wait_minutes=185,
    counters=(1, 2, 3, 5, 7, 8, 9, 11),
    follow_url="https://phieu.example.vn/theo-doi/phuong-cua-nam/00082/2026-11-23/B1234?token=Hk3dZ9qLw2XcHk3dZ9qLw2Xc",
    missed={"vi": "Nghiêngđườngquátdàikhôngcókhoảngtrắngnàoởgiữađểngắtdòngcảđâunhé"},
)

BARE = replace(PLAIN, number="A1", wait_minutes=0, ahead=0, counters=(3,), follow_url="", ready=(), missed={})

SLIPS = {
    "normal": NORMAL,
    "plain": PLAIN,
    "copy-in-doubt": COPY_IN_DOUBT,
    "long-names": LONG_NAMES,
    "bare": BARE,
}
