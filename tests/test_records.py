"""A record compares by value, changes only as a copy, and its repr tells no field that is hidden."""

from __future__ import annotations

import importlib
import pkgutil

import pytest

import kiosk
from kiosk.records import Record, replace


class _Visitor(Record):
    hidden = ("card",)

    number: str
    card: str = ""


def test_repr_leaves_out_what_is_hidden() -> None:
    assert repr(_Visitor("A001", "079123456789")) == "_Visitor(number='A001')"


def test_a_changed_copy_leaves_the_first_as_it_was() -> None:
    first = _Visitor("A001")

    assert replace(first, number="A002") == _Visitor("A002")
    assert first == _Visitor("A001")


def test_a_record_cannot_be_changed() -> None:
    with pytest.raises(AttributeError):
        _Visitor("A001").number = "A002"  # type: ignore[misc]  # the type checker says so too


def test_every_hidden_name_is_a_field() -> None:
    for module in pkgutil.walk_packages(kiosk.__path__, "kiosk."):
        if not module.name.endswith("__main__"):
            importlib.import_module(module.name)
    records = set(_below(Record))

    assert len(records) > 100
    assert not {
        f"{record.__qualname__}.{name}"
        for record in records
        for name in record.hidden
        if name not in record.__struct_fields__
    }


def _below(record: type[Record]) -> list[type[Record]]:
    return [each for child in record.__subclasses__() for each in (child, *_below(child))]
