#!/usr/bin/env bash
# From records to an impact report, typing each command as a user would. With a folder of the
# anonymous bank's files as argument it takes those, else it looks for them beside the checkout,
# else it generates a whole synthetic operation, across all its channels, with known truth.
set -euo pipefail
cd "$(dirname "$0")/.."

mapping=scenarios/mappings/anonymous-bank-1999.yaml
scenario=scenarios/anonymous-bank/regular-calls-self-service.yaml
beside=../shared/data/anonymous_bank_1999
program=.build/release/downstream
export DOWNSTREAM_STORE=demo/store

if [[ ! -x $program ]]; then
    echo "error: $program is not built; run make build" >&2
    exit 1
fi

# Shows the command as it can be typed, then runs it.
run() {
    printf '\n$ downstream'
    printf ' %s' "$@"
    printf '\n'
    "$program" "$@"
}

printf '$ export PATH="%s:$PATH" DOWNSTREAM_STORE=%s\n' "$(dirname "$program")" \
    "$DOWNSTREAM_STORE"
rm -rf demo/store demo/report
mkdir -p demo

# Looks at the journeys in the store: some of them, and one in full.
show_journeys() {
    printf '\n# Journeys: the contacts of one need, with causes and costs.\n'
    run journeys list --order contacts --limit 5
    journey=$("$program" --format json journeys list --minimum-contacts 3 --limit 1 |
        grep -o '"id" *: *"\{0,1\}[^",}]*' | head -n 1 | sed 's/.*: *"\{0,1\}//' || true)
    if [[ -z $journey ]]; then
        echo "error: the list of journeys names no id" >&2
        exit 1
    fi
    run journeys show "$journey"

    printf '\n# What happened.\n'
    run view resolution
    run view queues
    run view containment
    run view ledger
}

# Replays the quarter under a scenario, and writes the report.
simulate() {
    printf '\n# What a change would do, and to whom.\n'
    run simulate "$1" --replications 200 --seed 1
    run report --output demo/report

    printf '\nreport: demo/report/report.html\n'
}

# A whole operation: twelve systems' exports, each in its own form, and the same operation with an
# automation switched on, which says what the automation truly does.
show_operation() {
    local size=(--profile retail-bank --customers 20000 --seed 1)
    rm -rf demo/data demo/automated
    printf '\n# A bank with telephone, IVR, chatbot, chat, e-mail, web, back office and more.\n'
    run generate demo/data "${size[@]}"
    printf '\n# The same people and the same luck, with a conversational IVR for simple calls.\n'
    run generate demo/automated "${size[@]}" --automation conversational-ivr

    printf '\n# The log: every record becomes events once, however often it is read.\n'
    local file name
    for file in demo/data/*.gz; do
        name=$(basename "$file")
        run ingest "$file" --mapping "scenarios/mappings/synthetic/${name%%.*}.yaml"
    done
    run ingest demo/data/telephone.csv.gz --mapping scenarios/mappings/synthetic/telephone.yaml
    run rejects list --limit 5
    run status

    show_journeys
    simulate demo/automated/truth/automation.yaml
}

data=${1:-}
if [[ -n $data && ! -d $data ]]; then
    echo "error: DATA: there is no folder $data" >&2
    exit 66
fi
if [[ -z $data && -d $beside ]]; then
    data=$beside
fi
if [[ -z $data ]]; then
    show_operation
    exit 0
fi
shopt -s nullglob
files=("$data"/*.txt.gz)
if ((${#files[@]} == 0)); then
    files=("$data"/*.txt)
fi
if ((${#files[@]} == 0)); then
    echo "error: DATA: no *.txt.gz and no *.txt in $data" >&2
    exit 66
fi

printf '\n# The log: every record becomes events once, however often it is read.\n'
run ingest "${files[@]}" --mapping "$mapping"
run ingest "${files[@]}" --mapping "$mapping"
run status

show_journeys
simulate "$scenario"
