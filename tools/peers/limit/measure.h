// The measurements, each of which checks its answer and prints one line.
#pragma once

#include "reader.h"

#include "../support.h"

// A log with what is known of the events in it.
struct bench {
    const struct options *options;
    struct workload workload;
    struct pool *pool, *single;
    struct store store;
    struct session session;
    char *folder;
    uint64_t events;
    // For each customer of the workload what reading his stream must give.
    struct stream_sum *streams;
    struct totals totals;
};

void bench_make(struct bench *bench, const struct options *options);
void bench_open(struct bench *bench);
void bench_close(struct bench *bench);
void bench_free(struct bench *bench);

// Appends so many more events of the workload, in batches; only the appends are timed.
struct append_time {
    double seconds, cpu_seconds;
    uint64_t written_bytes;
};
struct append_time bench_append(struct bench *bench, uint64_t events);
// Enters into what is known that these events are the next ones of the log.
void bench_expect(
    struct bench *bench, const struct event *events, uint32_t count, uint64_t first_position,
    int64_t recorded_at);
uint64_t bench_data_bytes(const struct bench *bench);

void measure_append(struct bench *bench, const char *name, uint64_t events, uint32_t run);
void measure_reads(struct bench *bench, uint32_t run);
void measure_commits(struct bench *bench, uint32_t run);

// Small logs with everything in them; ends the program where an answer is wrong.
void self_check(const struct options *options);
