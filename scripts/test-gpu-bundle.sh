#!/usr/bin/env bash
# Packs scripts/gpu-bundle, which looks at the size and at the classes, unpacks it elsewhere, and runs what is inside: both end with
# status 0, or without a device with status 3 and words.
set -euo pipefail
root=$(cd "$(dirname "$0")/.." && pwd -P)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

"$root/scripts/gpu-bundle" "$work/striate-gpu.tar.gz"
tar -C "$work" -xzf "$work/striate-gpu.tar.gz"
cd "$work"

try() {
    local status=0
    striate-gpu/"$1" "$1.md" >"$1.log" 2>&1 || status=$?
    cat "$1.log"
    if [ "$status" -ne 0 ] && ! { [ "$status" -eq 3 ] && grep -q "not run on a device: " "$1.log"; }; then
        echo "test-gpu-bundle: $1 ended with status $status" >&2
        exit 1
    fi
}

try run-tests
[ -s run-tests.md ]
try run-bench
[ -s run-bench.md ]
