"""People from a CSV file: name and address, and where known the GitHub login, the account id and the roles."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from difflib import get_close_matches
from pathlib import Path

from govops.app.people.draft import GitHubAccount, alike, wrong_email, wrong_name
from govops.errors import UsageError
from govops.kinds.quoting import quoted

COLUMNS = ("name", "email", "login", "account_id", "roles")
_LARGEST = 4_194_304  # bytes: some 50,000 people
_ALSO = {"github_login": "login", "github": "login", "id": "account_id", "e_mail": "email", "mail": "email"}


@dataclass(frozen=True, slots=True)
class Row:
    """One person of the file, with every address that their rows give; ``line`` is the first one's."""

    line: int
    name: str
    emails: tuple[str, ...]
    accounts: tuple[GitHubAccount, ...]
    roles: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Table:
    """Rows with one name are one person. ``faults`` are ``line: what is wrong``, by line; with any, no row counts."""

    rows: tuple[Row, ...]
    faults: tuple[str, ...]


def read_table(file: Path, roles: Iterable[str]) -> Table:
    """Read and check every line. ``roles`` are those that can be granted. UsageError if it is no CSV file at all."""
    rows: dict[str, Row] = {}
    faults: list[str] = []
    owners: dict[str, Row] = {}
    known = tuple(roles)
    for line, fields in _lines(file):
        wrong = list(_faults(fields, known))
        row = _row(line, fields)
        for claim in _claims(row):
            owner = owners.setdefault(claim, row)
            if alike(owner.name) != alike(row.name):
                wrong.append(f"{quoted(claim.partition(':')[2])} belongs to {quoted(owner.name)} of line {owner.line}")
        faults.extend(f"{line}: {what}" for what in wrong)
        name = alike(row.name)
        rows[name] = _joined(rows[name], row) if name in rows else row
    return Table(() if faults else tuple(rows.values()), tuple(faults))


def _text(file: Path) -> str:
    try:
        with file.open("rb") as stream:
            data = stream.read(_LARGEST + 1)
    except OSError as error:
        raise UsageError(f"could not read {file}: {error.strerror}") from error
    if len(data) > _LARGEST:
        raise UsageError(f"{file} has more than {_LARGEST} bytes", hint="import people in several files")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise UsageError(f"{file}:{line}: not UTF-8", hint="save it as UTF-8") from error


def _lines(file: Path) -> Iterator[tuple[int, Mapping[str, str]]]:
    """(line, fields by column); a first line of column names gives the order, else it is that of COLUMNS."""
    reader = csv.reader(io.StringIO(_text(file), newline=""), strict=True)
    columns: tuple[str, ...] = COLUMNS
    try:
        for number, cells in enumerate(reader):
            values = [cell.strip() for cell in cells]
            if number == 0 and (header := _header(values, file)):
                columns = header
            elif any(values):
                extra = {"": "too many"} if len(values) > len(columns) else {}
                yield reader.line_num, dict(zip(columns, values, strict=False)) | extra
    except csv.Error as error:
        raise UsageError(f"{file}:{reader.line_num}: not CSV: {error}", hint=f"columns: {','.join(COLUMNS)}") from error


def _header(values: list[str], file: Path) -> tuple[str, ...] | None:
    names = [value.lower().replace(" ", "_").replace("-", "_") for value in values]
    columns = tuple(_ALSO.get(name, name) for name in names)
    if not {"name", "email"} <= set(columns):
        return None
    unknown = [column for column in columns if column not in COLUMNS]
    if unknown or len(set(columns)) < len(columns):
        what = f"the column {quoted(unknown[0])} is not known" if unknown else "a column stands there twice"
        raise UsageError(f"{file}:1: {what}", hint=f"columns: {','.join(COLUMNS)}")
    return columns


def _faults(fields: Mapping[str, str], known: tuple[str, ...]) -> Iterator[str]:
    if "" in fields:
        yield f"more fields than columns; the columns are {','.join(COLUMNS)}"
    yield from filter(None, (wrong_name(fields.get("name", "")), wrong_email(fields.get("email", ""))))
    login, account = fields.get("login", ""), fields.get("account_id", "")
    if login and not account:
        yield f"the login {quoted(login)} comes without its account id, and a login can change hands"
    for text in (login, account):
        if text and wrong_name(text):
            yield f"{quoted(text)} is not a login or an account id"
    for role in _roles(fields):
        if role not in known:
            close = get_close_matches(role, known, n=1)
            yield f"there is no role {quoted(role)}" + (f"; did you mean {quoted(close[0])}?" if close else "")


def _row(line: int, fields: Mapping[str, str]) -> Row:
    account = fields.get("account_id", "")
    accounts = (GitHubAccount(account, fields.get("login", "")),) if account else ()
    return Row(line, fields.get("name", ""), (fields.get("email", ""),), accounts, _roles(fields))


def _roles(fields: Mapping[str, str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(fields.get("roles", "").replace(";", " ").replace(",", " ").split()))


def _claims(row: Row) -> Iterator[str]:
    yield from (f"email:{email.lower()}" for email in row.emails if email)
    yield from (f"account:{account.id}" for account in row.accounts)


def _joined(one: Row, other: Row) -> Row:
    spelt = {email.lower(): email for email in (*other.emails, *one.emails)}
    emails = tuple(spelt[email] for email in dict.fromkeys(map(str.lower, (*one.emails, *other.emails))))
    accounts = tuple({account.id: account for account in (*one.accounts, *other.accounts)}.values())
    return replace(one, emails=emails, accounts=accounts, roles=tuple(dict.fromkeys((*one.roles, *other.roles))))
