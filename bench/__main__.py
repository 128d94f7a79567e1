"""`make bench`: p50, p95, requests a second, SQL statements and bytes of the pages that decide; the floor.

Environment: SCALE multiplies the demonstration school (default 1: 600 students in classes of 30), ROUNDS and
SECONDS how long each is measured. Figures go to the terminal and to bench/results.json.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from parta.app import create_app
from parta.boot import registry
from parta.kernel import installation, settings
from rich.console import Console
from rich.table import Table

from bench import client, scenarios, statements

HERE = Path(__file__).resolve().parent
ROUNDS = int(os.environ.get("ROUNDS", "200"))
SECONDS = float(os.environ.get("SECONDS", "4"))
SCALE = int(os.environ.get("SCALE", "1"))
PAGE_PORT, FLOOR_PORT = 18411, 18412
BUDGETS = {"sign-in page": 2, "home": 6, "diary week": 6, "journal grid 30 × 40": 8, "saving 30 marks": 10}
MOST_STATEMENTS = 8


def main() -> None:
    """Build the school if it is not there, measure, print, write."""
    data = Path(os.environ.get("BENCH_DATA", f"/tmp/parta-bench-{SCALE}"))
    data.mkdir(parents=True, exist_ok=True)
    data.chmod(0o755)
    os.environ.update(PARTA_DATA=str(data), BENCH_SCHOOL="demo-school")
    os.environ.pop("DATABASE_URL", None)
    built = ["demo", "--students", str(600 * SCALE), "--class-size", "30"]
    subprocess.run([sys.executable, "-m", "parta", *built], check=True, stdout=subprocess.DEVNULL)
    chosen = settings.load()
    with installation.attached(chosen, registry()) as database, _served():
        found = scenarios.all_of(database, PAGE_PORT)
        floor = _measured(client.Request(FLOOR_PORT, "/"))
        results = {name: _measured(request) for name, request in found.items()}
        app = create_app(chosen, database.registry, database)
        for name, request in scenarios.all_of(database, PAGE_PORT).items():
            results[name]["sql"] = scenarios.count_statements(app, database, request, statements.counted)
    _print(results, floor)
    (HERE / "results.json").write_text(
        json.dumps({"scale": SCALE, "floor": floor, "pages": results}, indent=2)
    )


def _measured(request: client.Request) -> dict[str, float]:
    found = client.latency(request, ROUNDS)
    return {**found, "rps_8": client.throughput(request, SECONDS)}


@contextmanager
def _served() -> Iterator[None]:
    """The application and the floor, each served by granian as `parta web` does."""
    serve = "from parta.kernel import settings, web; import sys; web.serve(settings.load(), sys.argv[1])"
    started = [
        subprocess.Popen(
            [sys.executable, "-c", serve, target], env={**os.environ, "PORT": str(port)}, cwd=HERE.parent
        )
        for target, port in (("parta.app:application", PAGE_PORT), ("bench.floor:application", FLOOR_PORT))
    ]
    try:
        for address in (f"{PAGE_PORT}/healthz", f"{FLOOR_PORT}/"):
            _wait_for(f"http://127.0.0.1:{address}")
        yield
    finally:
        for process in started:
            process.terminate()
        for process in started:
            process.wait(timeout=20)


def _wait_for(address: str) -> None:
    deadline = time.monotonic() + 30
    while True:
        try:
            urllib.request.urlopen(address, timeout=2).close()
            return
        except OSError:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.2)


def _print(results: dict[str, dict[str, float]], floor: dict[str, float]) -> None:
    table = Table(title=f"Scale {SCALE}: {600 * SCALE} students")
    for heading in ("page", "p50 ms", "p95 ms", "× floor", "budget", "requests/s at 8", "SQL", "bytes"):
        table.add_column(heading, justify="left" if heading == "page" else "right")
    table.add_row("floor", str(floor["p50_ms"]), str(floor["p95_ms"]), "1", "", str(floor["rps_8"]), "1", "")
    for name, row in results.items():
        times = row["p50_ms"] / floor["p50_ms"]
        budget = BUDGETS[name]
        late = times > budget or row["sql"] > MOST_STATEMENTS
        style = "red" if late else None
        cells = (
            row["p50_ms"],
            row["p95_ms"],
            f"{times:.1f}",
            f"≤ {budget}",
            row["rps_8"],
            row["sql"],
            row["bytes"],
        )
        table.add_row(name, *map(str, cells), style=style)
    Console().print(table)


if __name__ == "__main__":
    main()
