// The thread that merges. It holds a read transaction while it works, from which pages are not
// used again; a merge takes a fraction of a second.

#include "merger.h"

#include "../support.h"
#include "store.h"

#include <stdlib.h>

void merger_make(struct merger *merger, MDB_env *env, MDB_dbi table) {
    *merger = (struct merger){.env = env, .table = table};
    pthread_mutex_init(&merger->mutex, NULL);
    pthread_cond_init(&merger->changed, NULL);
}

// Between two chunks: waits while the merge is held up.
static void breathe(void *context) {
    struct merger *merger = context;
    if (!__atomic_load_n(&merger->is_paused, __ATOMIC_RELAXED)) return;
    pthread_mutex_lock(&merger->mutex);
    while (merger->is_paused) pthread_cond_wait(&merger->changed, &merger->mutex);
    pthread_mutex_unlock(&merger->mutex);
}

static const struct chunk **find_chunks(struct merger *merger, MDB_txn *txn, size_t *count) {
    MDB_cursor *cursor;
    lmdb_check(mdb_cursor_open(txn, merger->table, &cursor), "mdb_cursor_open");
    const struct chunk **chunks = NULL;
    size_t capacity = 0;
    *count = 0;
    for (int place = 0; place < RUNS_TO_MERGE; place++) {
        uint8_t bytes[RUN_KEY_BYTES];
        run_key(bytes, merger->numbers[place], 0, 0);
        MDB_val key = {RUN_KEY_BYTES, bytes}, value;
        int status = mdb_cursor_get(cursor, &key, &value, MDB_SET_RANGE);
        for (; status == 0; status = mdb_cursor_get(cursor, &key, &value, MDB_NEXT)) {
            const struct chunk *chunk = value.mv_data;
            if (chunk->run != merger->numbers[place]) break;
            if (*count == capacity) {
                capacity = capacity * 2 + 64;
                chunks = realloc(chunks, capacity * sizeof *chunks);
                if (chunks == NULL) fail("no memory for a merge");
            }
            chunks[(*count)++] = chunk;
        }
        if (status != MDB_NOTFOUND) lmdb_check(status, "mdb_cursor_get");
    }
    mdb_cursor_close(cursor);
    return chunks;
}

static void *merge(void *context) {
    struct merger *merger = context;
    MDB_txn *txn;
    lmdb_check(mdb_txn_begin(merger->env, NULL, MDB_RDONLY, &txn), "mdb_txn_begin");
    size_t chunk_count = 0, entry_count = 0;
    const struct chunk **chunks = find_chunks(merger, txn, &chunk_count);
    index_entry *entries = chunks_merge(chunks, chunk_count, &entry_count, breathe, merger);
    mdb_txn_abort(txn);
    free(chunks);
    if (entry_count != merger->result.entries) {
        fail("runs to merge hold %zu entries, expected %zu", entry_count,
             (size_t)merger->result.entries);
    }
    chunks_build(
        &merger->chunks, entries, entry_count, merger->result, breathe, merger);
    free(entries);
    __atomic_store_n(&merger->is_done, true, __ATOMIC_RELEASE);
    return NULL;
}

void merger_begin(
    struct merger *merger, const struct run *runs, uint32_t first_run) {
    if (merger->is_running) fail("a merge is begun while another one runs");
    merger->first_run = first_run;
    merger->result = (struct run){
        .level = runs[0].level + 1, .first_position = runs[0].first_position};
    for (int place = 0; place < RUNS_TO_MERGE; place++) {
        merger->numbers[place] = runs[place].number;
        merger->result.entries += runs[place].entries;
    }
    merger->is_done = false;
    merger->is_running = true;
    if (pthread_create(&merger->thread, NULL, merge, merger) != 0) fail("cannot start a thread");
}

bool merger_fetch(struct merger *merger, bool wait) {
    if (!merger->is_running) return false;
    if (!wait && !__atomic_load_n(&merger->is_done, __ATOMIC_ACQUIRE)) return false;
    pthread_join(merger->thread, NULL);
    merger->is_running = false;
    return true;
}

void merger_pause(struct merger *merger, bool paused) {
    pthread_mutex_lock(&merger->mutex);
    __atomic_store_n(&merger->is_paused, paused, __ATOMIC_RELAXED);
    pthread_cond_broadcast(&merger->changed);
    pthread_mutex_unlock(&merger->mutex);
}

// A merge that nobody fetched is lost with its memory; its runs are still in the store.
void merger_free(struct merger *merger) {
    merger_pause(merger, false);
    if (merger_fetch(merger, true)) chunks_free(&merger->chunks);
    pthread_mutex_destroy(&merger->mutex);
    pthread_cond_destroy(&merger->changed);
}
