#!/bin/sh
# Benchmarks (bench/README.md): [NAME] [--json]. They run where there is no way out, since some boot guests; images are made before, while there is one.
set -eu
. "$LAZULI_ROOT/tools/prerequisites.sh"
build
case "$*" in
    *vm-debian*) images="Debian12" ;;
    *vm-*) images="Micro" ;;
    "" | --json) images="Micro Debian12" ;;
    *) images="" ;;
esac
for image in $images; do "$LAZULI_ROOT/artifacts/bin/Lazuli.Cli/release/lazuli" image build "$image" >&2; done
in_namespace "$LAZULI_ROOT/artifacts/bin/Lazuli.Bench/release/Lazuli.Bench" "$@"
