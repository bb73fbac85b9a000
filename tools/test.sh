#!/bin/sh
# All tests: unit, contract, live (real packets and guests), clients (az, SDKs). Ends with "N passed, N failed, N skipped".
set -eu
. "$LAZULI_ROOT/tools/prerequisites.sh"
. "$LAZULI_ROOT/tools/summary.sh"
. "$LAZULI_ROOT/tools/live-tests.sh"
require_tests
build
# Images and clients are fetched and built while the tests that need neither run.
prepared_log=$(mktemp)
{ sh "$LAZULI_ROOT/tools/images.sh" && sh "$LAZULI_ROOT/tools/client-tools.sh"; } >"$prepared_log" 2>&1 &
prepared=$!
for project in Lazuli.Kernel.Tests Lazuli.Engines.Tests Lazuli.Providers.Tests Lazuli.Contract.Tests; do
    run_tests "$project" "$(test_program $project)"
done
if ! wait "$prepared"; then
    cat "$prepared_log" >&2
    exit 1
fi
rm -f "$prepared_log"
run_live_tests
run_tests Lazuli.Clients.Tests in_namespace "$(test_program Lazuli.Clients.Tests)"
finish
