// Which ids the log holds: fingerprints in memory, rebuilt from the log when it is opened.
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

// Open addressing over slots of 8 bytes, position in the low half and 32 bits of the hash in the
// high half, an empty slot being 0. The slot sought is the top bits of those 32, so entries lie in
// the order of their hash but for collisions, and doubling is one pass forward through both tables.
// The first bit of the hash chooses one of two halves: two threads work without meeting.
struct id_half {
    uint64_t *slots;
    uint64_t used;
    uint32_t bits;
};

struct id_table {
    struct id_half halves[2];
};

// A candidate whose 32 bits were found at an earlier position; the events themselves decide.
struct id_suspect {
    uint32_t index;
    uint32_t position;
};

struct id_suspects {
    struct id_suspect *items;
    size_t count, capacity;
};

void ids_make(struct id_table *table);
void ids_free(struct id_table *table);
uint64_t ids_memory_bytes(const struct id_table *table);

// Makes room for so many entries in all, so that the table does not grow while they come.
void ids_reserve(struct id_table *table, uint64_t entries);

// Enters, at position `first + index`, each of the `count` hashes that belongs to the half, and
// notes those that might be there already. `indices` is room for `count` numbers.
void ids_enter(
    struct id_half *half, uint32_t which, const uint64_t *hashes, uint32_t count, uint64_t first,
    uint32_t *indices, struct id_suspects *suspects);

// Takes back what stands at `position`; moves an entry to another position.
void ids_remove(struct id_table *table, uint64_t hash, uint32_t position);
void ids_move(struct id_table *table, uint64_t hash, uint32_t from, uint32_t to);

static inline uint64_t ids_load64(const uint8_t *bytes) {
    uint64_t word;
    memcpy(&word, bytes, sizeof word);
    return word;
}

static inline uint32_t ids_load32(const uint8_t *bytes) {
    uint32_t word;
    memcpy(&word, bytes, sizeof word);
    return word;
}

// The product of two words, folded.
static inline uint64_t ids_mix(uint64_t left, uint64_t right) {
    unsigned __int128 product = (unsigned __int128)left * right;
    return (uint64_t)product ^ (uint64_t)(product >> 64);
}

// A hash in the manner of wyhash. `seed` is the hash of the source's name, so that the same key of
// two sources is two ids.
static inline uint64_t ids_hash(uint64_t seed, const uint8_t *bytes, size_t length) {
    const uint64_t one = UINT64_C(0xa0761d6478bd642f), two = UINT64_C(0xe7037ed1a0b428db);
    uint64_t left, right;
    size_t rest = length;
    while (rest > 16) {
        seed = ids_mix(ids_load64(bytes) ^ one, ids_load64(bytes + 8) ^ seed);
        bytes += 16;
        rest -= 16;
    }
    if (rest >= 8) {
        left = ids_load64(bytes);
        right = ids_load64(bytes + rest - 8);
    } else if (rest >= 4) {
        left = ids_load32(bytes);
        right = ids_load32(bytes + rest - 4);
    } else if (rest > 0) {
        left = (uint64_t)bytes[0] << 16 | (uint64_t)bytes[rest / 2] << 8 | bytes[rest - 1];
        right = 0;
    } else {
        left = right = 0;
    }
    return ids_mix(two ^ length, ids_mix(left ^ one, right ^ seed ^ two));
}
