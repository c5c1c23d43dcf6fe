"""The tests' own safety: nothing outside is touched, nothing missing goes unnoticed."""

from __future__ import annotations

import os
import pwd
import shutil
import socket
import subprocess
from pathlib import Path

import pytest

from tests.support.golden import Golden
from tests.support.isolation import TouchedOutsideError
from tests.support.parts import require


@pytest.mark.parametrize("name", [".gitconfig", ".ssh/id_ed25519", ".config/git/config", ".gnupg/gpg.conf"])
def test_the_developers_files_are_out_of_reach(name: str) -> None:
    """Opening one is an error, whether it exists or not."""
    path = Path(pwd.getpwuid(os.getuid()).pw_dir) / name
    with pytest.raises(TouchedOutsideError):
        path.read_bytes()


def test_git_sees_no_configuration_but_its_own() -> None:
    """Neither the developer's nor the machine's."""
    listed = subprocess.run(["git", "config", "--list"], capture_output=True, text=True, cwd="/", check=True)
    assert listed.stdout == ""


def test_the_network_is_out_of_reach() -> None:
    """A connection and a look-up beyond this machine are errors."""
    with socket.socket() as client, pytest.raises(TouchedOutsideError):
        client.connect(("192.0.2.1", 443))
    with pytest.raises(TouchedOutsideError):
        socket.getaddrinfo("example.org", 443)


def test_a_server_on_this_machine_is_within_reach() -> None:
    """Fakes of a forge listen on loopback."""
    with socket.create_server(("127.0.0.1", 0)) as server, socket.create_connection(server.getsockname()) as client:
        assert client.getpeername() == server.getsockname()


def test_a_missing_program_is_skipped_here_and_fails_in_ci(monkeypatch: pytest.MonkeyPatch) -> None:
    """CI never runs less than it says."""
    monkeypatch.setenv("CI", "")
    with pytest.raises(pytest.skip.Exception, match="apt-get install some-package"):
        require("no-such-program", package="some-package")
    monkeypatch.setenv("CI", "true")
    with pytest.raises(pytest.fail.Exception, match="no-such-program is not installed"):
        require("no-such-program")


def test_a_program_that_is_there_is_found() -> None:
    """By its absolute path."""
    assert require("git") == shutil.which("git")


@pytest.mark.parametrize("kept", [b"one\ntwo\n", b"one\r\n", b""])
def test_a_golden_file_is_compared_byte_for_byte(tmp_path: Path, kept: bytes) -> None:
    """Another line, another line end and an empty file are differences."""
    (tmp_path / "report.md").write_bytes(kept)
    with pytest.raises(pytest.fail.Exception, match="pytest --update-golden"):
        Golden(update=False, root=tmp_path)("report.md", "one\n")


def test_a_golden_file_is_written_when_asked_for(tmp_path: Path) -> None:
    """And then it compares equal."""
    Golden(update=True, root=tmp_path)("reports/one.md", "one\n")
    Golden(update=False, root=tmp_path)("reports/one.md", "one\n")
