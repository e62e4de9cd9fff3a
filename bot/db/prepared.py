"""Statements of the hot path: worded once, then given to the driver directly (5 us in place of 70 to 115).

Errors go the way of all others: SQLAlchemy wraps them, and whoever listens to its errors hears of them.
"""

from __future__ import annotations

from collections import namedtuple
from collections.abc import Callable, Iterable, Mapping
from typing import Any, cast

from sqlalchemy import ColumnElement, Compiled, Connection, Dialect, Executable, Table, bindparam, or_
from sqlalchemy.sql.compiler import SQLCompiler

from bot.db.upsert import insert

Values = Mapping[str, Any]
Processor = Callable[[Any], Any]
Wording = Callable[[Connection], Executable]


class _Worded:
    """A statement in the words of one dialect, and what is done to values on their way in and out."""

    __slots__ = ("_out", "_plan", "_positions", "row", "sql")

    def __init__(self, statement: Executable, dialect: Dialect) -> None:
        compiled = cast("Any", statement).compile(dialect=dialect)
        assert isinstance(compiled, SQLCompiler)  # noqa: S101 - DDL has no place here
        assert not compiled.post_compile_params, "of unknown length: use `either` for IN"  # noqa: S101
        self.sql = compiled.string
        parameters = _parameters(compiled, dialect)
        self._positions = compiled.positiontup is not None
        self._plan = [(name, *parameters[name]) for name in compiled.positiontup or parameters]
        columns = _columns(compiled)
        row: Any = namedtuple("Row", [name for name, _ in columns], rename=True)  # type: ignore[misc]  # noqa: PYI024
        self.row: Callable[[Iterable[Any]], Any] = row._make
        processors = [type_.dialect_impl(dialect).result_processor(dialect, None) for _, type_ in columns]
        self._out = [(place, processor) for place, processor in enumerate(processors) if processor is not None]

    def given(self, values: Values) -> Any:
        """Parameters as the driver takes them: a tuple where they are told by position, else a dict."""
        given = [
            constant if not required else values[name] if processor is None else processor(values[name])
            for name, required, processor, constant in self._plan
        ]
        return given if self._positions else {step[0]: value for step, value in zip(self._plan, given, strict=True)}

    def read(self, found: Iterable[Any]) -> Any:
        """A row of the driver as a named tuple."""
        if not self._out:
            return self.row(found)
        row = list(found)
        for place, processor in self._out:
            row[place] = processor(row[place])
        return self.row(row)


def _parameters(compiled: SQLCompiler, dialect: Dialect) -> dict[str, tuple[bool, Processor | None, Any]]:
    """Of each parameter whether it has to be given, what is done to it then, and else the value it has."""
    found: dict[str, tuple[bool, Processor | None, Any]] = {}
    for name, value in compiled.params.items():
        bind = compiled.binds.get(name)
        processor = None if bind is None else bind.type.dialect_impl(dialect).bind_processor(dialect)
        required = bind is not None and bind.required
        found[name] = (required, processor, value if required or processor is None else processor(value))
    return found


def _columns(compiled: Compiled) -> list[tuple[str, Any]]:
    statement = cast("Any", compiled.statement)
    if statement.is_select:
        return [(column.key, column.type) for column in statement.selected_columns]
    return [(column.key, column.type) for column in statement.exported_columns]


class Prepared:
    """A statement with named parameters (`bindparam`); `shared` is what PostgreSQL gets in its place.

    Every parameter has to be given. Rows are named tuples.
    """

    def __init__(self, statement: Executable | Wording, shared: Executable | None = None) -> None:
        self._statement = statement
        self._shared = shared
        self._worded: dict[str, _Worded] = {}

    def first(self, connection: Connection, **values: Any) -> Any:
        """The first row, or None."""
        worded = self._words(connection)
        found = _run(connection, worded, values).fetchone()
        return None if found is None else worded.read(found)

    def all(self, connection: Connection, **values: Any) -> list[Any]:
        """Every row."""
        worded = self._words(connection)
        return [worded.read(found) for found in _run(connection, worded, values).fetchall()]

    def scalar(self, connection: Connection, **values: Any) -> Any:
        """The first column of the first row; None without one."""
        found = self.first(connection, **values)
        return None if found is None else found[0]

    def scalars(self, connection: Connection, **values: Any) -> list[Any]:
        """The first column of every row."""
        return [row[0] for row in self.all(connection, **values)]

    def run(self, connection: Connection, **values: Any) -> int:
        """How many rows were changed, by a statement that returns none."""
        count: int = _run(connection, self._words(connection), values).rowcount
        return count

    def _words(self, connection: Connection) -> _Worded:
        name = connection.dialect.name
        worded = self._worded.get(name)
        if worded is None:
            worded = self._worded[name] = _Worded(self._of(connection), connection.dialect)
        return worded

    def _of(self, connection: Connection) -> Executable:
        if self._shared is not None and connection.dialect.name == "postgresql":
            return self._shared
        return self._statement(connection) if callable(self._statement) else self._statement


def _run(connection: Connection, worded: _Worded, values: Values) -> Any:
    driver: Any = connection.connection.dbapi_connection
    if not connection.in_transaction() and not getattr(driver, "in_transaction", False):
        connection.begin()  # as every statement does; a unit on SQLite is inside of its group's transaction
    given = worded.given(values)
    cursor = driver.cursor()
    try:
        cursor.execute(worded.sql, given)
    except Exception as error:  # noqa: BLE001 - handed on at once
        connection._handle_dbapi_exception(error, worded.sql, given, cursor, None)  # noqa: SLF001 - raises; no public way
    return cursor


def either(column: ColumnElement[Any], *values: Any) -> ColumnElement[bool]:
    """IN, with values that are known when the statement is worded."""
    return or_(*(column == value for value in values))


def put_new(table: Table, *names: str, returning: str | None = None, conflict: list[str] | None = None) -> Prepared:
    """An INSERT of these columns which does nothing where the row, or `conflict`, is there already.

    The other columns get their defaults.
    """

    def statement(connection: Connection) -> Executable:
        new: Any = insert(connection, table).inline().values(with_defaults(table, names))
        new = new.on_conflict_do_nothing(index_elements=conflict)
        return cast("Executable", new if returning is None else new.returning(table.c[returning]))

    return Prepared(statement)


def with_defaults(table: Table, names: Iterable[str]) -> dict[str, Any]:
    """Parameters for these columns, and for the others the defaults that SQLAlchemy would fill in."""
    values: dict[str, Any] = {name: bindparam(name) for name in names}
    for column in table.columns:
        default = column.default
        if default is not None and column.name not in values and default.is_scalar:
            values[column.name] = cast("Any", default).arg
    return values
