#!/bin/bash
# Builds the decoders with libFuzzer and the address sanitizer, and lets it look for an input that
# ends the process. Usage: tools/fuzz/fuzz.sh SECONDS [options of libFuzzer]
# The corpus grows in .build/fuzz/corpus; what ends the process is left in .build/fuzz/found.
set -euo pipefail
cd "$(dirname "$0")/../.."
seconds=${1:-60}
shift || true
out=.build/fuzz
mkdir -p "$out/corpus" "$out/seeds" "$out/found"

flags=(-O -whole-module-optimization -swift-version 6 -parse-as-library -package-name downstream
    -enable-testing -enable-upcoming-feature ExistentialAny
    -enable-upcoming-feature InternalImportsByDefault
    -enable-upcoming-feature MemberImportVisibility
    -sanitize=fuzzer,address -I "$out"
    -Xcc -fmodule-map-file=Sources/CLMDB/module.modulemap
    -Xcc -fmodule-map-file=Sources/CProcessor/module.modulemap
    -Xcc -fmodule-map-file=Sources/CLibcrypto/module.modulemap)

# Built again only where a source is newer than the program.
if [ ! -x "$out/fuzz" ] || [ -n "$(find Sources/{Events,Digests,LMDB,EventLog,Export} tools/fuzz \
    -newer "$out/fuzz" -type f -print -quit)" ]; then
    objects=()
    for module in Events Digests LMDB EventLog Export; do
        find "Sources/$module" -name '*.swift' -print0 | sort -z |
            xargs -0 swiftc "${flags[@]}" -module-name "$module" -emit-module \
                -emit-module-path "$out/$module.swiftmodule" -c -o "$out/$module.o"
        objects+=("$out/$module.o")
    done
    swiftc "${flags[@]}" -module-name Fuzz -use-ld=lld -o "$out/fuzz" \
        tools/fuzz/*.swift "${objects[@]}" -llmdb -lcrypto
fi

export SWIFT_BACKTRACE=enable=no ASAN_OPTIONS=detect_leaks=0
FUZZ_SEEDS="$out/seeds" "$out/fuzz"
"$out/fuzz" -max_total_time="$seconds" -max_len=8192 -timeout=10 -rss_limit_mb=3000 \
    -print_final_stats=1 -artifact_prefix="$out/found/" "$@" "$out/corpus" "$out/seeds"
