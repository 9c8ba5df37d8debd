// Reading the log: a snapshot with the places of its blocks and index chunks, scans, streams of
// customers, and verification.
#pragma once

#include "store.h"

struct run_directory {
    uint32_t *firsts;
    const struct chunk **chunks;
    uint32_t count, capacity;
};

// Pointers lead into the memory map and are good until the end of the transaction.
struct reader {
    struct store *store;
    MDB_txn *txn;
    const struct block **blocks;
    uint64_t *firsts;
    uint32_t block_count;
    uint64_t sealed;
    struct run_directory *runs;
    uint32_t run_count;
    struct tail_events tail;
};

void reader_begin(struct reader *reader, struct store *store);
void reader_end(struct reader *reader);

struct scan_sums {
    uint64_t events, at, talk, money;
};

// Three columns of every event, added up.
struct scan_sums reader_scan(const struct reader *reader, struct pool *pool);
// Every column of every event, and the bytes of its texts.
struct totals reader_scan_all(const struct reader *reader, struct pool *pool);

// One customer's events in the order of the log, as a sum of position, at, talk and money.
struct stream_sum {
    uint32_t events;
    uint64_t sum;
};

static inline uint64_t stream_term(uint64_t position, int64_t at, int64_t talk, int64_t money) {
    return position * UINT64_C(0x9e3779b97f4a7c15) + (uint64_t)at + (uint64_t)talk * 3
        + (uint64_t)money * 7;
}

struct stream_sum reader_stream(const struct reader *reader, uint32_t customer);

// Null where all is sound; what is wrong, in words, where it is not.
const char *reader_verify(const struct reader *reader, struct pool *pool);
