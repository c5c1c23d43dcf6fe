"""What a resource's difference means: actions, and whether the step between two states is a legal one."""

from govops.lifecycle.actions import Action, Derivation, Misstep, Surroundings, derive
from govops.lifecycle.control import is_control_file
from govops.lifecycle.fields import changed_fields, labels_of, touches, version_named
from govops.lifecycle.minor import can_be_minor, is_minor, minor, whole
from govops.lifecycle.names import ACTIONS, actions_on, makes
from govops.lifecycle.occupancy import deployed_status, is_rollback

__all__ = [
    "ACTIONS",
    "Action",
    "Derivation",
    "Misstep",
    "Surroundings",
    "can_be_minor",
    "actions_on",
    "changed_fields",
    "deployed_status",
    "derive",
    "is_control_file",
    "is_minor",
    "is_rollback",
    "labels_of",
    "minor",
    "makes",
    "touches",
    "version_named",
    "whole",
]
