// Sorting, cutting, searching and merging of the index by customer.

#include "customers.h"

#include "../support.h"

#include <stdlib.h>
#include <string.h>

enum { RADIX_BITS = 11, RADIX = 1 << RADIX_BITS };

// By customer only, and stably: entries come in the order of their positions.
void sort_entries(index_entry *entries, index_entry *scratch, size_t count) {
    uint64_t all = 0;
    for (size_t place = 0; place < count; place++) all |= entries[place];
    index_entry *from = entries, *to = scratch;
    for (int shift = 32; shift < 64 && all >> shift != 0; shift += RADIX_BITS) {
        size_t starts[RADIX] = {0};
        for (size_t place = 0; place < count; place++)
            starts[from[place] >> shift & (RADIX - 1)]++;
        size_t start = 0;
        for (int digit = 0; digit < RADIX; digit++) {
            size_t next = start + starts[digit];
            starts[digit] = start;
            start = next;
        }
        for (size_t place = 0; place < count; place++)
            to[starts[from[place] >> shift & (RADIX - 1)]++] = from[place];
        index_entry *swap = from;
        from = to;
        to = swap;
    }
    if (from != entries) memcpy(entries, from, count * sizeof *entries);
}

void run_key(uint8_t key[RUN_KEY_BYTES], uint32_t run, uint32_t customer, uint64_t position) {
    uint32_t words[2] = {__builtin_bswap32(run), __builtin_bswap32(customer)};
    uint64_t last = __builtin_bswap64(position);
    memcpy(key, words, 8);
    memcpy(key + 8, &last, 8);
}

// MARK: - Cutting

static size_t list_bytes(uint32_t customers, uint32_t entries) {
    return sizeof(struct chunk) + (size_t)customers * 4 + (size_t)(customers + 1) / 2 * 4
        + (size_t)entries * 4;
}

// How many of the entries one chunk takes, and how many customers those are.
static uint32_t chunk_length(
    const index_entry *entries, size_t count, bool is_list, uint32_t *customers) {
    if (!is_list) {
        size_t most = (CHUNK_LIMIT_BYTES - sizeof(struct chunk)) / 8;
        *customers = (uint32_t)(count < most ? count : most);
        return *customers;
    }
    uint32_t taken = 0, distinct = 0;
    while (taken < count) {
        uint32_t next = distinct
            + (taken == 0 || entries[taken] >> 32 != entries[taken - 1] >> 32);
        if (list_bytes(next, taken + 1) > CHUNK_LIMIT_BYTES) break;
        distinct = next;
        taken++;
    }
    *customers = distinct;
    return taken;
}

static size_t write_chunk(
    const index_entry *entries, uint32_t count, struct chunk header, uint8_t *out) {
    struct chunk *chunk = (struct chunk *)out;
    *chunk = header;
    uint32_t *customers = (uint32_t *)(chunk + 1);
    uint32_t *positions = customers + header.customers;
    for (uint32_t place = 0; !header.is_list && place < count; place++)
        customers[place] = (uint32_t)(entries[place] >> 32);
    if (header.is_list) {
        uint16_t *ends = (uint16_t *)(customers + header.customers);
        positions += (header.customers + 1) / 2;
        positions[-1] = 0;
        uint32_t distinct = 0;
        for (uint32_t place = 0; place < count; place++) {
            uint32_t customer = (uint32_t)(entries[place] >> 32);
            // Written for each entry: the last one of a customer stays.
            distinct += distinct == 0 || customers[distinct - 1] != customer;
            customers[distinct - 1] = customer;
            ends[distinct - 1] = (uint16_t)(place + 1);
        }
    }
    for (uint32_t place = 0; place < count; place++) positions[place] = (uint32_t)entries[place];
    chunk->bytes = (uint32_t)((uint8_t *)(positions + count) - out);
    return chunk->bytes;
}

void chunks_build(
    struct chunk_list *chunks, const index_entry *entries, size_t count, struct run run,
    chunk_pause *pause, void *context) {
    size_t distinct = 0;
    for (size_t place = 0; place < count; place++)
        distinct += place == 0 || entries[place] >> 32 != entries[place - 1] >> 32;
    bool is_list = distinct * 6 < count * 4;
    size_t most = count / (is_list ? 6000 : 8000) + 2;
    chunks->bytes = allocate(most * (size_t)(CHUNK_LIMIT_BYTES + 16));
    chunks->offsets = allocate(most * sizeof *chunks->offsets);
    chunks->count = 0;
    size_t offset = 0;
    for (size_t place = 0; place < count;) {
        uint32_t customers = 0;
        uint32_t taken = chunk_length(entries + place, count - place, is_list, &customers);
        if (chunks->count == most) fail("an index run has more chunks than were expected");
        chunks->offsets[chunks->count++] = offset;
        struct chunk header = {
            .run = run.number, .level = run.level, .entries = taken, .customers = customers,
            .is_list = is_list, .first_position = run.first_position,
        };
        size_t bytes = write_chunk(entries + place, taken, header, chunks->bytes + offset);
        offset += (bytes + 15) & ~(size_t)15;
        place += taken;
        if (pause != NULL) pause(context);
    }
}

void chunks_free(struct chunk_list *chunks) {
    free(chunks->bytes);
    free(chunks->offsets);
    *chunks = (struct chunk_list){0};
}

// MARK: - Searching

// The first place whose customer is not less: a guess by proportion, then steps that double, then
// halving. Customers' numbers are dense, so the guess is close.
static uint32_t lower_bound(const uint32_t *customers, uint32_t count, uint32_t customer) {
    if (customer <= customers[0]) return 0;
    if (customer > customers[count - 1]) return count;
    uint64_t span = customers[count - 1] - customers[0];
    uint32_t guess = (uint32_t)((uint64_t)(customer - customers[0]) * (count - 1) / span);
    uint32_t low, high, step = 4;
    if (customers[guess] < customer) {
        low = guess;
        while (low + step < count && customers[low + step] < customer) {
            low += step;
            step *= 2;
        }
        high = low + step < count ? low + step : count - 1;
    } else {
        high = guess;
        while (high >= step && customers[high - step] >= customer) {
            high -= step;
            step *= 2;
        }
        low = high >= step ? high - step : 0;
    }
    // customers[low] < customer <= customers[high]
    while (high - low > 1) {
        uint32_t middle = low + (high - low) / 2;
        if (customers[middle] < customer) low = middle;
        else high = middle;
    }
    return high;
}

uint32_t chunk_find(const struct chunk *chunk, uint32_t customer, const uint32_t **positions) {
    const uint32_t *customers = chunk_customers(chunk);
    uint32_t place = lower_bound(customers, chunk->customers, customer);
    if (place == chunk->customers || customers[place] != customer) return 0;
    if (!chunk->is_list) {
        uint32_t end = place;
        while (end < chunk->customers && customers[end] == customer) end++;
        *positions = chunk_positions(chunk) + place;
        return end - place;
    }
    const uint16_t *ends = chunk_ends(chunk);
    uint32_t start = place == 0 ? 0 : ends[place - 1];
    *positions = chunk_positions(chunk) + start;
    return ends[place] - start;
}

// MARK: - Merging

static uint32_t last_customer(const struct chunk *chunk) {
    return chunk_customers(chunk)[chunk->customers - 1];
}

// Adds up how many entries each customer has in the chunk.
static void count_entries(const struct chunk *chunk, uint32_t *starts) {
    const uint32_t *customers = chunk_customers(chunk);
    const uint16_t *ends = chunk_ends(chunk);
    for (uint32_t place = 0; place < chunk->customers; place++) {
        starts[customers[place]] +=
            !chunk->is_list ? 1u : place == 0 ? ends[0] : (uint32_t)(ends[place] - ends[place - 1]);
    }
}

static void place_entries(const struct chunk *chunk, uint32_t *starts, index_entry *out) {
    const uint32_t *customers = chunk_customers(chunk), *positions = chunk_positions(chunk);
    const uint16_t *ends = chunk_ends(chunk);
    uint32_t entry = 0;
    for (uint32_t place = 0; place < chunk->customers; place++) {
        uint32_t end = chunk->is_list ? ends[place] : place + 1;
        uint32_t to = starts[customers[place]];
        for (; entry < end; entry++)
            out[to++] = index_entry_make(customers[place], positions[entry]);
        starts[customers[place]] = to;
    }
}

// Counts per customer, then puts each run's entries at their places. Every run is in the order of
// customers, so all arrays are walked forward and nothing is compared.
index_entry *chunks_merge(
    const struct chunk *const *chunks, size_t count, size_t *entry_count,
    chunk_pause *pause, void *context) {
    uint32_t greatest = 0;
    size_t entries = 0;
    for (size_t index = 0; index < count; index++) {
        uint32_t last = last_customer(chunks[index]);
        greatest = last > greatest ? last : greatest;
        entries += chunks[index]->entries;
    }
    uint32_t *starts = allocate(((size_t)greatest + 1) * sizeof *starts);
    index_entry *out = allocate(entries * sizeof *out);
    memset(starts, 0, ((size_t)greatest + 1) * sizeof *starts);
    for (size_t index = 0; index < count; index++) {
        count_entries(chunks[index], starts);
        pause(context);
    }
    uint32_t start = 0;
    for (size_t customer = 0; customer <= greatest; customer++) {
        uint32_t next = start + starts[customer];
        starts[customer] = start;
        start = next;
    }
    for (size_t index = 0; index < count; index++) {
        place_entries(chunks[index], starts, out);
        pause(context);
    }
    free(starts);
    *entry_count = entries;
    return out;
}
