// A block: up to 4096 events of consecutive positions, column by column, and its place in the chain
// of hashes. Readable in place; a block is never changed.
#pragma once

#include "columns.h"

// Columns in the order in which they lie. Numbers first, then symbols, then small codes, texts.
enum {
    COLUMN_AT, COLUMN_RECORDED_AT, COLUMN_AUTOMATION, COLUMN_WAIT, COLUMN_TALK, COLUMN_HOLD,
    COLUMN_WRAP_UP, COLUMN_ENDED, COLUMN_MONEY, COLUMN_OFFSET,
    INTEGER_COLUMNS,
    COLUMN_SOURCE = INTEGER_COLUMNS, COLUMN_CUSTOMER, COLUMN_ISSUE, COLUMN_CHANNEL,
    COLUMN_MODALITY, COLUMN_INTENT, COLUMN_SEGMENT, COLUMN_TEAM, COLUMN_TIER, COLUMN_AGENT,
    COLUMN_TRANSFER_TARGET, COLUMN_REF_NAME,
    SYMBOL_COLUMNS_END,
    COLUMN_KIND = SYMBOL_COLUMNS_END, COLUMN_DIRECTION, COLUMN_ACTOR, COLUMN_OUTCOME,
    COLUMN_KEY_LENGTH, COLUMN_REF_LENGTH,
    VALUE_COLUMNS,
    COLUMN_KEY = VALUE_COLUMNS, COLUMN_REF,
    COLUMN_COUNT,
};

enum { HASH_BYTES = 32, BLOCK_VERSION = 1 };

// The two hashes stand outside of what is hashed: own = SHA-256(previous, SHA-256(the rest)), so
// that blocks can be hashed side by side and only the short end is done one after another.
struct block {
    uint8_t previous_hash[HASH_BYTES], own_hash[HASH_BYTES];
    uint32_t version, count;
    uint64_t first_position;
    int64_t least_at, greatest_at, least_recorded_at, greatest_recorded_at;
    // All bytes that count, this header included; padding of the value follows.
    uint32_t bytes, columns;
    struct column column[COLUMN_COUNT];
};

enum { BLOCK_HASHED_FROM = 2 * HASH_BYTES };

static inline const uint8_t *block_bytes(const struct block *block) {
    return (const uint8_t *)block;
}

static inline int64_t block_value(const struct block *block, int column, uint32_t index) {
    return column_value(&block->column[column], block_bytes(block), index);
}

// A block of so many bytes as a value that fills its overflow pages: k * 4096 - 16.
static inline size_t block_value_bytes(size_t bytes) {
    return (bytes + 16 + 4095) / 4096 * 4096 - 16;
}

// One thread's room for encoding.
struct block_encoder {
    int64_t *integers[INTEGER_COLUMNS];
    uint32_t *symbols[VALUE_COLUMNS - INTEGER_COLUMNS];
    uint64_t *scratch;
    struct code_book book;
};

void block_encoder_make(struct block_encoder *encoder);
void block_encoder_free(struct block_encoder *encoder);

// What a block is made of.
struct block_input {
    const struct event *events;
    uint32_t count;
    uint64_t first_position;
    // When the log took the events in: all of them at once, or each at its own time.
    int64_t recorded_at;
    const int64_t *recorded_at_each;
    // Leads from the session's symbols to the log's, which are less than `symbols`.
    const uint32_t *symbol_map;
    uint32_t symbols;
};

// The most bytes that a block of these events can take.
size_t block_bound(const struct event *events, uint32_t count);

// Encodes and digests: fills `out` (aligned to 8, with room for the bound) but for the two hashes,
// which come when it is put into the chain.
void block_encode(
    struct block_encoder *encoder, const struct block_input *input, struct block *out,
    uint8_t digest[HASH_BYTES]);
void block_digest(const struct block *block, uint8_t digest[HASH_BYTES]);

// The next hash of the chain.
void chain_hash(
    const uint8_t previous[HASH_BYTES], const uint8_t digest[HASH_BYTES], uint8_t out[HASH_BYTES]);
void sha256(const void *bytes, size_t count, uint8_t out[HASH_BYTES]);

// The event at `index`, with the log's symbols; texts point into the block.
void block_event(
    const struct block *block, uint32_t index, struct event *event, int64_t *recorded_at);

// What reading every column comes to; the same sums are made of the events that were put in.
struct totals {
    uint64_t events;
    uint64_t columns[VALUE_COLUMNS];
    uint64_t key_hashes, ref_hashes;
};

void totals_add_block(struct totals *totals, const struct block *block);
void totals_add_event(
    struct totals *totals, const struct event *event, const uint32_t *symbol_map,
    int64_t recorded_at);
void totals_add(struct totals *totals, const struct totals *other);
