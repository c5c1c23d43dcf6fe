"""The rules in force: settings, policies, people and roles of one snapshot, and how each of them landed."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase
from typing import Any

from govops.decision.duties import Acts, Segregations, conflicts_of
from govops.finding import Status
from govops.history import Oid
from govops.history.deeds import Deeds
from govops.history.snapshot import File, Snapshot, addresses
from govops.kinds import Resource
from govops.kinds.approval_policy import ApprovalPolicy
from govops.kinds.custom import CustomKind, custom_kind
from govops.kinds.delegation import Delegation, DelegationSpec
from govops.kinds.escalation_rule import EscalationRule
from govops.kinds.framework import Framework
from govops.kinds.kind_definition import KindDefinition
from govops.kinds.role import Role
from govops.kinds.rule import Rule
from govops.kinds.segregation_of_duties import SegregationOfDuties
from govops.kinds.settings import Settings, SettingsSpec
from govops.kinds.user import User
from govops.kinds.waiver import Waiver

SETTINGS_PATH = "policies/govops.yaml"
USERS_ROOT = "registry/users/"
ROLES_ROOT = "registry/roles/"
POLICIES_ROOT = "policies/"
RULES_ROOT = "policies/rules/"

HeldAt = Callable[[str, str, Oid], bool | None]
"""(person, role, commit) -> whether they held it there; None when that cannot be told."""


@dataclass(frozen=True, slots=True)
class Unlawful:
    """A rule file whose content did not land by an approved change.

    ``status`` is that of the change ``commit`` which left it so; ``lawful`` the last content that did.
    """

    status: Status
    commit: Oid
    lawful: Resource | None


@dataclass(frozen=True, slots=True)
class Lent:
    """A Delegation as it stands at ``path``; ``unlawful`` is the status of an unapproved change that left it so."""

    path: str
    spec: DelegationSpec
    unlawful: Status | None = None


@dataclass(frozen=True, slots=True)
class RuleInForce:
    """A Rule and where it stands. ``status`` is how a breach of it ends: UNVERIFIABLE while nobody can tell whether the
    rule landed by an approved change.
    """

    path: str
    rule: Rule
    status: Status = Status.FAIL


def is_rule_file(path: str) -> bool:
    """Whether verdicts rest on this path: policies, users and roles."""
    return path.startswith((POLICIES_ROOT, USERS_ROOT, ROLES_ROOT))


class Law:
    """Questions about the rules in force, answered from a snapshot that somebody else moves forward.

    ``unlawful`` is kept by the engine. A policy that is broken in the snapshot counts with its last valid
    content; a broken User, Role or Delegation grants nothing.
    """

    def __init__(self, snapshot: Snapshot, *, retrospective: bool = False) -> None:
        self.snapshot = snapshot
        self.retrospective = retrospective
        self.unlawful: dict[str, Unlawful] = {}
        self.held_at: HeldAt = lambda person, role, commit: None
        self._cache: dict[str, Any] = {}
        self._acts = Acts(())
        self._kept_apart: Segregations = ()

    def moved(self, path: str) -> None:
        """Forget what was derived from rule files because one of them changed."""
        if path.startswith(POLICIES_ROOT):
            self._cache.clear()

    def once(self, what: str, make: Callable[[], Any]) -> Any:
        """What ``make`` gives, made anew only after rule files have changed."""
        if what not in self._cache:
            self._cache[what] = make()
        return self._cache[what]

    @property
    def settings(self) -> SettingsSpec:
        """The Settings in force; without any valid ones the strictest, which nothing satisfies."""
        if "settings" not in self._cache:
            file = self.snapshot.files.get(SETTINGS_PATH)
            found = effective(file) if file else None
            self._cache["settings"] = found.spec if isinstance(found, Settings) else _NO_SETTINGS
        spec: SettingsSpec = self._cache["settings"]
        return spec

    @property
    def lawful_settings(self) -> SettingsSpec:
        """The Settings in force, as far as they landed by an approved change; otherwise those that last did."""
        record = self.unlawful.get(SETTINGS_PATH)
        if record is None:
            return self.settings
        return record.lawful.spec if isinstance(record.lawful, Settings) else _NO_SETTINGS

    @property
    def has_settings(self) -> bool:
        """Whether any valid Settings are in force."""
        return self.settings is not _NO_SETTINGS

    def policies(self) -> tuple[tuple[str, ApprovalPolicy], ...]:
        """(path, policy) of all approval policies in force, sorted by path."""
        if "policies" not in self._cache:
            self._cache["policies"] = tuple(
                (path, found) for path, found in self._effective("ApprovalPolicy") if isinstance(found, ApprovalPolicy)
            )
        found: tuple[tuple[str, ApprovalPolicy], ...] = self._cache["policies"]
        return found

    def segregations(self) -> tuple[tuple[str, SegregationOfDuties, bool], ...]:
        """(path, policy, whether it surely counts) of what must be kept apart, sorted by path.

        A policy that landed unapproved counts as it lawfully was before, gone or not. Where it cannot be told whether
        its change was allowed, both contents count, neither of them surely.
        """
        if "segregations" not in self._cache:
            self._cache["segregations"] = tuple(self._segregations())
        found: tuple[tuple[str, SegregationOfDuties, bool], ...] = self._cache["segregations"]
        return found

    def _segregations(self) -> Iterator[tuple[str, SegregationOfDuties, bool]]:
        standing = dict(self._effective("SegregationOfDuties"))
        once = {path for path, record in self.unlawful.items() if isinstance(record.lawful, SegregationOfDuties)}
        for path in sorted(standing.keys() | once):
            record = self.unlawful.get(path)
            sides = [standing.get(path)] if record is None else [record.lawful]
            open_ = record is not None and record.status is not Status.FAIL
            if open_:
                sides.append(standing.get(path))
            for side in sides:
                if isinstance(side, SegregationOfDuties):
                    yield path, side, not open_

    def escalation_rules(self) -> tuple[tuple[str, EscalationRule], ...]:
        """(path, rule) of all that say whom to tell, sorted by path; lawful ones as in :meth:`frameworks`."""
        found = dict(self._effective("EscalationRule")) | {
            path: record.lawful for path, record in self.unlawful.items()
        }
        return tuple((path, one) for path, one in sorted(found.items()) if isinstance(one, EscalationRule))

    def frameworks(self) -> tuple[tuple[str, Framework], ...]:
        """(path, framework) of all that count, sorted by path.

        One whose content landed unapproved counts as it lawfully was before, gone or not; one that never landed by an
        approved change counts for nothing.
        """
        found: tuple[tuple[str, Framework], ...] = self.once("frameworks", lambda: tuple(self._frameworks()))
        return found

    def _frameworks(self) -> Iterator[tuple[str, Framework]]:
        found = dict(self._effective("Framework")) | {path: record.lawful for path, record in self.unlawful.items()}
        return ((path, one) for path, one in sorted(found.items()) if isinstance(one, Framework))

    def acts(self, deeds: Deeds) -> Acts:
        """Who took which of the duties that are to be kept apart; made anew only where those have changed."""
        wanted = self.segregations()
        if wanted is not self._kept_apart:
            conflicts = conflicts_of(wanted)
            if conflicts != self._acts.conflicts:
                self._acts = Acts(conflicts)
            self._kept_apart = wanted
        self._acts.catch_up(deeds)
        return self._acts

    def policies_on(self, action: str) -> tuple[tuple[str, ApprovalPolicy], ...]:
        """Those of them that speak of actions of this name."""
        known: dict[str, tuple[tuple[str, ApprovalPolicy], ...]] = self._cache.setdefault("policies on", {})
        if action not in known:
            known[action] = tuple((path, found) for path, found in self.policies() if speaks_of(found, action))
        return known[action]

    @property
    def has_fields(self) -> bool:
        """Whether any policy speaks for certain fields only."""
        return bool(self.once("has fields", lambda: any(policy.spec.match.fields for _, policy in self.policies())))

    def rules(self) -> tuple[RuleInForce, ...]:
        """The users' own rules in force, sorted by path.

        One that landed unapproved is none; what lawfully stood in its place, or was removed, goes on. Where nobody can
        tell whether it did, both are in force, and neither surely.
        """
        found: tuple[RuleInForce, ...] = self.once("rules", lambda: tuple(self._rules()))
        return found

    def custom_kinds(self) -> tuple[CustomKind, ...]:
        """The kinds that KindDefinitions add, sorted by path of definition."""
        if "kinds" not in self._cache:
            self._cache["kinds"] = tuple(
                custom_kind(found)
                for _, found in self._effective("KindDefinition")
                if isinstance(found, KindDefinition)
            )
        kinds: tuple[CustomKind, ...] = self._cache["kinds"]
        return kinds

    def waivers(self) -> tuple[tuple[str, Waiver], ...]:
        """(path, waiver) of all waivers as they last stood lawfully, sorted by path.

        One that landed without approval excuses nothing, and one that was taken away without approval still does.
        """
        if "waivers" not in self._cache:
            lawful = {path: record.lawful for path, record in self.unlawful.items()}
            found = dict(self._effective("Waiver")) | lawful
            self._cache["waivers"] = tuple((p, one) for p, one in sorted(found.items()) if isinstance(one, Waiver))
        waivers: tuple[tuple[str, Waiver], ...] = self._cache["waivers"]
        return waivers

    def unlawful_waivers(self) -> tuple[tuple[str, Waiver, Oid], ...]:
        """(path, waiver, the change that left it so) of those that stand there and landed without approval."""
        if "unlawful waivers" not in self._cache:
            stand = ((path, self.snapshot.files.get(path), record) for path, record in self.unlawful.items())
            self._cache["unlawful waivers"] = tuple(
                (path, file.resource, record.commit)
                for path, file, record in stand
                if file is not None and isinstance(file.resource, Waiver) and file.resource != record.lawful
            )
        found: tuple[tuple[str, Waiver, Oid], ...] = self._cache["unlawful waivers"]
        return found

    def unread(self) -> tuple[str, ...]:
        """Rule files in force whose objects the repository lacks, sorted: what they say, nobody can tell."""
        return tuple(sorted(path for path in self.snapshot.missing if is_rule_file(path)))

    def never_readable(self) -> tuple[tuple[str, Oid], ...]:
        """(path, blob) of policy files of which nothing counts because no content of theirs could ever be read, sorted.

        Not the Settings: without valid ones the strictest count.
        """
        policies = sorted(
            path for path in self.snapshot.files if path.startswith(POLICIES_ROOT) and path != SETTINGS_PATH
        )
        files = ((path, self.snapshot.files[path]) for path in policies if path.endswith(".yaml"))
        return tuple((path, file.entry.oid) for path, file in files if not effective(file) and not file.is_missing)

    def claims(self, path: str) -> bool:
        """Whether a kind of a KindDefinition has this path, as it stands or as it last stood lawfully."""
        if "claiming" not in self._cache:
            lawful = [record.lawful for record in self.unlawful.values()]
            once = [custom_kind(found) for found in lawful if isinstance(found, KindDefinition)]
            self._cache["claiming"] = (*self.custom_kinds(), *once)
        return any(kind.match(path) is not None for kind in self._cache["claiming"])

    def defines(self, path: str, record: Unlawful, landed: Iterable[str]) -> bool:
        """Whether the rule file at ``path`` defines, or lawfully defined, a kind that has one of the landed paths."""
        file = self.snapshot.files.get(path)
        sides = (effective(file) if file else None, record.lawful)
        kinds = [custom_kind(side) for side in sides if isinstance(side, KindDefinition)]
        return any(kind.match(place) is not None for place in (landed if kinds else ()) for kind in kinds)

    def user(self, name: str) -> User | None:
        """The User of that name, if readable."""
        found = self.snapshot.find("User", name)
        return found if isinstance(found, User) else None

    def people_at(self, address: str) -> tuple[str, ...]:
        """The Users with this address."""
        return self.snapshot.people_at(address)

    def roles_for(self, person: str, *, role: str | None = None, permission: str | None = None) -> tuple[str, ...]:
        """The person's roles that are the wanted one, or that carry the wanted permission, sorted."""
        user = self.user(person)
        return tuple(sorted(self.serving(user, role=role, permission=permission))) if user else ()

    def serving(self, user: User, *, role: str | None = None, permission: str | None = None) -> Iterator[str]:
        """Which of this user's roles would serve, whether the user stands in the registry so or not."""
        return self.serving_among(user.spec.roles, role=role, permission=permission)

    def serving_among(
        self, names: Iterable[str], *, role: str | None = None, permission: str | None = None
    ) -> Iterator[str]:
        """Which of these roles are the wanted one, or carry the wanted permission."""
        for name in names:
            found = self.snapshot.find("Role", name)
            if isinstance(found, Role) and serves(found, role, permission):
                yield name

    def lent_to(self, person: str) -> Sequence[Lent]:
        """The delegations to this person that can be read, by path, in force or not."""
        return self._lent().get(person, ())

    def lent(self) -> Iterator[Lent]:
        """All of them, by the name of whom they are to."""
        for _, found in sorted(self._lent().items()):
            yield from found

    def _lent(self) -> dict[str, list[Lent]]:
        def index() -> dict[str, list[Lent]]:
            found: dict[str, list[Lent]] = {}
            for path, one in self.snapshot.of_kind("Delegation"):
                if isinstance(one, Delegation):
                    record = self.unlawful.get(path)
                    found.setdefault(one.spec.to, []).append(Lent(path, one.spec, record.status if record else None))
            return found

        known: dict[str, list[Lent]] = self.once("lent", index)
        return known

    def holders(self, *, role: str | None = None, permission: str | None = None) -> tuple[str, ...]:
        """Active human users who could serve, sorted by name. A delegate adds nobody: theirs is the lender's seat."""
        return tuple(sorted(self.some_holders(role=role, permission=permission)))

    def some_holders(self, *, role: str | None = None, permission: str | None = None) -> Iterator[str]:
        """The same one by one and unsorted: whoever asks whether there are enough need not wait for the last."""
        seen: set[str] = set()
        for serving in self.roles_serving(role=role, permission=permission):
            fresh = (person for person in self.snapshot.serving(serving) if person not in seen)
            for person in fresh:
                seen.add(person)
                yield person

    def roles_serving(self, *, role: str | None = None, permission: str | None = None) -> Iterator[str]:
        """Names of the roles that are the wanted one, or carry the wanted permission, sorted."""
        for _, found in self.snapshot.of_kind("Role"):
            if isinstance(found, Role) and serves(found, role, permission):
                yield found.metadata.name

    def unlawful_people(self, names: Iterable[str], known: Iterable[str]) -> Iterator[tuple[str, Unlawful]]:
        """Unlawful User and Role files that concern these people or these addresses, sorted by path.

        Both what stands and what stood lawfully is asked, so that an address taken from one person and given
        to another is noticed from either side.
        """
        wanted, known = set(names), set(known)
        roles = {role for name in wanted if (user := self.user(name)) for role in user.spec.roles}
        for path, record in sorted(self.unlawful.items()):
            name = path.rpartition("/")[2].removesuffix(".yaml")
            sides = (record.lawful, self.user(name))
            concerned = (
                name in wanted or any(addresses(side) & known for side in sides if side)
                if path.startswith(USERS_ROOT)
                else path.startswith(ROLES_ROOT) and name in roles
            )
            if concerned:
                yield path, record

    def _rules(self) -> Iterator[RuleInForce]:
        standing = dict(self._effective("Rule"))
        for path in sorted(standing.keys() | {path for path in self.unlawful if path.startswith(RULES_ROOT)}):
            found, record = standing.get(path), self.unlawful.get(path)
            status = record.status if record else Status.FAIL
            if record is not None and isinstance(record.lawful, Rule):
                yield RuleInForce(path, record.lawful, status)
            if isinstance(found, Rule) and (record is None or status is Status.UNVERIFIABLE):
                yield RuleInForce(path, found, status)

    def _effective(self, kind: str) -> Iterator[tuple[str, Resource]]:
        for path in sorted(self.snapshot.paths_of(kind) | self.snapshot.broken):
            found = effective(self.snapshot.files[path])
            if found is not None and found.kind == kind:
                yield path, found


def speaks_of(policy: ApprovalPolicy, action: str) -> bool:
    """Whether a policy names an action, whatever else it asks of it."""
    return any(fnmatchcase(action, pattern) for pattern in policy.spec.match.actions)


def effective(file: File) -> Resource | None:
    """What a policy file counts as: its content, or the last that was valid."""
    return file.resource or file.last_valid


def serves(found: Role, role: str | None, permission: str | None) -> bool:
    """Whether the role is the wanted one or carries the wanted permission."""
    granted = found.spec.permissions
    return found.metadata.name == role or (permission is not None and (permission in granted or "*" in granted))


_NO_SETTINGS = SettingsSpec(repository="unknown", edition="2026.1")
