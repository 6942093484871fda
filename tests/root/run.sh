#!/usr/bin/env bash
# Runs a word of setup.sh, or a command, in a fresh minimal Debian: ./setup.sh root, docs/testing.md.
#
#   run.sh [--fresh | --rebuild] [bookworm|trixie] [WORD …]
#
# The cache folder keeps, for each release, what debootstrap made (NAME.minimal), the copy in which packages and .venv are
# installed (NAME), and the downloads. All mounts are made in a mount namespace of their own and end with it, and so do
# all processes, in a process namespace. No init is started.
set -euo pipefail

CHECKOUT=$(cd "$(dirname "$(readlink -f "$0")")/../.." && pwd)
# Where the checkout stands in the root; root's own folder could not be reached by what runs as another user.
INSIDE=/srv/hanoi-kiosk
CACHE=${XDG_CACHE_HOME:-$HOME/.cache}/hanoi-kiosk

say() { printf 'root: %s\n' "$*" >&2; }

die() {
    say "$@"
    exit 1
}

# Prints "URI RELEASE" of this machine's own Debian sources, in the words of another release.
sources() {
    local own
    # shellcheck source=/dev/null
    own=$(. /etc/os-release && echo "${VERSION_CODENAME:-}")
    # What a Raspberry Pi's maker adds has the name of Debian's release too.
    # shellcheck disable=SC2016 # apt-get fills these in
    apt-get indextargets --format '$(REPO_URI) $(RELEASE) $(COMPONENT)' 'Created-By: Packages' |
        grep -v raspberrypi | sed -nE "s/^(\S+) $own(-updates|-security)? main\$/\1 $1\2/p" | sort -u -k 2
}

# Namespaces that end with the command, with all that it mounted and started.
apart() { unshare --mount --pid --fork --kill-child --mount-proc "$@"; }

make_minimal() {
    local release=$1 minimal=$CACHE/$1.minimal mirror
    [[ -e $minimal/.complete ]] && return
    mirror=$(sources "$release" | sed -n "s/ $release\$//p" | head -n 1)
    [[ -n $mirror ]] || die "no Debian source is found in /etc/apt that could bring $release"
    say "making a minimal $release: this takes two minutes"
    rm -rf "$minimal"
    mkdir -p "$minimal" "$CACHE/$release.archives"
    apart debootstrap --variant=minbase --include=ca-certificates --cache-dir="$CACHE/$release.archives" \
        "$release" "$minimal" "$mirror" >"$minimal.log" || die "debootstrap failed: $minimal.log tells why"
    touch "$minimal/.complete"
}

make_root() {
    local release=$1 root=$CACHE/$1
    [[ -e $root/.complete ]] && return
    say "a fresh $release in $root"
    rm -rf "$root"
    cp -a --reflink=auto "$CACHE/$release.minimal" "$root.new"
    mv -T "$root.new" "$root"
}

# The root reaches the network and the package indexes as this machine does. All of it is copied when it runs, so that
# nothing about this machine stands in the project.
copy_settings() {
    local release=$1 root=$CACHE/$1 file
    sources "$release" | sed 's/^/deb /; s/$/ main/' >"$root/etc/apt/sources.list"
    apt-config dump | grep -E '^Acquire::(http|https|Check-Date|Check-Valid-Until|Retries)\b' \
        >"$root/etc/apt/apt.conf.d/99like-the-host" || true
    for file in /etc/hosts /etc/resolv.conf /etc/pip.conf; do
        [[ ! -e $file ]] || cp --dereference "$file" "$root$file"
    done
    for file in "$HOME/.config/pip/pip.conf" "$HOME/.pip/pip.conf"; do
        [[ ! -e $file ]] || install -D --mode 0644 "$file" "$root/root/.config/pip/pip.conf"
    done
    if compgen -G "/usr/local/share/ca-certificates/*.crt" >/dev/null; then
        cp /usr/local/share/ca-certificates/*.crt "$root/usr/local/share/ca-certificates/"
    fi
    chroot "$root" update-ca-certificates >/dev/null 2>&1
}

# The committed state, as a fresh clone has it; only .venv stays from the last time.
copy_checkout() {
    local tree=$CACHE/$1$INSIDE
    mkdir -p "$tree"
    find "$tree" -mindepth 1 -maxdepth 1 ! -name .venv -exec rm -rf {} +
    git -c safe.directory="$CHECKOUT" -C "$CHECKOUT" archive HEAD | tar --extract --no-same-owner --directory "$tree"
}

# Prints the folders of this machine that pip's settings name; an index of its own has its files beside simple/.
pip_folders() {
    { cat "$1/etc/pip.conf" "$1/root/.config/pip/pip.conf" 2>/dev/null || true; env | grep '^PIP_' || true; } |
        grep -oE '(^|[ =]|file://)/[^ ,]+' | sed -E 's,^[^/]*(file://)?/,/,; s,/simple/?$,,' | sort -u |
        while read -r folder; do [[ ! -d $folder ]] || echo "$folder"; done
}

# Runs in the namespaces: mounts what programs expect, then the command. The shell stays, to reap orphans.
enter() {
    local release=$1 root=$CACHE/$1 folder variable kept=()
    shift
    mount --make-rprivate /
    mount --bind "$root" "$root"
    mount -t proc proc "$root/proc"
    mount --rbind /sys "$root/sys"
    mount --bind /dev "$root/dev"
    mount -t devpts -o newinstance,gid=5,mode=620,ptmxmode=666 devpts "$root/dev/pts"
    mount -t tmpfs -o mode=1777 tmpfs "$root/dev/shm"
    mount -t tmpfs -o mode=755 tmpfs "$root/run"
    mkdir -m 1777 "$root/run/lock"
    while read -r folder; do
        mkdir -p "$root$folder"
        mount --bind -o ro "$folder" "$root$folder"
    done < <(pip_folders "$root")
    mkdir -p "$CACHE/pip" "$CACHE/$release.archives/partial" "$root/root/.cache/pip"
    mount --bind "$CACHE/pip" "$root/root/.cache/pip"
    mount --bind "$CACHE/$release.archives" "$root/var/cache/apt/archives"
    for variable in $(compgen -e); do
        case $variable in
            CI | TERM | PIP_* | SSL_CERT_* | *_proxy | *_PROXY) kept+=("$variable=${!variable}") ;;
        esac
    done
    # shellcheck disable=SC2016 # the words are filled in within
    env -i "${kept[@]}" HOME=/root LANG=C.UTF-8 PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin \
        chroot "$root" /bin/bash -c 'cd "$1" && shift && "$@"' bash "$INSIDE" "$@"
}

main() {
    local release=trixie anew=no
    case ${1:-} in
        --fresh) anew=copy && shift ;;
        --rebuild) anew=minimal && shift ;;
    esac
    if [[ ${1:-} == bookworm || ${1:-} == trixie ]]; then
        release=$1
        shift
    fi
    [[ $EUID -eq 0 ]] || die "a root is made and entered as root: sudo ./setup.sh root"
    [[ $# -gt 0 ]] || set -- test
    if "$CHECKOUT/setup.sh" --help | grep -q "setup\.sh $1\b"; then set -- ./setup.sh "$@"; fi
    mkdir -p "$CACHE"
    exec 8>"$CACHE/$release.lock"
    flock --nonblock 8 || { say "$release is in use: waiting"; flock 8; }
    [[ $anew != *minimal ]] || rm -rf "$CACHE/${release:?}.minimal"
    [[ $anew == no ]] || rm -rf "$CACHE/${release:?}"
    make_minimal "$release"
    make_root "$release"
    copy_settings "$release"
    copy_checkout "$release"
    apart "$CHECKOUT/tests/root/run.sh" enter "$release" "$@" 8>&-
}

if [[ ${1:-} == enter ]]; then
    shift
    enter "$@"
else
    main "$@"
fi
