# Sourced by the other scripts: what must be on the machine, and the build.

# Debian packages that a running Lazuli needs (docs/decisions/0002-dependencies.md).
RUNTIME_PACKAGES="libsqlite3-0 qemu-system-x86 qemu-utils nftables iproute2 util-linux openssh-client
    mmdebstrap cpio lz4 zstd e2fsprogs kmod ca-certificates"
# Beside them, what tests, benchmarks and client tests use.
TEST_PACKAGES="curl xorriso tcpdump socat udhcpc sshpass nodejs npm python3 sqlite3 bind9-dnsutils"
# What benchmarks measure against and with (knotd is only ever started by them: Debian's configuration listens nowhere).
BENCH_PACKAGES="knot dnsperf"

say() { printf '%s\n' "$*" >&2; }

# require PURPOSE PACKAGE…: installs what is missing where it may, else says what to install.
require() {
    purpose=$1
    shift
    missing=""
    for package in "$@"; do
        [ "$(dpkg-query -W -f '${db:Status-Status}' "$package" 2>/dev/null)" = installed ] || missing="$missing $package"
    done
    [ -z "$missing" ] && return 0
    if [ "${LAZULI_OFFLINE:-0}" = 1 ] || [ "$(id -u)" != 0 ] || ! command -v apt-get >/dev/null; then
        say "lazuli: for $purpose these packages are missing:$missing"
        say "lazuli: install them (Debian: sudo apt-get install --no-install-recommends$missing), or run with --engine fake."
        exit 1
    fi
    say "lazuli: installing$missing"
    log=$(mktemp)
    if ! { apt-get update && DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends $missing; } >"$log" 2>&1; then
        tail -20 "$log" >&2
        say "lazuli: the packages could not be installed."
        exit 1
    fi
    rm -f "$log"
}

require_sdk() {
    if ! command -v dotnet >/dev/null; then
        say "lazuli: the .NET SDK 10 is needed: https://dotnet.microsoft.com/download"
        exit 1
    fi
}

require_library() { [ -e /usr/lib/x86_64-linux-gnu/libsqlite3.so.0 ] || command -v dpkg-query >/dev/null && require "the store" libsqlite3-0; }

require_runtime() {
    require_sdk
    # shellcheck disable=SC2086
    if command -v dpkg-query >/dev/null; then require "real machines" $RUNTIME_PACKAGES; fi
}

require_bench() {
    require_runtime
    # shellcheck disable=SC2086
    require "the benchmarks" $BENCH_PACKAGES
}

require_tests() {
    require_runtime
    packages=$TEST_PACKAGES
    # A Node.js that is there already may come from elsewhere than Debian.
    if command -v npm >/dev/null; then packages=$(printf '%s' "$packages" | sed 's/nodejs npm//'); fi
    if command -v python3 >/dev/null; then packages=$(printf '%s' "$packages" | sed 's/python3//'); fi
    # shellcheck disable=SC2086
    require "the tests" $packages
}

# Builds everything (Release) unless nothing has changed since the last time.
build() {
    stamp=$LAZULI_ROOT/artifacts/.built
    if [ -e "$stamp" ] && [ -z "$(cd "$LAZULI_ROOT" && find src test bench Directory.*.props BannedSymbols.txt .editorconfig Lazuli.slnx global.json -newer "$stamp" -type f -print -quit)" ]; then
        return 0
    fi
    say "lazuli: building"
    mkdir -p "$LAZULI_ROOT/artifacts"
    started=$(mktemp)
    if ! (cd "$LAZULI_ROOT" && dotnet build Lazuli.slnx -c Release -v q -clp:ErrorsOnly -p:UseSharedCompilation=true) >&2; then
        rm -f "$started"
        say "lazuli: the build failed."
        exit 1
    fi
    # Machine code for the program itself: a start takes a third less. Without the SDK's package for that, all works.
    if ! (cd "$LAZULI_ROOT" && dotnet publish src/Lazuli.Cli -c Release -p:AheadOfTime=true -v q -clp:ErrorsOnly) >"$started.log" 2>&1; then
        say "lazuli: not compiled ahead of time, so starts are slower: $(grep -m1 -o 'error .*' "$started.log" | cut -c1-200)"
    fi
    rm -f "$started.log"
    touch -r "$started" "$stamp"
    rm -f "$started"
}

# in_namespace COMMAND…: runs it where there is a loopback device and no way out, and ends all it leaves behind.
in_namespace() {
    root=--map-root-user
    [ "$(id -u)" = 0 ] && root=""
    # shellcheck disable=SC2086
    unshare $root --net --mount --pid --fork --kill-child --mount-proc sh -c 'ip link set lo up && mount -t tmpfs tmpfs /run && mkdir /run/netns && mount -t tmpfs tmpfs /run/netns && exec "$@"' sh "$@"
}

# The built test program of a project.
test_program() { printf '%s' "$LAZULI_ROOT/artifacts/bin/$1/release/$1"; }
