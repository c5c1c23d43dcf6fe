"""Where reports go: ``--output FORMAT[:PATH]``, any number of times, standard output without a path."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import click

from govops import interrupt
from govops.errors import ExitCode, GovopsError, UsageError
from govops.finding import Report, Severity


@dataclass(frozen=True, slots=True)
class Output:
    """One wanted rendering; ``path`` None is standard output."""

    format: str
    path: Path | None


class OutputType(click.ParamType[Output]):
    """Parses ``FORMAT[:PATH]`` against the formats that there are."""

    name = "FORMAT[:PATH]"

    def __init__(self, formats: tuple[str, ...]) -> None:
        self._formats = formats

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Output:
        if isinstance(value, Output):
            return value
        name, colon, path = str(value).partition(":")
        if name not in self._formats:
            self.fail(f"'{name}' is not one of {', '.join(self._formats)}", param, ctx)
        if colon and not path:
            self.fail(f"'{value}' names no file after the colon", param, ctx)
        return Output(name, Path(path) if path and path != "-" else None)


REPORT_FORMATS = ("text", "markdown", "json", "github", "sarif", "junit")
FINDING_FORMATS = ("text", "json", "github", "sarif", "junit")
DUTY_FORMATS = ("text", "markdown", "json")
FRAMEWORK_FORMATS = ("text", "markdown", "json", "oscal")
ANSWER_FORMATS = ("text", "json")
PROCESS_FORMATS = ("text", "json")
CHART_FORMATS = ("text", "svg")


def output_option(formats: tuple[str, ...]) -> Callable[[Any], Any]:
    """The ``--output`` option for these formats."""
    return click.option(
        "--output",
        "outputs",
        type=OutputType(formats),
        multiple=True,
        help=f"Repeatable. Formats: {', '.join(formats)}. Default: {formats[0]}.",
    )


def fail_on_option(*more: str, told: str = "") -> Callable[[Any], Any]:
    """The ``--fail-on`` option, with other words than severities where a command knows ``more``, as ``told``."""
    return click.option(
        "--fail-on",
        type=click.Choice([*(str(severity) for severity in Severity), *more]),
        default="low",
        show_default=True,
        help=f"Least severity that makes exit code 1; `info` counts warnings too{told}.",
    )


def deliver(render: Callable[..., Iterable[str]], outputs: tuple[Output, ...]) -> None:
    """Write each wanted rendering; files first and whole, then standard output.

    ``render(format, colour=…)`` makes the text in pieces, which go out as they come. Raises GovopsError (exit 4) when
    something cannot be written.
    """
    from govops.app.writing import write_whole

    outputs = outputs or (Output("text", None),)
    render = _discreet(render) if addresses_are_hidden() else render
    for output in outputs:
        if output.path is not None:
            write_whole(output.path, render(output.format, colour=False))
    for output in outputs:
        if output.path is None:
            _print(render(output.format, colour=colourful()))


def deliver_report(report: Report, outputs: tuple[Output, ...], fail_on: Severity) -> ExitCode:
    """Write a report wherever it is wanted; its exit code. Sums that do not hold are exit 4, and no report."""
    from govops.render import stream
    from govops.rules import RULES

    if report.counts.problem:
        raise GovopsError(f"the report's sums do not hold: {report.counts.problem}")
    deliver(lambda name, colour: stream(report, name, colour=colour, fail_on=fail_on, rules=RULES), outputs)
    return report.exit_code(fail_on)


def colourful() -> bool:
    """Colour only on a terminal, and never where ``NO_COLOR`` is set."""
    import os

    return sys.stdout.isatty() and not os.environ.get("NO_COLOR")


def addresses_are_hidden() -> bool:
    """Whether the environment says ``GOVOPS_EMAILS=hidden``. UsageError for what is neither that nor ``shown``."""
    import os

    wanted = os.environ.get("GOVOPS_EMAILS") or "shown"
    if wanted not in ("shown", "hidden"):
        raise UsageError(f"GOVOPS_EMAILS is {wanted[:40]!a}", hint="`shown`, or `hidden`")
    return wanted == "hidden"


def _discreet(render: Callable[..., Iterable[str]]) -> Callable[..., Iterable[str]]:
    from govops.render.untrusted import without_addresses

    return lambda name, colour: map(without_addresses, render(name, colour=colour))


def _print(text: Iterable[str]) -> None:
    interrupt.go_on()
    try:
        for piece in text:
            sys.stdout.buffer.write(piece.encode("utf-8", "backslashreplace"))
        sys.stdout.buffer.flush()
    except OSError as error:
        raise GovopsError(f"could not write the report: {error.strerror}") from error
