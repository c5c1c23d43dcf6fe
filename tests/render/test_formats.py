"""What holds for every format: it is found by name, loaded when needed, and gives the same bytes anywhere."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest
from hypothesis import given, settings

from govops.errors import UsageError
from govops.finding import Report
from govops.render import FINDINGS_FORMATS, FORMATS, Look, render, render_findings
from tests.render import sample
from tests.render.strategies import reports
from tests.support.lowest import ROOT

HEAVY = ("jinja2", "pydantic", "rich", "click", "jsonschema")

_RENDER_ALL = """
import hashlib
from govops.render import FORMATS, render
from tests.render import sample
for name in FORMATS:
    print(name, hashlib.sha256(render(sample.remarkable(), name).encode()).hexdigest())
"""


@pytest.mark.parametrize("name", FORMATS)
def test_a_format_is_chosen_by_its_name(name: str) -> None:
    """The same text whether it is asked for by name or called."""
    assert render(sample.rich(), name) == "".join(FORMATS[name](sample.rich(), Look()))
    assert render(sample.rich(), name).endswith("\n")


@pytest.mark.parametrize("name", FINDINGS_FORMATS)
def test_findings_have_formats_too(name: str) -> None:
    """Every finding's rule is in the text."""
    text = render_findings(sample.rich().findings, name)
    assert all(finding.rule in text for finding in sample.rich().findings)


@pytest.mark.parametrize("name", FORMATS)
def test_a_report_about_nothing_can_be_shown(name: str) -> None:
    """An empty history has a report as well."""
    assert render(sample.smallest(), name)


@pytest.mark.parametrize("name", FORMATS)
@given(report=reports())
@settings(max_examples=20)
def test_any_report_can_be_shown(name: str, report: Report) -> None:
    """No value of any field stops a renderer, and the text can be written as UTF-8."""
    render(report, name).encode("utf-8")


def test_an_unknown_format_is_the_callers_mistake() -> None:
    """The hint lists what there is."""
    with pytest.raises(UsageError, match="no format 'pdf'") as caught:
        render(sample.rich(), "pdf")
    assert caught.value.hint == "one of: text, markdown, json, github, sarif, junit"
    with pytest.raises(UsageError, match="no format 'markdown'"):
        render_findings((), "markdown")


@pytest.mark.threat("G13", "A07")
def test_the_bytes_depend_on_nothing_but_the_report() -> None:
    """Hash seed, locale, time zone and working directory change nothing."""
    here = {"PYTHONHASHSEED": "1", "LC_ALL": "C", "TZ": "UTC", "LANG": "C"}
    there = {"PYTHONHASHSEED": "2", "LC_ALL": "tr_TR.UTF-8", "TZ": "Pacific/Chatham", "LANG": "de_DE.UTF-8"}
    assert _run(_RENDER_ALL, here) == _run(_RENDER_ALL, there)


def test_only_markdown_loads_something_heavy() -> None:
    """``govops validate`` on one file does not pay for the markdown report."""
    script = f"""
import sys
from govops.render import render, render_findings
from tests.render import sample
for name in ("text", "json", "github", "sarif", "junit"):
    render(sample.rich(), name), render_findings(sample.rich().findings, name)
print([name for name in {HEAVY} if name in sys.modules])
"""
    assert _run(script, {}) == "[]\n"


def _run(script: str, extra: dict[str, str]) -> str:
    environment = os.environ | {"PYTHONPATH": str(ROOT)} | extra
    done = subprocess.run([sys.executable, "-c", script], env=environment, capture_output=True, text=True, check=True)
    return done.stdout
