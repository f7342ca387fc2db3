"""The pages as a worker of granian. It ends with whoever started it: a killed server leaves its port free."""

from __future__ import annotations

import os

from isotherm.doors.cli.serve import die_with

die_with(os.getppid())()

from isotherm.wsgi import application  # noqa: E402 - the kernel is asked first

__all__ = ["application"]
