#!/bin/sh
# What every commit must pass: format, analyzers, build, fast tests, generated files up to date.
set -eu
. "$LAZULI_ROOT/tools/prerequisites.sh"
. "$LAZULI_ROOT/tools/summary.sh"
require_sdk
require_library
build
(cd "$LAZULI_ROOT" && dotnet format whitespace Lazuli.slnx --verify-no-changes --no-restore)
for project in Lazuli.Kernel.Tests Lazuli.Engines.Tests Lazuli.Providers.Tests Lazuli.Contract.Tests; do
    run_tests "$project" "$(test_program $project)"
done
"$LAZULI_ROOT/artifacts/bin/Lazuli.Cli/release/lazuli" coverage --check "$LAZULI_ROOT/docs/coverage.md"
finish
