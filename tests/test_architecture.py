"""The shape of the code: sizes, names, handlers and ignores. What may import what is `make imports`."""

from __future__ import annotations

import ast
import io
import re
import subprocess
import sys
import tokenize
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.lowest import ROOT

MODULES = sorted((ROOT / "govops").rglob("*.py"))
SOURCES = [*MODULES, *sorted((ROOT / "tests").rglob("*.py"))]
NARROW = frozenset({"PySparkException"})  # the base of what PySpark raises on purpose
THE_ONE_HANDLER = {"govops/cli/__init__.py", "govops/cli/main.py"}
LONGEST_FILE = 500
LONGEST_FUNCTION = 50
HOMELESS = re.compile(r"(utils?|helpers?|common|misc|manager|base_.*|.*_(utils?|helpers?|manager))\.py")
IGNORE = re.compile(r"# ?(noqa|type: ignore)(?P<codes>: ?[A-Z0-9]+(, ?[A-Z0-9]+)*|\[[a-z, -]+\])?(?P<reason>.*)")
DANGEROUS = ("datetime", "os", "pickle", "subprocess", "tempfile", "time", "yaml")


def test_no_file_is_a_god_file() -> None:
    """Nothing that people write is longer than 500 lines."""
    assert [name for name, text in _texts(SOURCES) if text.count("\n") > LONGEST_FILE] == []


def test_no_function_is_a_god_function() -> None:
    """No function has more than 50 lines, its docstring apart."""
    long = [f"{name}:{node.lineno} {node.name}" for name, node in _functions() if _length(node) > LONGEST_FUNCTION]
    assert long == []


def test_no_module_is_a_drawer() -> None:
    """A helper without a home is a concept without a name."""
    assert [_name(path) for path in MODULES if HOMELESS.fullmatch(path.name)] == []


def test_only_the_one_handler_catches_everything() -> None:
    """A broad ``except`` hides faults, so there is one, where a fault becomes an exit code."""
    broad = [name for name, tree in _trees(MODULES) for node in ast.walk(tree) if _is_broad(node)]
    assert [name for name in broad if name not in THE_ONE_HANDLER] == []
    assert len(broad) <= 1


def test_only_the_command_line_ends_the_process() -> None:
    """A library never exits."""
    exits = {name for name, tree in _trees(MODULES) for node in ast.walk(tree) if _is_exit(node)}
    assert {name for name in exits if not name.startswith("govops/cli/") and name != "govops/__main__.py"} == set()


def test_every_ignore_has_a_reason() -> None:
    """A rule that is switched off says which one and why."""
    bare = [f"{name}:{line} {text}" for name, line, text in _ignores() if not _has_reason(text)]
    assert bare == []


@pytest.mark.parametrize(
    ("comment", "accepted"),
    [
        ("# noqa", False),
        ("# noqa: S603", False),
        ("# noqa: S603 -- the arguments are a list", True),
        ("# noqa: S603, S607 -- the arguments are a list", True),
        ("# type: ignore[arg-type]", False),
        ("# type: ignore[arg-type]  # the stub is wrong", True),
        ("# type: ignore  # no code", False),
    ],
)
def test_a_reason_is_told_from_none(comment: str, *, accepted: bool) -> None:
    """The check above can fail."""
    assert _has_reason(comment) is accepted


@pytest.mark.threat("L03", "B18")
@pytest.mark.parametrize(
    ("line", "code"),
    [
        ("subprocess.run('git log', shell=True)", "S602"),
        ("subprocess.run(['git', 'log'])", "S607"),
        ("os.system('git log')", "TID251"),
        ("eval('1')", "S307"),
        ("pickle.loads(b'')", "S301"),
        ("tempfile.mktemp()", "S306"),
        ("yaml.load('', Loader=yaml.Loader)", "S506"),
        ("yaml.safe_load('')", "TID251"),
        ("datetime.datetime.now(datetime.UTC)", "TID251"),
        ("time.time()", "TID251"),
    ],
)
def test_dangerous_calls_do_not_creep_in(line: str, code: str) -> None:
    """The linter refuses them anywhere in the package but where the door to the outside is."""
    source = "".join(f"import {name}\n" for name in DANGEROUS) + line
    ruff = [sys.executable, "-m", "ruff", "check", "--output-format=concise", "--stdin-filename=govops/app/x.py", "-"]
    run = subprocess.run(ruff, input=source, capture_output=True, text=True, cwd=ROOT, check=False)
    assert f" {code} " in run.stdout


def _name(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def _texts(paths: list[Path]) -> Iterator[tuple[str, str]]:
    for path in paths:
        yield _name(path), path.read_text(encoding="utf-8")


def _trees(paths: list[Path]) -> Iterator[tuple[str, ast.Module]]:
    for name, text in _texts(paths):
        yield name, ast.parse(text)


def _functions() -> Iterator[tuple[str, ast.FunctionDef | ast.AsyncFunctionDef]]:
    for name, tree in _trees(SOURCES):
        for node in ast.walk(tree):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                yield name, node


def _length(node: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    lines = (node.end_lineno or node.lineno) - node.lineno + 1
    if ast.get_docstring(node) is None:
        return lines
    docstring = node.body[0]
    return lines - ((docstring.end_lineno or docstring.lineno) - docstring.lineno + 1)


def _is_broad(node: ast.AST) -> bool:
    if not isinstance(node, ast.ExceptHandler):
        return False
    caught = [] if node.type is None else node.type.elts if isinstance(node.type, ast.Tuple) else [node.type]
    names = [ast.unparse(name) for name in caught]
    return not names or any(name.endswith(("Exception", "BaseException")) for name in names if name not in NARROW)


def _is_exit(node: ast.AST) -> bool:
    if isinstance(node, ast.Raise) and node.exc is not None:
        return ast.unparse(node.exc).startswith("SystemExit")
    return isinstance(node, ast.Call) and ast.unparse(node.func) in ("sys.exit", "exit", "quit", "os._exit")


def _ignores() -> Iterator[tuple[str, int, str]]:
    for name, text in _texts(SOURCES):
        for token in tokenize.generate_tokens(io.StringIO(text).readline):
            if token.type == tokenize.COMMENT and IGNORE.search(token.string):
                yield name, token.start[0], token.string


def _has_reason(comment: str) -> bool:
    match = IGNORE.search(comment)
    return match is not None and bool(match["codes"]) and " " in match["reason"].strip(" -#")
