"""One caller cannot take what is everybody's, and waits no longer than they are told."""

from __future__ import annotations

import threading
from contextlib import ExitStack
from dataclasses import dataclass

import pytest

from govops.app.access import Allowance, Limits
from govops.app.governance import LimitedError
from govops.errors import UsageError


@dataclass
class Time:
    """A monotonic clock that a test moves."""

    seconds: float = 50.0

    def __call__(self) -> float:
        return self.seconds


@pytest.mark.threat("I12", "J09")
def test_who_asks_too_often_is_told_how_long_to_wait() -> None:
    """And gets in when that time is over, not before; others are served meanwhile."""
    time = Time()
    limits = Limits(Allowance(burst=3, per_second=0.5), clock=time)
    for _ in range(3):
        with limits.admit("alice"):
            pass
    with pytest.raises(LimitedError, match="too many requests") as told, limits.admit("alice"):
        pass
    assert told.value.retry_after == 2
    with limits.admit("bob"):
        pass
    time.seconds += 1.9
    with pytest.raises(LimitedError) as told, limits.admit("alice"):
        pass
    assert told.value.retry_after == 1
    time.seconds += 0.1
    with limits.admit("alice"):
        pass


def test_nobody_saves_up_more_than_a_burst() -> None:
    time = Time()
    limits = Limits(Allowance(burst=2, per_second=1), clock=time)
    limits.take("alice")
    time.seconds += 3600
    for _ in range(2):
        limits.take("alice")
    with pytest.raises(LimitedError):
        limits.take("alice")


@pytest.mark.threat("I12")
def test_one_caller_has_a_few_requests_at_once() -> None:
    limits = Limits(Allowance(burst=100, at_once=2))
    with ExitStack() as served:
        for _ in range(2):
            served.enter_context(limits.admit("alice"))
        with pytest.raises(LimitedError, match="more than 2 requests at once") as told, limits.admit("alice"):
            pass
        assert told.value.retry_after >= 1
        with limits.admit("bob"):
            pass
    with limits.admit("alice"):
        pass


def test_a_request_that_fails_is_over() -> None:
    limits = Limits(Allowance(at_once=1))
    for _ in range(3):
        with pytest.raises(ZeroDivisionError), limits.admit("alice"):
            raise ZeroDivisionError


def test_threads_are_counted_exactly() -> None:
    limits = Limits(Allowance(burst=500, per_second=0.001))
    refused: list[str] = []

    def ask() -> None:
        for _ in range(100):
            try:
                limits.take("alice")
            except LimitedError:
                refused.append("alice")

    threads = [threading.Thread(target=ask) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(refused) == 100


@pytest.mark.threat("J12")
def test_callers_who_come_once_are_forgotten() -> None:
    """A million addresses do not fill the memory, and nothing of those who were served is left."""
    limits = Limits()
    for number in range(10_500):
        with limits.admit(f"caller {number}"):
            pass
    assert len(limits._left) == 10_000
    assert not limits._running


@pytest.mark.parametrize("wrong", [{"burst": 0}, {"per_second": 0}, {"at_once": 0}])
def test_a_limit_lets_somebody_in(wrong: dict[str, int]) -> None:
    with pytest.raises(UsageError):
        Limits(Allowance(**wrong))
