"""All benchmarks one after the other; each also runs alone (`python -m bench.cascade`)."""

from __future__ import annotations

import subprocess
import sys

RUNS = (
    ["bench.merger", "--growth"],
    ["bench.cascade", "--growth"],
    ["bench.tree"],
    ["bench.planted", "--seeds", "10"],
    ["bench.kill9", "--rounds", "50"],
    ["bench.bulk", "--growth"],
    ["bench.reading"],
)


def main() -> None:
    failed = [run for run in RUNS if subprocess.run([sys.executable, "-m", *run], check=False).returncode]
    sys.exit(1 if failed else 0)


if __name__ == "__main__":
    main()
