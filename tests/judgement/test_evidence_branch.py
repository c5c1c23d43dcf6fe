"""A record counts when a known recorder signed it, for this place, and nobody contradicts it."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from govops.errors import ExitCode
from govops.evidence.records import canonical
from govops.finding import Status
from tests.support.audit import change_of, findings, judge, only, refused, verdict
from tests.support.change import Landed
from tests.support.files import delete, model
from tests.support.world import World


def approved(world: World, *, record: bool = True, **recording: Any) -> Landed:
    """One good change, recorded as told."""
    change = world.propose("alice", "Register", model("fraud")).approve("bob")
    return change.merge("squash", record=record, **recording)


FORGED: dict[str, dict[str, Any]] = {
    "unsigned": {"signer": None},
    "signed by the author": {"signer": "alice"},
    "signed by the author, as another recorder": {"signer": "alice", "recorder": "alice"},
    "signed by the author, as nobody": {"signer": "alice", "recorder": "nobody"},
    "for another repository": {"repository": "local:acme/other"},
    "for another branch": {"branch": "develop"},
}


@pytest.mark.threat("C15", "C18", rule="no-receipt")
@pytest.mark.parametrize("recording", FORGED.values(), ids=FORGED)
def test_a_receipt_that_proves_nothing_is_none(world: World, recording: dict[str, Any]) -> None:
    landed = approved(world, **recording)
    refused(verdict(world), landed, Status.UNVERIFIABLE)


@pytest.mark.threat("C18", rule="evidence-weak")
def test_unsigned_receipts_count_where_settings_say_so_and_are_called_weak(tmp_path: Path) -> None:
    world = World(tmp_path, settings={"evidence": {"accept_unsigned": True}})
    landed = approved(world, signer=None)
    report = verdict(world)
    only(report, "evidence-weak")
    assert change_of(report, landed).status in (Status.PASS, Status.WARN)
    assert report.exit_code() is ExitCode.OK


@pytest.mark.threat("C18", rule="receipts-disagree")
def test_two_receipts_that_disagree_settle_nothing(world: World) -> None:
    landed = approved(world)
    landed.record(receipt_edit=lambda payload: payload["proposal"].update(reviews=[]))
    judge(landed, "receipts-disagree", ExitCode.UNDECIDABLE)


@pytest.mark.threat("C18")
def test_two_receipts_that_agree_are_one(world: World) -> None:
    landed = approved(world)
    landed.record()
    judge(landed, None)


@pytest.mark.threat("C18")
def test_a_forged_receipt_does_not_contradict_a_true_one(world: World) -> None:
    landed = approved(world)
    landed.record(signer="mallory", receipt_edit=lambda payload: payload["proposal"].update(reviews=[]))
    assert change_of(verdict(world), landed).status is Status.PASS


@pytest.mark.threat("C18")
def test_junk_is_a_warning(world: World) -> None:
    landed = approved(world)
    world.evidence.write({"receipts/notes.txt": b"hello\n"})
    report = verdict(world)
    assert {finding.status for finding in report.findings} == {Status.WARN}
    assert findings(report)
    assert change_of(report, landed).status is Status.PASS


def respelled(armour: str, old: bytes, new: bytes) -> str:
    """The signature with the last occurrence of some bytes inside it replaced."""
    first, *lines, last = armour.strip().split("\n")
    head, tail = base64.b64decode("".join(lines)).rsplit(old, 1)
    return "\n".join([first, base64.b64encode(head + new + tail).decode("ascii"), last, ""])


HOSTILE: dict[str, Callable[[str], str]] = {
    "with a scheme that does not fit its key": lambda armour: respelled(armour, b"ssh-ed25519", b"ssh-ed448!!"),
    "with a hash that nobody knows": lambda armour: respelled(armour, b"sha512", b"sha5!2"),
    "with a length beyond its end": lambda armour: respelled(armour, b"\0\0\0@", b"\xff\0\0@"),
    "of no base64 at all": lambda armour: "-----BEGIN SSH SIGNATURE-----\n\u00e9=\n-----END SSH SIGNATURE-----\n",
    "that is empty": lambda armour: "",
}


@pytest.mark.threat("C18", rule="evidence-untrusted")
@pytest.mark.parametrize("spoil", HOSTILE.values(), ids=HOSTILE)
def test_a_hostile_signature_is_no_signature_and_stops_nothing(world: World, spoil: Callable[[str], str]) -> None:
    """Anybody who can write to the evidence branch can put one there."""
    landed = approved(world)
    path = world.evidence.paths[0]
    record = json.loads(world.objects.read(world.evidence.tree[path][1]))
    world.evidence.tree, world.evidence.tip = {}, None
    record["signature"] = spoil(record["signature"])
    world.evidence.write({path: canonical(record) + b"\n"})
    judge(landed, "evidence-untrusted", ExitCode.UNDECIDABLE)


TOUCH: dict[str, Callable[[bytes], bytes | None]] = {
    "deleted": lambda whole: None,
    "edited": lambda whole: whole.replace(b'"squash"', b'"rebase"'),
    "broken": lambda whole: whole[:-10],
    "emptied": lambda whole: b"",
}


@pytest.mark.threat("C17")
@pytest.mark.parametrize("touch", TOUCH.values(), ids=TOUCH)
def test_a_record_that_is_touched_later_is_found(world: World, touch: Callable[[bytes], bytes | None]) -> None:
    approved(world)
    path = world.evidence.paths[0]
    whole = world.objects.read(world.evidence.tree[path][1])
    world.evidence.write({path: touch(whole)}, message="Tidy up")
    assert verdict(world).exit_code() is not ExitCode.OK


@pytest.mark.threat("C17")
def test_a_record_that_was_deleted_and_put_back_is_still_told(world: World) -> None:
    approved(world)
    path = world.evidence.paths[0]
    whole = world.objects.read(world.evidence.tree[path][1])
    world.evidence.write(delete(path))
    world.evidence.write({path: whole})
    assert findings(verdict(world))
