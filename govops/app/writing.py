"""Reports to files: the old one or the whole new one, never half of it."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path

from govops import interrupt
from govops.errors import GovopsError


def write_whole(path: Path, text: str | Iterable[str]) -> None:
    """Replace ``path`` by ``text``, whole or in pieces, in one step and durably.

    A temporary file in the same folder is written, synced and renamed over the old one. Raises GovopsError (exit 4)
    where that fails; then, and when a piece cannot be made, the old file stays. What is no file, such as ``/dev/null``
    or a pipe, is written to and never replaced.
    """
    pieces = (text,) if isinstance(text, str) else text
    if path.exists() and not path.is_file() and not path.is_dir():
        _write_into(path, pieces)
        return
    temporary = ""
    written = False
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        descriptor, temporary = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent)
        with os.fdopen(descriptor, "w", encoding="utf-8", newline="\n") as file:
            file.writelines(pieces)
            file.flush()
            os.fchmod(file.fileno(), 0o644)
            os.fsync(file.fileno())
        interrupt.go_on()
        os.replace(temporary, path)
        written = True
        _sync_folder(path.parent)
    except OSError as error:
        hint = "the new file stands there and may not survive a power cut" if written else "nothing was changed there"
        raise GovopsError(f"could not write {path}: {error.strerror}", hint=hint) from error
    finally:  # interrupts come this way too
        if temporary and not written:
            with suppress(OSError):
                os.unlink(temporary)


def _write_into(path: Path, pieces: Iterable[str]) -> None:
    interrupt.go_on()
    try:
        with path.open("w", encoding="utf-8", newline="\n") as device:
            device.writelines(pieces)
    except OSError as error:
        raise GovopsError(f"could not write {path}: {error.strerror}") from error


def _sync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
