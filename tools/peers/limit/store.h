// The log: blocks, dictionary, index by customer and tail in one LMDB environment, the ids in
// memory.
#pragma once

#include "blocks.h"
#include "customers.h"
#include "ids.h"
#include "merger.h"
#include "pool.h"

#include <lmdb.h>

enum { MOST_RUNS = 256 };

// Names in the order of their symbols, 0 being the empty name.
struct dictionary {
    char *text;
    size_t text_bytes, text_capacity;
    uint32_t *starts;
    uint64_t *hashes;
    uint32_t count, capacity;
    uint32_t *slots;
    uint32_t slot_bits;
    // How many are in the store.
    uint32_t stored;
};

struct position_key {
    uint8_t bytes[8];
};

struct store {
    MDB_env *env;
    MDB_dbi blocks, dictionary, customers, tail;
    struct pool *pool;
    struct dictionary names;
    struct id_table ids;
    // The last position, and the hash there; `sealed` is that of the last block.
    uint64_t head, tail_count;
    uint8_t head_hash[HASH_BYTES], sealed_hash[HASH_BYTES];
    struct run runs[MOST_RUNS];
    uint32_t run_count, next_run;
    struct merger merger;
    struct block_encoder encoders[2];
    // Room of a batch, kept from one to the next.
    struct append_room *room;
};

// What an appending program has: its own symbols, and what they are in the log.
struct session {
    const struct workload *workload;
    uint32_t *map;
    uint8_t *is_known;
    uint32_t count;
};

struct append_result {
    uint64_t accepted, duplicates, conflicts;
};

// Ends the program where LMDB gives an error.
void lmdb_check(int status, const char *operation);

void store_open(struct store *store, const char *folder, struct pool *pool);
void store_close(struct store *store);

void session_make(struct session *session, const struct workload *workload);
void session_free(struct session *session);

// Appends the events in one durable transaction. What is in the log already is left out.
struct append_result store_append(
    struct store *store, struct session *session, const struct event *events, uint32_t count,
    int64_t recorded_at);
// Appends one event by way of the tail, in one durable transaction; seals a full tail.
struct append_result store_append_one(
    struct store *store, struct session *session, const struct event *event, int64_t recorded_at);
// Ends and stores the merges that are due.
void store_settle(struct store *store);

// MARK: - Parts

uint32_t dictionary_intern(struct dictionary *names, const char *name, size_t length);
void dictionary_make(struct dictionary *names);
void dictionary_free(struct dictionary *names);
void dictionary_store(struct dictionary *names, MDB_txn *txn, MDB_dbi table);
void dictionary_load(struct dictionary *names, MDB_txn *txn, MDB_dbi table);

struct position_key position_key(uint64_t position);
uint64_t position_of(const MDB_val *key);

void session_map_event(
    struct session *session, struct dictionary *names, const struct event *event);
uint64_t session_source_hash(const struct session *session, uint32_t source);

// Chunks into the index, as the run that they belong to; away with the runs of a finished merge.
void runs_put(struct store *store, MDB_txn *txn, const struct chunk_list *chunks, struct run run);
void runs_take_merge(struct store *store, MDB_txn *txn);
void runs_begin_merge(struct store *store);

// One event of the tail. The row begins with the hash of the chain there.
size_t tail_row_bytes(const struct event *event);
void tail_encode(
    const struct event *event, const uint32_t *symbol_map, int64_t recorded_at, uint8_t *row);
void tail_decode(const uint8_t *row, struct event *event, int64_t *recorded_at);
// The events of the tail and their texts; the caller frees `memory`.
struct tail_events {
    struct event *events;
    int64_t *recorded_at;
    uint32_t count;
    void *memory;
};
struct tail_events tail_read(struct store *store, MDB_txn *txn);
// Seals what the tail holds into a block.
void tail_seal(struct store *store, MDB_txn *txn);

// The block that holds a position, or null.
const struct block *store_block(struct store *store, MDB_txn *txn, uint64_t position);
void store_put_block(
    struct store *store, MDB_txn *txn, struct block *block, const uint8_t digest[HASH_BYTES]);
