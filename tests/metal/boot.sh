#!/bin/busybox sh
# shellcheck shell=dash disable=SC2013
# The init of the virtual machine: from an initramfs of busybox and a few modules into this computer's own files.
# The kernel's command line says checkout=DIR modules=DIR words=HEX, the last as a Python list in UTF-8.
PATH=/bin
busybox mount -t proc proc /proc
busybox mount -t devtmpfs dev /dev
for module in $(busybox cat /modules/order); do
    busybox insmod "/modules/$module"
done
# cache=loose: nothing changes these files while it runs, and Python looks at thousands.
busybox mount -t 9p -o trans=virtio,version=9p2000.L,cache=loose,msize=524288,ro host /root
for word in $(busybox cat /proc/cmdline); do
    case $word in
        checkout=*) checkout=${word#*=} ;;
        modules=*) modules=${word#*=} ;;
        words=*) words=${word#*=} ;;
    esac
done
busybox mount --move /proc /root/proc
busybox mount --move /dev /root/dev
# The first process changes its own root, and so that of the kernel, which loads modules by itself. Python is a child of
# it, for the first process must not end.
exec busybox chroot /root /usr/bin/env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin LANG=C.UTF-8 HOME=/tmp \
    KIOSK_METAL="$modules" /bin/sh -c '"$@"; echo o >/proc/sysrq-trigger; sleep 60' \
    init "$checkout/.venv/bin/python" -B "$checkout/tests/metal/guest.py" "$words"
