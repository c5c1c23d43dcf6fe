"""What is wrong with the configuration of a server is told before it starts, all of it, with the place and a remedy."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.support.cli import govops

GOOD = """\
repository: governance.git
index: sqlite:////tmp/index.db
store: sqlite:////tmp/store.db
"""
BAD = {
    "an address that is none": (
        "listen: 127.0.0.1:99999\n",
        "serve.yaml:4:9: listen: `127.0.0.1:99999`",
        "`listen`: The",
    ),
    "a field with a typo": ("workres: 3\n", "serve.yaml:4:1: workres: unknown field", "did you mean `workers`?"),
    "too many processes": ("workers: 65\n", "serve.yaml:4:10: workers: 65", "`workers`: Processes"),
    "no name to be called by": ("listen: 0.0.0.0:80\n", "`hosts` is missing", "fields: repository, index, store"),
    "a key that is not there": ("key: nowhere\n", "nowhere", ""),
    "no YAML": ("access: [\n", "serve.yaml:5:1: ", "quotes"),
}


@pytest.mark.parametrize("case", BAD)
def test_a_fault_is_told_with_its_place_and_a_remedy(case: str, tmp_path: Path) -> None:
    line, said, hint = BAD[case]
    config = tmp_path / "serve.yaml"
    config.write_text(GOOD + line)
    ran = govops("serve", "--config", config)
    assert (ran.code, ran.out) == (2, "")
    assert said in ran.err
    assert hint in ran.err.partition("hint: ")[2]
    assert "govops schema" not in ran.err, "there is none of it"


def test_no_fault_hides_another(tmp_path: Path) -> None:
    config = tmp_path / "serve.yaml"
    config.write_text(f"{GOOD}listen: nowhere\nworkers: many\n")
    ran = govops("serve", "--config", config)
    assert [place in ran.err for place in ("serve.yaml:4:9: listen", "serve.yaml:5:10: workers")] == [True, True]


def test_a_configuration_that_is_not_there_is_told(tmp_path: Path) -> None:
    ran = govops("serve", "--config", tmp_path / "none.yaml")
    assert ran.code == 2
    assert "hint: give the file that says what is served" in ran.err
