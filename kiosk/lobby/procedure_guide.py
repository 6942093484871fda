"""The procedure guide: search, the printed checklist, and the fee as a payment code."""

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
    """What a visitor can look up without a number."""

    def __init__(self, context: Context) -> None:
        self._context = context
        self._index: Index | None = None

    def search(self, question: str, language: str, limit: int = 5) -> tuple[str, ...]:
        """Return the codes of the procedures that answer a question, best first; empty if none does."""
        if self._index is None:
            # imported here: only one process of a kiosk searches, and the others need not load the words
            from kiosk.search.index import Index

            self._index = Index(self._context.settings)
        return self._index.search(question, language, limit)

    def get_ready(self) -> None:
        """Build the index now, so that the first typed letter does not wait for it."""
        self.search("", "vi")

    def close(self) -> None:
        """Free the index's memory; closing twice is fine."""
        if self._index is not None:
            self._index.close()

    def print_checklist(self, code: str, language: str) -> None:
        """Print the checklist of a procedure.


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
        """Return the fee of a procedure as a VietQR code, or None if it cannot be paid that way.


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
    """Return the purpose for the ward's bank account: at most 25 capitals, digits and spaces, as every bank accepts
    them.
    """
    return " ".join(filter(None, ("PHI", site, code.replace(".", ""), number)))


def _procedure(settings: Settings, code: str) -> Procedure:
    found = settings.procedure(code)
    if found is None:
        raise UnknownNameError("procedure", code, tuple(procedure.code for procedure in settings.procedures))
    return found
