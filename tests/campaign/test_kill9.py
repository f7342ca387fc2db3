from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]


@pytest.mark.slow
def test_nothing_acknowledged_is_lost_or_doubled_when_server_and_database_are_killed() -> None:
    campaign = subprocess.run(
        [sys.executable, "-m", "bench.kill9", "--rounds", "3"],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        timeout=600,
        check=False,
    )
    assert campaign.returncode == 0, campaign.stdout
