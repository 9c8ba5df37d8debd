#!/usr/bin/env bash
# Says in one line what is wrong with the compiler, before a build says it in many.
set -euo pipefail

least_major=6
least_minor=2

if ! command -v swift >/dev/null 2>&1; then
    echo "error: swift is not installed; get Swift $least_major.$least_minor or later from" \
        "https://www.swift.org/install" >&2
    exit 1
fi
version=$(swift --version 2>/dev/null | sed -n 's/.*Swift version \([0-9][0-9.]*\).*/\1/p' | head -n 1)
major=${version%%.*}
rest=${version#*.}
minor=${rest%%.*}
if [[ -z $version ]] || ((major < least_major || (major == least_major && minor < least_minor))); then
    echo "error: found Swift ${version:-of unknown version}, expected $least_major.$least_minor" \
        "or later; see https://www.swift.org/install" >&2
    exit 1
fi
