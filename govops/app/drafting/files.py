"""Any change of governed files, as texts."""

from __future__ import annotations

from govops import yamlio
from govops.app.drafting.tip import Tip
from govops.app.governance import ConflictError, Draft, MissingConditionError, NotFoundError, StaleError
from govops.app.governance.requests import FileChange, RequestApproval
from govops.errors import UsageError
from govops.kinds.paths import SUFFIX, may_stand
from govops.kinds.quoting import quoted
from govops.lifecycle import is_control_file


def rewrite(tip: Tip, request: RequestApproval) -> Draft:
    """The files as they are to be.

    UsageError for a path that no rule governs, and for what could not stand there; MissingConditionError for a file
    that stands and was not named by its blob id.
    """
    paths = [one.path for one in request.files]
    for path in paths:
        if paths.count(path) > 1:
            raise UsageError(f"{quoted(path)} is given twice", hint="give each file once, as it is to be")
    return Draft(
        title=request.title,
        files={one.path: _content(tip, one) for one in request.files},
        expected={one.path: one.blob for one in request.files},
        reason=request.reason or "",
    )


def _content(tip: Tip, change: FileChange) -> bytes | None:
    _refuse_unseen(tip, change)
    if not (may_stand(change.path) or is_control_file(change.path) or _is_own(tip, change.path)):
        raise UsageError(f"{quoted(change.path)} is not governed", hint="propose it as you propose other files")
    if change.content is None:
        return None
    data = change.content.encode("utf-8", "surrogatepass")
    if data == tip.text(change.path):
        raise ConflictError(f"{quoted(change.path)} says so already", hint="leave it out")
    if change.path.endswith(SUFFIX) and not is_control_file(change.path):
        for found in yamlio.load(data, path=change.path, custom=tip.own_kinds).findings:
            raise UsageError(f"{change.path}:{found.line}:{found.column}: {found.message}", hint=found.hint)
    return data


def _refuse_unseen(tip: Tip, change: FileChange) -> None:
    stands = tip.blob(change.path)
    if stands is None and change.blob is None and change.content is None:
        raise NotFoundError(f"nothing stands at {quoted(change.path)}", hint="there is nothing to delete")
    if stands is not None and change.blob is None:
        hint = f"give `blob`, {stands} now"
        raise MissingConditionError(f"say which state of {quoted(change.path)} you have seen", hint=hint)
    if stands != change.blob:
        raise StaleError(f"{quoted(change.path)} is not as you have seen it", hint="read it again")


def _is_own(tip: Tip, path: str) -> bool:
    return any(kind.match(path) is not None for kind in tip.own_kinds)
