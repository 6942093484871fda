"""The procedure guide: which one is meant, its checklist on paper, its fee as a code."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kiosk.config import Procedure, Settings
from kiosk.errors import RefusedError, UnknownNameError
from kiosk.lobby.context import Context
from kiosk.lobby.views import PaymentView
from kiosk.model import vietqr
from kiosk.store import jobs

if TYPE_CHECKING:
    from kiosk.search.index import Index


class ProcedureGuide:
    """What a visitor can find out without a number."""

    def __init__(self, context: Context) -> None:
        self._context = context
        self._index: Index | None = None

    def search(self, question: str, language: str, limit: int = 5) -> tuple[str, ...]:
        """Return the codes of the procedures that answer a question, the best first; empty is "I do not know"."""
        if self._index is None:
            # Imported here: one process of a kiosk is asked questions, and the others need not carry the words.
            from kiosk.search.index import Index

            self._index = Index(self._context.settings)
        return self._index.search(question, language, limit)

    def get_ready(self) -> None:
        """Build the index now, so that nobody waits for it at the first letter."""
        self.search("", "vi")

    def close(self) -> None:
        """Give the index's memory back; closing twice is fine."""
        if self._index is not None:
            self._index.close()

    def print_checklist(self, code: str, language: str) -> None:
        """Print what to bring for a procedure.

        Raises:
            UnknownNameError: no such procedure or language.
            RefusedError: this kiosk has no printer.
        """
        settings = self._context.settings
        procedure = _procedure(settings, code)
        if language not in settings.site.languages:
            raise UnknownNameError("language", language, tuple(settings.site.languages))
        if settings.kiosk.printer.driver == "none":
            raise RefusedError("this kiosk has no printer (kiosk.toml, printer.driver)")
        with self._context.change() as (tx, _):
            jobs.enqueue_checklist(tx, procedure.code, language, tx.now_ms)

    def payment(self, procedure: str, number: str = "") -> PaymentView | None:
        """Return the fee of a procedure as a VietQR code, or None where it cannot be paid so.

        Args:
            number: the ticket it is paid for, named in what the bank shows; or empty.
        """
        settings = self._context.settings
        account, found = settings.site.payment, settings.procedure(procedure)
        if account is None or found is None or found.fixed_fee_dong is None:
            return None
        purpose = _purpose(settings.site.code, found.code, number)
        return PaymentView(
            payload=vietqr.payload(account.bank_bin, account.account, found.fixed_fee_dong, purpose),
            amount_dong=found.fixed_fee_dong,
            purpose=purpose,
            name=account.name,
            account=account.account,
        )


def _purpose(site: str, code: str, number: str) -> str:
    """Return what the ward reads on its account: at most 25 capitals, digits and spaces, as every bank carries them."""
    return " ".join(filter(None, ("PHI", site, code.replace(".", ""), number)))


def _procedure(settings: Settings, code: str) -> Procedure:
    found = settings.procedure(code)
    if found is None:
        raise UnknownNameError("procedure", code, tuple(procedure.code for procedure in settings.procedures))
    return found
