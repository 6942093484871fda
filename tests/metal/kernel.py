"""A Debian kernel for the virtual machine: fetched and unpacked under `.metal/`, installed nowhere."""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path

from kiosk.records import Record

_NEEDED_TO_REACH_THE_ROOT = ("virtio_pci", "9pnet_virtio", "9p")


class MetalError(Exception):
    """The virtual machine cannot be built; the message says what to do."""


class Kernel(Record):
    """An unpacked kernel package: `root` has `boot/` and `lib/modules/<release>/`."""

    root: Path
    release: str

    @property
    def image(self) -> Path:
        """Return what a boot loader would load."""
        return self.root / "boot" / f"vmlinuz-{self.release}"

    @property
    def modules(self) -> Path:
        """Return where its drivers are."""
        return self.root / "lib" / "modules" / self.release


def fetch(cache: Path) -> Kernel:
    """Return the newest kernel that Debian offers, from the cache if it is there already.

    Raises:
        MetalError: apt knows of none, or cannot bring it.
    """
    package = newest_kernel(_run("apt-cache", "depends", "linux-image-amd64"))
    root = unpacked(package, cache)
    kernel = Kernel(root, package.removeprefix("linux-image-"))
    if not (kernel.modules / "modules.dep").exists():
        _run("depmod", "--basedir", str(root), kernel.release)
    return kernel


def unpacked(package: str, cache: Path) -> Path:
    """Return the folder of a Debian package's files, which is whole or not there."""
    root = cache / package
    if not root.exists():
        part = cache / f"{package}.part"
        shutil.rmtree(part, ignore_errors=True)
        part.mkdir(parents=True)
        _run("apt-get", "download", "--quiet=2", package, cwd=part)
        (archive,) = part.glob("*.deb")
        _run("dpkg-deb", "--extract", str(archive), str(part))
        archive.unlink()
        part.rename(root)
    return root


def newest_kernel(depends: str) -> str:
    """Return the package that `apt-cache depends linux-image-amd64` names.

    Raises:
        MetalError: it names none.
    """
    found = re.search(r"Depends: (linux-image-\d\S*-amd64)", depends)
    if found is None:
        raise MetalError("apt knows no kernel (linux-image-amd64): run apt-get update, or use Debian on x86-64")
    return found[1]


def in_loading_order(modules: tuple[str, ...], dependencies: str) -> list[str]:
    """Return the files of modules and of all that they need, each after what it needs itself.

    `dependencies` is the text of a modules.dep, in which a line names a file's needs from the nearest to the furthest.
    Source: modules.dep(5).
    """
    needs = {file: needed.split() for file, _, needed in (line.partition(":") for line in dependencies.splitlines())}
    by_name = {Path(file).stem: file for file in needs}
    order: dict[str, None] = {}
    for module in modules:
        for file in (*reversed(needs[by_name[module]]), by_name[module]):
            order[file] = None
    return list(order)


def initramfs(kernel: Kernel, cache: Path, place: Path) -> Path:
    """Return an initramfs, made in an empty folder, that mounts this computer's files and goes on there."""
    tree = place / "initramfs"
    for folder in ("bin", "modules", "proc", "dev", "root"):
        (tree / folder).mkdir(parents=True)
    shutil.copy(unpacked("busybox-static", cache) / "bin" / "busybox", tree / "bin" / "busybox")
    shutil.copy(Path(__file__).with_name("boot.sh"), tree / "init")
    (tree / "init").chmod(0o755)
    files = in_loading_order(_NEEDED_TO_REACH_THE_ROOT, (kernel.modules / "modules.dep").read_text())
    for file in files:
        shutil.copy(kernel.modules / file, tree / "modules" / Path(file).name)
    (tree / "modules" / "order").write_text("\n".join(Path(file).name for file in files))
    names = "\n".join(str(path.relative_to(tree)) for path in sorted(tree.rglob("*")))
    image = place / "initramfs.cpio"
    with image.open("wb") as out:
        subprocess.run(
            ["cpio", "--create", "--format=newc", "--quiet"], input=names.encode(), cwd=tree, stdout=out, check=True
        )
    return image


def _run(*command: str, cwd: Path | None = None) -> str:
    try:
        return subprocess.run(command, cwd=cwd, check=True, capture_output=True, text=True).stdout
    except FileNotFoundError as error:
        raise MetalError(f"{command[0]} is missing: run ./setup.sh metal, which installs it") from error
    except subprocess.CalledProcessError as error:
        raise MetalError(f"{' '.join(command)} failed: {error.stderr.strip() or error.stdout.strip()}") from error
