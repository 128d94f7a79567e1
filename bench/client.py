"""Sends requests over kept connections and times them."""

from __future__ import annotations

import http.client
import statistics
import time
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Any

PROCESSES = 2
THREADS = 4


@dataclass(frozen=True)
class Nothing:
    """The body of a request that has none."""

    def at(self, lane: int, turn: int) -> str:
        """The body of the turn-th request of a lane: of one sender among several."""
        return ""


@dataclass(frozen=True)
class Request:
    """One request; `body` makes a body for each lane and turn, `wrong` must not stand in an answer."""

    port: int
    path: str
    method: str = "GET"
    headers: dict[str, str] = field(default_factory=dict)
    body: Any = field(default_factory=Nothing)
    expected: int = 200
    wrong: tuple[bytes, ...] = ()


class Wrong(Exception):
    """An answer that is not what was asked for: a benchmark of errors measures nothing."""


def once(connection: http.client.HTTPConnection, request: Request, body: str) -> tuple[float, bytes]:
    """Send one request; returns its seconds and the answer's body."""
    started = time.perf_counter()
    connection.request(request.method, request.path, body or None, request.headers)
    answer = connection.getresponse()
    data = answer.read()
    took = time.perf_counter() - started
    if answer.status != request.expected or any(mark in data for mark in request.wrong):
        raise Wrong(f"{request.method} {request.path}: {answer.status} {data[:300]!r}")
    return took, data


def latency(request: Request, rounds: int) -> dict[str, float]:
    """p50 and p95 in milliseconds at concurrency 1, and the bytes of the answer."""
    connection = http.client.HTTPConnection("127.0.0.1", request.port, timeout=60)
    times, size = [], 0
    for turn in range(rounds + rounds // 5):
        took, data = once(connection, request, request.body.at(0, turn))
        size = len(data)
        if turn >= rounds // 5:
            times.append(took * 1000)
    cuts = statistics.quantiles(times, n=20)
    return {"p50_ms": round(statistics.median(times), 2), "p95_ms": round(cuts[18], 2), "bytes": size}


def throughput(request: Request, seconds: float) -> float:
    """Requests a second at concurrency 8, from processes of their own."""
    with ProcessPoolExecutor(PROCESSES) as pool:
        counts = list(pool.map(_hammer, [request] * PROCESSES, [seconds] * PROCESSES, range(PROCESSES)))
    return round(sum(counts) / seconds, 1)


def _hammer(request: Request, seconds: float, process: int) -> int:
    end = time.monotonic() + seconds
    lanes = range(1 + process * THREADS, 1 + (process + 1) * THREADS)
    with ThreadPoolExecutor(THREADS) as pool:
        return sum(pool.map(lambda lane: _until(request, end, lane), lanes))


def _until(request: Request, end: float, lane: int) -> int:
    connection = http.client.HTTPConnection("127.0.0.1", request.port, timeout=60)
    done = 0
    while time.monotonic() < end:
        once(connection, request, request.body.at(lane, done))
        done += 1
    return done
