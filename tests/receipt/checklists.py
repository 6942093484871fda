"""Checklists for tests and for the eye: a usual one, a short one, one in another script."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

from kiosk.receipt.slip import Checklist
from kiosk.records import replace
from tests.receipt.samples import LONG_NAMES, NORMAL, text

RESIDENCE = Checklist(
    authority=NORMAL.authority,
    hall=NORMAL.hall,
    code="1.004222",
    name={"vi": "Đăng ký thường trú", "en": "Permanent residence", "ko": "상주 등록"},
    service_name={"vi": "Thường trú, tạm trú", "en": "Residence", "ko": "거주 등록"},
    papers=(
        {
            "vi": "Tờ khai thay đổi thông tin cư trú (CT01)",
            "en": "Form CT01, change of residence",
            "ko": "거주 정보 변경 신고서(CT01)",
        },
        {
            "vi": "Căn cước của người đăng ký",
            "en": "Identity card of the person who registers",
            "ko": "신고인의 신분증",
        },
        {
            "vi": "Giấy tờ chứng minh chỗ ở hợp pháp (sổ đỏ, hợp đồng…), trừ khi đã tra cứu được",
            "en": "Proof of lawful housing (land certificate, contract …), unless it can be looked up",
            "ko": "적법한 주거 증명 서류(토지 증서, 계약서 등). 전산 조회가 되면 불필요",
        },
    ),
    time={"vi": "07 ngày làm việc", "en": "7 working days", "ko": "근무일 7일"},
    fee={
        "vi": "20.000 đồng/lần nộp trực tiếp, 10.000 đồng/lần nộp trực tuyến. Miễn cho: trẻ em; người cao tuổi; "
        "người khuyết tật; người có công với cách mạng và thân nhân; hộ nghèo",
        "en": "20,000 đ at the desk, 10,000 đ online. Free for: children; the elderly; people with disabilities; "
        "people of merit and their relatives; poor households",
        "ko": "창구 접수 20,000동, 온라인 접수 10,000동. 면제: 어린이, 노인, 장애인, 국가유공자와 그 가족, 빈곤 가구",
    },
    portal_url="https://dichvucong.gov.vn/thu-tuc/1.004222",
    printed_at=datetime(2026, 11, 23, 9, 24, tzinfo=ZoneInfo("Asia/Ho_Chi_Minh")),
    second_language="en",
)

IN_KOREAN = replace(RESIDENCE, second_language="ko")

SHORT = replace(
    RESIDENCE,
    code="2.000815",
    name=text("Chứng thực bản sao từ bản chính", "Certified copy from the original"),
    service_name=NORMAL.service_name,
    papers=(text("Bản chính cần sao", "the original"),),
    time=text("Trong ngày", "the same day"),
    fee=text("2.000 đồng/trang", "2,000 đ a page"),
    portal_url="",
    second_language=None,
)

LONG = replace(
    RESIDENCE,
    authority=LONG_NAMES.authority,
    hall=LONG_NAMES.hall,
    name=LONG_NAMES.procedure_name or {},
    service_name=LONG_NAMES.service_name,
    portal_url=LONG_NAMES.follow_url,
)

CHECKLISTS = {"residence": RESIDENCE, "in-korean": IN_KOREAN, "short": SHORT, "long": LONG}
