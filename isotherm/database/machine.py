"""What this machine can give the server."""

from __future__ import annotations

import os
from pathlib import Path

MB = 1024 * 1024
SHARED_BUFFERS_UNKNOWN = 256
SHARED_BUFFERS_MOST = 2048
SHARED_MEMORY_LEAST = 256


def memory() -> int | None:
    """Bytes of memory, of the container if that is less."""
    try:
        whole = os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")
    except (ValueError, OSError):
        return None
    limit = Path("/sys/fs/cgroup/memory.max")
    given = limit.read_text().strip() if limit.exists() else ""
    return min(whole, int(given)) if given.isdigit() else whole


def memory_settings() -> dict[str, str]:
    have = memory()
    buffers = SHARED_BUFFERS_UNKNOWN if have is None else min(have // 4 // MB, SHARED_BUFFERS_MOST)
    settings = {"shared_buffers": f"{max(buffers, 16)}MB"}
    shared = Path("/dev/shm")  # noqa: S108 - only measured
    if shared.exists():
        room = os.statvfs(shared)
        # Containers often have 64 MB here; a parallel query would fail for want of room.
        if room.f_blocks * room.f_frsize < SHARED_MEMORY_LEAST * MB:
            settings["dynamic_shared_memory_type"] = "mmap"
    return settings
