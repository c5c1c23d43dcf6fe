"""Prometheus' own tool, asked what alert rules do on series that a test invents."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from tests.support.parts import require


@dataclass(frozen=True, slots=True)
class RuleTest:
    """Rules as a text, and series (name -> values as promtool writes them, one a minute)."""

    folder: Path
    rules: str
    series: Mapping[str, str]

    def check(self) -> subprocess.CompletedProcess[str]:
        """`promtool check rules`: whether Prometheus would load them."""
        (self.folder / "rules.yml").write_text(self.rules, encoding="utf-8")
        return self._run("check", "rules", "--lint=all", "--lint-fatal", "rules.yml")

    def alone(self, firing: Mapping[str, Collection[tuple[str, str]]]) -> subprocess.CompletedProcess[str]:
        """`promtool test rules`: at each time exactly the alerts of these (name, window) fire, as they are written."""
        (self.folder / "rules.yml").write_text(self.rules, encoding="utf-8")
        written = self._alerts()
        expected = [
            {
                "eval_time": at,
                "alertname": name,
                "exp_alerts": [
                    {"exp_labels": _shown(rule["labels"]), "exp_annotations": _shown(rule["annotations"])}
                    for rule in written
                    if rule["alert"] == name and (name, rule["labels"]["window"]) in alone
                ],
            }
            for at, alone in firing.items()
            for name in sorted({rule["alert"] for rule in written})
        ]
        series = [{"series": name, "values": values} for name, values in self.series.items()]
        test = {"interval": "1m", "input_series": series, "alert_rule_test": expected}
        told = {"rule_files": ["rules.yml"], "evaluation_interval": "5m", "tests": [test]}
        (self.folder / "test.yml").write_text(json.dumps(told), encoding="utf-8")
        return self._run("test", "rules", "test.yml")

    def _alerts(self) -> Sequence[dict[str, Any]]:
        groups = yaml.safe_load(self.rules)["groups"]  # noqa: TID251 -- as Prometheus reads it, not as our reader does
        return [rule for group in groups for rule in group["rules"]]

    def _run(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        program = require("promtool", package="prometheus")
        return subprocess.run(
            [program, *arguments], cwd=self.folder, capture_output=True, text=True, check=False, timeout=60
        )


def _shown(templates: Mapping[str, str]) -> dict[str, str]:
    """What Prometheus makes of texts in which braces are escaped."""
    return {key: text.replace('{{ "{{" }}', "{{") for key, text in templates.items()}
