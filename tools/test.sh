#!/bin/sh
# All tests: unit, contract, live (real packets and guests), clients (az, SDKs). Ends with "N passed, N failed, N skipped".
set -eu
. "$LAZULI_ROOT/tools/prerequisites.sh"
. "$LAZULI_ROOT/tools/summary.sh"
. "$LAZULI_ROOT/tools/live-tests.sh"
require_tests
build
for project in Lazuli.Kernel.Tests Lazuli.Engines.Tests Lazuli.Providers.Tests Lazuli.Contract.Tests; do
    run_tests "$project" "$(test_program $project)"
done
sh "$LAZULI_ROOT/tools/images.sh"
sh "$LAZULI_ROOT/tools/client-tools.sh"
run_live_tests
run_tests Lazuli.Clients.Tests in_namespace "$(test_program Lazuli.Clients.Tests)"
finish
