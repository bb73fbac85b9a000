#!/bin/sh
# Live tests: real namespaces, packets and guests, where there is no way out. --filter TEXT runs those whose name contains it; hyphens stand for underscores (packet-matrix).
set -eu
. "$LAZULI_ROOT/tools/prerequisites.sh"
. "$LAZULI_ROOT/tools/summary.sh"
. "$LAZULI_ROOT/tools/live-tests.sh"
require_tests
build
sh "$LAZULI_ROOT/tools/images.sh"
if [ "${1:-}" = --filter ]; then
    run_tests Lazuli.Live.Tests in_namespace "$(test_program Lazuli.Live.Tests)" --filter-method "*$(printf '%s' "$2" | tr - _)*"
else
    run_live_tests
fi
finish
