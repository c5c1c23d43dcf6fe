"""Raw commit bytes -> Commit, or the reason why they are not one. Stricter than git, which believes much."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache

from govops.git.hashing import ObjectFormat
from govops.history import Commit, Ident, Oid

LAST_SECOND = 253402300799  # 9999-12-31T23:59:59Z
_IDENT = rb"([^<>\n]*) <([^<>\n]*)> (0|[1-9][0-9]{0,11}) ([+-](?:(?:0[0-9]|1[0-3])[0-5][0-9]|1400))"
_ONCE = frozenset({b"tree", b"parent", b"author", b"committer", b"encoding", b"gpgsig", b"gpgsig-sha256"})
_KEY = re.compile(rb"[!-~]+")


class MalformedError(ValueError):
    """The bytes are not a well-formed object; the text says what is wrong with them."""


def parse_commit(oid: Oid, data: bytes, *, form: ObjectFormat) -> Commit:
    """The commit that ``data`` holds; the caller has found that ``data`` hashes to ``oid``. MalformedError otherwise.

    Text is UTF-8 with ``surrogateescape``; an ``encoding`` header changes nothing, because two readers of
    one commit must not see two texts.
    """
    found = _standard(form.hex_size).match(data)
    if found is None or b"\0" in data:
        raise MalformedError(_reason(data, form))
    tree, above, name, email, seconds, zone, other_name, other_email, other_seconds, other_zone = found.groups()
    end = found.end()
    extra, message = _divide(data, end)
    signature = _armour(extra, form) if extra else None
    return Commit(
        oid=oid,
        tree=tree.decode("ascii"),
        parents=tuple([line[7:] for line in above.decode("ascii").split("\n")[:-1]]) if above else (),
        author=_ident(name, email),
        committer=_ident(other_name, other_email),
        author_time=_time(seconds, zone),
        committer_time=_time(other_seconds, other_zone),
        message=message.decode("utf-8", "surrogateescape"),
        signature=signature,
        signed_payload=_unsigned(data, end, extra) if signature is not None else None,
    )


def placeholder(oid: Oid, *, parents: tuple[Oid, ...], tree: Oid = "") -> Commit:
    """What stands in a step for a commit that cannot be read: nobody made it, and it says nothing."""
    nobody = Ident("", "")
    return Commit(oid, tree, parents, nobody, nobody, "", "", "")


def tree_of(data: bytes, *, form: ObjectFormat) -> Oid:
    """The tree that a commit names, even if all the rest of it is malformed; empty if not even that."""
    found = re.match(rb"tree ([0-9a-f]{%d})\n" % form.hex_size, data)
    return found[1].decode("ascii") if found else ""


@lru_cache
def _standard(hex_size: int) -> re.Pattern[bytes]:
    oid = rb"[0-9a-f]{%d}" % hex_size
    return re.compile(rb"tree (%b)\n((?:parent %b\n)*)author %b\ncommitter %b\n" % (oid, oid, _IDENT, _IDENT))


@lru_cache(maxsize=4096)
def _ident(name: bytes, email: bytes) -> Ident:
    return Ident(name.decode("utf-8", "surrogateescape"), email.decode("utf-8", "surrogateescape"))


def _time(seconds: bytes, zone: bytes) -> str:
    if int(seconds) > LAST_SECOND:
        raise MalformedError("a date after the year 9999")
    return f"{seconds.decode()} {zone.decode()}"


def _divide(data: bytes, end: int) -> tuple[list[bytes], bytes]:
    """The headers after the committer, each with its continuation lines, and the message."""
    if data[end : end + 1] == b"\n":
        return [], data[end + 1 :]
    if end == len(data):
        return [], b""
    stop = data.find(b"\n\n", end)
    block, message = (data[end : stop + 1], data[stop + 2 :]) if stop >= 0 else (data[end:], b"")
    if not block.endswith(b"\n"):
        raise MalformedError("the last header does not end")
    headers = list(_headers(block))
    _refuse_repeats(headers)
    return headers, message


def _headers(block: bytes) -> Iterator[bytes]:
    current = b""
    for line in block.split(b"\n")[:-1]:
        if line.startswith(b" "):
            if not current:
                raise MalformedError("a continuation line after the committer")
            current += line + b"\n"
            continue
        if current:
            yield current
        if not _KEY.fullmatch(line.partition(b" ")[0]) or b" " not in line:
            raise MalformedError("a header without a name and a value")
        current = line + b"\n"
    yield current


def _refuse_repeats(headers: list[bytes]) -> None:
    seen = {b"tree", b"parent", b"author", b"committer"}
    for header in headers:
        key = header.partition(b" ")[0]
        if key in seen:
            raise MalformedError(f"repeated or misplaced header '{key.decode()}'")
        if key in _ONCE:
            seen.add(key)


def _armour(headers: list[bytes], form: ObjectFormat) -> str | None:
    """The signature in the header that belongs to this object format."""
    key = b"gpgsig " if form.name == "sha1" else b"gpgsig-sha256 "
    signed = next((header for header in headers if header.startswith(key)), None)
    if signed is None:
        return None
    return signed.removeprefix(key).replace(b"\n ", b"\n").decode("utf-8", "surrogateescape")


def _unsigned(data: bytes, end: int, headers: list[bytes]) -> bytes:
    """What a commit's signature covers: every byte but the signatures, as git takes them out."""
    kept = [header for header in headers if not header.startswith(b"gpgsig")]
    return data[:end] + b"".join(kept) + data[end + sum(map(len, headers)) :]


def _reason(data: bytes, form: ObjectFormat) -> str:
    """Why the beginning of a commit does not read as tree, parents, author, committer."""
    if b"\0" in data:
        return "a NUL byte"
    if not tree_of(data, form=form):
        return "no tree first"
    line_end = data.index(b"\n")
    rest = data[line_end + 1 :]
    while rest.startswith(b"parent "):
        line, _, rest = rest.partition(b"\n")
        if not re.fullmatch(rb"parent [0-9a-f]{%d}" % form.hex_size, line):
            return "a parent that is not an object id"
    for role in (b"author", b"committer"):
        line, _, rest = rest.partition(b"\n")
        if not line.startswith(role + b" "):
            return f"no {role.decode()} where one belongs"
        if not re.fullmatch(_IDENT, line[len(role) + 1 :]):
            return f"bad {_part(line)} of the {role.decode()}"
    return "bad line ends"


def _part(line: bytes) -> str:
    if not re.match(rb"[a-z]+ [^<>\n]* <[^<>\n]*> ", line):
        return "name or address"
    if not re.search(rb"> (0|[1-9][0-9]{0,11}) ", line):
        return "date"
    return "time zone"
