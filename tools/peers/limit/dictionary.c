// Names and their symbols: in memory both ways, in the store one value for each batch that brought
// new ones.

#include "store.h"

#include "../support.h"

#include <stdlib.h>

enum { FIRST_SLOT_BITS = 12, LONGEST_NAME = 255 };

void dictionary_make(struct dictionary *names) {
    *names = (struct dictionary){.slot_bits = FIRST_SLOT_BITS};
    names->slots = calloc((size_t)1 << FIRST_SLOT_BITS, sizeof *names->slots);
    if (names->slots == NULL) fail("no memory for names");
    dictionary_intern(names, "", 0);
    names->stored = 1;
}

void dictionary_free(struct dictionary *names) {
    free(names->text);
    free(names->starts);
    free(names->hashes);
    free(names->slots);
}

static void enter(struct dictionary *names, uint32_t symbol) {
    uint32_t mask = (UINT32_C(1) << names->slot_bits) - 1;
    uint32_t slot = (uint32_t)(names->hashes[symbol] >> (64 - names->slot_bits));
    while (names->slots[slot] != 0) slot = (slot + 1) & mask;
    names->slots[slot] = symbol + 1;
}

static void grow(struct dictionary *names, size_t length) {
    if (names->count + 1 >= names->capacity) {
        names->capacity = names->capacity * 2 + 1024;
        names->starts = realloc(names->starts, (size_t)names->capacity * 4);
        names->hashes = realloc(names->hashes, (size_t)names->capacity * 8);
    }
    if (names->text_bytes + length >= names->text_capacity) {
        names->text_capacity = names->text_capacity * 2 + length + 65536;
        names->text = realloc(names->text, names->text_capacity);
    }
    if ((uint64_t)names->count * 2 > UINT64_C(1) << names->slot_bits) {
        names->slot_bits++;
        free(names->slots);
        names->slots = calloc((size_t)1 << names->slot_bits, 4);
        for (uint32_t symbol = 0; names->slots != NULL && symbol < names->count; symbol++)
            enter(names, symbol);
    }
    if (names->starts == NULL || names->hashes == NULL || names->text == NULL
        || names->slots == NULL) fail("no memory for names");
}

uint32_t dictionary_intern(struct dictionary *names, const char *name, size_t length) {
    if (length > LONGEST_NAME) fail("a name has more than %d bytes", LONGEST_NAME);
    uint64_t hash = ids_hash(0, (const uint8_t *)name, length);
    uint32_t mask = (UINT32_C(1) << names->slot_bits) - 1;
    uint32_t slot = (uint32_t)(hash >> (64 - names->slot_bits));
    for (; names->slots[slot] != 0; slot = (slot + 1) & mask) {
        uint32_t symbol = names->slots[slot] - 1;
        if (names->hashes[symbol] != hash) continue;
        uint32_t start = names->starts[symbol];
        if (names->starts[symbol + 1] - start == length
            && memcmp(names->text + start, name, length) == 0) return symbol;
    }
    grow(names, length);
    uint32_t symbol = names->count++;
    if (length > 0) memcpy(names->text + names->text_bytes, name, length);
    names->starts[symbol] = (uint32_t)names->text_bytes;
    names->text_bytes += length;
    names->starts[symbol + 1] = (uint32_t)names->text_bytes;
    names->hashes[symbol] = hash;
    enter(names, symbol);
    return symbol;
}

// Key: the first symbol. Value: how many, then each name behind its length.
void dictionary_store(struct dictionary *names, MDB_txn *txn, MDB_dbi table) {
    uint32_t first = names->stored, count = names->count - first;
    if (count == 0) return;
    struct position_key bytes = position_key(first);
    MDB_val key = {sizeof bytes, &bytes};
    MDB_val value = {4 + count + names->text_bytes - names->starts[first], NULL};
    lmdb_check(mdb_put(txn, table, &key, &value, MDB_APPEND | MDB_RESERVE), "mdb_put");
    uint8_t *to = value.mv_data;
    memcpy(to, &count, 4);
    to += 4;
    for (uint32_t symbol = first; symbol < names->count; symbol++) {
        uint32_t start = names->starts[symbol], length = names->starts[symbol + 1] - start;
        *to++ = (uint8_t)length;
        memcpy(to, names->text + start, length);
        to += length;
    }
    names->stored = names->count;
}

void dictionary_load(struct dictionary *names, MDB_txn *txn, MDB_dbi table) {
    MDB_cursor *cursor;
    lmdb_check(mdb_cursor_open(txn, table, &cursor), "mdb_cursor_open");
    MDB_val key, value;
    int status;
    while ((status = mdb_cursor_get(cursor, &key, &value, MDB_NEXT)) == 0) {
        if (position_of(&key) != names->count) fail("dictionary: a value is missing");
        uint32_t count;
        memcpy(&count, value.mv_data, 4);
        const uint8_t *from = (const uint8_t *)value.mv_data + 4;
        for (; count > 0; count--) {
            uint8_t length = *from++;
            dictionary_intern(names, (const char *)from, length);
            from += length;
        }
    }
    if (status != MDB_NOTFOUND) lmdb_check(status, "mdb_cursor_get");
    mdb_cursor_close(cursor);
    names->stored = names->count;
}
