// Verification: the chain of hashes, the headers, and the customer index against the blocks, by
// sums over all (customer, position) that no exchange of two of them leaves as they were.

#include "reader.h"

#include "../support.h"

#include <stdlib.h>

enum { BLOCKS_A_PART = 16 };

// What the parts of the work find; a message stands for the first thing that is wrong.
struct check {
    const struct reader *reader;
    uint8_t (*digests)[HASH_BYTES];
    uint64_t block_sums[2], index_sums[2], block_entries[2], index_entries[2];
    const char *problems[2];
};

static inline uint64_t scramble(uint64_t z) {
    z = (z ^ (z >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
    z = (z ^ (z >> 27)) * UINT64_C(0x94d049bb133111eb);
    return z ^ (z >> 31);
}

#define SUM_BLOCK(type)                                                                           \
    do {                                                                                          \
        const type *codes = (const type *)bytes;                                                  \
        for (uint32_t index = 0; index < block->count; index++) {                                 \
            uint64_t customer = base + codes[index];                                              \
            uint64_t term = scramble(customer << 32 | (first + index));                           \
            sum += customer == 0 ? 0 : term;                                                      \
            entries += customer != 0;                                                             \
        }                                                                                         \
    } while (0)

static void sum_block(struct check *check, const struct block *block, uint32_t thread) {
    const struct column *column = &block->column[COLUMN_CUSTOMER];
    const uint8_t *bytes = block_bytes(block) + column->offset;
    uint64_t sum = 0, entries = 0, base = (uint64_t)column->base;
    uint64_t first = block->first_position;
    if (column->form == FORM_INTEGER && column->width == 4) SUM_BLOCK(uint32_t);
    else if (column->form == FORM_INTEGER && column->width == 2) SUM_BLOCK(uint16_t);
    else {
        for (uint32_t index = 0; index < block->count; index++) {
            uint64_t customer = (uint64_t)block_value(block, COLUMN_CUSTOMER, index);
            if (customer == 0) continue;
            sum += scramble(customer << 32 | (first + index));
            entries++;
        }
    }
    check->block_sums[thread] += sum;
    check->block_entries[thread] += entries;
}

static const char *check_header(const struct block *block) {
    if (block->version != BLOCK_VERSION || block->columns != COLUMN_COUNT)
        return "a block's version is unknown";
    int64_t least = INT64_MAX, greatest = INT64_MIN;
    for (uint32_t index = 0; index < block->count; index++) {
        int64_t at = block_value(block, COLUMN_AT, index);
        least = at < least ? at : least;
        greatest = at > greatest ? at : greatest;
    }
    if (least != block->least_at || greatest != block->greatest_at)
        return "a block's range of time is not that of its events";
    return NULL;
}

static void check_blocks(void *context, uint32_t part, uint32_t thread) {
    struct check *check = context;
    uint32_t start = part * BLOCKS_A_PART, end = start + BLOCKS_A_PART;
    if (end > check->reader->block_count) end = check->reader->block_count;
    for (uint32_t index = start; index < end; index++) {
        const struct block *block = check->reader->blocks[index];
        // Bytes are believed where their hash is right, which the chain decides afterwards; a
        // count or an offset that leads out of the value must not be followed before that.
        if (block->count > BLOCK_CAPACITY || block->bytes > UINT32_C(1) << 30) {
            check->problems[thread] = "a block's header is damaged";
            continue;
        }
        block_digest(block, check->digests[index]);
        uint8_t own[HASH_BYTES];
        chain_hash(block->previous_hash, check->digests[index], own);
        if (memcmp(own, block->own_hash, HASH_BYTES) != 0) {
            check->problems[thread] = "a block's bytes are not those that were hashed";
            continue;
        }
        const char *problem = check_header(block);
        if (problem != NULL) check->problems[thread] = problem;
        sum_block(check, block, thread);
    }
}

static void check_run(void *context, uint32_t part, uint32_t thread) {
    struct check *check = context;
    const struct run_directory *run = &check->reader->runs[part];
    uint64_t sum = 0, last = 0;
    bool is_sorted = true;
    for (uint32_t index = 0; index < run->count; index++) {
        const struct chunk *chunk = run->chunks[index];
        const uint32_t *customers = chunk_customers(chunk), *positions = chunk_positions(chunk);
        const uint16_t *ends = chunk_ends(chunk);
        uint32_t entry = 0;
        for (uint32_t place = 0; place < chunk->customers; place++) {
            uint32_t end = chunk->is_list ? ends[place] : place + 1;
            if (end > chunk->entries) end = chunk->entries;
            for (; entry < end; entry++) {
                uint64_t pair = index_entry_make(customers[place], positions[entry]);
                is_sorted &= pair > last;
                last = pair;
                sum += scramble(pair);
            }
        }
        check->index_entries[thread] += entry;
    }
    check->index_sums[thread] += sum;
    if (!is_sorted) check->problems[thread] = "the index by customer is not in order";
}

static const char *check_chain(const struct check *check) {
    const struct reader *reader = check->reader;
    uint8_t hash[HASH_BYTES] = {0};
    uint64_t next = 1;
    for (uint32_t index = 0; index < reader->block_count; index++) {
        const struct block *block = reader->blocks[index];
        if (reader->firsts[index] != next || block->first_position != next)
            return "a position is missing";
        if (memcmp(block->previous_hash, hash, HASH_BYTES) != 0)
            return "the chain of hashes is broken";
        memcpy(hash, block->own_hash, HASH_BYTES);
        next += block->count;
    }
    MDB_cursor *cursor;
    lmdb_check(mdb_cursor_open(reader->txn, reader->store->tail, &cursor), "mdb_cursor_open");
    MDB_val key, value;
    while (mdb_cursor_get(cursor, &key, &value, MDB_NEXT) == 0) {
        const uint8_t *row = value.mv_data;
        uint8_t digest[HASH_BYTES];
        sha256(row + HASH_BYTES, value.mv_size - HASH_BYTES, digest);
        chain_hash(hash, digest, hash);
        if (position_of(&key) != next++ || memcmp(row, hash, HASH_BYTES) != 0)
            return "the tail is damaged";
    }
    mdb_cursor_close(cursor);
    if (next != reader->store->head + 1) return "the log ends before its head";
    bool is_head = memcmp(hash, reader->store->head_hash, HASH_BYTES) == 0;
    return is_head ? NULL : "the last hash is not that of the head";
}

const char *reader_verify(const struct reader *reader, struct pool *pool) {
    struct check check = {.reader = reader};
    check.digests = allocate(((size_t)reader->block_count + 1) * HASH_BYTES);
    uint32_t parts = (reader->block_count + BLOCKS_A_PART - 1) / BLOCKS_A_PART;
    pool_run(pool, parts, check_blocks, &check);
    pool_run(pool, reader->run_count, check_run, &check);
    const char *problem = check_chain(&check);
    free(check.digests);
    for (int thread = 0; thread < 2; thread++) {
        if (check.problems[thread] != NULL) return check.problems[thread];
    }
    if (problem != NULL) return problem;
    bool is_whole = check.block_sums[0] + check.block_sums[1]
            == check.index_sums[0] + check.index_sums[1]
        && check.block_entries[0] + check.block_entries[1]
            == check.index_entries[0] + check.index_entries[1];
    return is_whole ? NULL : "the index by customer is not that of the blocks";
}
