"""The machine and the versions that a result was measured on."""

from __future__ import annotations

import os
import platform
import sqlite3
import sys
from importlib.metadata import version
from pathlib import Path
from typing import Any, Final

_PACKAGES: Final = ("cryptography", "fastapi", "msgspec", "sqlalchemy", "sqlmodel", "starlette", "uvicorn", "uvloop")


def describe_machine(folder: Path) -> dict[str, Any]:
    """Processor, memory, the file system under `folder`, system and versions; what is unknown is left out."""
    found: dict[str, Any] = {
        "system": f"{platform.system()} {platform.release()}",
        "architecture": platform.machine(),
        "processor": _line("/proc/cpuinfo", "model name"),
        "processors": len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count(),
        "memory": _line("/proc/meminfo", "MemTotal"),
        "load_before": list(os.getloadavg()),
        "file_system": _file_system(folder),
        "python": sys.version.split()[0],
        "sqlite": sqlite3.sqlite_version,
        "packages": {name: version(name) for name in _PACKAGES},
    }
    return {name: value for name, value in found.items() if value is not None}


def _line(path: str, name: str) -> str | None:
    try:
        lines = Path(path).read_text("utf-8", "replace").splitlines()
    except OSError:
        return None
    return next((line.partition(":")[2].strip() for line in lines if line.startswith(name)), None)


def _file_system(folder: Path) -> str | None:
    """The type of the mount that holds `folder`: the longest mount point that begins its path."""
    try:
        mounts = [line.split()[1:3] for line in Path("/proc/mounts").read_text("utf-8", "replace").splitlines()]
    except OSError:
        return None
    holding = [(point, kind) for point, kind in mounts if folder.resolve().is_relative_to(point)]
    return max(holding, key=lambda found: len(found[0]))[1] if holding else None
