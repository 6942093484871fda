"""Builds the virtual machine, starts it, and shows what the checks inside it say: `./setup.sh metal [pytest's words]`.

Exit codes: pytest's own; 2 also when the machine cannot be built or ended without saying how it went.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
import tempfile
from pathlib import Path

from tests.metal.kernel import Kernel, MetalError, fetch, initramfs

CHECKOUT = Path(__file__).parents[2]
CACHE = CHECKOUT / ".metal"
MEMORY_MB = 640
FAILED = 2
_OPTIONS = "console=ttyS0 quiet panic=-1 oops=panic"
_KEPT_BYTES = 4096
"""The last words of the machine, among them how it ended."""


def qemu(kernel: Kernel, start: Path, words: list[str], sockets: Path) -> list[str]:
    """Return the command that starts the machine; `sockets` is a folder that it has for itself.

    Its clock counts instructions, one a nanosecond: however slowly this computer imitates it, a wait inside is as long
    as on a machine of a Raspberry Pi's speed. Both ends of its serial line, and QEMU's own control, end inside it.
    """
    line, control = sockets / "line", sockets / "control"
    places = f"checkout={CHECKOUT} modules={kernel.root} words={repr(words).encode().hex()}"
    return [
        *("qemu-system-x86_64", "-accel", "tcg", "-icount", "shift=0", "-m", str(MEMORY_MB)),
        # The wheels of some libraries are made for newer processors than QEMU imitates unasked.
        *("-M", "q35", "-cpu", "max,la57=off", "-smp", "1"),
        *("-no-reboot", "-nic", "none", "-vga", "none", "-display", "none", "-monitor", "none", "-serial", "stdio"),
        *("-kernel", str(kernel.image), "-initrd", str(start), "-append", f"{_OPTIONS} {places}"),
        *("-virtfs", "local,path=/,mount_tag=host,security_model=none,readonly=on,multidevs=remap"),
        *("-device", "virtio-rng-pci", "-device", "qemu-xhci,id=usb", "-device", "virtio-serial-pci"),
        *("-chardev", f"socket,id=line,path={line},server=on,wait=off"),
        *("-chardev", f"socket,id=line-end,path={line},reconnect=1"),
        *("-device", "virtserialport,chardev=line-end,name=line"),
        *("-chardev", f"socket,id=control,path={control},server=on,wait=off", "-mon", "chardev=control,mode=control"),
        *("-chardev", f"socket,id=control-end,path={control},reconnect=1"),
        *("-device", "virtserialport,chardev=control-end,name=control"),
    ]


def main(words: list[str]) -> int:
    """Return how the checks ended."""
    kernel = fetch(CACHE)
    print(f"metal: Linux {kernel.release}, {MEMORY_MB} MB, no acceleration", flush=True)
    with tempfile.TemporaryDirectory(prefix="metal-") as folder:
        command = qemu(kernel, initramfs(kernel, CACHE, Path(folder)), words, Path(folder))
        with subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE) as machine:
            assert machine.stdout is not None
            said = b""
            while more := os.read(machine.stdout.fileno(), 4096):
                sys.stdout.buffer.write(more)
                sys.stdout.flush()
                said = (said + more)[-_KEPT_BYTES:]
    ended = re.search(rb"metal: ended with (\d+)", said)
    return int(ended[1]) if ended else FAILED


if __name__ == "__main__":
    try:
        sys.exit(main(sys.argv[1:]))
    except MetalError as error:
        print(f"metal: {error}", file=sys.stderr)
        sys.exit(FAILED)
