"""A folder of one user alone that holds what audits have kept, each text under its digest and all under a secret.

The manifest of an entry names its texts by digest and bears an HMAC of a key that lies elsewhere, so nobody who can
write to the folder, and to nothing else, can make up an entry. Texts never change: a new entry is new texts and a new
manifest, put in the old one's place at once. Whatever does not fit is as good as not there.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import os
import secrets
import stat
import tempfile
from collections.abc import Container, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from govops import interrupt
from govops.errors import UsageError
from govops.workspace.clock import now, seconds
from govops.workspace.keep.lines import Part

VERSION = "govops/kept/v1"
ENTRIES = 64  # manifests in one folder; the oldest go first
SECRET = "GOVOPS_CACHE_KEY"  # noqa: S105  the variable's name
_KEY_BYTES = 32
_LARGEST = 1 << 31  # bytes of one compressed text
_ORPHANED = 3600.0  # seconds after which a text that no manifest names is removed


@dataclass(frozen=True, slots=True)
class Entry:
    """What was kept for some inputs: digests by name, and the texts by digest, each of which was checked."""

    named: Mapping[str, tuple[str, ...]]
    texts: Mapping[str, Part] = field(repr=False)

    def parts(self, name: str) -> tuple[Part, ...]:
        """What there is of that name, in order; KeyError if there is nothing."""
        return tuple(self.texts[digest] for digest in self.named[name])


class Shelf:
    """One folder. UsageError if it is not the user's own, or lies where the audited repository could reach it."""

    def __init__(self, folder: Path, apart_from: Iterable[Path]) -> None:
        self._folder = folder.absolute()
        self._apart(apart_from)
        self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        _refuse_shared(self._folder)
        self._texts = self._folder / "texts"
        self._texts.mkdir(mode=0o700, exist_ok=True)
        _refuse_shared(self._texts)
        self._key = _secret()

    def find(self, inputs: Mapping[str, object]) -> Entry | None:
        """What was kept for exactly these inputs, all of it read and proven; None for anything less."""
        named = json.dumps(inputs, sort_keys=True)
        try:
            sealed = _read(self._manifest(named))
            mac, _, body = sealed.partition(b"\n")
            if not hmac.compare_digest(mac, self._mac(body)):
                return None
            manifest = json.loads(body)
            if (manifest["version"], manifest["inputs"]) != (VERSION, named):
                return None
            named_texts = {name: tuple(digest for digest, _ in parts) for name, parts in manifest["texts"].items()}
            counts = {digest: count for parts in manifest["texts"].values() for digest, count in parts}
            texts = {digest: Part(_proven(self._texts / digest, digest), counts[digest]) for digest in counts}
        except (OSError, ValueError):
            return None
        return Entry(named_texts, texts)

    def keep(
        self,
        inputs: Mapping[str, object],
        whole: Mapping[str, bytes],
        growing: Mapping[str, bytes],
        after: Entry | None,
    ) -> None:
        """Put an entry in the place of the one before. OSError if that cannot be written."""
        named = json.dumps(inputs, sort_keys=True)
        texts = {name: [Part.of(text)] for name, text in whole.items()}
        texts |= {name: _grown(after.parts(name) if after else (), text) for name, text in growing.items()}
        known = after.texts if after else {}
        manifest = {
            "version": VERSION,
            "inputs": named,
            "texts": {name: [(self._put(part, known), part.count) for part in parts] for name, parts in texts.items()},
        }
        body = json.dumps(manifest, sort_keys=True).encode("ascii")
        _write(self._manifest(named), self._mac(body) + b"\n" + body)
        self._tidy()

    def _put(self, part: Part, known: Container[str]) -> str:
        """The digest of a part, which is written unless it was read already, and found to be whole."""
        digest = hashlib.sha256(part.packed).hexdigest()
        if digest not in known:
            _write(self._texts / digest, part.packed)
        return digest

    def _manifest(self, named: str) -> Path:
        return self._folder / f"{hashlib.sha256(named.encode('ascii')).hexdigest()}.kept"

    def _mac(self, body: bytes) -> bytes:
        return hmac.new(self._key, b"%b\0%b" % (VERSION.encode("ascii"), body), "sha256").hexdigest().encode("ascii")

    def _apart(self, others: Iterable[Path]) -> None:
        own = self._folder.resolve()
        if any(own.is_relative_to(other.resolve()) for other in others):
            raise UsageError(
                f"the cache {self._folder} lies inside of the audited repository",
                hint="give a folder of your own elsewhere, such as ~/.cache/govops",
            )

    def _tidy(self) -> None:
        """Remove the oldest entries beyond the limit, and texts that no manifest has named for an hour."""
        manifests = sorted(self._folder.glob("*.kept"), key=lambda path: _changed(path) or 0.0, reverse=True)
        for path in manifests[ENTRIES:]:
            path.unlink(missing_ok=True)
        named = {digest for path in manifests[:ENTRIES] for digest in _digests(path)}
        for path in self._texts.iterdir():
            changed = _changed(path)
            if path.name not in named and changed is not None and seconds(now()) - changed > _ORPHANED:
                path.unlink(missing_ok=True)


def _grown(before: Sequence[Part], text: bytes) -> list[Part]:
    """The parts with a new one behind them. Towards the front they double in size, so there are always few."""
    parts, new = list(before), Part.of(text)
    while parts and new.count and len(parts[-1].packed) <= 2 * len(new.packed):
        new = Part.of(parts.pop().text + new.text)
    return [*parts, new] if new.count or not parts else parts


def _secret() -> bytes:
    """The user's own key: from the environment, or from a file in the home directory that is made when first needed."""
    given = os.environ.get(SECRET, "")
    if given:
        if len(given) < _KEY_BYTES:
            raise UsageError(f"{SECRET} has fewer than {_KEY_BYTES} characters", hint="make one: openssl rand -hex 32")
        return given.encode("utf-8", "surrogateescape")
    folder = Path(os.environ.get("XDG_STATE_HOME") or Path.home() / ".local" / "state") / "govops"
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        _refuse_shared(folder)
        path = folder / "cache.key"
        if not path.exists():
            _write(path, secrets.token_bytes(_KEY_BYTES), new=True)
        return _own(path)
    except OSError as error:
        hint = f"make {folder} writable, or set {SECRET} to a secret of {_KEY_BYTES} characters or more"
        raise UsageError(f"no key for the cache: {error.strerror}", hint=hint) from error


def _own(path: Path) -> bytes:
    found = path.lstat()
    if not stat.S_ISREG(found.st_mode) or found.st_uid != os.geteuid() or found.st_mode & 0o077:
        raise UsageError(f"others can read the key {path}", hint=f"remove it, or: chmod 600 {path}")
    key = _read(path)
    if len(key) < _KEY_BYTES:
        raise UsageError(f"the key {path} is cut off", hint="remove it: a new one is made")
    return key


def _refuse_shared(folder: Path) -> None:
    found = folder.lstat()
    if not stat.S_ISDIR(found.st_mode):
        raise UsageError(f"{folder} is not a folder")
    if found.st_uid != os.geteuid() or found.st_mode & 0o022:
        raise UsageError(f"others can write to {folder}", hint=f"give a folder of your own, or: chmod go-w {folder}")


def _read(path: Path) -> bytes:
    """A regular file's content, no link followed."""
    descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
    with open(descriptor, "rb") as file:
        found = os.fstat(descriptor)
        if not stat.S_ISREG(found.st_mode) or found.st_size > _LARGEST:
            raise ValueError("no text of a cache")
        return file.read()


def _proven(path: Path, digest: str) -> bytes:
    text = _read(path)
    if hashlib.sha256(text).hexdigest() != digest:
        raise ValueError("not the text that was kept")
    return text


def _write(path: Path, content: bytes, *, new: bool = False) -> None:
    """Write a file whole or not at all; with ``new`` one that is there already stays."""
    descriptor, name = tempfile.mkstemp(prefix=".new-", dir=path.parent)
    try:
        with open(descriptor, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        interrupt.go_on()
        if not new:
            os.replace(name, path)
        else:
            _link(name, path)
    finally:
        Path(name).unlink(missing_ok=True)


def _link(name: str, path: Path) -> None:
    try:
        os.link(name, path)
    except FileExistsError:
        return  # another audit was faster: its key is the key


def _changed(path: Path) -> float | None:
    try:
        return path.lstat().st_mtime
    except OSError:
        return None


def _digests(path: Path) -> Iterator[str]:
    try:
        manifest = json.loads(_read(path).partition(b"\n")[2])
        yield from (digest for parts in manifest["texts"].values() for digest, _ in parts)
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return
