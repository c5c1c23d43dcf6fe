"""What `make mutants` makes of mutmut's own listing."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.support.lowest import ROOT
from tests.support.mutants import lay_out, pattern, unnoticed

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
