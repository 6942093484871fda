#!/usr/bin/env bash
# Installs what the kiosk needs on Debian 12 or newer and Raspberry Pi OS, and runs it.
#
#   ./setup.sh               the development environment: .venv/ with everything in it
#   ./setup.sh demo …        the whole hall on this machine; further words go to `kiosk demo`
#   ./setup.sh test …        every check and test; further words go to pytest
#   ./setup.sh checks        the checks alone: style, types, import rules, shell scripts
#   ./setup.sh pytest …      tests alone, without the checks; further words go to pytest
#   ./setup.sh root …        a word of these, or a command, in a fresh Debian 12 or 13 (`root trixie test`); docs/testing.md
#   ./setup.sh fuzz …        a million broken and forged codes; further words go to it
#   ./setup.sh privacy …     a day of 500 visits, and the search for what it left behind; further words go to it
#   ./setup.sh soak …        a long day on which every device comes and goes; further words go to it
#   ./setup.sh words …       which messages a language lacks; with --write their places in kiosk/locale are made
#   ./setup.sh metal …       the drivers against a true Linux kernel, in a virtual machine; further words go to pytest
#   ./setup.sh mutants …     which one-line mistakes the tests would not notice; further words say where (`mutants store`)
#   ./setup.sh bench …       the benchmarks; further words go to them
#   ./setup.sh device …      this machine becomes a kiosk; --dry-run only shows how, --compositor=sway or =labwc chooses
#                            one, further words go to `kiosk init`
#   ./setup.sh lock          writes requirements/ anew from pyproject.toml
#
# Each can be run again at any time and is quick when nothing is left to do.
set -euo pipefail
cd "$(dirname "$(readlink -f "$0")")"

# What pygame's SDL loads at run time, and no wheel brings.
SDL_PACKAGES=(libdrm2 libegl1 libgbm1 libgl1-mesa-dri libgles2 libwayland-client0 libwayland-cursor0 libwayland-egl1
    libxkbcommon0)
# libzbar0 is the scanner's second opinion.
BASE_PACKAGES=(ca-certificates libzbar0 python3 python3-venv tzdata "${SDL_PACKAGES[@]}")
# What speaks, and what plays it.
VOICE_PACKAGES=(alsa-utils espeak-ng)
DEMO_PACKAGES=(mosquitto "${VOICE_PACKAGES[@]}")
TEST_PACKAGES=(chromium chromium-driver faketime grim libusb-1.0-0 shellcheck sway systemd)
# Makes a minimal Debian in a folder.
ROOT_PACKAGES=(debootstrap)
# The kernel itself is fetched by tests/metal/kernel.py, and installed nowhere.
METAL_PACKAGES=(cpio kmod qemu-system-x86)
# libusb-1.0-0 is for printer.driver = "usb".
DEVICE_PACKAGES=(libusb-1.0-0 seatd "${VOICE_PACKAGES[@]}")
# labwc turns no output by itself: kanshi does.
SWAY_PACKAGES=(sway)
LABWC_PACKAGES=(kanshi labwc)
# The pins of a Raspberry Pi: its own Debian has this, Debian 12 has not.
PI_PACKAGES=(python3-lgpio)
# The city is another machine's: it is installed with the others, and not enabled here.
DEVICE_SERVICES=(kiosk-display kiosk-screen kiosk-board kiosk-counter kiosk-printer kiosk-sync)

RELEASES=/opt/kiosk/releases
CURRENT=/opt/kiosk/current
dry_run=no
compositor=

say() { printf 'setup: %s\n' "$*" >&2; }

die() {
    say "$@"
    exit 1
}

# Runs a command that changes the machine; in a dry run only shows it.
run() {
    if [[ $dry_run == yes ]]; then
        printf '+'
        printf ' %q' "$@"
        printf '\n'
    else
        "$@"
    fi
}

as_root() {
    if [[ $EUID -eq 0 || $dry_run == yes ]]; then
        run "$@"
    else
        sudo "$@"
    fi
}

is_known() {
    [[ -n $(apt-cache search --names-only "^$1\$" 2>/dev/null) ]]
}

# Debian 13 calls libraries whose times grew to 64 bits by another name; the old one still installs it.
is_installed() {
    local name
    for name in "$1" "$1t64"; do
        [[ $(dpkg-query --show --showformat '${db:Status-Status}' "$name" 2>/dev/null) != installed ]] || return 0
    done
    return 1
}

# Installs the Debian packages that are missing. Without apt or without a network it goes on: what is truly needed
# will be missed by name further down, and on another system it may be there under another name.
install_packages() {
    local package missing=()
    for package in "$@"; do
        is_installed "$package" || missing+=("$package")
    done
    [[ ${#missing[@]} -eq 0 ]] && return
    say "installing ${missing[*]}"
    if ! command -v apt-get >/dev/null; then
        say "there is no apt-get here: please install these, or what they are called here, yourself"
        return
    fi
    as_root apt-get update --quiet=2 || say "the package lists could not be renewed; trying with the old ones"
    as_root env DEBIAN_FRONTEND=noninteractive apt-get install --quiet=2 --yes --no-install-recommends "${missing[@]}" ||
        say "could not install them all; going on without"
}

# Debian's own Python first: what apt brings for a Raspberry Pi (lgpio, libcamera) is made for it.
find_python() {
    local python
    for python in /usr/bin/python3 python3; do
        if "$python" -c 'import ensurepip, sys, venv; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then
            command -v "$python"
            return
        fi
    done
    die "Python 3.11 or newer with venv is needed (Debian: python3-venv)"
}

# What an installed environment was made from; it is out of date when any of it changes, or the checkout moves.
fingerprint() {
    { cat "requirements/$1.txt" pyproject.toml && pwd; } | sha256sum
}

is_current() {
    local lock
    for lock in "$@"; do
        [[ -x .venv/bin/kiosk && $(cat ".venv/.made-from-$lock" 2>/dev/null) == "$(fingerprint "$lock")" ]] && return
    done
    return 1
}

# Makes .venv from requirements/$1.txt: `kiosk` is what runs, `dev` has the tools too, `bench` what we are measured beside,
# `mutants` what plants mistakes.
install_environment() {
    local lock=$1 python
    case $lock in
        kiosk) is_current kiosk dev bench mutants && return ;;
        dev) is_current dev bench mutants && return ;;
        *) is_current "$lock" && return ;;
    esac
    say "making .venv from requirements/$lock.txt"
    # The programs of an environment carry its path: one that came here by a copy or a move is made anew.
    if ! grep -qsF "$PWD/.venv/bin/python" .venv/bin/pip; then
        python=$(find_python)
        "$python" -m venv --clear .venv
    fi
    install_into .venv "$lock" --editable
    fingerprint "$lock" >".venv/.made-from-$lock"
}

# Installs a lock and then this project into an environment. Only the lock's own files are accepted, by their hash.
install_into() {
    local environment=$1 lock=$2
    shift 2
    run "$environment/bin/python" -m pip install --quiet --disable-pip-version-check --require-hashes \
        --requirement "requirements/$lock.txt"
    compile_words "$environment"
    # The tools that build it came with the lock, so nothing unchecked is fetched here.
    run "$environment/bin/python" -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation "$@" .
}

# Compiles the translations that changed.
compile_words() {
    local po mo
    for po in kiosk/locale/*/LC_MESSAGES/*.po; do
        mo=${po%.po}.mo
        if [[ -e $po && ! $mo -nt $po ]]; then
            run "$1/bin/pybabel" --quiet compile --input-file "$po" --output-file "$mo"
        fi
    done
}

# Compiles our own code too, which pip leaves to the first run: where that may not write, each run would compile anew.
compile_code() {
    compile_words .venv
    .venv/bin/python -m compileall -q kiosk
}

# Makes the development environment, from the lock `dev` or from a larger one.
develop() {
    install_packages "${BASE_PACKAGES[@]}" "${DEMO_PACKAGES[@]}"
    install_environment "${1:-dev}"
    compile_code
}

demo() {
    install_packages "${BASE_PACKAGES[@]}" "${DEMO_PACKAGES[@]}"
    install_environment kiosk
    compile_code
    exec .venv/bin/kiosk demo "$@"
}

checks() {
    install_packages "${TEST_PACKAGES[@]}"
    develop
    .venv/bin/ruff check .
    .venv/bin/mypy
    .venv/bin/lint-imports
    shellcheck setup.sh .ci/run systemd/kiosk tests/metal/boot.sh tests/root/run.sh
}

test_all() {
    checks
    run_tests "$@"
}

test_some() {
    install_packages "${TEST_PACKAGES[@]}"
    develop
    run_tests "$@"
}

# By file, so that what a file sets up for its tests is set up once; three, since most of the time is waiting.
run_tests() {
    exec .venv/bin/python -m pytest --numprocesses 3 --dist loadfile --no-loadscope-reorder "$@"
}

root() {
    install_packages "${ROOT_PACKAGES[@]}"
    exec tests/root/run.sh "$@"
}

fuzz() {
    develop
    exec .venv/bin/python -m benchmarks.fuzz "$@"
}

privacy() {
    develop
    exec .venv/bin/python -m tests.e2e.private_day "$@"
}

soak() {
    install_packages "${TEST_PACKAGES[@]}"
    develop
    exec .venv/bin/python -m tests.e2e.soak "$@"
}

metal() {
    install_packages "${METAL_PACKAGES[@]}"
    develop
    if ! .venv/bin/python -c 'import importlib.util as u, sys; sys.exit(u.find_spec("lgpio") is None)'; then
        .venv/bin/python -m pip install --quiet --disable-pip-version-check --no-deps --require-hashes \
            --requirement requirements/metal.txt
    fi
    exec .venv/bin/python -m tests.metal "$@"
}

mutants() {
    develop mutants
    exec .venv/bin/python -m tests.mutants "$@"
}

words() {
    develop
    .venv/bin/python -m tests.i18n.sources "$@"
    compile_words .venv
}

bench() {
    develop bench
    exec .venv/bin/python -m benchmarks "$@"
}

# The lock must not depend on how pip is set up on the machine that makes it.
lock() {
    develop
    local options=(--quiet --generate-hashes --strip-extras --allow-unsafe --all-build-deps
        --no-emit-index-url --no-emit-find-links --no-emit-trusted-host)
    unset PIP_FIND_LINKS PIP_EXTRA_INDEX_URL
    export PIP_CONFIG_FILE=/dev/null CUSTOM_COMPILE_COMMAND="./setup.sh lock"
    .venv/bin/pip-compile "${options[@]}" --upgrade --extra kiosk --extra city --extra build \
        --output-file requirements/kiosk.txt pyproject.toml
    # The tools run beside what they test, so both locks agree on the versions.
    .venv/bin/pip-compile "${options[@]}" --upgrade --extra dev --constraint requirements/kiosk.txt \
        --output-file requirements/dev.txt pyproject.toml
    .venv/bin/pip-compile "${options[@]}" --upgrade --extra dev --extra bench --constraint requirements/dev.txt \
        --output-file requirements/bench.txt pyproject.toml
    .venv/bin/pip-compile "${options[@]}" --upgrade --extra dev --extra mutants --constraint requirements/dev.txt \
        --output-file requirements/mutants.txt pyproject.toml
}

device() {
    local word init=()
    for word in "$@"; do
        case $word in
            --dry-run) dry_run=yes ;;
            --compositor=sway | --compositor=labwc) compositor=${word#*=} ;;
            *) init+=("$word") ;;
        esac
    done
    [[ -n $compositor ]] || compositor=$(find_compositor)
    [[ $EUID -eq 0 || $dry_run == yes ]] || die "a kiosk is installed as root: sudo ./setup.sh device"
    install_packages "${BASE_PACKAGES[@]}" "${DEVICE_PACKAGES[@]}"
    if [[ $compositor == labwc ]]; then
        install_packages "${LABWC_PACKAGES[@]}"
    else
        install_packages "${SWAY_PACKAGES[@]}"
    fi
    device_pins
    device_files
    device_places
    device_release
    device_settings "${init[@]}"
    device_services
}

# labwc on Raspberry Pi OS, whose own desktop it carries; sway on Debian, whose release 12 has no labwc.
find_compositor() {
    if [[ -e /etc/rpi-issue ]] && apt-cache show labwc >/dev/null 2>&1; then echo labwc; else echo sway; fi
}

# After the package lists were renewed; a machine without pins installs all the same.
device_pins() {
    local package
    for package in "${PI_PACKAGES[@]}"; do
        if is_known "$package"; then
            install_packages "$package"
        else
            say "there is no $package here: a panel on the pins (panel.driver = \"gpio\") will be offline"
        fi
    done
}

# Everything goes under /usr/local/lib, so that what an administrator puts in /etc comes first and stays.
device_files() {
    local lib=/usr/local/lib
    local labwc=$lib/systemd/system/kiosk-display.service.d/labwc.conf
    run install -D --mode 0644 --target-directory $lib/systemd/system systemd/*.service systemd/kiosk.target
    run install -D --mode 0644 --target-directory $lib/systemd/system/kiosk-.service.d systemd/kiosk-.service.d/common.conf
    run install -D --mode 0644 --target-directory $lib/sysusers.d systemd/sysusers.d/kiosk.conf
    run install -D --mode 0644 --target-directory $lib/tmpfiles.d systemd/tmpfiles.d/kiosk.conf
    run install -D --mode 0644 --target-directory $lib/udev/rules.d systemd/udev/60-kiosk.rules
    run install -D --mode 0755 systemd/kiosk /usr/local/bin/kiosk
    if [[ $compositor == labwc ]]; then
        run install -D --mode 0644 systemd/examples/kiosk-display-labwc.conf $labwc
    else
        run rm -f $labwc
    fi
}

# Users, then the folders they share; the settings in them get their owners the second time.
device_places() {
    run systemd-sysusers kiosk.conf
    run systemd-tmpfiles --create kiosk.conf
}

# One folder for each version. It is built where it will run, because its programs carry their own path, and it is never
# changed afterwards: a running kiosk may still be reading it.
device_release() {
    local version release python=python3
    [[ $dry_run == yes ]] || python=$(find_python)
    version=$(sed -n 's/^__version__ = "\(.*\)"$/\1/p' kiosk/__init__.py)
    release=$RELEASES/$version
    if [[ -e $release/.complete ]]; then
        say "release $version is already there"
    else
        run rm -rf "$release"
        run "$python" -m venv --system-site-packages "$release"
        install_into "$release" kiosk
        run touch "$release/.complete"
    fi
    # A rename is one step: at no moment is there no current release.
    run ln -sfn "$release" "$CURRENT.new"
    run mv -T "$CURRENT.new" "$CURRENT"
}

device_settings() {
    if [[ -e /etc/kiosk/kiosk.toml ]]; then
        say "the settings in /etc/kiosk stay as they are"
    else
        run /usr/local/bin/kiosk init "$@"
    fi
    device_places
}

device_services() {
    run systemctl enable --quiet kiosk.target "${DEVICE_SERVICES[@]/%/.service}"
    if [[ $dry_run == no ]] && { [[ ! -d /run/systemd/system ]] || systemd-detect-virt --quiet --container; }; then
        say "enabled, and not started: systemd does not run here, or this is a container"
        return
    fi
    run systemctl daemon-reload
    run udevadm control --reload
    run udevadm trigger --subsystem-match=usbmisc --subsystem-match=usb --subsystem-match=tty --subsystem-match=input
    run systemctl restart kiosk.target
    say "next: kiosk status; kiosk config officer NAME; journalctl --unit 'kiosk-*' --follow"
}

main() {
    local word=${1:-develop}
    [[ $# -eq 0 ]] || shift
    case $word in
        develop) develop ;;
        demo | checks | root | fuzz | privacy | soak | words | metal | mutants | bench | lock | device) "$word" "$@" ;;
        test) test_all "$@" ;;
        pytest) test_some "$@" ;;
        -h | --help | help) sed -n '2,/^set/{/^#/s/^# \{0,1\}//p}' setup.sh ;;
        *)
            say "there is no word $word: demo, test, checks, pytest, root, fuzz, privacy, soak, words, metal, mutants, bench, device" \
                "or lock, or none for the tools"
            exit 64
            ;;
    esac
}

main "$@"
