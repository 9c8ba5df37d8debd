#!/bin/bash
# Builds a fuzzing program with libFuzzer and the address sanitizer, and lets it look for an input
# that ends the process. Usage: tools/fuzz/fuzz.sh log|ingest SECONDS [options of libFuzzer]
#   log     the decoders of what the log stores, and of exported lines
#   ingest  the readers of files, and of mapping files
# The corpus grows in .build/fuzz/NAME/corpus; what ends the process is left in .build/fuzz/NAME/found.
set -euo pipefail
cd "$(dirname "$0")/../.."
program=${1:?log or ingest}
seconds=${2:-60}
shift
shift || true
out=.build/fuzz/$program
mkdir -p "$out/corpus" "$out/seeds" "$out/found"

flags=(-O -whole-module-optimization -parse-as-library -package-name downstream -enable-testing
    -sanitize=fuzzer,address -I "$out")
own=(-swift-version 6 -enable-upcoming-feature ExistentialAny
    -enable-upcoming-feature InternalImportsByDefault
    -enable-upcoming-feature MemberImportVisibility)
for name in CLMDB CProcessor CLibcrypto CZlib CZstd CExpat; do
    flags+=(-Xcc "-fmodule-map-file=Sources/$name/module.modulemap")
done
case $program in
log)
    modules=(Events Digests LMDB Parallelism EventLog Export)
    libraries=(-llmdb -lcrypto)
    ;;
ingest)
    modules=(Events Yams Configuration Ingestion)
    libraries=(-lz -lzstd -lexpat -lsimdjson -lstdc++)
    ;;
esac
yams=.build/checkouts/Yams/Sources

# The C and C++ parts of the readers of files; the module maps that the package manager would make.
build_foreign() {
    local compiler
    compiler="$(dirname "$(command -v swiftc)")/clang"
    [ -d "$yams" ] || swift package resolve >/dev/null
    mkdir -p "$out/maps"
    printf 'module CSimdjson { header "%s" export * }\n' \
        "$PWD/Sources/CSimdjson/include/CSimdjson.h" >"$out/maps/CSimdjson.modulemap"
    "$compiler++" -std=c++17 -O2 -ISources/CSimdjson/include -c Sources/CSimdjson/reader.cpp \
        -o "$out/CSimdjson.o"
    local file
    for file in "$yams"/CYaml/src/*.c; do
        "$compiler" -O2 -I"$yams/CYaml/include" -c "$file" -o "$out/yaml-$(basename "$file").o"
    done
    flags+=(-Xcc "-fmodule-map-file=$out/maps/CSimdjson.modulemap" -I "$yams/CYaml/include")
    objects+=("$out/CSimdjson.o" "$out"/yaml-*.o)
}

# Built again only where a source is newer than the program.
if [ ! -x "$out/fuzz" ] || [ -n "$(find Sources tools/fuzz -newer "$out/fuzz" -type f \
    -print -quit)" ]; then
    objects=()
    [ "$program" = log ] || build_foreign
    for module in "${modules[@]}"; do
        folder=Sources/$module
        [ -d "$folder" ] || folder=$yams/$module
        language=("${own[@]}")
        [ "$module" != Yams ] || language=(-swift-version 5 -suppress-warnings -DSWIFT_PACKAGE)
        find "$folder" -name '*.swift' -print0 | sort -z |
            xargs -0 swiftc "${flags[@]}" "${language[@]}" -module-name "$module" -emit-module \
                -emit-module-path "$out/$module.swiftmodule" -c -o "$out/$module.o"
        objects+=("$out/$module.o")
    done
    swiftc "${flags[@]}" "${own[@]}" -module-name Fuzz -use-ld=lld -o "$out/fuzz" \
        tools/fuzz/*.swift "tools/fuzz/$program"/*.swift "${objects[@]}" "${libraries[@]}"
fi

export SWIFT_BACKTRACE=enable=no ASAN_OPTIONS=detect_leaks=0
FUZZ_SEEDS="$out/seeds" "$out/fuzz"
"$out/fuzz" -max_total_time="$seconds" -max_len=8192 -timeout=30 -rss_limit_mb=3000 \
    -print_final_stats=1 -artifact_prefix="$out/found/" "$@" "$out/corpus" "$out/seeds"
