"""Slips for tests and for the eye: a normal one and those that go wrong most easily."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

from kiosk.config import Text
from kiosk.receipt.slip import PrinterProfile, Slip
from kiosk.records import replace

WIDE = PrinterProfile()
MIDDLE = PrinterProfile(width_dots=512, dots_per_inch=180)
NARROW = PrinterProfile(width_dots=384)
NO_CUTTER = PrinterProfile(width_dots=384, has_cutter=False)
PROFILES = (WIDE, MIDDLE, NARROW, NO_CUTTER)


def text(vietnamese: str, english: str, korean: str = "") -> Text:
    """Return a text in two languages, or in three."""
    return {"vi": vietnamese, "en": english} | ({"ko": korean} if korean else {})


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

KOREAN = replace(
    NORMAL,
    number="B017",
    service_name=text("Khai sinh, kết hôn, khai tử", "Birth, marriage, death", "출생, 혼인, 사망 신고"),
    procedure_name=text("Đăng ký khai sinh", "Birth registration", "출생신고"),
    priority_name=text("Mang thai, có con dưới 36 tháng tuổi", "With a child", "임신 중이거나 36개월 미만 자녀 동반"),
    counters=(),
    ready=(
        text("Giấy chứng sinh", "Birth notice", "병원 출생증명서(Giấy chứng sinh)"),
        text("Căn cước của người đi khai", "Identity card", "신고인의 신분증"),
    ),
    missed=text(
        "Quá lượt? Đưa phiếu này cho quầy 1.",
        "Missed your turn? Show this slip at counter 1.",
        "순서를 놓치셨습니까? 이 번호표를 1번 창구에 보여 주십시오.",
    ),
    second_language="ko",
)

BARE = replace(PLAIN, number="A1", wait_minutes=0, ahead=0, counters=(3,), follow_url="", ready=(), missed={})

SLIPS = {
    "normal": NORMAL,
    "plain": PLAIN,
    "copy-in-doubt": COPY_IN_DOUBT,
    "long-names": LONG_NAMES,
    "korean": KOREAN,
    "bare": BARE,
}
