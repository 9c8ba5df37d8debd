// The table of fingerprints. A look-up is one miss of the caches; a batch asks for its slots ahead,
// so that many misses are under way at once.

#define _GNU_SOURCE
#include "ids.h"

#include "../support.h"

#include <stdlib.h>
#include <sys/mman.h>

enum { FIRST_BITS = 12, AHEAD = 24 };

static uint64_t slot_count(const struct id_half *half) { return UINT64_C(1) << half->bits; }

static uint32_t tag_of(uint64_t hash) { return (uint32_t)(hash >> 31); }

// Big pages spare a second miss, of the address translation, for each look-up.
static uint64_t *make_slots(uint32_t bits) {
    size_t bytes = sizeof(uint64_t) << bits;
    void *memory = mmap(NULL, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (memory == MAP_FAILED) fail("no memory for %zu bytes of fingerprints", bytes);
    madvise(memory, bytes, MADV_HUGEPAGE);
    return memory;
}

void ids_make(struct id_table *table) {
    for (int which = 0; which < 2; which++) {
        table->halves[which] = (struct id_half){
            .slots = make_slots(FIRST_BITS), .used = 0, .bits = FIRST_BITS};
    }
}

void ids_free(struct id_table *table) {
    for (int which = 0; which < 2; which++) {
        munmap(table->halves[which].slots, sizeof(uint64_t) << table->halves[which].bits);
    }
}

uint64_t ids_memory_bytes(const struct id_table *table) {
    return (slot_count(&table->halves[0]) + slot_count(&table->halves[1])) * sizeof(uint64_t);
}

// The least power of two that keeps the table at most two thirds full.
static void grow(struct id_half *half, uint64_t entries) {
    uint32_t bits = half->bits;
    while (entries * 3 > (UINT64_C(2) << bits)) bits++;
    if (bits == half->bits) return;
    if (bits > 32) fail("more ids than 32 bits of hash can place");
    uint64_t *slots = make_slots(bits);
    uint64_t mask = (UINT64_C(1) << bits) - 1;
    for (uint64_t from = 0; from < slot_count(half); from++) {
        uint64_t entry = half->slots[from];
        if (entry == 0) continue;
        uint64_t to = entry >> (64 - bits);
        while (slots[to] != 0) to = (to + 1) & mask;
        slots[to] = entry;
    }
    munmap(half->slots, sizeof(uint64_t) << half->bits);
    half->slots = slots;
    half->bits = bits;
}

void ids_reserve(struct id_table *table, uint64_t entries) {
    for (int which = 0; which < 2; which++) grow(&table->halves[which], entries / 2);
}

static void note(struct id_suspects *suspects, uint32_t index, uint32_t position) {
    if (suspects->count == suspects->capacity) {
        suspects->capacity = suspects->capacity * 2 + 64;
        suspects->items =
            realloc(suspects->items, suspects->capacity * sizeof *suspects->items);
        if (suspects->items == NULL) fail("no memory for suspects");
    }
    suspects->items[suspects->count++] = (struct id_suspect){index, position};
}

void ids_enter(
    struct id_half *half, uint32_t which, const uint64_t *hashes, uint32_t count, uint64_t first,
    uint32_t *indices, struct id_suspects *suspects) {
    uint32_t mine = 0;
    for (uint32_t index = 0; index < count; index++) {
        indices[mine] = index;
        mine += (hashes[index] >> 63) == which;
    }
    grow(half, half->used + mine);
    uint64_t *slots = half->slots;
    uint64_t mask = slot_count(half) - 1;
    uint32_t shift = 32 - half->bits;
    for (uint32_t place = 0; place < mine; place++) {
        if (place + AHEAD < mine) {
            __builtin_prefetch(&slots[tag_of(hashes[indices[place + AHEAD]]) >> shift], 1);
        }
        uint32_t index = indices[place];
        uint32_t tag = tag_of(hashes[index]);
        uint64_t slot = tag >> shift;
        while (slots[slot] != 0) {
            if ((uint32_t)(slots[slot] >> 32) == tag) note(suspects, index, (uint32_t)slots[slot]);
            slot = (slot + 1) & mask;
        }
        slots[slot] = (uint64_t)tag << 32 | (uint32_t)(first + index);
    }
    half->used += mine;
}

static uint64_t *find(struct id_half *half, uint64_t hash, uint32_t position) {
    uint64_t entry = (uint64_t)tag_of(hash) << 32 | position;
    uint64_t mask = slot_count(half) - 1;
    uint64_t slot = tag_of(hash) >> (32 - half->bits);
    while (half->slots[slot] != entry) {
        if (half->slots[slot] == 0) fail("an id that was entered is not in the table");
        slot = (slot + 1) & mask;
    }
    return &half->slots[slot];
}

// Entries behind the hole move up as far as their own slot allows, so that no search ends early.
void ids_remove(struct id_table *table, uint64_t hash, uint32_t position) {
    struct id_half *half = &table->halves[hash >> 63];
    uint64_t mask = slot_count(half) - 1;
    uint64_t hole = (uint64_t)(find(half, hash, position) - half->slots);
    for (uint64_t slot = (hole + 1) & mask; half->slots[slot] != 0; slot = (slot + 1) & mask) {
        uint64_t sought = half->slots[slot] >> (64 - half->bits);
        if (((slot - sought) & mask) < ((slot - hole) & mask)) continue;
        half->slots[hole] = half->slots[slot];
        hole = slot;
    }
    half->slots[hole] = 0;
    half->used--;
}

void ids_move(struct id_table *table, uint64_t hash, uint32_t from, uint32_t to) {
    struct id_half *half = &table->halves[hash >> 63];
    *find(half, hash, from) = (uint64_t)tag_of(hash) << 32 | to;
}
