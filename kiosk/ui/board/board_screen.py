"""The board's layout: the present call, large; earlier calls; the number waiting per service; a notice; the time."""

from __future__ import annotations

from kiosk.i18n import chosen, words
from kiosk.lobby.views import BoardView, CallView, Fault
from kiosk.records import Record, replace
from kiosk.ui.drawing import fonts
from kiosk.ui.drawing.box import Box
from kiosk.ui.drawing.metrics import Font, Metrics, Weight
from kiosk.ui.drawing.scene import Scene
from kiosk.ui.drawing.scene_builder import Look, SceneBuilder, grown, shrunk
from kiosk.ui.drawing.theme import BOARD, Theme, Tone
from kiosk.ui.parts.frame import date
from kiosk.ui.samples import BOARD as SAMPLE
from kiosk.ui.samples import SERVICES

_LAST_CALLS = 5


class BoardSnapshot(Record):
    """The input of the board's layout: the view, the large call, the earlier calls, and the present notice."""

    view: BoardView
    call: CallView | None
    last: tuple[CallView, ...] = ()
    languages: tuple[str, ...] = ("vi", "en")
    notice: str = ""
    is_bright: bool = False
    is_stale: bool = False


class BoardPreview(Record):
    """One state of the board for the gallery."""

    name: str
    board: BoardSnapshot


def paint(board: BoardSnapshot, metrics: Metrics, theme: Theme = BOARD) -> Scene:
    """Return the board's scene, landscape or portrait."""
    return _BoardLayout(board, metrics, theme).scene()


def previews() -> tuple[BoardPreview, ...]:
    """An ordinary state, a blink, a long counter number, nothing called yet, closed, and a stale board."""
    busy = BoardSnapshot(SAMPLE, SAMPLE.current, SAMPLE.last, notice=SAMPLE.notices[0]["vi"])
    crowd = replace(SAMPLE, waiting=tuple(replace(service, waiting=88) for service in SERVICES))
    empty = BoardSnapshot(replace(SAMPLE, current=None, last=()), None, notice=busy.notice)
    return (
        BoardPreview("board", busy),
        BoardPreview("board-blink", replace(busy, is_bright=True)),
        BoardPreview("board-crowd", replace(busy, view=crowd, call=CallView("W888", 12, SAMPLE.now, 3, 9))),
        BoardPreview("board-empty", empty),
        BoardPreview(
            "board-closed", replace(empty, view=replace(empty.view, faults=(Fault.CLOSED, Fault.CLOCK_UNSURE)))
        ),
        BoardPreview("board-stale", replace(busy, is_stale=True)),
    )


class _BoardLayout:
    """Lays out one scene of the board. The unit is a hundredth of the height: the board is read from ten metres."""

    def __init__(self, board: BoardSnapshot, metrics: Metrics, theme: Theme) -> None:
        self.board = board
        self.theme = theme
        self.t = words("screen", board.languages[0])
        self.sheet = SceneBuilder(Look(metrics, theme, self.t))
        w, h = self.sheet.box.w, self.sheet.box.h
        self.is_upright = h > w
        self.unit = w / 90 if self.is_upright else min(h / 100, w / 165)

    def scene(self) -> Scene:
        """Lay out header, call, earlier calls and footer."""
        page = self.sheet.box.inset(self.px(5), self.px(2.5))
        header, page = page.top(self.px(8))
        self._header(header)
        footer, page = page.foot(self.px(14))
        self._footer(footer)
        page = page.inset(0, self.px(2))
        if self.is_upright:
            call, last = page.top(page.h * 46 // 100 if self.board.last else page.h)
            last = last.top(self.px(4))[1]
        else:
            call, last = page.left(page.w * 61 // 100 if self.board.last else page.w)
            last = last.left(self.px(5))[1]
        self._call(call)
        self._last(last)
        return self.sheet.scene("board")

    def px(self, units: float) -> int:
        """Return units in pixels."""
        return max(1, round(units * self.unit))

    def font(self, units: float, weight: Weight = Weight.REGULAR) -> Font:
        """Return a font with an em of `units`."""
        return Font(weight, self.px(units))

    def _header(self, box: Box) -> None:
        sheet, tone, view = self.sheet, self.theme.paper, self.board.view
        circle = box.left(box.h)[0]
        sheet.fill(circle, self.theme.main.fill, box.h // 2)
        sheet.icon(circle, "landmark", self.theme.main.mark, box.h // 2)
        room = box.left(box.h + self.px(2))[1]
        if not self.board.is_stale:
            room = self._clock(room)
        hall, ward = chosen(view.hall, self.t.language), chosen(view.ward, self.t.language)
        if not self.is_upright:
            sheet.line(room, f"{hall} · {ward}", self.font(4.0, Weight.SEMIBOLD), tone.text)
            return
        top, bottom = room.rows(2, 0)
        sheet.line(top, hall, self.font(3.6, Weight.SEMIBOLD), tone.text)
        sheet.line(bottom, ward, self.font(3.0), tone.soft)

    def _clock(self, box: Box) -> Box:
        """Write date and time at the right; return the box left. A stale board shows no time."""
        sheet, tone, view = self.sheet, self.theme.paper, self.board.view
        time, small = self.font(6.5, Weight.BOLD), self.font(2.7 if self.is_upright else 3.3)
        is_unsure = Fault.CLOCK_UNSURE in view.faults
        clock, under = f"{view.now:%H:%M}", self.t("time unsure") if is_unsure else date(self.t, view.now)
        under = "" if self.is_upright and not is_unsure else under
        place, box = box.end(fonts.width(clock, time))
        sheet.line(place, clock, time, tone.text, align="right")
        place, box = box.end(self.px(2.5))[1].end(fonts.width(under, small))
        sheet.line(place, under, small, tone.soft, align="right")
        if is_unsure:
            place, box = box.end(self.px(1))[1].end(self.px(4))
            sheet.icon(place, "clock-alert", tone.soft, self.px(4))
        return box.end(self.px(2))[1]

    def _call(self, box: Box) -> None:
        call = self.board.call
        tone = self.theme.chosen if self.board.is_bright else self.theme.main
        tone = self.theme.card if self.board.is_stale else tone
        if call is None:
            self._nothing(box)
            return
        self.sheet.panel(box, tone, radius_px=self.px(3.5))
        inner = box.inset(self.px(6), self.px(4))
        label, to = self.font(5.6), self.font(6.4, Weight.MEDIUM)
        desk, below = self.font(14.5, Weight.BOLD), self.font(3.8)
        counter = self.t("Counter {counter}", counter=call.counter)
        second = self._second(call)
        bottom_h = below.line_px if second else 0
        room = inner.h - label.line_px - desk.cap_px - bottom_h - self.px(10.5)
        number = grown(call.number, Font(Weight.EXTRABOLD, 8), inner.w, room)
        high = label.line_px + number.cap_px + desk.cap_px + bottom_h + self.px(10.5)
        y = inner.y + (inner.h - high) // 2
        self.sheet.line(Box(inner.x, y, inner.w, label.line_px), self.t("Now calling"), label, tone.soft)
        base = y + label.line_px + self.px(1.5) + number.cap_px
        self.sheet.letters(inner.x, base, call.number, number, tone.text)
        base += self.px(5.5) + desk.cap_px
        x = inner.x + self.sheet.letters(inner.x, base, self.t("to"), to, tone.text) + self.px(2.2)
        desk = shrunk(counter, desk, inner.right - x)
        accent = tone.text if self.board.is_bright or self.theme is not BOARD else self.theme.accent
        self.sheet.letters(x, base, counter, desk, accent)
        if second:
            foot = Box(inner.x, base + self.px(3.5), inner.w, bottom_h)
            self.sheet.line(foot, second, below, tone.soft)

    def _second(self, call: CallView) -> str:
        """Return the call in the hall's second language."""
        if len(self.board.languages) < 2:
            return ""
        t = words("screen", self.board.languages[1])
        return t("Number {number}, please go to counter {counter}", number=call.number, counter=call.counter)

    def _nothing(self, box: Box) -> None:
        tone, is_closed = self.theme.card, Fault.CLOSED in self.board.view.faults
        self.sheet.panel(box, tone, radius_px=self.px(3.5))
        inner = box.inset(self.px(6), self.px(4))
        title, body = self.font(8.5, Weight.BOLD), self.font(4.6)
        head = self.t("The hall is closed now.") if is_closed else self.t("No number has been called yet.")
        text = "" if is_closed else self.t("Please take a number and wait for it to appear here.")
        high = self.sheet.height(head, title, inner.w) + self.px(2) + self.sheet.height(text, body, inner.w)
        rest = self.sheet.paragraph(inner.middle(inner.w, high), head, title, tone.text)
        self.sheet.paragraph(rest.top(self.px(2))[1], text, body, tone.soft)

    def _last(self, box: Box) -> None:
        calls = self.board.last[:_LAST_CALLS]
        if not calls:
            return
        tone, label = self.theme.paper, self.font(4.0)
        head, box = box.top(label.line_px)
        self.sheet.line(head, self.t("Called before"), label, tone.soft)
        row_h = min(box.h // _LAST_CALLS, self.px(14))
        large = self.font(min(7.4, row_h / self.unit * 0.62), Weight.BOLD)
        for number, call in enumerate(calls):
            row, box = box.top(row_h)
            if number:
                self.sheet.fill(row.top(max(1, self.px(0.2)))[0], tone.edge)
            self._earlier(row, call, large, tone)

    def _earlier(self, row: Box, call: CallView, font: Font, tone: Tone) -> None:
        counter = self.t("Counter {counter}", counter=call.counter)
        self.sheet.line(row, call.number, font, tone.text)
        self.sheet.line(row, counter, font, tone.text, align="right")
        left = row.x + fonts.width(call.number, font)
        right = row.right - fonts.width(counter, font)
        arrow = self.px(4)
        if right - left > arrow * 3 // 2:
            self.sheet.icon(Box(left, row.y, right - left, row.h), "arrow-right", tone.soft, arrow)

    def _footer(self, box: Box) -> None:
        """Write the number waiting per service, and below it a notice or a fault."""
        sheet, tone = self.sheet, self.theme.paper
        sheet.fill(box.top(max(1, self.px(0.2)))[0], tone.edge)
        waiting, notice = box.rows(2, 0)
        self._waiting(waiting)
        warn, font = self.theme.warn, self.font(3.8, Weight.MEDIUM)
        if self.board.is_stale:
            glyph = self.px(4.5)
            sheet.icon(notice.left(glyph)[0], "triangle-alert", warn.mark, glyph)
            text = self.t("This board stands still now. Please listen to the officers.")
            sheet.line(notice.left(glyph + self.px(2))[1], text, font, warn.text)
        elif Fault.CLOSED in self.board.view.faults and self.board.call:
            sheet.line(notice, self.t("The hall is closed now."), font, warn.text)
        else:
            sheet.line(notice, self.board.notice, font, warn.text)

    def _waiting(self, box: Box) -> None:
        """Write how many wait for each service; the names are left out when there is no room."""
        services = self.board.view.waiting
        if not services:
            return
        sheet, tone = self.sheet, self.theme.paper
        bold, plain = self.font(3.6, Weight.BOLD), self.font(3.6)
        head = self.t("Waiting")
        for has_names in (True, False):
            cells = [
                (f"{one.letter} {chosen(one.short, self.t.language)}" if has_names else one.letter, str(one.waiting))
                for one in services
            ]
            wide = fonts.width(head, plain) + sum(
                fonts.width(name, bold) + self.px(1.2) + fonts.width(count, plain) for name, count in cells
            )
            gap = (box.w - wide) // len(cells)
            if gap >= self.px(2.5):
                break
        gap = min(gap, self.px(7))
        base = box.y + (box.h + plain.cap_px) // 2
        x = box.x + sheet.letters(box.x, base, head, plain, tone.soft) + gap
        for name, count in cells:
            x += sheet.letters(x, base, name, bold, tone.text) + self.px(1.2)
            x += sheet.letters(x, base, count, plain, self.theme.accent) + gap
