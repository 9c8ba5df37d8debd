// Snapshots, scans and streams.

#include "reader.h"

#include "../support.h"

#include <stdlib.h>

enum { BLOCKS_A_PART = 16 };

static void list_blocks(struct reader *reader) {
    MDB_stat stat;
    lmdb_check(mdb_stat(reader->txn, reader->store->blocks, &stat), "mdb_stat");
    reader->blocks = allocate((stat.ms_entries + 1) * sizeof *reader->blocks);
    reader->firsts = allocate((stat.ms_entries + 1) * sizeof *reader->firsts);
    MDB_cursor *cursor;
    lmdb_check(mdb_cursor_open(reader->txn, reader->store->blocks, &cursor), "mdb_cursor_open");
    MDB_val key, value;
    int status;
    while ((status = mdb_cursor_get(cursor, &key, &value, MDB_NEXT)) == 0) {
        reader->firsts[reader->block_count] = position_of(&key);
        reader->blocks[reader->block_count++] = value.mv_data;
    }
    if (status != MDB_NOTFOUND) lmdb_check(status, "mdb_cursor_get");
    mdb_cursor_close(cursor);
    if (reader->block_count > 0) {
        const struct block *last = reader->blocks[reader->block_count - 1];
        reader->sealed = last->first_position + last->count - 1;
    }
}

static void list_chunk(struct reader *reader, const MDB_val *key, const struct chunk *chunk) {
    uint32_t words[2];
    memcpy(words, key->mv_data, sizeof words);
    uint32_t number = __builtin_bswap32(words[0]), place = 0;
    while (place < reader->run_count && reader->store->runs[place].number != number) place++;
    if (place == reader->run_count) fail("customers: run %u is not expected", number);
    struct run_directory *run = &reader->runs[place];
    if (run->count == run->capacity) {
        run->capacity = run->capacity * 2 + 16;
        run->firsts = realloc(run->firsts, run->capacity * sizeof *run->firsts);
        run->chunks = realloc(run->chunks, run->capacity * sizeof *run->chunks);
        if (run->firsts == NULL || run->chunks == NULL) fail("no memory for a directory");
    }
    run->firsts[run->count] = __builtin_bswap32(words[1]);
    run->chunks[run->count++] = chunk;
}

void reader_begin(struct reader *reader, struct store *store) {
    *reader = (struct reader){.store = store, .run_count = store->run_count};
    lmdb_check(mdb_txn_begin(store->env, NULL, MDB_RDONLY, &reader->txn), "mdb_txn_begin");
    list_blocks(reader);
    reader->runs = calloc(MOST_RUNS, sizeof *reader->runs);
    if (reader->runs == NULL) fail("no memory for a directory");
    MDB_cursor *cursor;
    lmdb_check(mdb_cursor_open(reader->txn, store->customers, &cursor), "mdb_cursor_open");
    MDB_val key, value;
    int status;
    while ((status = mdb_cursor_get(cursor, &key, &value, MDB_NEXT)) == 0)
        list_chunk(reader, &key, value.mv_data);
    if (status != MDB_NOTFOUND) lmdb_check(status, "mdb_cursor_get");
    mdb_cursor_close(cursor);
    reader->tail = tail_read(store, reader->txn);
}

void reader_end(struct reader *reader) {
    mdb_txn_abort(reader->txn);
    for (uint32_t run = 0; run < reader->run_count; run++) {
        free(reader->runs[run].firsts);
        free(reader->runs[run].chunks);
    }
    free(reader->runs);
    free(reader->blocks);
    free(reader->firsts);
    free(reader->tail.memory);
}

// MARK: - Scans

struct scan {
    const struct reader *reader;
    struct scan_sums sums[2];
    struct totals totals[2];
};

static uint32_t parts(const struct reader *reader) {
    return (reader->block_count + BLOCKS_A_PART - 1) / BLOCKS_A_PART;
}

static void part_range(
    const struct reader *reader, uint32_t part, uint32_t *start, uint32_t *end) {
    *start = part * BLOCKS_A_PART;
    *end = *start + BLOCKS_A_PART;
    if (*end > reader->block_count) *end = reader->block_count;
}

static void scan_part(void *context, uint32_t part, uint32_t thread) {
    struct scan *scan = context;
    struct scan_sums sums = scan->sums[thread];
    uint32_t start, end;
    part_range(scan->reader, part, &start, &end);
    for (uint32_t index = start; index < end; index++) {
        const struct block *block = scan->reader->blocks[index];
        const uint8_t *bytes = block_bytes(block);
        sums.events += block->count;
        sums.at += column_sum(&block->column[COLUMN_AT], bytes, block->count);
        sums.talk += column_sum(&block->column[COLUMN_TALK], bytes, block->count);
        sums.money += column_sum(&block->column[COLUMN_MONEY], bytes, block->count);
    }
    scan->sums[thread] = sums;
}

struct scan_sums reader_scan(const struct reader *reader, struct pool *pool) {
    struct scan scan = {.reader = reader};
    pool_run(pool, parts(reader), scan_part, &scan);
    struct scan_sums sums = scan.sums[0];
    sums.events += scan.sums[1].events;
    sums.at += scan.sums[1].at;
    sums.talk += scan.sums[1].talk;
    sums.money += scan.sums[1].money;
    for (uint32_t index = 0; index < reader->tail.count; index++) {
        sums.events++;
        sums.at += (uint64_t)reader->tail.events[index].at;
        sums.talk += (uint64_t)reader->tail.events[index].talk;
        sums.money += (uint64_t)reader->tail.events[index].money;
    }
    return sums;
}

static void scan_all_part(void *context, uint32_t part, uint32_t thread) {
    struct scan *scan = context;
    uint32_t start, end;
    part_range(scan->reader, part, &start, &end);
    for (uint32_t index = start; index < end; index++)
        totals_add_block(&scan->totals[thread], scan->reader->blocks[index]);
}

struct totals reader_scan_all(const struct reader *reader, struct pool *pool) {
    struct scan scan = {.reader = reader};
    pool_run(pool, parts(reader), scan_all_part, &scan);
    totals_add(&scan.totals[0], &scan.totals[1]);
    if (reader->tail.count > 0) {
        uint32_t count = reader->store->names.count, *same = allocate((size_t)count * 4);
        for (uint32_t symbol = 0; symbol < count; symbol++) same[symbol] = symbol;
        for (uint32_t index = 0; index < reader->tail.count; index++) {
            totals_add_event(
                &scan.totals[0], &reader->tail.events[index], same,
                reader->tail.recorded_at[index]);
        }
        free(same);
    }
    return scan.totals[0];
}

// MARK: - Streams

// The places of one stream that are looked up together, so that the misses of the caches overlap.
enum { TOGETHER = 64 };

struct place {
    const struct block *block;
    uint32_t index;
};

static struct place locate(const struct reader *reader, uint32_t position) {
    // Blocks are of about the same size: guess by proportion, then step.
    uint64_t guess = (uint64_t)(position - 1) * reader->block_count / reader->sealed;
    while (guess + 1 < reader->block_count && reader->firsts[guess + 1] <= position) guess++;
    while (reader->firsts[guess] > position) guess--;
    return (struct place){
        reader->blocks[guess], (uint32_t)(position - reader->firsts[guess])};
}

static inline void prefetch(struct place place, int number) {
    const struct column *column = &place.block->column[number];
    __builtin_prefetch(
        block_bytes(place.block) + column->offset + (size_t)place.index * column->width);
}

static void add_positions(
    const struct reader *reader, const uint32_t *positions, uint32_t count,
    struct stream_sum *sum) {
    struct place places[TOGETHER];
    while (count > 0) {
        uint32_t some = count < TOGETHER ? count : TOGETHER;
        for (uint32_t index = 0; index < some; index++) {
            places[index] = locate(reader, positions[index]);
            prefetch(places[index], COLUMN_AT);
            prefetch(places[index], COLUMN_TALK);
            prefetch(places[index], COLUMN_MONEY);
        }
        for (uint32_t index = 0; index < some; index++) {
            const struct block *block = places[index].block;
            uint32_t at = places[index].index;
            sum->sum += stream_term(
                positions[index], block_value(block, COLUMN_AT, at),
                block_value(block, COLUMN_TALK, at), block_value(block, COLUMN_MONEY, at));
        }
        sum->events += some;
        positions += some;
        count -= some;
    }
}

// The last chunk that begins before the customer, since his list may begin at its end; then those
// that begin with him.
static void add_run(
    const struct reader *reader, const struct run_directory *run, uint32_t customer,
    struct stream_sum *sum) {
    uint32_t low = 0, high = run->count;
    while (low < high) {
        uint32_t middle = low + (high - low) / 2;
        if (run->firsts[middle] < customer) low = middle + 1;
        else high = middle;
    }
    for (uint32_t index = low > 0 ? low - 1 : 0; index < run->count; index++) {
        if (run->firsts[index] > customer) break;
        const uint32_t *positions = NULL;
        uint32_t count = chunk_find(run->chunks[index], customer, &positions);
        add_positions(reader, positions, count, sum);
    }
}

struct stream_sum reader_stream(const struct reader *reader, uint32_t customer) {
    struct stream_sum sum = {0};
    for (uint32_t run = 0; run < reader->run_count; run++)
        add_run(reader, &reader->runs[run], customer, &sum);
    for (uint32_t index = 0; index < reader->tail.count; index++) {
        const struct event *event = &reader->tail.events[index];
        if (event->customer != customer) continue;
        uint64_t position = reader->sealed + 1 + index;
        sum.sum += stream_term(position, event->at, event->talk, event->money);
        sum.events++;
    }
    return sum;
}
