"""The drivers against a true Linux kernel's device drivers, in a virtual machine: `./setup.sh metal`.

The machine is QEMU without acceleration; its kernel is Debian's, its root this computer's own files, read-only, and its
init `boot.sh`. What is tried stands in `test_*.py` and runs inside it; `__main__` builds and starts it from outside.
"""
