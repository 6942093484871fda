"""Sample views for previews: the content of the gallery and of the golden pictures."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

from kiosk.config import Text
from kiosk.lobby.views import (
    BoardView,
    CallView,
    Fault,
    HallView,
    PriorityView,
    ProcedureView,
    ServiceView,
    TicketView,
)
from kiosk.model.paper import PrintState
from kiosk.records import Record, replace
from kiosk.ui.flow.events import Screen
from kiosk.ui.flow.session import Session
from kiosk.ui.flow.snapshot import Snapshot

NOW = datetime(2026, 11, 23, 9, 24, tzinfo=ZoneInfo("Asia/Ho_Chi_Minh"))


class Preview(Record):
    """One state of one screen for the gallery."""

    name: str
    snapshot: Snapshot


def _text(vi: str, en: str) -> Text:
    return {"vi": vi, "en": en}


def _service(letter: str, names: tuple[Text, Text, Text], icon: str, queue: tuple[int, int | None]) -> ServiceView:
    name, hint, short = names
    counters = {"A": (1, 2), "B": (3,), "C": (4, 5), "D": (6,), "E": (7,)}[letter]
    return ServiceView(letter, name, hint, short, icon, *queue, refusal="", counters=counters)


SERVICES = (
    _service(
        "A",
        (
            _text("Sao y, chứng thực", "Certified copies, signatures"),
            _text("Bản sao, chữ ký, hợp đồng", "Copies, signatures, contracts"),
            _text("Sao y", "Copies"),
        ),
        "stamp",
        (4, 8),
    ),
    _service(
        "B",
        (
            _text("Khai sinh, kết hôn, khai tử", "Birth, marriage, death"),
            _text("Trích lục, xác nhận độc thân", "Extracts, marital status"),
            _text("Hộ tịch", "Civil status"),
        ),
        "baby",
        (3, 12),
    ),
    _service(
        "C",
        (
            _text("Thường trú, tạm trú, căn cước", "Residence, identity card"),
            _text("Nhập hộ, tách hộ, lưu trú", "Joining or splitting a household, stays"),
            _text("Cư trú", "Residence"),
        ),
        "house",
        (5, None),
    ),
    _service(
        "D",
        (
            _text("Hộ kinh doanh, đất đai, xây dựng", "Household business, land, building"),
            _text("Đăng ký mới, thay đổi, sổ đỏ", "New, changes, land certificates"),
            _text("Kinh doanh", "Business, land"),
        ),
        "store",
        (0, 0),
    ),
    _service(
        "E",
        (
            _text("Trợ giúp xã hội, người có công", "Social support, persons with merit"),
            _text("Khuyết tật, hộ nghèo, mai táng", "Disability, poor households, funeral support"),
            _text("Trợ giúp", "Support"),
        ),
        "heart-handshake",
        (0, 0),
    ),
)


def _procedure(
    code: str, service: str, name: Text, papers: tuple[Text, ...], terms: tuple[Text, Text]
) -> ProcedureView:
    is_online = service != "A"
    url = f"https://dichvucong.gov.vn/p/{code}" if is_online else ""
    return ProcedureView(code, service, name, papers, papers[:2], *terms, is_online, url, can_pay=service == "C")


_COPY = _procedure(
    "2.000815",
    "A",
    _text("Chứng thực bản sao từ bản chính", "Certified copy from the original"),
    (
        _text("Bản chính cần sao", "The original document"),
        _text("Bản chụp của bản chính, nếu đã có", "A photocopy, if there is one already"),
    ),
    (
        _text(
            "Trong ngày. Nhận sau 15 giờ thì trả vào ngày làm việc tiếp theo.",
            "The same day. Received after 15:00: the next working day.",
        ),
        _text(
            "2.000 đồng một trang cho trang 1 và 2; từ trang 3 trở đi 1.000 đồng một trang; "
            "không quá 200.000 đồng một bản.",
            "2,000 dong a page for pages 1 and 2, then 1,000 dong a page; at most 200,000 dong a copy.",
        ),
    ),
)
_RESIDENCE = _procedure(
    "1.004222",
    "C",
    _text("Đăng ký thường trú", "Registering permanent residence"),
    (
        _text("Tờ khai thay đổi thông tin cư trú (mẫu CT01)", "Declaration of change of residence (form CT01)"),
        _text("Giấy tờ chứng minh chỗ ở hợp pháp", "Proof of a lawful dwelling"),
        _text(
            "Giấy tờ chứng minh quan hệ nhân thân, khi nhập vào hộ của người thân",
            "Proof of kinship, when joining a relative's household",
        ),
    ),
    (
        _text("7 ngày làm việc", "7 working days"),
        _text(
            "20.000 đồng tại quầy; 10.000 đồng khi nộp trực tuyến. Miễn cho trẻ em, hộ nghèo, người cao tuổi, "
            "người khuyết tật, người có công và đồng bào ở vùng đặc biệt khó khăn.",
            "20,000 dong at the counter; 10,000 dong online. Free for children, poor households, elderly people, "
            "people with disabilities, persons with merit and people of specially disadvantaged areas.",
        ),
    ),
)


def _plain(code: str, service: str, vi: str, en: str) -> ProcedureView:
    return _procedure(
        code, service, _text(vi, en), _COPY.papers, (_text("3 ngày làm việc", "3 working days"), _COPY.fee)
    )


PROCEDURES = (
    _COPY,
    _plain("2.000884", "A", "Chứng thực chữ ký", "Certifying a signature"),
    _plain("1.001193", "B", "Đăng ký khai sinh", "Registering a birth"),
    _plain("1.004884", "B", "Đăng ký lại khai sinh", "Registering a birth again"),
    _plain("1.000894", "B", "Đăng ký kết hôn", "Registering a marriage"),
    _plain("1.000656", "B", "Đăng ký khai tử", "Registering a death"),
    _plain("1.004873", "B", "Cấp giấy xác nhận tình trạng hôn nhân", "Confirmation of marital status"),
    _plain("1.004859", "B", "Thay đổi, cải chính, bổ sung thông tin hộ tịch", "Changing or correcting civil status"),
    _plain("2.000635", "B", "Cấp bản sao trích lục hộ tịch", "Extract of civil status"),
    _RESIDENCE,
    _plain("1.004194", "C", "Đăng ký tạm trú", "Registering temporary residence"),
    _plain("1.002755", "C", "Gia hạn tạm trú", "Extending temporary residence"),
    _plain("2.001159", "C", "Thông báo lưu trú", "Notice of a stay"),
    _plain("1.010038", "C", "Tách hộ", "Splitting a household"),
)

PRIORITY_GROUPS = (
    PriorityView(
        "elderly", _text("Người từ 75 tuổi trở lên", "Aged 75 or over"), "Luật Người cao tuổi 2009", "user-round"
    ),
    PriorityView(
        "disability",
        _text("Người khuyết tật nặng", "A severe disability"),
        "Luật Người khuyết tật 2010",
        "accessibility",
    ),
    PriorityView(
        "child",
        _text("Đang mang thai, có con dưới 36 tháng", "Pregnant, or with a child under 36 months"),
        "Nghị định 61/2018/NĐ-CP",
        "baby",
    ),
    PriorityView(
        "merit", _text("Người có công với cách mạng", "A person with merit"), "Pháp lệnh 02/2020/UBTVQH14", "medal"
    ),
)

HALL = HallView(
    now=NOW,
    ward=_text("Phường Cửa Nam · Hà Nội", "Cửa Nam Ward · Hanoi"),
    hall=_text("Bộ phận Một cửa", "One-Stop Service"),
    languages=("vi", "en", "ko"),
    services=SERVICES,
    procedures=PROCEDURES,
    priority_groups=PRIORITY_GROUPS,
    faults=(),
    closed_text=_text(
        "Làm việc từ thứ Hai đến thứ Sáu, 8:00–12:00 và 13:00–17:00.",
        "Open Monday to Friday, 8:00–12:00 and 13:00–17:00.",
    ),
    opens_at=None,
    has_scanner=True,
    has_voice=True,
    has_sealing=True,
)

TICKET = TicketView(
    number="A042",
    service="A",
    service_name=SERVICES[0].name,
    procedure_name=_COPY.name,
    ready=(
        _text("bản chính cần sao", "the original"),
        _text("tiền mặt hoặc VietQR (2.000 đồng một trang)", "cash or VietQR (2,000 dong a page)"),
    ),
    priority=None,
    state="waiting",
    day="2026-11-23",
    issued_at=NOW,
    ahead=4,
    wait_minutes=8,
    counters=(1, 2),
    language="vi",
    token="7M2K9QXA",
    follow_url="https://so.hanoi.example/t/7M2K9QXA",
    print_state=PrintState.PRINTED,
)

BOARD = BoardView(
    now=NOW,
    ward=HALL.ward,
    hall=HALL.hall,
    current=CallView("A042", 3, NOW, 1, 6),
    last=(
        CallView("C017", 5, NOW, 1, 5),
        CallView("A041", 1, NOW, 1, 4),
        CallView("B023", 4, NOW, 2, 3),
        CallView("A040", 2, NOW, 1, 2),
        CallView("D006", 6, NOW, 1, 1),
    ),
    waiting=SERVICES,
    notices=(_text("Nước uống miễn phí ở cửa vào", "Free drinking water at the entrance"),),
    faults=(),
)


def at(screen: Screen, **chosen: object) -> Snapshot:
    """Return the snapshot of a visit on a screen, with session fields set."""
    trail = () if screen in (Screen.WELCOME, Screen.NUMBER) else (Screen.WELCOME,)
    return Snapshot(HALL, replace(Session(screen=screen, trail=trail), **chosen))  # type: ignore[arg-type]


def faulty(snapshot: Snapshot, *faults: Fault) -> Snapshot:
    """Return the snapshot with these faults."""
    return replace(snapshot, hall=replace(snapshot.hall, faults=faults))
