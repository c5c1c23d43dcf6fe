"""The types of single values in YAML: each is a plain Python value that was checked as a whole.

Every pattern must match the full text: a newline at the end never passes. Times and numbers are never
coerced. The messages quote the value and say what is wanted.
"""

from __future__ import annotations

import base64
import binascii
import re
from datetime import date, datetime, timedelta
from functools import cache
from typing import Annotated, Any

from pydantic import AfterValidator, Field

from govops.kinds.paths import PATTERNS, fill
from govops.kinds.quoting import quoted

LARGEST_INTEGER = 2**53  # beyond it JSON readers disagree about the value
SSH_ALGORITHMS = (
    "ssh-ed25519",
    "ssh-rsa",
    "ecdsa-sha2-nistp256",
    "ecdsa-sha2-nistp384",
    "ecdsa-sha2-nistp521",
    "sk-ssh-ed25519@openssh.com",
    "sk-ecdsa-sha2-nistp256@openssh.com",
)
_RESERVED = re.compile(r"con|prn|aux|nul|(com|lpt)[0-9]", re.ASCII)  # no file of these names on Windows
_DURATION = {"m": 60, "h": 3600, "d": 86400, "w": 604800}
_PART = r"[^/\\\x00-\x1f\x7f-\x9f\u2028\u2029]+"
_PATH = f"{_PART}(/{_PART})*"
_compiled = cache(re.compile)  # when first used: to compile them all takes longer than to check a file
_DAY = r"[0-9]{4}-[0-9]{2}-[0-9]{2}"
_LAST_INSTANT = "9999-12-31T23:59:59Z"


def duration_seconds(text: str) -> int:
    """``45m``, ``12h``, ``30d`` or ``2w`` in seconds; ValueError for anything else."""
    if re.fullmatch(r"[1-9][0-9]{0,4}[mhdw]", text) is None:
        raise ValueError(f"{quoted(text)} is not a duration such as `12h` or `30d` (units: m, h, d, w)")
    return int(text[:-1]) * _DURATION[text[-1]]


def later(instant: str, seconds: int) -> str:
    """The instant so many seconds after that one; the last of the calendar where it would lie behind it."""
    try:
        return (datetime.fromisoformat(instant) + timedelta(seconds=seconds)).isoformat().replace("+00:00", "Z")
    except OverflowError:
        return _LAST_INSTANT


def _matching(pattern: str, wanted: str, *, limit: int = 4096) -> tuple[AfterValidator, Any]:
    """A validator of a whole text and its place in the JSON Schema; ``wanted`` completes "is not …"."""

    def check(text: str) -> str:
        if len(text) > limit or _compiled(pattern).fullmatch(text) is None:
            raise ValueError(f"{quoted(text)} is not {wanted}")
        return text

    return AfterValidator(check), Field(json_schema_extra={"pattern": f"^(?:{pattern})$", "maxLength": limit})


def _not_reserved(name: str) -> str:
    if _RESERVED.fullmatch(name):
        raise ValueError(f"{quoted(name)} cannot be a file name on Windows")
    return name


def _not_blank(text: str) -> str:
    if not text.strip():
        raise ValueError("the text is blank")
    return text


def _day(text: str) -> str:
    try:
        year = date.fromisoformat(text).year
    except ValueError:
        raise ValueError(f"{quoted(text)} is not a day of the calendar") from None
    if year < 1970:  # git's own clock begins there
        raise ValueError(f"{quoted(text)} is before 1970")
    return text


def _instant(text: str) -> str:
    _day(text[:10])
    try:
        datetime.fromisoformat(text)
    except ValueError:
        raise ValueError(f"{quoted(text)} is not a time of the day") from None
    return text


def _duration(text: str) -> str:
    duration_seconds(text)
    return text


def _resource_name(text: str) -> str:
    kind, name = text.split("/", 1)
    if kind in PATTERNS and fill(kind, name) is None:
        parts = "/".join(part.split("}")[0] for part in PATTERNS[kind].split("{")[1:])
        raise ValueError(f"{quoted(text)} is not of the form {kind}/{parts}")
    return text


def _https(url: str) -> str:
    if "@" in url.split("/", 3)[2]:
        raise ValueError("the address carries a user name; leave it out")
    return url


def _nobodys(address: str) -> str:
    if "@" in address.partition("://")[2].split("/", 1)[0]:
        raise ValueError("the address carries a user name; leave it out")
    return address


def _inside(path: str) -> str:
    if not {".", ".."}.isdisjoint(path.split("/")):
        raise ValueError(f"{quoted(path)} leaves its place by `.` or `..`")
    return path


def _branch(name: str) -> str:
    """The parts of git-check-ref-format(1) that a pattern cannot say."""
    parts = name.split("/")
    if any(not part or part.startswith(".") or part.endswith((".lock", ".")) or ".." in part for part in parts):
        raise ValueError(f"{quoted(name)} is not a branch name that git allows")
    if parts[0] == "refs":
        raise ValueError(f"{quoted(name)} is a full ref name; leave out `refs/heads/`")
    return name


def _ssh_key(line: str) -> str:
    """The form of an OpenSSH public key line; what it holds is only checked when it is used."""
    if "PRIVATE KEY" in line:
        raise ValueError("this is a private key; give the line of the `.pub` file, and replace the key")
    algorithm, _, rest = line.partition(" ")
    if algorithm not in SSH_ALGORITHMS:
        raise ValueError(f"{quoted(algorithm)} is not a key type of OpenSSH, such as `ssh-ed25519`")
    try:
        blob = base64.b64decode(rest.split(" ")[0], validate=True)
    except binascii.Error:
        raise ValueError(f"the {algorithm} key is not base64") from None
    if blob[:4] != len(algorithm).to_bytes(4, "big") or blob[4 : 4 + len(algorithm)] != algorithm.encode():
        raise ValueError(f"the base64 text does not hold a key of the type {quoted(algorithm)}")
    return line


# Texts.
Text = Annotated[str, Field(min_length=1, max_length=4000), AfterValidator(_not_blank)]
Title = Annotated[str, Field(min_length=1, max_length=200), AfterValidator(_not_blank)]
Expression = Annotated[str, Field(min_length=1, max_length=2000), AfterValidator(_not_blank)]

# Names.
Name = Annotated[
    str,
    *_matching(r"[a-z0-9][a-z0-9-]{0,62}", "a name: a-z, 0-9 and `-`, at most 63, no `-` at the start", limit=63),
    AfterValidator(_not_reserved),
]
VersionName = Annotated[
    str,
    *_matching(
        r"[0-9A-Za-z][0-9A-Za-z.+-]{0,62}",
        "a version: letters, digits, `.`, `+` and `-`, at most 63, a letter or digit first",
        limit=63,
    ),
]
CUSTOM_NAME = r"[A-Za-z0-9][A-Za-z0-9._-]{0,127}"
RoleName = Name
PersonName = Name
KindName = Annotated[
    str, *_matching(r"[A-Z][A-Za-z0-9]{0,62}", "a kind: letters and digits, a capital first", limit=63)
]
RuleId = Annotated[
    str, *_matching(r"[a-z][a-z0-9]*(-[a-z0-9]+)*", "a rule id such as `approver-is-contributor`", limit=80)
]
ClockName = Annotated[
    str,
    *_matching(
        r"[a-z0-9][a-z0-9-]{0,62}/[a-z0-9][a-z0-9-]{0,62}",
        "a clock: the Framework's name, `/` and its id there, such as `eu-ai-act/serious-incident`",
        limit=127,
    ),
]
LabelKey = Annotated[
    str, *_matching(r"[a-z0-9][a-z0-9./_-]{0,62}", "a label key: a-z, 0-9, `.`, `/`, `_` and `-`, at most 63", limit=63)
]
Label = Annotated[str, Field(max_length=256)]
FieldName = Annotated[str, *_matching(r"[A-Za-z_][A-Za-z0-9_-]{0,62}", "the name of a field", limit=63)]
FieldPath = Annotated[
    str,
    *_matching(r"[A-Za-z_][A-Za-z0-9_-]*(\.[A-Za-z_][A-Za-z0-9_-]*)*", "a field such as `spec.status`", limit=200),
]
ResourceName = Annotated[
    str,
    *_matching(
        r"[A-Z][A-Za-z0-9]{0,62}(/[A-Za-z0-9][A-Za-z0-9._+-]{0,127}){1,2}",
        "a resource such as `Model/fraud-detection` or `ModelVersion/fraud-detection/1.0.0`",
        limit=320,
    ),
    AfterValidator(_resource_name),
]
ActionName = Annotated[
    str, *_matching(r"[a-z][a-z0-9_-]*\.[a-z][a-z0-9_-]*", "an action such as `model.approve`", limit=128)
]
ActionGlob = Annotated[
    str,
    *_matching(
        r"\*|[a-z*][a-z0-9_*-]*\.[a-z*][a-z0-9_*-]*", "an action such as `model.approve`, `model.*` or `*`", limit=128
    ),
]
PathGlob = Annotated[str, *_matching(_PATH, "a path or a pattern of paths", limit=512)]
RepositoryPath = Annotated[
    str,
    *_matching(_PATH, "a path inside the repository, such as `docs/a.md`"),
    AfterValidator(_inside),
]
BranchName = Annotated[
    str,
    *_matching(r"(?!-)[^\s\x00-\x20\x7f-\x9f~^:?*\[\\@{}]+", "a branch name", limit=200),
    AfterValidator(_branch),
]
TrailerKey = Annotated[str, *_matching(r"[A-Za-z][A-Za-z0-9-]{0,62}", "a trailer such as `Reviewed-by`", limit=63)]
RepositoryId = Annotated[
    str, *_matching(r"[!-~]{1,200}", "a repository id such as `local:acme/ai-governance`, without spaces", limit=200)
]

# People's addresses and keys.
Email = Annotated[
    str,
    *_matching(r"[^\s<>\x00-\x1f\x7f-\x9f]{1,254}", "an e-mail address as git writes it, without spaces", limit=254),
]
SshKey = Annotated[
    str,
    Field(max_length=4096, json_schema_extra={"pattern": "^(ssh|ecdsa|sk)-[^ ]+ [A-Za-z0-9+/]+={0,2}( .*)?$"}),
    AfterValidator(_ssh_key),
]
SecureUrl = Annotated[
    str,
    *_matching(
        r"https://[^\s\x00-\x1f\x7f-\x9f/?#]+([/?#][^\s\x00-\x1f\x7f-\x9f]*)?",
        "an address that begins with https://",
        limit=2048,
    ),
    AfterValidator(_https),
]
Uri = Annotated[str, *_matching(r"[a-z][a-z0-9+.-]*:[!-~]+", "a URI such as `s3://bucket/model.bin`", limit=2048)]
Address = Annotated[
    str,
    *_matching(
        r"[a-z][a-z0-9+.-]*://[!-~]+",
        "an address such as `https://prometheus.example.org`, with its scheme",
        limit=2048,
    ),
    AfterValidator(_nobodys),
]

# Ids of content.
Digest = Annotated[str, *_matching(r"sha256:[0-9a-f]{64}", "a digest: `sha256:` and 64 hex digits", limit=71)]
ObjectId = Annotated[str, *_matching(r"[0-9a-f]{40}|[0-9a-f]{64}", "a full commit id: 40 or 64 hex digits", limit=64)]
CommitName = Annotated[str, *_matching(r"[0-9a-f]{7,64}", "a commit id: 7 to 64 hex digits", limit=64)]
Fingerprint = Annotated[str, *_matching(r"[0-9a-f]{16}", "a fingerprint of a finding: 16 hex digits", limit=16)]

# Time. Strings for ever: `Z` and a fixed width make them sort as they should.
Day = Annotated[str, *_matching(_DAY, "a day such as `2026-03-01`", limit=10), AfterValidator(_day)]
Instant = Annotated[
    str,
    *_matching(
        _DAY + r"T([01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9]Z",
        "an instant in UTC such as `2026-03-01T09:30:00Z`",
        limit=20,
    ),
    AfterValidator(_instant),
]
Duration = Annotated[str, Field(json_schema_extra={"pattern": "^[1-9][0-9]{0,4}[mhdw]$"}), AfterValidator(_duration)]
TimeZone = Annotated[
    str, *_matching(r"[A-Za-z][A-Za-z0-9_+-]*(/[A-Za-z0-9_+-]+)*", "a time zone such as `Europe/Vienna`", limit=64)
]

# Numbers.
Number = Annotated[float, Field(allow_inf_nan=False)]
Amount = Annotated[float, Field(ge=0, allow_inf_nan=False)]
Fraction = Annotated[float, Field(ge=0, le=1, allow_inf_nan=False)]
Percent = Annotated[float, Field(ge=0, le=100, allow_inf_nan=False)]
Count = Annotated[int, Field(ge=0, le=LARGEST_INTEGER)]
Minutes = Annotated[int, Field(ge=1, le=525_600)]
