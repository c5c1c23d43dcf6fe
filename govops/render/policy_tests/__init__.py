"""What came of policy tests -> text, one module per format."""

from __future__ import annotations

from collections.abc import Iterator

from govops.errors import UsageError
from govops.outlook import Trial

FORMATS = ("text", "json", "junit", "github")


def stream_trial(trial: Trial, format: str, *, colour: bool = False) -> Iterator[str]:
    """The trial in the format of that name, piece by piece; UsageError when there is none."""
    if format == "text":
        from govops.render.policy_tests import text

        return text.stream(trial, colour=colour)
    if format == "json":
        from govops.render.policy_tests import json_v1

        return json_v1.stream(trial)
    if format == "junit":
        from govops.render.policy_tests import junit

        return junit.stream(trial)
    if format == "github":
        from govops.render.policy_tests import github

        return github.stream(trial)
    raise UsageError(f"there is no format '{format[:60]}'", hint=f"one of: {', '.join(FORMATS)}")
