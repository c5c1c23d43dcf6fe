"""Record what landed: a signed receipt for every change that has none."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path

from govops.errors import UndecidableError, UsageError
from govops.forge import Forge, open_forge
from govops.git import CleanRoom
from govops.git.authoring import remotes
from govops.git.locate import locate
from govops.kinds.settings import SettingsSpec
from govops.workspace.keys import SigningKey, key_from_file, key_from_text
from govops.workspace.local import local_forge
from govops.workspace.recording import Recorded, Recorder

KEY_VARIABLE = "GOVOPS_RECORDER_KEY"


def record(
    repository: Path, key: SigningKey, environment: Mapping[str, str], *, push: bool, ref: str | None = None
) -> Iterator[Recorded]:
    """Every receipt as soon as it stands on the evidence branch; with ``push``, on that of the first remote.

    UndecidableError at the end if some change could not be recorded, or the remote did not take what was written.
    """

    def connect(settings: SettingsSpec, room: CleanRoom) -> Forge:
        if settings.forge.type in ("local", "none"):
            return local_forge(room, settings)
        return open_forge(settings.forge.type, settings.repository, environment)

    root = locate(repository, discover=repository == Path(".")).shown
    known = remotes(root) if push else ()
    if push and not known:
        raise UsageError("the repository has no remote to push records to", hint="keep them here with --no-push")
    lost: list[str] = []
    is_pushed = True
    for batch in Recorder(root, key, connect, remote=_remote(known), ref=ref).run():
        yield from batch.written
        lost += [batch.lost] if batch.lost else []
        is_pushed = is_pushed and batch.is_pushed
    _complain(lost, is_pushed=is_pushed)


def recorder_key(file: Path | None, environment: Mapping[str, str]) -> SigningKey:
    """The key of ``--key``, else the text in the environment. UsageError if there is none."""
    if file is not None:
        return key_from_file(file)
    text = environment.get(KEY_VARIABLE, "")
    if not text:
        raise UsageError("no recorder key was given", hint=f"give --key FILE, or set {KEY_VARIABLE} to the key's text")
    return key_from_text(text.encode("utf-8", "surrogateescape"), name=KEY_VARIABLE)


def _remote(known: tuple[str, ...]) -> str | None:
    return "origin" if "origin" in known else next(iter(known), None)


def _complain(lost: list[str], *, is_pushed: bool) -> None:
    if lost:
        more = f" (and {len(lost) - 1} more)" if len(lost) > 1 else ""
        raise UndecidableError(lost[0] + more, hint="an audit tells such a change as one without a receipt")
    if not is_pushed:
        raise UndecidableError(
            "the records are written here, and the remote did not take them",
            hint="see that it can be reached and that the evidence branch may be pushed, and run it again",
        )
