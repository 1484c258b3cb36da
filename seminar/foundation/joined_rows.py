"""Reads one row and the rows that it points to by SQL that is made once.

The ORM makes its SQL anew each time, which for a hundred columns of four tables was a fifth of what a personal page
costs. Door: `JoinedRows(model, "path", "path__path").find(column=value)`.
"""

from functools import cached_property
from typing import Any, Generic, TypeVar

from django.db import connection, models

M = TypeVar("M", bound=models.Model)


class JoinedRows(Generic[M]):
    """Rows of `model`, each with the rows at `paths`, its foreign keys' names joined by "__"; as select_related."""

    def __init__(self, model: type[M], *paths: str) -> None:
        self.model = model
        self.paths = sorted({tuple(path.split("__")[:depth]) for path in paths for depth in range(1, 9)}, key=len)

    def find(self, **columns: Any) -> M | None:
        """Return the one row whose own columns hold these values; None where there is none."""
        values = [self._field(name).get_db_prep_value(value, connection) for name, value in columns.items()]
        conditions = " AND ".join(f"t0.{_quote(self._field(name).column)} = %s" for name in columns)
        with connection.cursor() as cursor:
            cursor.execute(f"{self._selection} WHERE {conditions}", values)
            row = cursor.fetchone()
        return self._make(list(row)) if row else None

    def _field(self, name: str) -> Any:
        return self.model._meta.get_field(name)

    @cached_property
    def _parts(self) -> list[tuple[Any, Any, int]]:
        """Return (model, foreign key that leads there, number of the part it leads from), `model` itself first."""
        parts: list[tuple[Any, Any, int]] = [(self.model, None, 0)]
        numbers: dict[tuple[str, ...], int] = {(): 0}
        for path in self.paths:
            source = numbers[path[:-1]]
            field = parts[source][0]._meta.get_field(path[-1])
            numbers[path] = len(parts)
            parts.append((field.related_model, field, source))
        return parts

    @cached_property
    def _selection(self) -> str:
        columns = [
            f"t{number}.{_quote(field.column)}"
            for number, (model, _field, _source) in enumerate(self._parts)
            for field in model._meta.concrete_fields
        ]
        joins = [
            f"LEFT JOIN {_quote(model._meta.db_table)} AS t{number} "
            f"ON t{number}.{_quote(model._meta.pk.column)} = t{source}.{_quote(field.column)}"
            for number, (model, field, source) in enumerate(self._parts)
            if field is not None
        ]
        table = _quote(self.model._meta.db_table)
        return f"SELECT {', '.join(columns)} FROM {table} AS t0 {' '.join(joins)}"  # noqa: S608 (names of our models)

    @cached_property
    def _names(self) -> list[list[str]]:
        return [[field.attname for field in model._meta.concrete_fields] for model, _field, _source in self._parts]

    @cached_property
    def _converters(self) -> list[tuple[int, Any, Any]]:
        """Return (position, converter, its column) for the columns that this database does not hold as Python's."""
        columns = [field.cached_col for model, _field, _source in self._parts for field in model._meta.concrete_fields]
        return [
            (position, convert, column)
            for position, column in enumerate(columns)
            for convert in (*connection.ops.get_db_converters(column), *column.get_db_converters(connection))
        ]

    def _make(self, row: list[Any]) -> M:
        for position, convert, column in self._converters:
            row[position] = convert(row[position], column, connection)
        made: list[Any] = []
        start = 0
        for (model, field, source), names in zip(self._parts, self._names, strict=True):
            values = row[start : start + len(names)]
            start += len(names)
            is_there = values[names.index(model._meta.pk.attname)] is not None
            instance = model.from_db(connection.alias, names, values) if is_there else None
            made.append(instance)
            if field is not None and made[source] is not None:
                setattr(made[source], field.name, instance)
        first: M = made[0]
        return first


def _quote(name: str) -> str:
    return connection.ops.quote_name(name)
