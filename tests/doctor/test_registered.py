"""Every check is registered once, named after its file, and documented."""

from __future__ import annotations

import inspect

import pytest

from govops.app.doctor_reference import doctor_page
from govops.doctor import CHECKS, check_named
from govops.doctor.check import Check
from govops.finding import Severity
from govops.rules import rule_named
from tests.support.lowest import ROOT

FOLDER = ROOT / "govops" / "doctor"
OTHERS = {"check", "circumstances", "demands", "means"}
SECTIONS = ["## Why it matters", "## How to fix it"]


def test_every_module_is_registered_exactly_once() -> None:
    modules = sorted({path.stem for path in FOLDER.glob("*.py")} - OTHERS - {"__init__"})
    assert sorted(check.id.replace("-", "_") for check in CHECKS) == modules


@pytest.mark.parametrize("check", CHECKS, ids=lambda check: check.id)
def test_a_check_is_that_of_its_file_and_documents_itself(check: Check) -> None:
    assert check.find.__module__ == f"govops.doctor.{check.id.replace('-', '_')}"
    lines = check.documentation.splitlines()
    assert check.claim.endswith(".")
    assert [line for line in lines if line.startswith("#")] == SECTIONS
    assert f'"{check.id}"' in inspect.getsource(inspect.getmodule(check.find) or check.find)


@pytest.mark.parametrize("check", CHECKS, ids=lambda check: check.id)
def test_only_advice_is_of_no_weight(check: Check) -> None:
    """A check that can find a problem is never `info`: no threshold hides it."""
    source = inspect.getsource(inspect.getmodule(check.find) or check.find)
    assert (check.severity is Severity.INFO) == (source.count("yield Finding(") == 0)


def test_no_check_is_called_like_a_rule() -> None:
    """One name leads to one explanation."""
    assert [check.id for check in CHECKS if rule_named(check.id)] == []
    assert check_named("no-such-check") is None


def test_the_reference_has_every_check_in_the_table_and_by_itself() -> None:
    page = doctor_page()
    for check in CHECKS:
        assert page.count(f"| [`{check.id}`](#{check.id}) | {check.severity} | {check.claim} |") == 1
        assert page.count(f"\n### {check.id}\n") == 1
