"""Rules on single files: what fires, and what does not."""

from __future__ import annotations

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from govops.finding import Finding, Status
from govops.rule import FileFacts, Scope
from govops.rules import RULES
from tests.rules.builders import PATH, file_facts, findings

READER = (
    "unreadable-file",
    "forbidden-yaml",
    "duplicate-key",
    "ambiguous-scalar",
    "unknown-kind",
    "invalid-resource",
    pytest.param("wrong-path", marks=pytest.mark.threat("E18", rule="wrong-path")),
    "missing-object",
)
PROBLEM = Status.UNVERIFIABLE


@pytest.mark.parametrize("rule", READER)
def test_what_the_reader_found_is_reported_as_it_is(rule: str) -> None:
    """The reader knows place and words; the rule adds severity and documentation."""
    problem = Finding(rule, "as the reader says", PROBLEM, path=PATH, line=3, column=7)
    assert findings(rule, file_facts(problems=[problem])) == [problem]


@pytest.mark.parametrize("rule", READER)
def test_what_the_reader_found_is_reported_once(rule: str) -> None:
    """Problems under other ids are other rules' findings."""
    others = [Finding(other, "x") for other in ("some-other-problem", "another-problem")]
    assert findings(rule, file_facts(problems=others)) == []


Row = tuple[str, str, FileFacts, list[str], tuple[pytest.MarkDecorator, ...]]
ROWS: list[Row] = [
    (
        "stray-file",
        "another ending",
        file_facts("registry/models/fraud/model.yml", allowed=False),
        ["model.yml", "fraud/model.yaml"],
        (pytest.mark.threat("F06", rule="stray-file"),),
    ),
    (
        "stray-file",
        "an ending in capitals",
        file_facts("registry/users/bob.YAML", allowed=False),
        ["registry/users/bob.yaml"],
        (pytest.mark.threat("F06"),),
    ),
    (
        "stray-file",
        "a space after the ending",
        file_facts("registry/users/bob.yaml ", allowed=False),
        ["registry/users/bob.yaml"],
        (pytest.mark.threat("F06"),),
    ),
    (
        "stray-file",
        "JSON",
        file_facts("registry/users/bob.json", allowed=False),
        ["registry/users/bob.yaml"],
        (pytest.mark.threat("F06"),),
    ),
    (
        "stray-file",
        "a hidden file",
        file_facts("registry/users/.bob", allowed=False),
        ["registry/users/.bob", "govops schema"],
        (pytest.mark.threat("F06"),),
    ),
    (
        "stray-file",
        "no kind's folder",
        file_facts("registry/users/old/bob.yaml", allowed=False),
        ["registry/users/old/bob.yaml", "govops schema"],
        (),
    ),
    (
        "irregular-file",
        "a symbolic link",
        file_facts(mode="120000"),
        [PATH, "symbolic link"],
        (pytest.mark.threat("C30", "F01", rule="irregular-file"),),
    ),
    (
        "irregular-file",
        "a submodule",
        file_facts(mode="160000"),
        ["submodule"],
        (pytest.mark.threat("B20", rule="irregular-file"),),
    ),
    ("irregular-file", "an old mode", file_facts(mode="100664"), ["100664"], ()),
    (
        "executable-file",
        "a program",
        file_facts(mode="100755"),
        [PATH, "chmod=-x"],
        (pytest.mark.threat("F10", rule="executable-file"),),
    ),
    (
        "path-collision",
        "letter case",
        file_facts("registry/users/README.md", twins=("registry/users/Readme.md",)),
        ["README.md", "Readme.md"],
        (pytest.mark.threat("F02", rule="path-collision"),),
    ),
    (
        "path-collision",
        "many",
        file_facts(twins=("a", "b", "c", "d", "e")),
        ["`a`", "`c`", "2 more"],
        (),
    ),
]
FIRES = [
    pytest.param(rule, facts, words, id=f"{rule}: {name}", marks=marks) for rule, name, facts, words, marks in ROWS
]


@pytest.mark.parametrize(("rule", "facts", "words"), FIRES)
def test_fires(rule: str, facts: FileFacts, words: list[str]) -> None:
    """One finding on the file, which names what is wrong and what would be right."""
    (finding,) = findings(rule, facts)
    assert (finding.rule, finding.path, finding.blob) == (rule, facts.path, facts.entry.oid)
    assert all(word in f"{finding.message} {finding.hint}" for word in words)
    assert finding.status is (Status.WARN if rule == "executable-file" else Status.FAIL)


@pytest.mark.parametrize(
    ("rule", "facts"),
    [
        ("stray-file", file_facts()),
        ("stray-file", file_facts("registry/models/README.md")),
        ("irregular-file", file_facts()),
        ("irregular-file", file_facts(mode="100755")),
        ("executable-file", file_facts()),
        ("executable-file", file_facts(mode="120000")),
        ("path-collision", file_facts()),
    ],
)
def test_does_not_fire(rule: str, facts: FileFacts) -> None:
    """A plain file where it may stand is fine."""
    assert findings(rule, facts) == []


BAD_PATHS = {
    "a line feed": ("registry/users/bob\n.yaml", "cannot be shown"),
    "a tab": ("registry/users/bob\t.yaml", "cannot be shown"),
    "an escape": ("registry/users/\x1b[2J.yaml", "cannot be shown"),
    "a right-to-left mark": ("registry/users/bob\u202elmay.yaml", "cannot be shown"),
    "a byte that is no UTF-8": ("registry/users/b\udcffb.yaml", "cannot be shown"),
    "a no-break space": ("registry/users/bob\u00a0.yaml", "cannot be shown"),
    "an invisible joiner": ("registry/users/bob\u200d.yaml", "cannot be shown"),
    "a quote": ('registry/users/"bob".yaml', 'has " in it'),
    "a backslash": ("registry/users\\bob.yaml", "has \\ in it"),
    "an option": ("registry/models/-rf.yaml", "begins with `-`"),
    "an option as a folder": ("registry/models/--output=x/model.yaml", "begins with `-`"),
}
WINDOWS = {
    "a device": ("registry/users/con.yaml", "device"),
    "a device in capitals": ("registry/users/AUX.yaml", "device"),
    "a numbered device": ("registry/models/com1/model.yaml", "device"),
    "a device with a superscript": ("registry/users/lpt\u00b9.yaml", "device"),
    "a dot at the end": ("registry/models/fraud./model.yaml", "ends in a dot"),
    "a space at the end": ("registry/users/bob.yaml ", "a space at its end"),
    "a space at the beginning": ("registry/users/ bob.yaml", "a space at its end"),
    "a stream": ("registry/users/bob.yaml:hidden", "has : in it"),
    "a short name": ("registry/users/GOVOPS~1.yaml", "short name"),
}


@pytest.mark.threat("F05", rule="bad-path")
@pytest.mark.parametrize(("path", "words"), BAD_PATHS.values(), ids=BAD_PATHS)
def test_a_path_that_cannot_be_shown_is_bad(path: str, words: str) -> None:
    """The message itself shows nothing that a terminal would obey."""
    (finding,) = findings("bad-path", file_facts(path))
    assert words in finding.message
    assert finding.message.isprintable()


@pytest.mark.threat("F04", rule="bad-path")
@pytest.mark.parametrize(("path", "words"), WINDOWS.values(), ids=WINDOWS)
def test_a_path_that_windows_cannot_have_is_bad(path: str, words: str) -> None:
    """A checkout on any machine has all governed files."""
    (finding,) = findings("bad-path", file_facts(path))
    assert words in finding.message


@pytest.mark.parametrize(
    "path",
    [
        PATH,
        "registry/models/fraud/versions/1.0.0-rc1+build.yaml",
        "registry/users/console.yaml",
        "registry/users/auxiliary.yaml",
        "policies/.gitkeep",
        ".github/workflows/ci checks.yml",
        "registry/models/com10/model.yaml",
        "data/Bericht_für_Q1~draft.yaml",
    ],
)
def test_an_ordinary_path_is_not_bad(path: str) -> None:
    """Letters of any script, dots, dashes and spaces inside are no fault."""
    assert findings("bad-path", file_facts(path)) == []


_PIECES = (
    *(
        "registry",
        "policies",
        "a",
        "1",
        "con",
        "aux",
        "com1",
        "lpt9",
        "prn",
        "nul",
        "com10",
        "A",
        "é",
        "\u00b9",
        "\u202e",
    ),
    *("\u202e", "/", "//", "-", ".", "..", "~1", " ", ":", "+", "\n", "\udcff", ".yaml", ".YAML", ".gitattributes"),
)


@given(
    st.lists(st.sampled_from(_PIECES), max_size=8).map("".join),
    st.sampled_from(["100644", "100755", "120000", "160000", "100664", "040000"]),
)
@example("registry/users/a.yaml", "100644")
def test_a_clean_file_is_shown_to_no_rule_because_none_has_anything_to_say(path: str, mode: str) -> None:
    facts = file_facts(path, mode=mode)
    if facts.is_clean:
        assert [rule.id for rule in RULES if rule.scope is Scope.FILE and list(rule.check(facts))] == []


@pytest.mark.parametrize("path", [PATH, "registry/models/fraud/versions/1.0.0-rc1.yaml", "registry/users/con-1.yaml"])
def test_an_ordinary_file_is_clean(path: str) -> None:
    """Else every rule would look at every file."""
    assert file_facts(path).is_clean
    assert not any(
        facts.is_clean
        for facts in (
            file_facts(path, mode="100755"),
            file_facts(path, problems=[Finding("unreadable-file", "x")]),
            file_facts(path, text=b""),
            file_facts(path, allowed=False),
            file_facts(path, twins=("other",)),
        )
    )
