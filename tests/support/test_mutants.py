"""What `make mutants` makes of mutmut's own listing."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.lowest import ROOT
from tests.support.mutants import Change, change, explained, lay_out, pattern, unnoticed

LISTING = """\
    govops.evidence.coverage.x_cover__mutmut_1: killed
    govops.evidence.coverage.x_cover__mutmut_2: survived
    govops.evidence.coverage.x_cover__mutmut_3: timeout
    govops.decision.judge.x_judge__mutmut_1: no tests
    govops.decision.judge.x_judge__mutmut_2: not checked
"""


@pytest.mark.parametrize(
    ("paths", "left"),
    [
        ([], ["survived", "no tests", "not checked"]),
        (["govops/evidence/coverage.py"], ["survived"]),
        (["govops/decision"], ["no tests", "not checked"]),
        (["govops/decision/judge.py", "govops/evidence"], ["survived", "no tests", "not checked"]),
        (["govops/evidence/cover"], []),
    ],
)
def test_what_no_test_noticed_is_left_and_the_untried_with_it(paths: list[str], left: list[str]) -> None:
    assert list(unnoticed(LISTING, paths).values()) == left


def test_a_file_and_a_folder_name_their_mutants() -> None:
    assert pattern("govops/evidence/coverage.py") == "govops.evidence.coverage.*"
    assert pattern("govops/evidence/") == "govops.evidence.*"


def test_mutmut_works_beside_the_checkout_and_never_in_it(tmp_path: Path) -> None:
    """Laid out twice, it is the same, and tests that mutmut kept are gone."""
    kept = tmp_path / "mutants" / "tests" / "test_gone.py"
    for _ in range(2):
        kept.parent.mkdir(parents=True, exist_ok=True)
        kept.write_text("")
        lay_out(tmp_path)
        assert not kept.exists()
        assert (tmp_path / "govops" / "decision" / "judge.py").samefile(ROOT / "govops/decision/judge.py")
        assert (tmp_path / "pyproject.toml").is_symlink()


SHOWN = """\
# govops.engine.cases.xǁChargeǁat__mutmut_2: survived
--- govops/engine/cases.py
+++ govops/engine/cases.py
@@ -1,4 +1,4 @@
     def at(self) -> Finding:
-        return Finding(
-            self.message, path=self.path
+        return Finding(
+            self.message, path=None
         )
"""


@pytest.mark.parametrize(
    ("mangled", "function"),
    [
        ("xǁChargeǁat", "Charge.at"),
        ("xǁChargeǁ__init__", "Charge.__init__"),
        ("x_cover", "cover"),
        ("x__cover", "_cover"),
    ],
)
def test_a_change_is_known_by_its_function_and_its_lines_whatever_its_number(mangled: str, function: str) -> None:
    old, new = "return Finding( self.message, path=self.path", "return Finding( self.message, path=None"
    assert change(f"govops.engine.cases.{mangled}__mutmut_2", SHOWN) == Change(
        "govops.engine.cases", function, old, new
    )


def _functions(module: str) -> Iterator[tuple[str, str]]:
    """(name, source with single spaces) of each function and method of a module."""
    text = (ROOT / module.replace(".", "/")).with_suffix(".py").read_text(encoding="utf-8")
    tree = ast.parse(text)
    classes = [node for node in tree.body if isinstance(node, ast.ClassDef)]
    for prefix, body in [("", tree.body), *((f"{node.name}.", node.body) for node in classes)]:
        for node in body:
            if isinstance(node, ast.FunctionDef):
                lines = text.splitlines()[node.lineno - 1 : node.end_lineno]
                yield prefix + node.name, " ".join(" ".join(lines).split())


def test_what_is_explained_has_a_reason_and_can_still_be_changed() -> None:
    known = explained()
    functions = {module: dict(_functions(module)) for module in {change.module for change in known}}
    vain = [
        change
        for change, why in known.items()
        if not why or change.old not in functions[change.module].get(change.function, "")
    ]
    assert not vain, vain
