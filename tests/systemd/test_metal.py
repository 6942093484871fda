"""How the virtual machine of `./setup.sh metal` is put together, as far as it can be seen without starting one."""

from __future__ import annotations

import pytest

from tests.metal.kernel import MetalError, in_loading_order, newest_kernel

DEPENDS = "linux-image-amd64\n  Depends: linux-image-6.1.0-56-amd64\n"
DEPENDENCIES = """\
kernel/fs/9p/9p.ko: kernel/net/9p/9pnet.ko kernel/fs/fscache/fscache.ko kernel/fs/netfs/netfs.ko
kernel/net/9p/9pnet.ko:
kernel/net/9p/9pnet_virtio.ko: kernel/net/9p/9pnet.ko kernel/drivers/virtio/virtio.ko
"""


def test_the_kernel_is_the_one_that_apt_names() -> None:
    assert newest_kernel(DEPENDS) == "linux-image-6.1.0-56-amd64"


def test_where_apt_knows_no_kernel_it_says_what_to_do() -> None:
    with pytest.raises(MetalError, match="apt-get update"):
        newest_kernel("")


def test_each_module_is_loaded_after_all_that_it_needs_and_once() -> None:
    assert in_loading_order(("9p", "9pnet_virtio"), DEPENDENCIES) == [
        "kernel/fs/netfs/netfs.ko",
        "kernel/fs/fscache/fscache.ko",
        "kernel/net/9p/9pnet.ko",
        "kernel/fs/9p/9p.ko",
        "kernel/drivers/virtio/virtio.ko",
        "kernel/net/9p/9pnet_virtio.ko",
    ]
