// Append, open, scans, verification and streams.

#define _GNU_SOURCE
#include "measure.h"

#include <stdio.h>
#include <stdlib.h>

enum { GENERATED_AT_ONCE = 1000000, STREAMS_A_SNAPSHOT = 4096, STREAM_SNAPSHOTS = 25 };

static const int64_t FIRST_RECORDED_AT = INT64_C(1800000000000000);

void bench_make(struct bench *bench, const struct options *options) {
    *bench = (struct bench){.options = options, .workload = {options->customers}};
    bench->pool = pool_make(options->threads);
    bench->single = pool_make(1);
    bench->folder = scratch_make(options->folder, "limit");
    bench->streams = calloc(options->customers, sizeof *bench->streams);
    if (bench->streams == NULL) fail("no memory for what is expected");
    session_make(&bench->session, &bench->workload);
    bench_open(bench);
}

void bench_open(struct bench *bench) { store_open(&bench->store, bench->folder, bench->pool); }

void bench_close(struct bench *bench) { store_close(&bench->store); }

void bench_free(struct bench *bench) {
    bench_close(bench);
    session_free(&bench->session);
    free(bench->streams);
    pool_free(bench->pool);
    pool_free(bench->single);
    scratch_remove(bench->folder);
}

uint64_t bench_data_bytes(const struct bench *bench) {
    char *path = NULL;
    if (asprintf(&path, "%s/data.mdb", bench->folder) < 0) fail("no memory");
    uint64_t bytes = allocated_bytes(path);
    free(path);
    return bytes;
}

void bench_expect(
    struct bench *bench, const struct event *events, uint32_t count, uint64_t first_position,
    int64_t recorded_at) {
    for (uint32_t index = 0; index < count; index++) {
        const struct event *event = &events[index];
        struct stream_sum *stream = &bench->streams[event->customer - SYMBOL_CUSTOMER];
        stream->events++;
        stream->sum +=
            stream_term(first_position + index, event->at, event->talk, event->money);
        totals_add_event(&bench->totals, event, bench->session.map, recorded_at);
    }
}

struct append_time bench_append(struct bench *bench, uint64_t events) {
    uint64_t batch = bench->options->batch;
    uint64_t room = batch > GENERATED_AT_ONCE ? batch : GENERATED_AT_ONCE / batch * batch;
    struct event *made = allocate(room * sizeof *made);
    uint8_t *text = allocate(room * TEXT_STRIDE_BYTES + TEXT_SLACK_BYTES);
    struct append_time time = {0};
    for (uint64_t done = 0; done < events;) {
        uint64_t count = events - done < room ? events - done : room;
        merger_pause(&bench->store.merger, true);
        workload_fill(&bench->workload, bench->events, count, made, text);
        merger_pause(&bench->store.merger, false);
        uint64_t written = written_bytes(), first = bench->store.head + 1;
        double cpu = cpu_seconds(), begun = now_seconds();
        for (uint64_t start = 0; start < count; start += batch) {
            uint32_t size = (uint32_t)(count - start < batch ? count - start : batch);
            int64_t recorded_at = FIRST_RECORDED_AT + (int64_t)(bench->events + start);
            struct append_result result = store_append(
                &bench->store, &bench->session, made + start, size, recorded_at);
            if (result.accepted != size) fail("append: %u events, not all are new", size);
        }
        if (done + count == events) store_settle(&bench->store);
        time.seconds += now_seconds() - begun;
        time.cpu_seconds += cpu_seconds() - cpu;
        time.written_bytes += written_bytes() - written;
        merger_pause(&bench->store.merger, true);
        for (uint64_t start = 0; start < count; start += batch) {
            uint32_t size = (uint32_t)(count - start < batch ? count - start : batch);
            int64_t recorded_at = FIRST_RECORDED_AT + (int64_t)(bench->events + start);
            bench_expect(bench, made + start, size, first + start, recorded_at);
        }
        merger_pause(&bench->store.merger, false);
        bench->events += count;
        done += count;
    }
    free(made);
    free(text);
    return time;
}

void measure_append(struct bench *bench, const char *name, uint64_t events, uint32_t run) {
    struct append_time time = bench_append(bench, events);
    if (bench->store.head != bench->totals.events) fail("append: the head is not at the end");
    json_begin("limit", name);
    json_integer("run", run);
    json_integer("events", events);
    json_integer("batch", bench->options->batch);
    json_integer("threads", bench->options->threads);
    json_number("seconds", time.seconds);
    json_number("cpu_seconds", time.cpu_seconds);
    json_number("per_second", (double)events / time.seconds);
    json_number("bytes_per_event", (double)bench_data_bytes(bench) / (double)events);
    json_number("written_bytes_per_event", (double)time.written_bytes / (double)events);
    json_integer("id_table_bytes", ids_memory_bytes(&bench->store.ids));
    json_integer("index_runs", bench->store.run_count);
    json_end();
}

static void print_rate(
    const char *name, uint32_t run, uint64_t items, const char *unit, uint32_t threads,
    double seconds) {
    json_begin("limit", name);
    json_integer("run", run);
    json_integer(unit, items);
    json_integer("threads", threads);
    json_number("seconds", seconds);
    json_number("per_second", (double)items / seconds);
    json_end();
}

static void measure_scans(
    const struct bench *bench, const struct reader *reader, struct pool *pool, uint32_t run) {
    const struct totals *expected = &bench->totals;
    uint64_t events = bench->store.head;
    double begun = now_seconds();
    struct scan_sums sums = reader_scan(reader, pool);
    double seconds = now_seconds() - begun;
    if (sums.events != events || sums.at != expected->columns[COLUMN_AT]
        || sums.talk != expected->columns[COLUMN_TALK]
        || sums.money != expected->columns[COLUMN_MONEY]) fail("scan: a sum is wrong");
    print_rate("scan", run, events, "events", pool_threads(pool), seconds);
    begun = now_seconds();
    struct totals totals = reader_scan_all(reader, pool);
    seconds = now_seconds() - begun;
    if (memcmp(&totals, expected, sizeof totals) != 0) fail("scan_all: a sum is wrong");
    print_rate("scan_all", run, events, "events", pool_threads(pool), seconds);
    begun = now_seconds();
    const char *problem = reader_verify(reader, pool);
    seconds = now_seconds() - begun;
    if (problem != NULL) fail("verify: %s", problem);
    print_rate("verify", run, events, "events", pool_threads(pool), seconds);
}

static void measure_streams(struct bench *bench, uint32_t run) {
    uint32_t count = STREAMS_A_SNAPSHOT * STREAM_SNAPSHOTS;
    uint32_t *chosen = allocate(count * sizeof *chosen);
    struct stream_sum *sums = allocate(count * sizeof *sums);
    for (uint32_t index = 0; index < count; index++) {
        chosen[index] =
            (uint32_t)(workload_mix(index + UINT64_C(1000000000) * (run + 1), 1)
                       % bench->workload.customers);
    }
    double begun = now_seconds();
    for (uint32_t start = 0; start < count; start += STREAMS_A_SNAPSHOT) {
        struct reader reader;
        reader_begin(&reader, &bench->store);
        for (uint32_t index = start; index < start + STREAMS_A_SNAPSHOT; index++) {
            uint32_t customer = bench->session.map[SYMBOL_CUSTOMER + chosen[index]];
            sums[index] = (struct stream_sum){0};
            if (customer != 0) sums[index] = reader_stream(&reader, customer);
        }
        reader_end(&reader);
    }
    double seconds = now_seconds() - begun;
    uint64_t events = 0;
    for (uint32_t index = 0; index < count; index++) {
        const struct stream_sum *expected = &bench->streams[chosen[index]];
        if (sums[index].events != expected->events || sums[index].sum != expected->sum)
            fail("streams: that of customer %u is wrong", chosen[index]);
        events += sums[index].events;
    }
    free(chosen);
    free(sums);
    json_begin("limit", "streams");
    json_integer("run", run);
    json_integer("streams", count);
    json_integer("threads", 1);
    json_number("events_per_stream", (double)events / count);
    json_number("seconds", seconds);
    json_number("per_second", count / seconds);
    json_end();
}

void measure_reads(struct bench *bench, uint32_t run) {
    const struct options *options = bench->options;
    uint64_t head = bench->store.head;
    bench_close(bench);
    double begun = now_seconds();
    bench_open(bench);
    double seconds = now_seconds() - begun;
    if (bench->store.head != head) fail("open: the head is not where it was");
    if (options_wants(options, "open"))
        print_rate("open", run, head, "events", options->threads, seconds);
    if (options_wants(options, "scan")) {
        struct reader reader;
        reader_begin(&reader, &bench->store);
        measure_scans(bench, &reader, bench->single, run);
        if (options->threads > 1) measure_scans(bench, &reader, bench->pool, run);
        reader_end(&reader);
    }
    if (options_wants(options, "streams")) measure_streams(bench, run);
}
