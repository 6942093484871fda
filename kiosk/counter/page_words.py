"""Every message of the officers' page and the board page, in English; Vietnamese is in the `web` catalogue.

The pages request them by the name on the left. A pair is singular and plural.
"""

from __future__ import annotations

from kiosk.i18n import words

LANGUAGES = ("vi", "en")

MESSAGES: dict[str, str | tuple[str, str]] = {
    # everywhere
    "page_title": "Officers' page",
    "officers_page": "Sign in at a counter",
    "counter": "Counter {number}",
    "minutes": ("{count} minute", "{count} minutes"),
    "under_a_minute": "under 1 minute",
    "hours_minutes": "{hours} h {minutes} min",
    "clock_unsure": "time not certain",
    "unreachable": "The kiosk cannot be reached. Trying again…",
    # signing in
    "officer_name": "Name",
    "pin": "PIN",
    "sign_in": "Sign in",
    "sign_out": "Sign out",
    "number_pad": "Number pad",
    "erase": "Erase a digit",
    "wrong_pin": ("Name or PIN is wrong. {count} try left.", "Name or PIN is wrong. {count} tries left."),
    "locked": "Too many wrong PINs. Try again in {time}.",
    "pin_short": "Your PIN has fewer than six digits. Please ask the administrator for a longer one.",
    "session_over": "Please sign in again: the session has ended.",
    # choosing a counter
    "which_counter": "Hello {name}, which counter is this?",
    "open_at": "open at: {names}",
    "change_counter": "Change counter",
    # the ticket in hand
    "calling": "Calling",
    "calling_again": "Calling, {count} times so far",
    "serving": "Now serving",
    "coming_next": "Next in line",
    "nobody_waits": "Nobody is waiting",
    "new_numbers_appear": "New numbers appear here by themselves.",
    "waited": "waited {time}",
    "called_for": "called for {time}",
    "served_for": "served for {time}",
    "priority": "Priority",
    "booked": "Booked {time}",
    "by_post": "Result by post",
    "announce": ("Calling number {number}", "Calling number {number} again"),
    "call_next": "Call next number",
    "done_and_next": "Done, call next number",
    "step_serve": "Serve",
    "step_recall": "Call again",
    "step_done": "Done",
    "step_no-show": "No-show",
    "step_park": "Park",
    "step_transfer": "Transfer",
    "confirm_no_show": "Press again: no-show",
    "said_recall": "{number} was called again.",
    "said_done": "{number} is done.",
    "said_no-show": "{number} is marked as no-show.",
    "said_park": "{number} is parked. Bring it back from the list.",
    "said_transfer": "{number} now waits for another service.",
    "said_resume": "{number} is back in the line.",
    "said_done_nobody": "{number} is done. Nobody is waiting.",
    "nothing_in_hand": "No number is in hand. Call the next one first.",
    "not_while_serving": "This number is already being served.",
    # the line
    "waiting": "waiting",
    "longest_wait": "longest wait",
    "done_today": "done today",
    "queue": "Waiting, in calling order",
    "column_number": "Number",
    "column_matter": "Matter",
    "column_note": "Note",
    "column_wait": "Wait",
    "parked": "Parked",
    "resume": "Back in line",
    "transfer_title": "Where should {number} go?",
    "transfer_hint": "It keeps its number and its place by arrival.",
    "cancel": "Cancel",
    # how the hall is
    "help_requested": "A visitor at the kiosk asks for help.",
    "help_come": "I am coming",
    "help_mine": "Thank you. The kiosk tells the visitor that counter {number} is coming.",
    "help_theirs": "Counter {number} is on the way to the visitor.",
    "slip_doubt": "Nobody knows whether slip {number} came out. Please look at the printer.",
    "slip_doubt_others": "Not known either: {numbers}",
    "slip_seen": "It is there",
    "slip_copy": "Print a copy",
    "said_confirm": "Slip {number} is there.",
    "said_reprint": "A copy of slip {number} has been ordered.",
    "hall_open": "open",
    "hall_closed": "closed",
    "lost": "Connection to the kiosk lost. Reconnecting by itself…",
    "line_up": "The city has received everything.",
    "line_sending": ("{count} event is being sent to the city.", "{count} events are being sent to the city."),
    "line_down": "The city cannot be reached; everything here keeps working.",
    "line_waiting": ("{count} event waits to be sent.", "{count} events wait to be sent."),
    "fault_store_corrupt": "The kiosk's database is damaged. Please call a technician now.",
    "fault_disk_full": "The kiosk's storage is full: no new numbers. Please call a technician.",
    "fault_out_of_service": "The kiosk was taken out of service: it gives no numbers.",
    "fault_printer_offline": "The slip printer is off or unplugged. Visitors photograph their number.",
    "fault_paper_out": "The slip printer has no paper. Please put in a new roll.",
    "fault_cover_open": "The slip printer's cover is open. Please close it.",
    "fault_printer_error": "The slip printer reports an error. Please switch it off and on.",
    "fault_printer_silent": "The slip printer does not answer; slips may not be coming out.",
    "fault_scanner_offline": "The scanner does not answer; visitors type instead.",
    "fault_panel_offline": "The keys beside the screen do not answer; the glass works as before.",
    "fault_speaker_offline": "The loudspeaker does not answer; calls are shown but not heard.",
    "fault_paper_low": "The slip printer's paper is running low.",
    "fault_case_open": "The kiosk's case is open. Please look who is at it.",
    # refusals, by code
    "error_illegal_step": "That is not possible for this number now.",
    "error_not_in_hand": "{number} is no longer in hand here. The page is up to date again.",
    "error_not_parked": "{number} is no longer parked.",
    "error_unknown_name": "The kiosk does not know this number, service or counter.",
    "error_too_soon": "Called just now. Please wait a moment.",
    "error_unreachable": "The kiosk did not answer. Please look before trying again.",
    "error_busy": "The kiosk is busy. Please look whether it was done, then try again.",
    "error_store_error": "The kiosk could not store this. Please try again or call a technician.",
    "error_other": "That did not work. Please try again.",
    # the board
    "board_title": "Calls",
    "please_number": "Now calling",
    "to": "to",
    "just_called": "Just called",
    "waiting_board": "Waiting",
    "board_idle": "Please take a queue number",
    "board_idle_hint": "Your number will be called here.",
    "board_closed": "The hall is closed",
    "board_lost": "Connection lost: this board may be out of date. Please ask at the counters.",
}


def page_words(language: str) -> dict[str, str | list[str]]:
    """Return the messages in a language, by name: text with `{places}`, or the forms for one and for many.

    Raises:
        ConfigError: the catalogue of this language is missing.
    """
    say = words("web", language)
    return {
        name: say(message) if isinstance(message, str) else [say(form) for form in message]
        for name, message in MESSAGES.items()
    }
