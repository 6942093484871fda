"""The types of the settings: the keys of each file and the limits of their values. Units are in the names.

The annotations are evaluated here (no `from __future__`). Otherwise msgspec would compile each one in every process.
"""

import re
from pathlib import Path
from typing import Annotated, Literal, Self

from msgspec import Meta, Struct

from kiosk.records import Record

Text = dict[str, str]
"""One text in several languages: ISO 639-1 code → words. Vietnamese (`vi`) and English (`en`) are required."""

# Patterns end in \Z, because `$` would also accept a line break at the end.
# A description says the same in words, for the message about a wrong value.
Port = Annotated[int, Meta(ge=0, le=65535)]
Letter = Annotated[str, Meta(pattern=r"^[A-Z]\Z", description="one capital letter, A to Z")]
Name = Annotated[
    str, Meta(pattern=r"^[a-z0-9][a-z0-9-]{1,31}\Z", description="2 to 32 of a-z, 0-9 and -, without - at the start")
]
DeviceId = Name
HostName = Annotated[
    str, Meta(pattern=r"^[A-Za-z0-9]([A-Za-z0-9.-]{0,251}[A-Za-z0-9])?\Z", description="a host's name, without a port")
]
SiteCode = Annotated[str, Meta(pattern=r"^[0-9]{5}\Z", description="the ward's code of 5 digits")]
Language = Annotated[str, Meta(pattern=r"^[a-z]{2}\Z", description="a language code of 2 letters such as vi")]
Icon = Annotated[str, Meta(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*\Z", description="the name of a lucide icon such as stamp")]
ClockTime = Annotated[
    str, Meta(pattern=r"^(([01][0-9]|2[0-3]):[0-5][0-9]|24:00)\Z", description='a time from "00:00" to "24:00"')
]
Period = Annotated[tuple[ClockTime, ClockTime], Meta(description='two times, from and until: ["08:00", "12:00"]')]
TopicPrefix = Annotated[
    str, Meta(pattern=r"^[A-Za-z0-9/_-]{0,64}\Z", description='at most 64 letters, digits, / _ or -; "" for none')
]
Output = Annotated[
    str,
    Meta(
        pattern=r"^([A-Za-z][A-Za-z0-9-]{0,31})?\Z",
        description='the name of an output such as HDMI-A-1: at most 32 letters, digits and -; "" for the default',
    ),
]
Pin = Annotated[int, Meta(ge=2, le=27)]  # BCM number; the board itself uses 0 and 1
Millimetres = Annotated[float, Meta(gt=0, le=3000)]
PublicKey = Annotated[str, Meta(pattern=r"^[0-9a-f]{64}\Z", description="a public key of 32 bytes in hex")]

Baud = Literal[4800, 9600, 19200, 38400, 57600, 115200, 230400]
Flow = Literal["none", "rtscts", "xonxoff"]
"""The flow control of a serial line: none, by wires, or by bytes in the line."""


OwnFont = Literal["auto", "always", "never"]
"""Whether the printer prints plain words in its own font."""


USB_ADDRESS = re.compile(r"(?:(?P<vendor>[0-9a-f]{4}):(?P<product>[0-9a-f]{4})(?::(?P<serial>[!-~]{1,64}))?)?\Z")
"""Vendor and product as `lsusb` shows them, and a serial number if two printers are alike; "" for any printer."""


class Printer(Struct, forbid_unknown_fields=True, frozen=True):
    """The printer and its connection. `width_dots`: 576 on most 80 mm paper, 512 on some, 384 on 58 mm.

    `address` is host:port for `tcp`, a path such as /dev/usb/lp0 for `device`, and vendor:product or
    vendor:product:serial for `usb` ("" for any printer); `baud` and `flow` are for a serial line. `profile` is a name
    of `kiosk printer profiles`, or `auto`: the kiosk asks the printer for its model. `own_font` is about plain words:
    whether the printer prints them in its own font. `auto` does so on a serial line.
    """

    driver: Literal["simulated", "tcp", "device", "usb", "none"] = "none"
    address: str = ""
    width_dots: Annotated[int, Meta(ge=200, le=1200)] = 576
    has_cutter: bool = True
    slips_kept: Annotated[int, Meta(ge=1, le=10_000)] = 200
    baud: Baud = 115200
    flow: Flow = "none"
    profile: Name = "auto"
    own_font: OwnFont = "auto"


class Display(Struct, forbid_unknown_fields=True, frozen=True):
    """One window. Sizes on it are in millimetres, so the diagonal is needed; `theme` is `day` or `contrast`.

    `output` is the compositor's name of the display connector, or "": the first of the Pi for the screen, the second
    for the board. The picture is rotated clockwise by `rotate` degrees; width and height are those of the rotated
    picture.
    """

    width_px: Annotated[int, Meta(ge=320, le=7680)] = 1080
    height_px: Annotated[int, Meta(ge=320, le=7680)] = 1920
    diagonal_mm: Millimetres = 546.0
    is_fullscreen: bool = True
    output: Output = ""
    rotate: Literal[0, 90, 180, 270] = 0
    theme: Literal["day", "contrast"] = "day"


class Scanner(Struct, forbid_unknown_fields=True, frozen=True):
    """The scanner and its connection. `simulated` gets codes from the dock and from `kiosk sim scanner present`.

    `address` is the device file of a `serial` line, of the keyboard of a `wedge` reader, or of a `v4l2` camera; the
    number of a `picamera2` camera, or "" for the first; the folder of the pictures for `folder`.
    """

    driver: Literal["simulated", "serial", "wedge", "camera", "none"] = "none"
    address: str = ""
    baud: Baud = 115200
    flow: Flow = "none"
    camera: Literal["v4l2", "picamera2", "folder"] = "v4l2"


class Sound(Struct, forbid_unknown_fields=True, frozen=True):
    """One loudspeaker. `device` is an ALSA name; `voices` has piper voice files (.onnx) by language.

    espeak-ng speaks a language without a voice file. During a call on the board, the screen's loudspeaker plays at
    `ducked_percent` of its volume.
    """

    driver: Literal["alsa", "simulated", "none"] = "none"
    device: str = "default"
    volume_percent: Annotated[int, Meta(ge=0, le=100)] = 70
    ducked_percent: Annotated[int, Meta(ge=0, le=100)] = 50
    voices: dict[Language, str] = {}


class Panel(Struct, forbid_unknown_fields=True, frozen=True):
    """The keys, lamps and sensors near the screen. With `gpio` a part exists if its pin (BCM number) is set.

    `water` is the relay of a dispenser. It runs for `pour_s`, which fills a cup, and never longer. With a `presence`
    sensor the screen sleeps after `sleep_after_s` without a visitor (0: never), and `greets_aloud` greets a visitor.
    """

    driver: Literal["gpio", "simulated", "none"] = "none"
    lamp_ready: Pin | None = None
    lamp_attention: Pin | None = None
    lamp_fault: Pin | None = None
    lamp_call: Pin | None = None
    buzzer: Pin | None = None
    presence: Pin | None = None
    tamper: Pin | None = None
    key_previous: Pin | None = None
    key_next: Pin | None = None
    key_choose: Pin | None = None
    key_speak: Pin | None = None
    near_end: Pin | None = None
    cup: Pin | None = None
    water: Pin | None = None
    pour_s: Annotated[float, Meta(ge=0.5, le=30)] = 6.0
    sleep_after_s: Annotated[int, Meta(ge=0, le=86_400)] = 0
    greets_aloud: bool = False

    @property
    def has_presence(self) -> bool:
        """Tell whether the panel has a presence sensor."""
        return self.driver == "simulated" or (self.driver == "gpio" and self.presence is not None)

    @property
    def has_water(self) -> bool:
        """Tell whether the panel has a water dispenser."""
        return self.driver == "simulated" or (self.driver == "gpio" and self.water is not None)


class Broker(Struct, forbid_unknown_fields=True, frozen=True):
    """The MQTT broker of the city. TLS is used if `ca_file` is set.

    A relative path is in the home's `etc/`; `home.etc / broker.ca_file` is right for relative and absolute paths.
    """

    host: str = ""
    port: Port = 8883
    prefix: TopicPrefix = ""
    ca_file: str = ""
    cert_file: str = ""
    key_file: str = ""
    username: str = ""
    password_file: str = ""
    keepalive_s: Annotated[int, Meta(ge=10, le=3600)] = 300


class Web(Struct, forbid_unknown_fields=True, frozen=True):
    """The address of a web page. `host` 0.0.0.0 opens it to the hall's network; port 0 takes any free port.

    `names` are further host names that browsers may use, besides the address, `localhost` and the machine's own name.
    """

    host: str = "127.0.0.1"
    port: Port = 0
    names: tuple[HostName, ...] = ()


class City(Struct, forbid_unknown_fields=True, frozen=True):
    """The reference city; not used on a kiosk. `database` is a path in the home's `var/`."""

    database: str = "city.db"
    web: Web = Web(port=8090)


class Kiosk(Struct, forbid_unknown_fields=True, frozen=True):
    """`kiosk.toml`: this machine."""

    device: DeviceId
    printer: Printer = Printer()
    scanner: Scanner = Scanner()
    sound: Sound = Sound()
    board_sound: Sound = Sound()
    panel: Panel = Panel()
    screen: Display = Display()
    board: Display = Display(width_px=1920, height_px=1080, diagonal_mm=1090.0)
    broker: Broker = Broker()
    counter_page: Web = Web(host="0.0.0.0", port=8080)  # the officers use the hall's network
    city: City = City()


class Service(Struct, forbid_unknown_fields=True, frozen=True):
    """One service group: its letter, its texts for the screen and the board, and its numbers."""

    letter: Letter
    name: Text
    short: Text
    hint: Text
    icon: Icon
    first_number: Annotated[int, Meta(ge=1, le=9999)] = 1
    last_number: Annotated[int, Meta(ge=1, le=9999)] = 999
    daily_cap: Annotated[int, Meta(ge=1, le=9999)] | None = None


class Counter(Struct, forbid_unknown_fields=True, frozen=True):
    """One counter of the hall and the letters of the services it serves."""

    id: Annotated[int, Meta(ge=1, le=99)]
    services: list[Letter]


class PriorityGroup(Struct, forbid_unknown_fields=True, frozen=True):
    """A group with priority, and its law. A scanned card offers it to a visitor who is at least `min_age_years` old."""

    code: Annotated[str, Meta(pattern=r"^[a-z][a-z0-9_]{1,23}\Z", description="2 to 24 of a-z, 0-9, _, a letter first")]
    name: Text
    legal_basis: str
    icon: Icon
    min_age_years: Annotated[int, Meta(ge=1, le=120)] | None = None


class Policy(Struct, forbid_unknown_fields=True, frozen=True):
    """The order of priority and ordinary tickets: `priority_run` with priority, then `ordinary_run` ordinary ones."""

    priority_run: Annotated[int, Meta(ge=1, le=10)] = 1
    ordinary_run: Annotated[int, Meta(ge=1, le=10)] = 1
    booking_early_minutes: Annotated[int, Meta(ge=0, le=120)] = 10


class Rules(Struct, forbid_unknown_fields=True, frozen=True):
    """The limits for a person who showed a card or a booking, and the times at which a booking may be checked in.

    `numbers_a_day` counts walk-in and booked numbers together; None is no limit. A field is a service group. Without
    `checkin_late_minutes` a booking may be checked in until the hall closes.
    """

    numbers_a_day: Annotated[int, Meta(ge=1, le=99)] | None = 2
    one_a_field: bool = True
    checkin_early_minutes: Annotated[int, Meta(ge=0, le=720)] = 60
    checkin_late_minutes: Annotated[int, Meta(ge=0, le=720)] | None = None


class Payment(Struct, forbid_unknown_fields=True, frozen=True):
    """The account to which a fixed fee is paid by VietQR. `bank_bin` is the bank's 6-digit number at NAPAS."""

    bank_bin: Annotated[str, Meta(pattern=r"^[0-9]{6}\Z", description="6 digits")]
    account: Annotated[str, Meta(pattern=r"^[0-9A-Za-z]{4,19}\Z", description="4 to 19 letters or digits")]
    name: Annotated[str, Meta(min_length=1, max_length=60)]


class CityKeys(Struct, forbid_unknown_fields=True, frozen=True):
    """The public keys of the city. `booking` checks signed booking codes and lists (Ed25519; two keys during a change
    of keys); `sealing` encrypts the data that visitors agree to send (X25519). Without a key its functions are not
    offered.
    """

    booking: list[PublicKey] = []
    sealing: PublicKey | None = None


class Hours(Struct, forbid_unknown_fields=True, frozen=True):
    """Opening periods by weekday, local time; an empty list is a closed day. `closed` is the screen's text then."""

    monday: list[Period]
    tuesday: list[Period]
    wednesday: list[Period]
    thursday: list[Period]
    friday: list[Period]
    saturday: list[Period]
    sunday: list[Period]
    closed: Text

    def of(self, weekday: int) -> list[Period]:
        """Return the periods of a weekday, Monday = 0."""
        week = (self.monday, self.tuesday, self.wednesday, self.thursday, self.friday, self.saturday, self.sunday)
        return week[weekday]


class Site(Struct, forbid_unknown_fields=True, frozen=True):
    """`site.toml`: the ward. `follow_url` has `{token}` once, the place of a ticket's token; `portal_url` may have
    `{code}`, the place of a procedure's code. In the `quiet` periods of a day the board shows calls without sound.
    """

    code: SiteCode
    ward: Text
    hall: Text
    authority: Text
    languages: list[Language]
    follow_url: str
    hours: Hours
    services: list[Service]
    counters: list[Counter]
    priority_groups: list[PriorityGroup] = []
    notices: list[Text] = []
    missed: Text = {}
    policy: Policy = Policy()
    rules: Rules = Rules()
    quiet: list[Period] = []
    payment: Payment | None = None
    city_keys: CityKeys = CityKeys()
    portal_url: str = "https://dichvucong.gov.vn"
    timezone: str = "Asia/Ho_Chi_Minh"


class Procedure(Struct, forbid_unknown_fields=True, frozen=True):
    """One administrative procedure as published. `fee` is text with the exemptions, because an amount alone misleads.

    `fixed_fee_dong` is set if everybody who pays at the counter pays the same: such a fee can be paid by VietQR.
    """

    code: Annotated[str, Meta(pattern=r"^[0-9]\.[0-9]{6}\Z", description='a procedure code such as "2.000815"')]
    service: Letter
    name: Text
    papers: list[Text]
    time: Text
    fee: Text
    is_online: bool
    fixed_fee_dong: Annotated[int, Meta(ge=1000, le=50_000_000)] | None = None
    ready: list[Text] = []
    search: list[str] = []


class Officer(Struct, forbid_unknown_fields=True, frozen=True):
    """A person who may sign in at a counter; `pin_scrypt` is `salt$hash`, both hex."""

    id: Name
    pin_scrypt: Annotated[str, Meta(pattern=r"^[0-9a-f]{32}\$[0-9a-f]{64}\Z", description="what `hash_pin` returns")]


class Home(Record):
    """The three folders of a kiosk: settings, state, and temporary files that a reboot may delete."""

    etc: Path
    var: Path
    run: Path

    @classmethod
    def at(cls, root: Path | None) -> Self:
        """Return the folders under `root`, or the system's folders if it is None."""
        if root is None:
            return cls(Path("/etc/kiosk"), Path("/var/lib/kiosk"), Path("/run/kiosk"))
        root = root.resolve()
        return cls(root / "etc", root / "var", root / "run")

    @property
    def database(self) -> Path:
        """The file of the database: journal and state."""
        return self.var / "kiosk.db"


class Settings(Record):
    """All settings read from `etc/`, checked."""

    home: Home
    kiosk: Kiosk
    site: Site
    procedures: tuple[Procedure, ...]

    def service(self, letter: str) -> Service | None:
        """Return the service with this letter."""
        return next((service for service in self.site.services if service.letter == letter), None)

    def counter(self, number: int) -> Counter | None:
        """Return the counter with this number."""
        return next((counter for counter in self.site.counters if counter.id == number), None)

    def procedure(self, code: str) -> Procedure | None:
        """Return the procedure with this code."""
        return next((procedure for procedure in self.procedures if procedure.code == code), None)

    def counters_for(self, letter: str) -> tuple[int, ...]:
        """Return the numbers of the counters that serve this letter."""
        return tuple(counter.id for counter in self.site.counters if letter in counter.services)
