"""In which table each answer stands: the registration itself, or one of the rows beside it.

Doors: `read_answer`, `find_column`, `HOLDERS`. Names are unique over all tables, so that a name says enough.
Answers to extra questions are called extra_<code> and stand in one column of the registration.
"""

from typing import Any

from django.db import models

from registration.models.extra_questions import is_extra, read_extra_answer
from registration.models.particulars import Particulars, Reception, Travel, TravelDocument
from registration.models.registration import Registration

# {name of the row beside the registration: its model}
HOLDERS: dict[str, type[models.Model]] = {
    "particulars": Particulars,
    "travel_document": TravelDocument,
    "travel": Travel,
    "reception": Reception,
}
HOLDER_OF: dict[str, str] = {
    field.name: holder
    for holder, model in HOLDERS.items()
    for field in model._meta.concrete_fields
    if field.name not in ("id", "registration")
}


def find_column(name: str) -> Any:
    """Return the model's field of an answer."""
    model = HOLDERS[HOLDER_OF[name]] if name in HOLDER_OF else Registration
    return model._meta.get_field(name)


def read_answer(registration: Registration, name: str) -> Any:
    """Return an answer; what an empty column holds where its row was not made yet."""
    if is_extra(name):
        return read_extra_answer(registration, name)
    holder = HOLDER_OF.get(name)
    if holder is None:
        return getattr(registration, name)
    row = getattr(registration, holder, None)
    if row is not None:
        return getattr(row, name)
    column = find_column(name)
    return None if column.null else column.get_default()
