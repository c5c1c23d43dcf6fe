"""Type a command as a user does, in this process: arguments in, exit code and both streams out."""

from __future__ import annotations

import io
import sys
from contextlib import redirect_stderr, redirect_stdout
from dataclasses import dataclass

import pytest

from govops.cli import main


@dataclass(frozen=True, slots=True)
class Ran:
    """What came of a command."""

    code: int
    out: str
    err: str


def govops(*arguments: object) -> Ran:
    """Run ``govops`` through its one handler of errors."""
    out, err = io.TextIOWrapper(io.BytesIO(), encoding="utf-8"), io.StringIO()
    typed = ["govops", *(str(argument) for argument in arguments)]
    with pytest.MonkeyPatch.context() as shell, redirect_stdout(out), redirect_stderr(err):
        shell.setattr(sys, "argv", typed)
        with pytest.raises(SystemExit) as end:
            main()
    out.flush()
    code = end.value.code
    assert isinstance(code, int)
    return Ran(code, out.buffer.getvalue().decode("utf-8"), err.getvalue())
