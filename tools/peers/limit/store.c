// Opening and closing a log, and the small things that its parts share.

#define _GNU_SOURCE
#include "store.h"

#include "../support.h"
#include "append.h"

#include <stdlib.h>

static const size_t MAP_BYTES = (size_t)256 << 30;

void lmdb_check(int status, const char *operation) {
    if (status != 0) fail("%s: %s", operation, mdb_strerror(status));
}

struct position_key position_key(uint64_t position) {
    struct position_key key;
    uint64_t swapped = __builtin_bswap64(position);
    memcpy(key.bytes, &swapped, 8);
    return key;
}

uint64_t position_of(const MDB_val *key) {
    uint64_t swapped;
    memcpy(&swapped, key->mv_data, 8);
    return __builtin_bswap64(swapped);
}

// MARK: - Sessions

void session_make(struct session *session, const struct workload *workload) {
    uint32_t count = workload_symbol_count(workload);
    *session = (struct session){.workload = workload, .count = count};
    session->map = calloc(count, sizeof *session->map);
    session->is_known = calloc(count, 1);
    if (session->map == NULL || session->is_known == NULL) fail("no memory for a session");
    session->is_known[0] = 1;
}

void session_free(struct session *session) {
    free(session->map);
    free(session->is_known);
}

static void map_symbol(struct session *session, struct dictionary *names, uint32_t symbol) {
    if (session->is_known[symbol]) return;
    char name[NAME_CAPACITY];
    size_t length = workload_name(session->workload, symbol, name);
    session->map[symbol] = dictionary_intern(names, name, length);
    session->is_known[symbol] = 1;
}

void session_map_event(
    struct session *session, struct dictionary *names, const struct event *event) {
    const uint32_t symbols[] = {
        event->source, event->customer, event->issue, event->channel, event->modality,
        event->intent, event->segment, event->team, event->tier, event->agent,
        event->transfer_target, event->ref_name,
    };
    for (size_t place = 0; place < sizeof symbols / sizeof *symbols; place++)
        map_symbol(session, names, symbols[place]);
}

// The same for every session and after every opening, since it is made of the name.
uint64_t session_source_hash(const struct session *session, uint32_t source) {
    char name[NAME_CAPACITY];
    size_t length = workload_name(session->workload, source, name);
    return ids_hash(0, (const uint8_t *)name, length);
}

// MARK: - Opening

static MDB_dbi open_table(MDB_txn *txn, const char *name) {
    MDB_dbi table;
    lmdb_check(mdb_dbi_open(txn, name, MDB_CREATE, &table), "mdb_dbi_open");
    return table;
}

// What rebuilding the table of ids works through at once.
enum { REBUILD_BLOCKS = 32 };

struct rebuild {
    struct store *store;
    const struct block *blocks[REBUILD_BLOCKS];
    uint32_t starts[REBUILD_BLOCKS + 1];
    uint32_t count;
    uint64_t *hashes;
    uint32_t *indices[2];
    struct id_suspects suspects[2];
};

static void hash_block(void *context, uint32_t part, uint32_t thread) {
    (void)thread;
    struct rebuild *rebuild = context;
    const struct block *block = rebuild->blocks[part];
    const uint64_t *seeds = rebuild->store->names.hashes;
    const struct column *lengths = &block->column[COLUMN_KEY_LENGTH];
    const uint8_t *key = block_bytes(block) + block->column[COLUMN_KEY].offset;
    uint64_t *hashes = rebuild->hashes + rebuild->starts[part];
    for (uint32_t index = 0; index < block->count; index++) {
        size_t length = (size_t)column_value(lengths, block_bytes(block), index);
        hashes[index] = ids_hash(seeds[block_value(block, COLUMN_SOURCE, index)], key, length);
        key += length;
    }
}

static void enter_half(void *context, uint32_t part, uint32_t thread) {
    (void)thread;
    struct rebuild *rebuild = context;
    rebuild->suspects[part].count = 0;
    ids_enter(
        &rebuild->store->ids.halves[part], part, rebuild->hashes, rebuild->starts[rebuild->count],
        rebuild->blocks[0]->first_position, rebuild->indices[part], &rebuild->suspects[part]);
}

static void rebuild_some(struct rebuild *rebuild) {
    if (rebuild->count == 0) return;
    pool_run(rebuild->store->pool, rebuild->count, hash_block, rebuild);
    pool_run(rebuild->store->pool, 2, enter_half, rebuild);
    rebuild->count = 0;
}

static void rebuild_ids(struct store *store, MDB_txn *txn) {
    enum { MOST = REBUILD_BLOCKS * BLOCK_CAPACITY };
    struct rebuild rebuild = {.store = store};
    rebuild.hashes = allocate(MOST * sizeof(uint64_t));
    for (int half = 0; half < 2; half++) rebuild.indices[half] = allocate((MOST + 1) * 4);
    MDB_cursor *cursor;
    lmdb_check(mdb_cursor_open(txn, store->blocks, &cursor), "mdb_cursor_open");
    MDB_val key, value;
    int status = mdb_cursor_get(cursor, &key, &value, MDB_LAST);
    if (status == 0) {
        const struct block *last = value.mv_data;
        ids_reserve(&store->ids, last->first_position + last->count);
        status = mdb_cursor_get(cursor, &key, &value, MDB_FIRST);
    }
    for (; status == 0; status = mdb_cursor_get(cursor, &key, &value, MDB_NEXT)) {
        const struct block *block = value.mv_data;
        if (position_of(&key) != store->head + 1 || block->first_position != store->head + 1)
            fail("blocks: a position is missing");
        rebuild.blocks[rebuild.count] = block;
        rebuild.starts[rebuild.count + 1] = rebuild.starts[rebuild.count] + block->count;
        rebuild.count++;
        store->head += block->count;
        memcpy(store->sealed_hash, block->own_hash, HASH_BYTES);
        if (rebuild.count == REBUILD_BLOCKS) rebuild_some(&rebuild);
    }
    if (status != MDB_NOTFOUND) lmdb_check(status, "mdb_cursor_get");
    rebuild_some(&rebuild);
    memcpy(store->head_hash, store->sealed_hash, HASH_BYTES);
    mdb_cursor_close(cursor);
    free(rebuild.hashes);
    for (int half = 0; half < 2; half++) {
        free(rebuild.indices[half]);
        free(rebuild.suspects[half].items);
    }
}

static void load_tail(struct store *store, MDB_txn *txn) {
    struct tail_events tail = tail_read(store, txn);
    struct id_suspects suspects = {0};
    for (uint32_t index = 0; index < tail.count; index++) {
        const struct event *event = &tail.events[index];
        uint32_t room[2];
        uint64_t hash =
            ids_hash(store->names.hashes[event->source], event->key, event->key_length);
        ids_enter(
            &store->ids.halves[hash >> 63], (uint32_t)(hash >> 63), &hash, 1,
            store->head + 1 + index, room, &suspects);
    }
    free(suspects.items);
    free(tail.memory);
    store->head += tail.count;
    store->tail_count = tail.count;
}

static int compare_runs(const void *left, const void *right) {
    uint64_t a = ((const struct run *)left)->first_position;
    uint64_t b = ((const struct run *)right)->first_position;
    return (a > b) - (a < b);
}

// Every chunk says to which run it belongs.
static void load_runs(struct store *store, MDB_txn *txn) {
    MDB_cursor *cursor;
    lmdb_check(mdb_cursor_open(txn, store->customers, &cursor), "mdb_cursor_open");
    MDB_val key, value;
    int status;
    while ((status = mdb_cursor_get(cursor, &key, &value, MDB_NEXT)) == 0) {
        const struct chunk *chunk = value.mv_data;
        uint32_t last = store->run_count;
        if (last == 0 || store->runs[last - 1].number != chunk->run) {
            if (last == MOST_RUNS) fail("customers: more than %d runs", MOST_RUNS);
            store->runs[store->run_count++] =
                (struct run){.number = chunk->run, .level = chunk->level,
                             .first_position = chunk->first_position};
        }
        store->runs[store->run_count - 1].entries += chunk->entries;
        store->next_run = chunk->run + 1;
    }
    if (status != MDB_NOTFOUND) lmdb_check(status, "mdb_cursor_get");
    mdb_cursor_close(cursor);
    qsort(store->runs, store->run_count, sizeof *store->runs, compare_runs);
}

void store_open(struct store *store, const char *folder, struct pool *pool) {
    *store = (struct store){.pool = pool, .next_run = 1};
    lmdb_check(mdb_env_create(&store->env), "mdb_env_create");
    lmdb_check(mdb_env_set_mapsize(store->env, MAP_BYTES), "mdb_env_set_mapsize");
    lmdb_check(mdb_env_set_maxdbs(store->env, 8), "mdb_env_set_maxdbs");
    lmdb_check(mdb_env_open(store->env, folder, MDB_NOTLS, 0600), "mdb_env_open");
    MDB_txn *txn;
    lmdb_check(mdb_txn_begin(store->env, NULL, 0, &txn), "mdb_txn_begin");
    store->blocks = open_table(txn, "blocks");
    store->dictionary = open_table(txn, "dictionary");
    store->customers = open_table(txn, "customers");
    store->tail = open_table(txn, "tail");
    lmdb_check(mdb_txn_commit(txn), "mdb_txn_commit");
    dictionary_make(&store->names);
    ids_make(&store->ids);
    lmdb_check(mdb_txn_begin(store->env, NULL, MDB_RDONLY, &txn), "mdb_txn_begin");
    dictionary_load(&store->names, txn, store->dictionary);
    rebuild_ids(store, txn);
    load_tail(store, txn);
    load_runs(store, txn);
    mdb_txn_abort(txn);
    merger_make(&store->merger, store->env, store->customers);
    for (int thread = 0; thread < 2; thread++) block_encoder_make(&store->encoders[thread]);
    store->room = append_room_make();
}

void store_close(struct store *store) {
    merger_free(&store->merger);
    mdb_env_close(store->env);
    dictionary_free(&store->names);
    ids_free(&store->ids);
    for (int thread = 0; thread < 2; thread++) block_encoder_free(&store->encoders[thread]);
    append_room_free(store->room);
}

// MARK: - Blocks

const struct block *store_block(struct store *store, MDB_txn *txn, uint64_t position) {
    MDB_cursor *cursor;
    lmdb_check(mdb_cursor_open(txn, store->blocks, &cursor), "mdb_cursor_open");
    struct position_key bytes = position_key(position + 1);
    MDB_val key = {sizeof bytes, &bytes}, value;
    int status = mdb_cursor_get(cursor, &key, &value, MDB_SET_RANGE);
    status = mdb_cursor_get(cursor, &key, &value, status == 0 ? MDB_PREV : MDB_LAST);
    mdb_cursor_close(cursor);
    if (status == MDB_NOTFOUND) return NULL;
    lmdb_check(status, "mdb_cursor_get");
    const struct block *block = value.mv_data;
    bool holds = position >= block->first_position
        && position < block->first_position + block->count;
    return holds ? block : NULL;
}

void store_put_block(
    struct store *store, MDB_txn *txn, struct block *block, const uint8_t digest[HASH_BYTES]) {
    memcpy(block->previous_hash, store->sealed_hash, HASH_BYTES);
    chain_hash(store->sealed_hash, digest, block->own_hash);
    memcpy(store->sealed_hash, block->own_hash, HASH_BYTES);
    struct position_key bytes = position_key(block->first_position);
    MDB_val key = {sizeof bytes, &bytes};
    MDB_val value = {block_value_bytes(block->bytes), NULL};
    lmdb_check(mdb_put(txn, store->blocks, &key, &value, MDB_APPEND | MDB_RESERVE), "mdb_put");
    memcpy(value.mv_data, block, block->bytes);
    memset((uint8_t *)value.mv_data + block->bytes, 0, value.mv_size - block->bytes);
}
