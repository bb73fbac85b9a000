#!/bin/sh
# Brings the clients that tests drive: az 2.74 (Debian trixie, in a folder of its own) and the JavaScript SDK. Cached.
set -eu
. "$LAZULI_ROOT/tools/prerequisites.sh"
cache=$LAZULI_CACHE/clients
mkdir -p "$cache"
if [ ! -e "$cache/az/.complete" ]; then
    say "lazuli: installing az into $cache/az"
    rm -rf "$cache/az.new" "$cache/az"
    log=$(mktemp)
    mmdebstrap --variant=apt --include=azure-cli,ca-certificates,openssh-client trixie "$cache/az.new" >"$log" 2>&1 || { tail -20 "$log" >&2; exit 1; }
    rm -f "$log"
    touch "$cache/az.new/.complete"
    mv "$cache/az.new" "$cache/az"
fi
lock=$LAZULI_ROOT/test/Lazuli.Clients.Tests/JavaScript/package-lock.json
if [ -e "$lock" ] && ! cmp -s "$lock" "$cache/js/package-lock.json"; then
    say "lazuli: installing the JavaScript SDK into $cache/js"
    rm -rf "$cache/js"
    mkdir -p "$cache/js"
    cp "$LAZULI_ROOT/test/Lazuli.Clients.Tests/JavaScript/package.json" "$cache/js/"
    cp "$lock" "$cache/js/package-lock.new"
    mv "$cache/js/package-lock.new" "$cache/js/package-lock.json"
    (cd "$cache/js" && npm ci --silent --no-audit --no-fund) || { rm -rf "$cache/js"; exit 1; }
fi
