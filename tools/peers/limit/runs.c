// Runs of the customer index in the store: written, merged away, chosen for a merge.

#include "store.h"

#include "../support.h"

void runs_put(
    struct store *store, MDB_txn *txn, const struct chunk_list *chunks, struct run run) {
    for (uint32_t index = 0; index < chunks->count; index++) {
        const struct chunk *chunk = chunk_at(chunks, index);
        uint8_t bytes[RUN_KEY_BYTES];
        run_key(bytes, run.number, chunk_customers(chunk)[0], chunk_positions(chunk)[0]);
        MDB_val key = {RUN_KEY_BYTES, bytes};
        MDB_val value = {block_value_bytes(chunk->bytes), NULL};
        unsigned flags = MDB_APPEND | MDB_RESERVE;
        lmdb_check(mdb_put(txn, store->customers, &key, &value, flags), "mdb_put");
        memcpy(value.mv_data, chunk, chunk->bytes);
        memset((uint8_t *)value.mv_data + chunk->bytes, 0, value.mv_size - chunk->bytes);
    }
}

static void delete_run(struct store *store, MDB_txn *txn, uint32_t number) {
    MDB_cursor *cursor;
    lmdb_check(mdb_cursor_open(txn, store->customers, &cursor), "mdb_cursor_open");
    uint8_t bytes[RUN_KEY_BYTES];
    run_key(bytes, number, 0, 0);
    MDB_val key = {RUN_KEY_BYTES, bytes}, value;
    int status = mdb_cursor_get(cursor, &key, &value, MDB_SET_RANGE);
    while (status == 0 && ((const struct chunk *)value.mv_data)->run == number) {
        lmdb_check(mdb_cursor_del(cursor, 0), "mdb_cursor_del");
        status = mdb_cursor_get(cursor, &key, &value, MDB_NEXT);
    }
    if (status != MDB_NOTFOUND) lmdb_check(status, "mdb_cursor_get");
    mdb_cursor_close(cursor);
}

// The new run takes the place of the first of the old ones, so that runs stay in the order of
// their positions; new runs are only ever added behind.
void runs_take_merge(struct store *store, MDB_txn *txn) {
    struct merger *merger = &store->merger;
    for (int place = 0; place < RUNS_TO_MERGE; place++)
        delete_run(store, txn, merger->numbers[place]);
    // Numbered now and not when the merge began: keys only ever grow.
    merger->result.number = store->next_run++;
    for (uint32_t index = 0; index < merger->chunks.count; index++)
        chunk_at(&merger->chunks, index)->run = merger->result.number;
    runs_put(store, txn, &merger->chunks, merger->result);
    chunks_free(&merger->chunks);
    struct run *at = store->runs + merger->first_run;
    uint32_t behind = store->run_count - merger->first_run - RUNS_TO_MERGE;
    *at = merger->result;
    memmove(at + 1, at + RUNS_TO_MERGE, behind * sizeof *at);
    store->run_count -= RUNS_TO_MERGE - 1;
}

// Runs of one level stand beside each other. The lowest level that is due goes first.
void runs_begin_merge(struct store *store) {
    if (store->merger.is_running) return;
    uint32_t chosen = UINT32_MAX;
    for (uint32_t first = 0; first + RUNS_TO_MERGE <= store->run_count; first++) {
        const struct run *runs = store->runs + first;
        uint64_t entries = 0;
        bool is_level = true;
        for (int place = 0; place < RUNS_TO_MERGE; place++) {
            is_level &= runs[place].level == runs[0].level;
            entries += runs[place].entries;
        }
        bool is_first = first == 0 || runs[-1].level != runs[0].level;
        if (!is_level || !is_first || entries > RUN_LIMIT_ENTRIES) continue;
        if (chosen == UINT32_MAX || runs[0].level < store->runs[chosen].level) chosen = first;
    }
    if (chosen == UINT32_MAX) return;
    merger_begin(&store->merger, store->runs + chosen, chosen);
}
