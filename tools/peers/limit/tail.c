// The tail: events that came one at a time, as rows, until there are enough for a block.

#include "store.h"

#include "../support.h"

#include <stdlib.h>

// What all rows have; the two texts follow. Durations that are absent take their room too.
struct row {
    uint8_t hash[HASH_BYTES];
    int64_t at, recorded_at, automation, wait, talk, hold, wrap_up, ended, money;
    uint32_t symbols[12];
    uint16_t key_length, ref_length, kind;
    int16_t offset;
    uint8_t direction, actor, outcome, version;
    uint32_t padding;
};

size_t tail_row_bytes(const struct event *event) {
    return sizeof(struct row) + event->key_length + event->ref_length;
}

void tail_encode(
    const struct event *event, const uint32_t *map, int64_t recorded_at, uint8_t *bytes) {
    struct row row = {
        .at = event->at, .recorded_at = recorded_at, .automation = event->automation,
        .wait = event->wait, .talk = event->talk, .hold = event->hold,
        .wrap_up = event->wrap_up, .ended = event->ended, .money = event->money,
        .symbols = {
            map[event->source], map[event->customer], map[event->issue], map[event->channel],
            map[event->modality], map[event->intent], map[event->segment], map[event->team],
            map[event->tier], map[event->agent], map[event->transfer_target],
            map[event->ref_name],
        },
        .key_length = event->key_length, .ref_length = event->ref_length, .kind = event->kind,
        .offset = event->offset, .direction = event->direction, .actor = event->actor,
        .outcome = event->outcome, .version = 1,
    };
    memcpy(bytes, &row, sizeof row);
    memcpy(bytes + sizeof row, event->key, event->key_length);
    memcpy(bytes + sizeof row + event->key_length, event->ref, event->ref_length);
}

void tail_decode(const uint8_t *bytes, struct event *event, int64_t *recorded_at) {
    struct row row;
    memcpy(&row, bytes, sizeof row);
    *recorded_at = row.recorded_at;
    *event = (struct event){
        .at = row.at, .automation = row.automation, .wait = row.wait, .talk = row.talk,
        .hold = row.hold, .wrap_up = row.wrap_up, .ended = row.ended, .money = row.money,
        .key = bytes + sizeof row, .ref = bytes + sizeof row + row.key_length,
        .source = row.symbols[0], .customer = row.symbols[1], .issue = row.symbols[2],
        .channel = row.symbols[3], .modality = row.symbols[4], .intent = row.symbols[5],
        .segment = row.symbols[6], .team = row.symbols[7], .tier = row.symbols[8],
        .agent = row.symbols[9], .transfer_target = row.symbols[10],
        .ref_name = row.symbols[11], .key_length = row.key_length,
        .ref_length = row.ref_length, .offset = row.offset, .kind = row.kind,
        .direction = row.direction, .actor = row.actor, .outcome = row.outcome,
    };
}

struct tail_events tail_read(struct store *store, MDB_txn *txn) {
    MDB_stat stat;
    lmdb_check(mdb_stat(txn, store->tail, &stat), "mdb_stat");
    struct tail_events tail = {0};
    if (stat.ms_entries == 0) return tail;
    MDB_cursor *cursor;
    lmdb_check(mdb_cursor_open(txn, store->tail, &cursor), "mdb_cursor_open");
    MDB_val key, value;
    size_t bytes = 0;
    int status;
    while ((status = mdb_cursor_get(cursor, &key, &value, MDB_NEXT)) == 0)
        bytes += value.mv_size;
    size_t count = stat.ms_entries;
    // The rows are copied: sealing changes the pages that they lie in.
    tail.memory = allocate(count * (sizeof(struct event) + 8) + bytes + TEXT_SLACK_BYTES);
    tail.events = tail.memory;
    tail.recorded_at = (int64_t *)(tail.events + count);
    uint8_t *rows = (uint8_t *)(tail.recorded_at + count);
    status = mdb_cursor_get(cursor, &key, &value, MDB_FIRST);
    for (; status == 0; status = mdb_cursor_get(cursor, &key, &value, MDB_NEXT)) {
        memcpy(rows, value.mv_data, value.mv_size);
        tail_decode(rows, &tail.events[tail.count], &tail.recorded_at[tail.count]);
        memcpy(store->head_hash, rows, HASH_BYTES);
        rows += value.mv_size;
        tail.count++;
    }
    if (status != MDB_NOTFOUND) lmdb_check(status, "mdb_cursor_get");
    mdb_cursor_close(cursor);
    return tail;
}

void tail_seal(struct store *store, MDB_txn *txn) {
    struct tail_events tail = tail_read(store, txn);
    uint64_t first = store->head + 1 - tail.count;
    uint32_t *same = allocate(((size_t)store->names.count + 1) * sizeof *same);
    for (uint32_t symbol = 0; symbol < store->names.count; symbol++) same[symbol] = symbol;
    struct block_input input = {
        .events = tail.events, .count = tail.count, .first_position = first,
        .recorded_at_each = tail.recorded_at, .symbol_map = same,
        .symbols = store->names.count,
    };
    struct block *block = allocate(block_bound(tail.events, tail.count));
    uint8_t digest[HASH_BYTES];
    block_encode(&store->encoders[0], &input, block, digest);
    store_put_block(store, txn, block, digest);
    memcpy(store->head_hash, store->sealed_hash, HASH_BYTES);
    index_entry *entries = allocate(2 * tail.count * sizeof *entries);
    uint32_t count = 0;
    for (uint32_t index = 0; index < tail.count; index++) {
        uint32_t customer = tail.events[index].customer;
        entries[count] = index_entry_make(customer, (uint32_t)(first + index));
        count += customer != 0;
    }
    sort_entries(entries, entries + tail.count, count);
    struct run run = {
        .number = store->next_run++, .entries = count, .first_position = first};
    struct chunk_list chunks;
    chunks_build(&chunks, entries, count, run, NULL, NULL);
    if (store->run_count == MOST_RUNS) fail("customers: more than %d runs", MOST_RUNS);
    runs_put(store, txn, &chunks, run);
    if (count > 0) store->runs[store->run_count++] = run;
    lmdb_check(mdb_drop(txn, store->tail, 0), "mdb_drop");
    store->tail_count = 0;
    chunks_free(&chunks);
    free(entries);
    free(block);
    free(same);
    free(tail.memory);
}

struct append_result store_append_one(
    struct store *store, struct session *session, const struct event *event,
    int64_t recorded_at) {
    uint64_t seed = session_source_hash(session, event->source);
    uint64_t hash = ids_hash(seed, event->key, event->key_length), position = store->head + 1;
    uint32_t room[2], which = (uint32_t)(hash >> 63);
    struct id_suspects suspects = {0};
    ids_enter(&store->ids.halves[which], which, &hash, 1, position, room, &suspects);
    free(suspects.items);
    if (suspects.count > 0) {
        // An id that may be known takes the way of a batch, which looks at the events.
        ids_remove(&store->ids, hash, (uint32_t)position);
        return store_append(store, session, event, 1, recorded_at);
    }
    MDB_txn *txn;
    lmdb_check(mdb_txn_begin(store->env, NULL, 0, &txn), "mdb_txn_begin");
    session_map_event(session, &store->names, event);
    if (store->tail_count == BLOCK_CAPACITY) tail_seal(store, txn);
    struct position_key bytes = position_key(position);
    MDB_val key = {sizeof bytes, &bytes}, value = {tail_row_bytes(event), NULL};
    lmdb_check(mdb_put(txn, store->tail, &key, &value, MDB_APPEND | MDB_RESERVE), "mdb_put");
    uint8_t *row = value.mv_data, digest[HASH_BYTES];
    tail_encode(event, session->map, recorded_at, row);
    sha256(row + HASH_BYTES, value.mv_size - HASH_BYTES, digest);
    chain_hash(store->head_hash, digest, store->head_hash);
    memcpy(row, store->head_hash, HASH_BYTES);
    dictionary_store(&store->names, txn, store->dictionary);
    if (merger_fetch(&store->merger, false)) runs_take_merge(store, txn);
    lmdb_check(mdb_txn_commit(txn), "mdb_txn_commit");
    store->head = position;
    store->tail_count++;
    runs_begin_merge(store);
    return (struct append_result){.accepted = 1};
}
