"""Blobs as documents: each read once and verified; what was read by a rule that changed is read again."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from govops.evidence.coverage import NotMerged
from govops.finding import Status
from govops.git import CleanRoom
from govops.history import Entry
from govops.kinds.custom import CustomKind, CustomResource
from govops.workspace.documents import LARGEST_DOCUMENT, Documents
from tests.support.facts import law
from tests.support.files import File, kind, model
from tests.support.world import World

FRAUD, TEXT = model("fraud")
REPORT = ("reports/one.yaml", b'status: "open"\n')
HUGE = ("registry/models/huge/model.yaml", b"#" * (LARGEST_DOCUMENT + 1))


@pytest.fixture
def world(tmp_path: Path) -> World:
    return World(tmp_path, model("fraud"), REPORT, HUGE)


@pytest.fixture
def documents(world: World) -> Iterator[Documents]:
    with CleanRoom.open(world.path) as room:
        yield Documents(room)


def entry(world: World, path: str) -> Entry:
    return Entry(*world.tree()[path])


def kinds(*definitions: File) -> tuple[CustomKind, ...]:
    return law(*definitions).custom_kinds()


def test_a_document_is_parsed_once(world: World, documents: Documents) -> None:
    one = documents.load(FRAUD, entry(world, FRAUD), (), limit=LARGEST_DOCUMENT)
    assert one.resource is not None
    assert documents.load(FRAUD, entry(world, FRAUD), (), limit=LARGEST_DOCUMENT) is one


STRICT = {"type": "object", "properties": {"status": {"enum": ["shut"]}}}


def test_a_kind_that_is_defined_anew_reads_its_files_anew(world: World, documents: Documents) -> None:
    """And leaves the documents of built-in kinds alone."""
    path, own = REPORT[0], model("fraud")[0]
    loose, strict = kinds(kind("Report", "reports")), kinds(kind("Report", "reports", schema=STRICT))
    fraud = documents.load(own, entry(world, own), loose, limit=LARGEST_DOCUMENT)
    assert isinstance(documents.load(path, entry(world, path), loose, limit=LARGEST_DOCUMENT).resource, CustomResource)
    refused = documents.load(path, entry(world, path), strict, limit=LARGEST_DOCUMENT)
    assert refused.resource is None
    assert refused.findings
    assert documents.load(path, entry(world, path), loose, limit=LARGEST_DOCUMENT).resource is not None
    assert documents.load(own, entry(world, own), strict, limit=LARGEST_DOCUMENT) is fraud


def test_the_same_bytes_at_two_paths_are_two_documents(world: World, documents: Documents) -> None:
    elsewhere = "registry/models/other/model.yaml"
    assert documents.load(FRAUD, entry(world, FRAUD), (), limit=LARGEST_DOCUMENT).resource is not None
    assert documents.load(elsewhere, entry(world, FRAUD), (), limit=LARGEST_DOCUMENT).resource is None


@pytest.mark.threat("B16", "E05", rule="unreadable-file")
def test_a_blob_over_the_limit_is_a_finding_and_no_document(world: World, documents: Documents) -> None:
    found = documents.load(HUGE[0], entry(world, HUGE[0]), (), limit=LARGEST_DOCUMENT)
    assert found.resource is None
    assert [finding.rule for finding in found.findings] == ["unreadable-file"]
    assert documents.text(entry(world, HUGE[0]).oid) is None


def test_settings_may_lower_the_limit(world: World, documents: Documents) -> None:
    assert documents.load(FRAUD, entry(world, FRAUD), (), limit=len(TEXT)).resource is not None
    assert documents.load(FRAUD, entry(world, FRAUD), (), limit=len(TEXT) - 1).resource is None


@pytest.mark.threat("B10", rule="missing-object")
def test_a_missing_blob_is_unverifiable_and_named(documents: Documents) -> None:
    gone = Entry("100644", "f" * 40)
    found = documents.load(FRAUD, gone, (), limit=LARGEST_DOCUMENT)
    assert found.is_missing
    assert [(finding.status, finding.blob) for finding in found.findings] == [(Status.UNVERIFIABLE, gone.oid)]
    assert (documents.text(gone.oid), documents.position(gone.oid, ())) == (None, None)
    assert documents.merge(gone.oid, gone.oid, gone.oid) is NotMerged.MISSING


def test_positions_are_where_an_editor_finds_the_field(world: World, documents: Documents) -> None:
    line, column = documents.position(entry(world, FRAUD).oid, ("spec", "risk_tier")) or (0, 0)
    assert TEXT.decode().splitlines()[line - 1][column - 1 :].startswith(("risk_tier", '"medium"'))


def test_a_merge_is_gits_own(world: World, documents: Documents) -> None:
    lines = [f"{letter}\n".encode() for letter in "abcdefg"]
    base = world.objects.blob(b"".join(lines))
    ours = world.objects.blob(b"".join([b"A\n", *lines[1:]]))
    theirs = world.objects.blob(b"".join([*lines[:-1], b"G\n"]))
    both = world.objects.blob(b"".join([b"A\n", *lines[1:-1], b"G\n"]))
    other = world.objects.blob(b"".join([b"B\n", *lines[1:]]))
    assert documents.merge(base, ours, theirs) == both
    assert documents.merge(base, ours, other) is NotMerged.CONFLICT


def test_what_git_cannot_tell_is_no_answer(world: World, documents: Documents) -> None:
    assert documents.tree("f" * 40) is None
    assert not documents.descends("f" * 40, world.main)
    assert documents.descends(world.main, world.adoption)
