"""`kiosk ask`: search the catalogue of procedures in the same way as the screen."""

from __future__ import annotations

from contextlib import closing

import click

from kiosk.cli.output import answer, json_option
from kiosk.config import Home, load
from kiosk.i18n import chosen
from kiosk.search.index import Index


@click.command()
@click.argument("question", metavar="QUESTION…", nargs=-1, required=True)
@click.option("--lang", default="vi", show_default=True, help="The screen's language; names are shown in it.")
@click.option(
    "--limit", default=3, show_default=True, type=click.IntRange(1, 20), help="The largest number of answers."
)
@json_option
@click.pass_obj
def ask(home: Home, question: tuple[str, ...], lang: str, limit: int, as_json: bool | None) -> int:
    """Find the procedures that answer a question, best first.

    JSON has: question, answers (code, name, service). Exit 0: there are answers; 1: there is none in this ward's
    catalogue.

    \b
    Example:
        kiosk ask lam giay khai sinh cho con
        1.001193  B  Đăng ký khai sinh
    """
    text = " ".join(question)
    settings = load(home)
    with closing(Index(settings)) as index:
        found = [settings.procedure(code) for code in index.search(text, lang, limit)]
    answers = [
        {"code": procedure.code, "name": chosen(procedure.name, lang), "service": procedure.service}
        for procedure in found
        if procedure
    ]
    lines = [f"{one['code']}  {one['service']}  {one['name']}" for one in answers]
    answer(
        as_json,
        {"question": text, "answers": answers},
        "\n".join(lines) or "The catalogue has no answer to this question.",
    )
    return 0 if answers else 1
