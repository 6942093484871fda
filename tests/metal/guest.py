"""The first program inside the virtual machine: makes a system of it, runs pytest, and says how that ended."""

from __future__ import annotations

import ast
import os
import socket
import subprocess
import sys
from pathlib import Path

CHECKOUT = Path(__file__).parents[2]
MOUNTS = (
    ("sysfs", "/sys"),
    ("configfs", "/sys/kernel/config"),
    ("debugfs", "/sys/kernel/debug"),
    ("devpts", "/dev/pts"),
    ("tmpfs", "/dev/shm"),
    ("tmpfs", "/tmp"),
    ("tmpfs", "/run"),
    ("tmpfs", "/var/tmp"),
)
MODULES = ("configfs", "virtio_console", "xhci_pci")
PYTEST = ("-p", "no:cacheprovider", "--color=no", "--tb=short", "-vv", "-o", "faulthandler_timeout=60")


def main(words: list[str]) -> int:
    """Return pytest's exit code."""
    subprocess.run(["mount", "-t", "sysfs", "sysfs", "/sys"], check=True)
    for module in MODULES:
        subprocess.run(["modprobe", "-d", os.environ["KIOSK_METAL"], module], check=True)
    subprocess.run(["mount", "--bind", CHECKOUT, "/mnt"], check=True)
    for kind, place in MOUNTS[1:]:
        Path(place).mkdir(exist_ok=True)
        subprocess.run(["mount", "-t", kind, kind, place], check=True)
    CHECKOUT.mkdir(parents=True, exist_ok=True)  # it may be under a place that is empty now, such as /tmp
    subprocess.run(["mount", "--move", "/mnt", CHECKOUT], check=True)
    os.chdir(CHECKOUT)
    _lead_kernel_to_its_modules()
    socket.sethostname("metal")
    os.environ["HYPOTHESIS_STORAGE_DIRECTORY"] = "/tmp/hypothesis"
    tests = [] if any("tests/" in word for word in words) else ["tests/metal"]
    return subprocess.run([sys.executable, "-B", "-m", "pytest", *PYTEST, *words, *tests]).returncode


def _lead_kernel_to_its_modules() -> None:
    """Let what the kernel loads by itself come from its own package too, and not from the computer's."""
    helper = Path("/run/modprobe")
    helper.write_text(f'#!/bin/sh\nexec modprobe -d {os.environ["KIOSK_METAL"]} "$@"\n')
    helper.chmod(0o755)
    Path("/proc/sys/kernel/modprobe").write_text(str(helper))


if __name__ == "__main__":
    code = main(ast.literal_eval(bytes.fromhex(sys.argv[1]).decode()))
    print(f"metal: ended with {code}", flush=True)
