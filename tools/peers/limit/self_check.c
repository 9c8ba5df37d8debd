// Whether the limit's answers are right: a fast program that is wrong is worth nothing. Batches of
// odd sizes, singles, seals, merges, repeated and conflicting events, reopening, damage.

#include "measure.h"

#include <stdio.h>
#include <stdlib.h>

static void check_reads(struct bench *bench, const char *when) {
    struct reader reader;
    reader_begin(&reader, &bench->store);
    for (int both = 0; both < 2; both++) {
        struct pool *pool = both ? bench->pool : bench->single;
        struct scan_sums sums = reader_scan(&reader, pool);
        struct totals totals = reader_scan_all(&reader, pool);
        if (sums.events != bench->totals.events || sums.at != bench->totals.columns[COLUMN_AT]
            || sums.talk != bench->totals.columns[COLUMN_TALK]
            || sums.money != bench->totals.columns[COLUMN_MONEY]) fail("%s: scan", when);
        if (memcmp(&totals, &bench->totals, sizeof totals) != 0) fail("%s: scan of all", when);
        const char *problem = reader_verify(&reader, pool);
        if (problem != NULL) fail("%s: verify: %s", when, problem);
    }
    for (uint32_t customer = 0; customer < bench->workload.customers; customer++) {
        uint32_t symbol = bench->session.map[SYMBOL_CUSTOMER + customer];
        struct stream_sum sum = {0};
        if (symbol != 0) sum = reader_stream(&reader, symbol);
        const struct stream_sum *expected = &bench->streams[customer];
        if (sum.events != expected->events || sum.sum != expected->sum)
            fail("%s: stream of customer %u", when, customer);
    }
    reader_end(&reader);
}

static struct append_result append_singly(
    struct bench *bench, uint64_t first, uint32_t count, int64_t recorded_at) {
    struct event *events = allocate(count * sizeof *events);
    uint8_t *text = allocate(count * TEXT_STRIDE_BYTES + TEXT_SLACK_BYTES);
    workload_fill(&bench->workload, first, count, events, text);
    struct append_result sum = {0};
    for (uint32_t index = 0; index < count; index++) {
        uint64_t position = bench->store.head + 1;
        struct append_result result = store_append_one(
            &bench->store, &bench->session, &events[index], recorded_at);
        if (result.accepted == 1) bench_expect(bench, &events[index], 1, position, recorded_at);
        sum.accepted += result.accepted;
        sum.duplicates += result.duplicates;
        sum.conflicts += result.conflicts;
    }
    free(events);
    free(text);
    return sum;
}

// A batch of events that are known, known with another content, new, and twice in the batch.
static void check_repeats(struct bench *bench, uint64_t known) {
    enum { COUNT = 4000 };
    struct event *events = allocate(COUNT * sizeof *events);
    uint8_t *text = allocate(2 * COUNT * TEXT_STRIDE_BYTES + TEXT_SLACK_BYTES);
    workload_fill(&bench->workload, known, COUNT / 2, events, text);
    for (uint32_t index = 0; index < COUNT / 2; index += 4) events[index].talk += 1;
    workload_fill(
        &bench->workload, bench->events, COUNT / 4, events + COUNT / 2,
        text + COUNT * TEXT_STRIDE_BYTES);
    memcpy(
        events + COUNT / 4 * 3, events + COUNT / 2, COUNT / 4 * sizeof *events);
    events[COUNT / 4 * 3].money = ABSENT;
    uint64_t first = bench->store.head + 1;
    struct append_result result =
        store_append(&bench->store, &bench->session, events, COUNT, 7);
    if (result.accepted != COUNT / 4 || result.conflicts != COUNT / 8 + 1
        || result.duplicates != COUNT / 2 - COUNT / 8 + COUNT / 4 - 1)
        fail("repeats: a verdict is wrong");
    bench_expect(bench, events + COUNT / 2, COUNT / 4, first, 7);
    bench->events += COUNT / 4;
    check_reads(bench, "repeats");
    result = store_append(&bench->store, &bench->session, events + COUNT / 2, COUNT / 4, 8);
    if (result.duplicates != COUNT / 4) fail("repeats: a new event was not remembered");
    free(events);
    free(text);
}

// Absent values, texts of several lengths, wide values, an offset below zero.
static void check_odd_values(struct bench *bench) {
    enum { COUNT = 5000 };
    struct event *events = allocate(COUNT * sizeof *events);
    uint8_t *text = allocate(COUNT * TEXT_STRIDE_BYTES + TEXT_SLACK_BYTES);
    workload_fill(&bench->workload, bench->events, COUNT, events, text);
    for (uint32_t index = 0; index < COUNT; index++) {
        struct event *event = &events[index];
        if (index % 3 == 0) event->wait = ABSENT;
        if (index % 5 == 0) event->automation = (int64_t)index * 60000000;
        if (index % 7 == 0) event->money = -(INT64_C(1) << 40) + index;
        if (index % 11 == 0) event->hold = (int64_t)workload_mix(index, 3) >> 2;
        if (index % 13 == 0) event->ref_length = (uint16_t)(index % 10);
        // Another key, since the last digit goes, and a source of its own.
        if (index % 17 == 0) {
            event->key_length = KEY_LENGTH - 1;
            event->source = SYMBOL_REF;
        }
        event->offset = (int16_t)(index % 300 - 150);
        event->issue = index % 2 == 0 ? 0 : event->customer;
    }
    uint64_t first = bench->store.head + 1;
    struct append_result result =
        store_append(&bench->store, &bench->session, events, COUNT, -5);
    if (result.accepted != COUNT) fail("odd values: an event was not new");
    bench_expect(bench, events, COUNT, first, -5);
    bench->events += COUNT;
    struct reader reader;
    reader_begin(&reader, &bench->store);
    for (uint32_t index = 0; index < COUNT; index++) {
        const struct block *block = store_block(&bench->store, reader.txn, first + index);
        struct event event;
        int64_t recorded_at;
        block_event(block, (uint32_t)(first + index - block->first_position), &event,
                    &recorded_at);
        const struct event *expected = &events[index];
        if (event.wait != expected->wait || event.hold != expected->hold
            || event.automation != expected->automation || event.money != expected->money
            || event.offset != expected->offset || event.key_length != expected->key_length
            || memcmp(event.key, expected->key, event.key_length) != 0
            || event.ref_length != expected->ref_length || recorded_at != -5
            || memcmp(event.ref, expected->ref, event.ref_length) != 0)
            fail("odd values: event %u came back changed", index);
    }
    reader_end(&reader);
    free(events);
    free(text);
}

// Every bit of some bytes of a block is turned in a copy, which no longer has its hash.
static void check_damage(struct bench *bench) {
    struct reader reader;
    reader_begin(&reader, &bench->store);
    const struct block *block = reader.blocks[reader.block_count / 2];
    struct block *copy = allocate(block->bytes);
    memcpy(copy, block, block->bytes);
    reader.blocks[reader.block_count / 2] = copy;
    if (reader_verify(&reader, bench->single) != NULL) fail("damage: a copy is not sound");
    for (uint32_t place = 0; place < block->bytes; place += 1 + block->bytes / 500) {
        uint8_t *byte = (uint8_t *)copy + place, bit = (uint8_t)(1 << place % 8);
        *byte ^= bit;
        // The length is believed before the hash is known: a wrong one may lead out of the copy.
        bool is_length = place >= offsetof(struct block, bytes)
            && place < offsetof(struct block, columns);
        if (!is_length && reader_verify(&reader, bench->single) == NULL)
            fail("damage: a turned bit at byte %u is not found", place);
        *byte ^= bit;
    }
    free(copy);
    reader_end(&reader);
}

void self_check(const struct options *options) {
    struct options own = *options;
    own.customers = 900;
    own.batch = 700;
    struct bench bench;
    bench_make(&bench, &own);
    check_reads(&bench, "empty");
    for (int round = 0; round < 3; round++) {
        bench_append(&bench, 20000 + (uint64_t)round * 777);
        check_reads(&bench, "batches");
        uint64_t first = bench.events;
        uint32_t singles = round == 0 ? BLOCK_CAPACITY + 5 : 300;
        if (append_singly(&bench, first, singles, 50 + round).accepted != singles)
            fail("singles: an event was not new");
        bench.events += singles;
        check_reads(&bench, "singles");
        struct append_result again = append_singly(&bench, first + singles - 3, 3, 99);
        if (again.duplicates != 3) fail("singles: a repeated event was not known");
        check_reads(&bench, "after singles");
        append_singly(&bench, bench.events, 2, 100 + round);
        bench.events += 2;
        check_repeats(&bench, first - 1900);
        check_odd_values(&bench);
        check_reads(&bench, "odd values");
        uint64_t head = bench.store.head;
        append_singly(&bench, bench.events, 2, 200 + round);
        bench.events += 2;
        bench_close(&bench);
        bench_open(&bench);
        if (bench.store.head != head + 2) fail("reopened: the head is not where it was");
        check_reads(&bench, "reopened");
        check_damage(&bench);
    }
    uint64_t events = bench.store.head;
    uint32_t runs = bench.store.run_count;
    bench_free(&bench);
    json_begin("limit", "self_check");
    json_integer("events", events);
    json_integer("index_runs", runs);
    json_text("answer", "sound");
    json_end();
}
