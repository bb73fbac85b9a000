#!/bin/sh
# Builds the images that tests boot, while there still is a way to the package registries; cached.
set -eu
. "$LAZULI_ROOT/tools/prerequisites.sh"
lazuli=$LAZULI_ROOT/artifacts/bin/Lazuli.Cli/release/lazuli
"$lazuli" image build Micro
"$lazuli" image build Debian12
