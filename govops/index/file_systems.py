"""What kind of file system a path is on. SQLite's locks hold on local ones; its write-ahead log needs one machine."""

from __future__ import annotations

import re
from pathlib import Path

_MOUNTS = Path("/proc/self/mountinfo")
_LOCAL = frozenset({"bcachefs", "btrfs", "ext2", "ext3", "ext4", "f2fs", "jfs", "overlay", "tmpfs", "xfs", "zfs"})
_SHARED = frozenset(
    {
        "9p",
        "afs",
        "beegfs",
        "ceph",
        "cifs",
        "fuse.glusterfs",
        "fuse.s3fs",
        "fuse.sshfs",
        "gfs2",
        "glusterfs",
        "lustre",
        "ncpfs",
        "nfs",
        "nfs4",
        "ocfs2",
        "smb3",
        "smbfs",
        "virtiofs",
    }
)


def is_local(path: Path, mounts: Path = _MOUNTS) -> bool:
    """Whether the path is surely on a disk of this machine; False where nobody tells."""
    return _kind(path, mounts) in _LOCAL


def is_shared(path: Path, mounts: Path = _MOUNTS) -> bool:
    """Whether the path is surely on a file system that other machines may write to."""
    return _kind(path, mounts) in _SHARED


def _kind(path: Path, mounts: Path) -> str:
    """The name of the file system, empty if unknown. Fields of a line: proc_pid_mountinfo(5)."""
    place = path.absolute().parent.resolve()
    try:
        lines = mounts.read_text(encoding="utf-8", errors="surrogateescape").splitlines()
    except OSError:
        return ""
    found = (Path(), "")
    for line in lines:
        before, _, after = line.partition(" - ")
        mount, kind = Path(_plain(before.split()[4])), after.split()[0]
        if place.is_relative_to(mount) and len(mount.parts) >= len(found[0].parts):
            found = (mount, kind)  # of two on one place, the later hides the other
    return found[1]


def _plain(text: str) -> str:
    r"""A path as it is: blanks stand there as ``\040``."""
    return re.sub(r"\\([0-7]{3})", lambda match: chr(int(match[1], 8)), text)
