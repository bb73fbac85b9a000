# Sourced by the builders. Needs $work (a scratch directory) and $common (this directory).
PATH=$PATH:/sbin:/usr/sbin

need() { # PROGRAM…
    for tool in "$@"; do command -v "$tool" >/dev/null || { echo "this builder needs the program '$tool'" >&2; exit 3; }; done
}

# as_root "$@": files must belong to root inside the image, so an ordinary user becomes root of a user namespace first
as_root() { [ "$(id -u)" -eq 0 ] || [ -n "${LAZULI_MAPPED:-}" ] || LAZULI_MAPPED=1 exec unshare --user --map-root-user sh "$0" "$@"; }

apt() { apt-get -o APT::Sandbox::User=root -q -q "$@"; }
fresh_apt() { apt -o Dir::State::Lists="$work/lists" -o Dir::Cache="$work/cache" "$@"; }

# download PACKAGE…: .deb files into the current directory; where apt's lists are empty or stale, with fresh ones of our own
download() {
    [ -n "${fresh:-}" ] || ! apt download "$@" 2>/dev/null || return 0
    if [ -z "${fresh:-}" ]; then mkdir -p "$work/lists/partial" "$work/cache/archives/partial"; fresh_apt update; fresh=1; fi
    fresh_apt download "$@"
}

# unpack_kernel BZIMAGE OUT: the kernel as ELF with a PVH entry, which spares the guest 0.3 s of unpacking under software emulation.
# The bzImage carries it as one LZ4 stream; what follows the stream makes lz4 complain, so the result is what is judged.
unpack_kernel() {
    for at in $(grep -obUaP '\x02\x21\x4c\x18' "$1" | cut -d: -f1); do
        tail -c +$((at + 1)) "$1" | lz4 -d -c >"$2" 2>/dev/null || true
        [ "$(head -c 4 "$2" | tail -c 3)" = ELF ] && break
        cp "$1" "$2"
    done
    chmod 644 "$2"
}

# modules TREE ROOT BUSYBOX MODULE…: flat copies under ROOT/lib/modules, with the index that BusyBox's modprobe reads
modules() {
    tree=$1 dest=$2 busybox=$3; shift 3
    version=$(basename "$(echo "$tree"/boot/vmlinuz-*)"); version=${version#vmlinuz-}
    into=$dest/lib/modules/$version
    mkdir -p "$into"
    for m in "$@"; do
        find "$tree/lib/modules" "$tree/usr/lib/modules" -name "$m.ko" -exec cp {} "$into/" \; -quit 2>/dev/null || true
        [ -e "$into/$m.ko" ] || { echo "the kernel has no module $m" >&2; exit 4; }
        unsign "$into/$m.ko"
    done
    "$busybox" depmod -b "$dest" "$version"
}

# unsign MODULE: without its signature (its length is in the trailer), which the guest would check for 7 ms of emulation each, and which protects nothing
# in a system that loads unsigned modules as well.
unsign() {
    [ "$(tail -c 28 "$1" | head -c 27)" = "~Module signature appended~" ] || return 0
    truncate -s -$((40 + $(tail -c 32 "$1" | od -An -N4 -tu4 --endian=big))) "$1"
}

# make_initrd TREE BUSYBOX OUT: finds the disk and goes there, nothing else; not compressed, since copying is cheaper than unpacking
make_initrd() {
    d=$work/initrd
    mkdir -p "$d/bin" "$d/dev" "$d/proc" "$d/sys" "$d/root"
    cp "$2" "$d/bin/busybox"
    cp "$common/initrd-init" "$d/init"
    chmod 755 "$d/init"
    modules "$1" "$d" "$d/bin/busybox" virtio virtio_ring virtio_pci_modern_dev virtio_pci_legacy_dev virtio_pci virtio_blk
    (cd "$d" && find . | sort | cpio -o -H newc --quiet -R 0:0) >"$3"
}

# make_ext4 TREE RAW SIZE OPTION…: the file is sparse, so its inode tables need no zeroing, now or in the guest
make_ext4() {
    tree=$1 raw=$2; truncate -s "$3" "$raw"; shift 3
    mke2fs -q -t ext4 -L lazuli-root -m 0 -E assume_storage_prezeroed=1,root_owner=0:0 "$@" -d "$tree" "$raw"
}

# tsc=unstable: under software emulation the guest measures the TSC against an emulated timer, and on a busy host it may be wrong by a factor.
kernel_command_line="root=/dev/vda console=ttyS0 mitigations=off tsc=unstable no_timer_check noreplace-smp random.trust_cpu=on cryptomgr.notests rcupdate.rcu_expedited=1 net.ifnames=0 panic=10"
