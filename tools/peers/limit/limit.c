// The limit: the design of our log, written in C on LMDB as well as we can. README.md in the folder
// above says what it does and what its figures mean.

#include "measure.h"

#include <malloc.h>

static void measure_log(const struct options *options) {
    bool wants_reads = options_wants(options, "open") || options_wants(options, "scan")
        || options_wants(options, "streams");
    bool wants_commits = options_wants(options, "commits");
    if (!options_wants(options, "append") && !wants_reads && !wants_commits) return;
    uint32_t appends = options_wants(options, "append") ? options->repeat : 1;
    for (uint32_t run = 0; run < appends; run++) {
        struct bench bench;
        bench_make(&bench, options);
        measure_append(&bench, "append", options->events, run);
        for (uint32_t read = 0; run + 1 == appends && read < options->repeat; read++) {
            if (wants_reads) measure_reads(&bench, read);
            if (wants_commits) measure_commits(&bench, read);
        }
        bench_free(&bench);
    }
}

// Appends at growing sizes: does the rate stay?
static void measure_flat(const struct options *options) {
    const uint64_t sizes[] = {1000000, 10000000, 50000000};
    for (uint32_t run = 0; run < options->repeat; run++) {
        for (size_t place = 0; place < sizeof sizes / sizeof *sizes; place++) {
            struct bench bench;
            bench_make(&bench, options);
            measure_append(&bench, "append_flat", sizes[place], run);
            bench_free(&bench);
        }
    }
}

int main(int count, char **arguments) {
    // LMDB takes and frees memory for every page that a transaction writes. Given back to the
    // system each time, it costs as much again as all the rest of an append.
    // 32 MiB is the most that may be asked for.
    if (mallopt(M_MMAP_THRESHOLD, 32 << 20) != 1 || mallopt(M_TRIM_THRESHOLD, 1 << 30) != 1
        || mallopt(M_TOP_PAD, 64 << 20) != 1) fail("mallopt refuses a setting");
    struct options options = options_parse(count, arguments);
    if (options.golden) {
        struct workload workload = {options.customers};
        workload_print_golden(&workload);
        return 0;
    }
    if (options.check) {
        self_check(&options);
        return 0;
    }
    if (options_wants(&options, "sync")) measure_sync(options.folder, "limit");
    measure_log(&options);
    if (options.flat) measure_flat(&options);
    return 0;
}
