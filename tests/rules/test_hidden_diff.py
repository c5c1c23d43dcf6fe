"""``hidden-diff``: attributes that keep a governed difference from its reviewers."""

from __future__ import annotations

import pytest

from tests.rules.builders import file_facts, findings

ROOT = ".gitattributes"
HIDING = [
    (ROOT, "*.yaml merge=union"),
    (ROOT, "registry/** -diff"),
    (ROOT, "registry/** diff=nothing"),
    (ROOT, "* binary"),
    (ROOT, "** linguist-generated"),
    (ROOT, "policies/** linguist-generated=true"),
    (ROOT, "policies/** gitlab-generated"),
    (ROOT, "*.yaml filter=lfs diff=lfs merge=lfs -text"),
    (ROOT, "*.yaml ident"),
    (ROOT, "*.yaml working-tree-encoding=UTF-16"),
    (ROOT, "*.yaml text eol=crlf"),
    (ROOT, "REGISTRY/** -diff"),
    (ROOT, "*.YAML BINARY"),
    (ROOT, "[Rr]egistry/users/*.yaml -diff"),
    (ROOT, "registry/users/*.y[a]ml -diff"),
    (ROOT, r"registry/users/*.ya\ml -diff"),
    (ROOT, r'"registry/users/*.yam\154" -diff'),
    (ROOT, '"registry/users/*.yaml" -diff'),
    (ROOT, "/registry/roles/admin.yaml -diff"),
    (ROOT, "admin.yaml -diff"),
    (ROOT, "registry/users/????.yaml -diff"),
    (ROOT, "*.md -diff"),
    (ROOT, ".gitattributes -diff"),
    (ROOT, "CODEOWNERS linguist-generated"),
    (ROOT, ".github/workflows/*.yml -diff"),
    (ROOT, "[attr]quiet -diff"),
    (ROOT, "  registry/**\t\t-diff"),
    (ROOT, "registry/**\r-diff\r"),
    (ROOT, "\ufeffregistry/** -diff"),
    (ROOT, "registry/** text -diff"),
    ("registry/models/.gitattributes", "*.yaml -diff"),
    ("registry/users/.gitattributes", "README.md -diff"),
    ("data/reports/.gitattributes", "*.yaml -diff"),  # a KindDefinition governs them
]
FOLDERS = ("data/reports/",)
HARMLESS = [
    (ROOT, "dist/** -diff"),
    (ROOT, ""),
    (ROOT, "# registry/** -diff"),
    (ROOT, "*.yaml text eol=lf"),
    (ROOT, "*.yaml text=auto whitespace=trailing-space"),
    (ROOT, "*.yaml diff merge"),
    (ROOT, "*.yaml !diff !merge"),
    (ROOT, "*.yaml merge=text"),
    (ROOT, "*.yaml -linguist-generated"),
    (ROOT, "*.yaml linguist-generated=false linguist-language=YAML"),
    (ROOT, "*.png binary"),
    (ROOT, "*.bin filter=lfs diff=lfs merge=lfs -text"),
    (ROOT, "package-lock.json linguist-generated"),
    (ROOT, "docs/*.md -diff"),
    (ROOT, "registry/** export-ignore"),
    (ROOT, "registry/ -diff"),  # git applies no attribute through a folder
    (ROOT, "registry/**"),
    ("data/.gitattributes", "*.csv -diff"),
    ("src/.gitattributes", "README.md -diff"),
]


@pytest.mark.threat("C33", rule="hidden-diff")
@pytest.mark.parametrize(("path", "line"), HIDING)
def test_a_line_that_hides_governed_content_is_found(path: str, line: str) -> None:
    """In every spelling that git or a forge understands."""
    (finding,) = findings("hidden-diff", file_facts(path, text=line.encode() + b"\n", folders=FOLDERS))
    assert (finding.path, finding.line) == (path, 1)


@pytest.mark.threat("C33", "F09")
@pytest.mark.parametrize(("path", "line"), HARMLESS)
def test_a_line_that_hides_nothing_is_not_found(path: str, line: str) -> None:
    """Attributes for other files, and attributes that hide nothing."""
    assert findings("hidden-diff", file_facts(path, text=line.encode() + b"\n")) == []


def test_every_hiding_line_is_a_finding_of_its_own() -> None:
    """With its number, its words quoted, and a fingerprint that the number is no part of."""
    text = b"*.png binary\nregistry/** -diff\n\n*.yaml merge=union\n"
    first, second = findings("hidden-diff", file_facts(ROOT, text=text))
    assert (first.line, second.line) == (2, 4)
    assert "`registry/** -diff` sets `-diff`" in first.message
    (moved, _) = findings("hidden-diff", file_facts(ROOT, text=b"\n" + text))
    assert moved.fingerprint == first.fingerprint != second.fingerprint


def test_bytes_that_are_no_text_are_survived() -> None:
    """Whatever stands in the file, the lines that can be read are."""
    assert len(findings("hidden-diff", file_facts(ROOT, text=b"\xff\xfe\0\nregistry/** -diff"))) == 1


def test_other_files_are_not_looked_into() -> None:
    """The engine gives the text of attribute files only."""
    assert findings("hidden-diff", file_facts()) == []
