// Appending a batch in one transaction. The steps that do not depend on order - looking ids up,
// encoding and hashing blocks, sorting the customer index - are shared between two threads.

#include "append.h"

#include "../support.h"

#include <stdlib.h>

enum { SLICES = 8 };

struct append_room {
    uint32_t capacity;
    uint64_t *hashes;
    uint32_t *indices[2];
    struct id_suspects suspects[2];
    index_entry *entries, *entry_scratch;
    struct event *accepted;
    // Events whose symbols are not all known, by slice.
    uint32_t *unmapped[SLICES];
    uint32_t unmapped_count[SLICES];
    // For each block room to encode it in, and its digest.
    uint32_t block_capacity;
    uint8_t **blocks;
    size_t *block_bytes;
    uint8_t (*digests)[HASH_BYTES];
    struct chunk_list chunks;
};

// What the parts of the work on one batch share.
struct work {
    struct store *store;
    struct session *session;
    struct append_room *room;
    const struct event *events;
    uint32_t count, block_count;
    uint64_t first_position;
    int64_t recorded_at;
    struct run run;
};

struct append_room *append_room_make(void) {
    struct append_room *room = calloc(1, sizeof *room);
    if (room == NULL) fail("no memory for a batch");
    return room;
}

static void free_arrays(struct append_room *room) {
    free(room->hashes);
    free(room->indices[0]);
    free(room->indices[1]);
    free(room->entries);
    free(room->entry_scratch);
    free(room->accepted);
    for (int slice = 0; slice < SLICES; slice++) free(room->unmapped[slice]);
}

void append_room_free(struct append_room *room) {
    free_arrays(room);
    free(room->suspects[0].items);
    free(room->suspects[1].items);
    for (uint32_t index = 0; index < room->block_capacity; index++) free(room->blocks[index]);
    free(room->blocks);
    free(room->block_bytes);
    free(room->digests);
    free(room);
}

static void reserve(struct append_room *room, uint32_t count) {
    if (count <= room->capacity) return;
    free_arrays(room);
    room->capacity = count;
    room->hashes = allocate(count * sizeof *room->hashes);
    // One more: the list of a half is written one place ahead.
    for (int half = 0; half < 2; half++) room->indices[half] = allocate(((size_t)count + 1) * 4);
    room->entries = allocate(count * sizeof *room->entries);
    room->entry_scratch = allocate(count * sizeof *room->entry_scratch);
    room->accepted = allocate(count * sizeof *room->accepted);
    for (int slice = 0; slice < SLICES; slice++)
        room->unmapped[slice] = allocate(((size_t)count / SLICES + 2) * 4);
}

static void reserve_blocks(struct append_room *room, uint32_t count) {
    if (count <= room->block_capacity) return;
    room->blocks = realloc(room->blocks, count * sizeof *room->blocks);
    room->block_bytes = realloc(room->block_bytes, count * sizeof *room->block_bytes);
    room->digests = realloc(room->digests, count * sizeof *room->digests);
    if (room->blocks == NULL || room->block_bytes == NULL || room->digests == NULL)
        fail("no memory for blocks");
    for (; room->block_capacity < count; room->block_capacity++) {
        room->blocks[room->block_capacity] = NULL;
        room->block_bytes[room->block_capacity] = 0;
    }
}

// MARK: - Ids and symbols

static void prepare_slice(void *context, uint32_t part, uint32_t thread) {
    (void)thread;
    struct work *work = context;
    const uint8_t *known = work->session->is_known;
    uint32_t start = (uint32_t)((uint64_t)work->count * part / SLICES);
    uint32_t end = (uint32_t)((uint64_t)work->count * (part + 1) / SLICES);
    uint32_t *unmapped = work->room->unmapped[part], unmapped_count = 0;
    uint32_t source = UINT32_MAX;
    uint64_t seed = 0;
    for (uint32_t index = start; index < end; index++) {
        const struct event *event = &work->events[index];
        if (event->source != source) {
            source = event->source;
            seed = session_source_hash(work->session, source);
        }
        work->room->hashes[index] = ids_hash(seed, event->key, event->key_length);
        uint8_t all = known[event->source] & known[event->customer] & known[event->issue]
            & known[event->channel] & known[event->modality] & known[event->intent]
            & known[event->segment] & known[event->team] & known[event->tier]
            & known[event->agent] & known[event->transfer_target] & known[event->ref_name];
        unmapped[unmapped_count] = index;
        unmapped_count += !all;
    }
    work->room->unmapped_count[part] = unmapped_count;
}

static void enter_half(void *context, uint32_t part, uint32_t thread) {
    (void)thread;
    struct work *work = context;
    struct append_room *room = work->room;
    room->suspects[part].count = 0;
    ids_enter(
        &work->store->ids.halves[part], part, room->hashes, work->count, work->first_position,
        room->indices[part], &room->suspects[part]);
}

// The events of the batch with the log's symbols, for comparing with what is stored.
static struct event mapped(const struct event *event, const uint32_t *map) {
    struct event copy = *event;
    copy.source = map[event->source];
    copy.customer = map[event->customer];
    copy.issue = map[event->issue];
    copy.channel = map[event->channel];
    copy.modality = map[event->modality];
    copy.intent = map[event->intent];
    copy.segment = map[event->segment];
    copy.team = map[event->team];
    copy.tier = map[event->tier];
    copy.agent = map[event->agent];
    copy.transfer_target = map[event->transfer_target];
    copy.ref_name = map[event->ref_name];
    return copy;
}

static bool has_same_id(const struct event *left, const struct event *right) {
    return left->source == right->source && left->key_length == right->key_length
        && memcmp(left->key, right->key, left->key_length) == 0;
}

static bool has_same_content(const struct event *left, const struct event *right) {
    return has_same_id(left, right) && left->at == right->at
        && left->automation == right->automation && left->wait == right->wait
        && left->talk == right->talk && left->hold == right->hold
        && left->wrap_up == right->wrap_up && left->ended == right->ended
        && left->money == right->money && left->customer == right->customer
        && left->issue == right->issue && left->channel == right->channel
        && left->modality == right->modality && left->intent == right->intent
        && left->segment == right->segment && left->team == right->team
        && left->tier == right->tier && left->agent == right->agent
        && left->transfer_target == right->transfer_target && left->ref_name == right->ref_name
        && left->offset == right->offset && left->kind == right->kind
        && left->direction == right->direction && left->actor == right->actor
        && left->outcome == right->outcome && left->ref_length == right->ref_length
        && memcmp(left->ref, right->ref, left->ref_length) == 0;
}

enum verdict { NEW, DUPLICATE, CONFLICT };

// Looks at each event whose 32 bits were known. The first event with an id stays.
static uint8_t *judge(struct work *work, MDB_txn *txn) {
    struct append_room *room = work->room;
    if (room->suspects[0].count + room->suspects[1].count == 0) return NULL;
    uint8_t *verdicts = calloc(work->count, 1);
    if (verdicts == NULL) fail("no memory for verdicts");
    struct tail_events tail = tail_read(work->store, txn);
    uint64_t tail_first = work->first_position - tail.count;
    const uint32_t *map = work->session->map;
    for (int half = 0; half < 2; half++) {
        for (size_t place = 0; place < room->suspects[half].count; place++) {
            struct id_suspect suspect = room->suspects[half].items[place];
            if (verdicts[suspect.index] != NEW) continue;
            struct event event = mapped(&work->events[suspect.index], map), other;
            int64_t recorded_at;
            if (suspect.position >= work->first_position) {
                uint32_t index = (uint32_t)(suspect.position - work->first_position);
                if (verdicts[index] != NEW) continue;
                other = mapped(&work->events[index], map);
            } else if (suspect.position >= tail_first) {
                other = tail.events[suspect.position - tail_first];
            } else {
                const struct block *block = store_block(work->store, txn, suspect.position);
                if (block == NULL) fail("no block holds position %u", suspect.position);
                uint32_t index = (uint32_t)(suspect.position - block->first_position);
                block_event(block, index, &other, &recorded_at);
            }
            if (!has_same_id(&event, &other)) continue;
            verdicts[suspect.index] = has_same_content(&event, &other) ? DUPLICATE : CONFLICT;
        }
    }
    free(tail.memory);
    return verdicts;
}

// Leaves out what was known, and gives the others their positions.
static struct append_result keep_new(struct work *work, const uint8_t *verdicts) {
    struct append_result result = {.accepted = work->count};
    if (verdicts == NULL) return result;
    result.accepted = 0;
    struct append_room *room = work->room;
    for (uint32_t index = 0; index < work->count; index++) {
        uint32_t tentative = (uint32_t)(work->first_position + index);
        if (verdicts[index] != NEW) {
            ids_remove(&work->store->ids, room->hashes[index], tentative);
            if (verdicts[index] == DUPLICATE) result.duplicates++;
            else result.conflicts++;
            continue;
        }
        uint32_t position = (uint32_t)(work->first_position + result.accepted);
        if (position != tentative)
            ids_move(&work->store->ids, room->hashes[index], tentative, position);
        room->accepted[result.accepted++] = work->events[index];
    }
    work->events = room->accepted;
    work->count = (uint32_t)result.accepted;
    return result;
}

static struct append_result enter_ids(struct work *work, MDB_txn *txn) {
    struct append_room *room = work->room;
    if (work->first_position + work->count > UINT32_MAX) fail("positions end at 32 bits");
    pool_run(work->store->pool, SLICES, prepare_slice, work);
    for (int slice = 0; slice < SLICES; slice++) {
        for (uint32_t place = 0; place < room->unmapped_count[slice]; place++) {
            session_map_event(
                work->session, &work->store->names, &work->events[room->unmapped[slice][place]]);
        }
    }
    pool_run(work->store->pool, 2, enter_half, work);
    uint8_t *verdicts = judge(work, txn);
    struct append_result result = keep_new(work, verdicts);
    free(verdicts);
    return result;
}

// MARK: - Blocks and index

static void index_batch(struct work *work) {
    struct append_room *room = work->room;
    const uint32_t *map = work->session->map;
    uint32_t count = 0;
    for (uint32_t index = 0; index < work->count; index++) {
        uint32_t customer = map[work->events[index].customer];
        room->entries[count] =
            index_entry_make(customer, (uint32_t)(work->first_position + index));
        count += customer != 0;
    }
    work->run.entries = count;
    sort_entries(room->entries, room->entry_scratch, count);
    chunks_build(&room->chunks, room->entries, count, work->run, NULL, NULL);
}

// Part 0 is the index; then the blocks, all of about the same size.
static void encode_part(void *context, uint32_t part, uint32_t thread) {
    struct work *work = context;
    struct append_room *room = work->room;
    if (part == 0) {
        index_batch(work);
        return;
    }
    uint32_t number = part - 1;
    uint32_t start = (uint32_t)((uint64_t)work->count * number / work->block_count);
    uint32_t end = (uint32_t)((uint64_t)work->count * (number + 1) / work->block_count);
    struct block_input input = {
        .events = work->events + start,
        .count = end - start,
        .first_position = work->first_position + start,
        .recorded_at = work->recorded_at,
        .symbol_map = work->session->map,
        .symbols = work->store->names.count,
    };
    size_t bound = block_bound(input.events, input.count);
    if (room->block_bytes[number] < bound) {
        free(room->blocks[number]);
        room->blocks[number] = allocate(bound);
        room->block_bytes[number] = bound;
    }
    block_encode(
        &work->store->encoders[thread], &input, (struct block *)room->blocks[number],
        room->digests[number]);
}

static void write_batch(struct work *work, MDB_txn *txn) {
    struct store *store = work->store;
    struct append_room *room = work->room;
    if (store->run_count == MOST_RUNS) fail("customers: more than %d runs", MOST_RUNS);
    work->block_count = (work->count + BLOCK_CAPACITY - 1) / BLOCK_CAPACITY;
    work->run = (struct run){
        .number = store->next_run++, .first_position = work->first_position};
    reserve_blocks(room, work->block_count);
    pool_run(store->pool, work->block_count + 1, encode_part, work);
    for (uint32_t index = 0; index < work->block_count; index++)
        store_put_block(store, txn, (struct block *)room->blocks[index], room->digests[index]);
    memcpy(store->head_hash, store->sealed_hash, HASH_BYTES);
    runs_put(store, txn, &room->chunks, work->run);
    chunks_free(&room->chunks);
    if (work->run.entries > 0) store->runs[store->run_count++] = work->run;
    store->head += work->count;
}

struct append_result store_append(
    struct store *store, struct session *session, const struct event *events, uint32_t count,
    int64_t recorded_at) {
    if (count == 0) return (struct append_result){0};
    struct work work = {
        .store = store, .session = session, .room = store->room, .events = events,
        .count = count, .first_position = store->head + 1, .recorded_at = recorded_at,
    };
    reserve(store->room, count);
    MDB_txn *txn;
    lmdb_check(mdb_txn_begin(store->env, NULL, 0, &txn), "mdb_txn_begin");
    struct append_result result = enter_ids(&work, txn);
    if (store->tail_count > 0) tail_seal(store, txn);
    if (work.count > 0) write_batch(&work, txn);
    dictionary_store(&store->names, txn, store->dictionary);
    if (merger_fetch(&store->merger, false)) runs_take_merge(store, txn);
    lmdb_check(mdb_txn_commit(txn), "mdb_txn_commit");
    runs_begin_merge(store);
    return result;
}

void store_settle(struct store *store) {
    runs_begin_merge(store);
    while (merger_fetch(&store->merger, true)) {
        MDB_txn *txn;
        lmdb_check(mdb_txn_begin(store->env, NULL, 0, &txn), "mdb_txn_begin");
        runs_take_merge(store, txn);
        lmdb_check(mdb_txn_commit(txn), "mdb_txn_commit");
        runs_begin_merge(store);
    }
}
