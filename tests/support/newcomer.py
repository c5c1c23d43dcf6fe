"""Somebody at a keyboard: a home of their own with git's configuration and an SSH key, and commands that they type."""

from __future__ import annotations

import os
import subprocess
from dataclasses import dataclass
from pathlib import Path

from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from tests.support import warm
from tests.support.cast import private_key, public_line


@dataclass(frozen=True, slots=True)
class Ran:
    """What one command said, and how it ended."""

    code: int
    out: str
    err: str


class Newcomer:
    """One person; their key is that of the cast's name, so that tests can sign for them as well."""

    def __init__(self, home: Path, name: str = "ann", *, display_name: str = "Ann Example") -> None:
        self.home = home
        self.name = name
        home.mkdir(parents=True)
        self.key = write_key(home / ".ssh" / "id_ed25519", name)
        config = f"[user]\n\tname = {display_name}\n\temail = {name}@example.org\n"
        (home / ".gitconfig").write_text(config, encoding="utf-8")

    def environment(self) -> dict[str, str]:
        """Nothing of whoever runs the tests."""
        return {
            "PATH": os.environ["PATH"],
            "HOME": str(self.home),
            "GIT_CONFIG_GLOBAL": str(self.home / ".gitconfig"),
            "GIT_CONFIG_NOSYSTEM": "1",
            "LC_ALL": "C.UTF-8",
            "NO_COLOR": "1",
        }

    def govops(self, cwd: Path, *arguments: str) -> Ran:
        """Type a govops command and wait for its end."""
        return self._run([str(warm.folder() / "govops"), *arguments], cwd)

    def git(self, cwd: Path, *arguments: str) -> str:
        """Type a git command that works."""
        ran = self._run(["git", *arguments], cwd)
        assert ran.code == 0, f"git {' '.join(arguments)}: {ran.code}\n{ran.out}{ran.err}"
        return ran.out.strip()

    def signs_commits(self, cwd: Path) -> None:
        """Tell git to sign, as ``govops init`` says."""
        for key, value in (("gpg.format", "ssh"), ("user.signingkey", str(self.key)), ("commit.gpgsign", "true")):
            self.git(cwd, "config", key, value)

    def commits(self, cwd: Path, message: str, *options: str) -> str:
        """Stage everything and commit it; the commit's id."""
        self.git(cwd, "add", "-A")
        self.git(cwd, "commit", "-q", "-m", message, *options)
        return self.git(cwd, "rev-parse", "HEAD")

    def _run(self, arguments: list[str], cwd: Path) -> Ran:
        done = subprocess.run(
            arguments,
            cwd=cwd,
            env=self.environment(),
            stdin=subprocess.DEVNULL,
            capture_output=True,
            check=False,
            timeout=60,
        )
        return Ran(done.returncode, done.stdout.decode(), done.stderr.decode())


def write_key(file: Path, name: str) -> Path:
    """The key pair of a name as ssh-keygen leaves it; the public file."""
    file.parent.mkdir(parents=True, exist_ok=True)
    private = private_key(name).private_bytes(Encoding.PEM, PrivateFormat.OpenSSH, NoEncryption())
    file.write_bytes(private)
    file.chmod(0o600)
    public = file.with_name(f"{file.name}.pub")
    public.write_text(f"{public_line(name)} {name}@laptop\n", encoding="utf-8")
    return public
