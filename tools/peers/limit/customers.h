// The index by customer: sorted runs of (customer, position), cut into chunks that are one LMDB
// value each.
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
    // Fills 16 overflow pages.
    CHUNK_LIMIT_BYTES = 16 * 4096 - 16,
    RUN_KEY_BYTES = 16,
    RUNS_TO_MERGE = 8,
    // A merge that would make a longer run is not begun.
    RUN_LIMIT_ENTRIES = 8 << 20,
};

// Customer in the high half, position in the low one.
typedef uint64_t index_entry;

static inline index_entry index_entry_make(uint32_t customer, uint32_t position) {
    return (uint64_t)customer << 32 | position;
}

struct run {
    uint32_t number, level;
    uint64_t entries;
    // The least of its positions; runs do not overlap.
    uint64_t first_position;
};

// A chunk's header. In pair form the customers of all entries follow, then the positions; in list
// form each customer once, where his positions end (16 bits), padding to 4 bytes, the positions.
struct chunk {
    uint32_t run, level;
    uint32_t entries, customers;
    uint32_t is_list, bytes;
    // The least position of the whole run.
    uint64_t first_position;
};

static inline const uint32_t *chunk_customers(const struct chunk *chunk) {
    return (const uint32_t *)(chunk + 1);
}

static inline const uint16_t *chunk_ends(const struct chunk *chunk) {
    return (const uint16_t *)(chunk_customers(chunk) + chunk->customers);
}

static inline const uint32_t *chunk_positions(const struct chunk *chunk) {
    uint32_t words = chunk->is_list ? (chunk->customers + 1) / 2 : 0;
    return chunk_customers(chunk) + chunk->customers + words;
}

// Chunks in memory, one behind the other, ready to be copied into the store.
struct chunk_list {
    uint8_t *bytes;
    size_t *offsets;
    uint32_t count;
};

void sort_entries(index_entry *entries, index_entry *scratch, size_t count);

// Called between two chunks of long work.
typedef void chunk_pause(void *context);

// Cuts sorted entries into chunks, in the shorter of the two forms. `pause` may be null.
void chunks_build(
    struct chunk_list *chunks, const index_entry *entries, size_t count, struct run run,
    chunk_pause *pause, void *context);
void chunks_free(struct chunk_list *chunks);

static inline struct chunk *chunk_at(const struct chunk_list *chunks, uint32_t index) {
    return (struct chunk *)(chunks->bytes + chunks->offsets[index]);
}

// The key of a chunk: run, first customer, first position, so that keys sort as they do.
void run_key(uint8_t key[RUN_KEY_BYTES], uint32_t run, uint32_t customer, uint64_t position);

// The positions of a customer in a chunk: how many, and where they begin.
uint32_t chunk_find(const struct chunk *chunk, uint32_t customer, const uint32_t **positions);

// Puts all entries of the chunks in order. Runs are given in the order of their positions.
index_entry *chunks_merge(
    const struct chunk *const *chunks, size_t count, size_t *entry_count,
    chunk_pause *pause, void *context);
