"""The layout of a checklist: the papers of one procedure, to be ticked off at home."""

from __future__ import annotations

from kiosk.receipt.bilingual import Bilingual, Pair
from kiosk.receipt.blocks import Block
from kiosk.receipt.pairs import checkbox, code, inline, stacked
from kiosk.receipt.sheet import Sheet
from kiosk.receipt.slip import Checklist, PrinterProfile
from kiosk.receipt.typeset import Face


def layout_checklist(checklist: Checklist, profile: PrinterProfile) -> list[Block]:
    """Return the blocks of a checklist from top to bottom, as `layout` does for a slip.

    Raises:
        EncodingError: the QR code of `portal_url` does not fit on this paper.
        ConfigError: the kiosk has no translations for the checklist's second language.
    """
    sheet = Sheet(profile)
    words = Bilingual(checklist.second_language)
    for part in (_head, _papers, _time_and_fee, _online, _where):
        part(sheet, checklist, words)
    return sheet.blocks


def _head(sheet: Sheet, checklist: Checklist, words: Bilingual) -> None:
    sheet.feed(4)
    sheet.paragraph((sheet.run(words.ward(checklist.authority).vi, Face.BOLD, 28),))
    sheet.paragraph((sheet.run(words.ward(checklist.hall).vi, Face.MEDIUM, 25),))
    sheet.feed(8)
    sheet.rule()
    sheet.feed(14)
    stacked(sheet, words.ward(checklist.name), Face.BOLD, 36)
    sheet.feed(4)
    sheet.paragraph((sheet.run(f"{words.own('Procedure').vi} {checklist.code}", Face.MEDIUM, 24),))


def _papers(sheet: Sheet, checklist: Checklist, words: Bilingual) -> None:
    sheet.feed(16)
    bring = words.own("Papers to bring")
    sheet.bar(bring.vi.upper())
    if bring.second:
        sheet.feed(6)
        sheet.second(bring.second, 26)
    for paper in checklist.papers:
        sheet.feed(8)
        checkbox(sheet, words.ward(paper), 27)


def _time_and_fee(sheet: Sheet, checklist: Checklist, words: Bilingual) -> None:
    sheet.feed(18)
    sheet.rule(is_dashed=True)
    _told(sheet, words.own("Time needed"), words.ward(checklist.time))
    _told(sheet, words.own("Fee"), words.ward(checklist.fee))


def _told(sheet: Sheet, label: Pair, text: Pair) -> None:
    sheet.feed(8)
    sheet.paragraph(inline(sheet, label, 26, Face.BOLD), "left")
    sheet.paragraph((sheet.run(text.vi, Face.MEDIUM, 25),), "left")
    sheet.second(text.second, 24, "left")


def _online(sheet: Sheet, checklist: Checklist, words: Bilingual) -> None:
    if not checklist.portal_url:
        return
    _section(sheet)
    code(sheet, checklist.portal_url)
    sheet.feed(10)
    stacked(sheet, words.own("Apply from home, online"), Face.BOLD, 25)
    for part in _address(checklist.portal_url):
        if not sheet.typed(part):
            sheet.paragraph((sheet.run(part, Face.MEDIUM, 23),))


def _address(url: str) -> list[str]:
    """Return an address as people type it, with a line break before its path."""
    host, slash, path = url.partition("://")[2].partition("/")
    return [part for part in (host + slash, path) if part]


def _where(sheet: Sheet, checklist: Checklist, words: Bilingual) -> None:
    _section(sheet)
    stacked(sheet, words.own("When all is ready, take a queue number for"), Face.MEDIUM, 25)
    sheet.feed(8)
    sheet.label(inline(sheet, words.ward(checklist.service_name), 27, Face.BOLD))
    sheet.feed(12)
    sheet.paragraph((sheet.run(f"{words.own('As of').vi} {checklist.printed_at:%d/%m/%Y}", Face.MEDIUM, 23),))


def _section(sheet: Sheet) -> None:
    sheet.feed(18)
    sheet.rule(is_dashed=True)
    sheet.feed(14)
