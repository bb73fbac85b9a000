#!/bin/sh
# Client tests: real az and real SDKs against a real Lazuli, where there is no way out. --filter TEXT runs those whose name contains it.
set -eu
. "$LAZULI_ROOT/tools/prerequisites.sh"
. "$LAZULI_ROOT/tools/summary.sh"
require_tests
build
sh "$LAZULI_ROOT/tools/images.sh"
sh "$LAZULI_ROOT/tools/client-tools.sh"
if [ "${1:-}" = --filter ]; then
    run_tests Lazuli.Clients.Tests in_namespace "$(test_program Lazuli.Clients.Tests)" --filter-method "*$2*"
else
    run_tests Lazuli.Clients.Tests in_namespace "$(test_program Lazuli.Clients.Tests)" "$@"
fi
finish
