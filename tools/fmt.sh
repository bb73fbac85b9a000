#!/bin/sh
# Formats everything.
set -eu
cd "$LAZULI_ROOT"
exec dotnet format Lazuli.slnx "$@"
