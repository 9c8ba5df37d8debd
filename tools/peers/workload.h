// The events that every peer stores, so that their figures can be set beside each other. README.md
// states the workload in words; the golden events of `limit --golden` pin it down.
#pragma once

#include <stddef.h>
#include <stdint.h>

// A value that the source does not state.
#define ABSENT INT64_MIN

enum {
    KEY_LENGTH = 13,
    REF_LENGTH = 10,
    TEXT_STRIDE_BYTES = 24,
    // Readers of keys may load whole words: room behind the last one.
    TEXT_SLACK_BYTES = 32,
    NAME_CAPACITY = 24,
};

// An event as the program that appends it holds it. Symbols are those of the session's own names,
// 0 for none; key and ref point into memory of the caller.
struct event {
    int64_t at, automation, wait, talk, hold, wrap_up, ended, money;
    const uint8_t *key, *ref;
    uint32_t source, customer, issue, channel, modality, intent, segment, team, tier, agent;
    uint32_t transfer_target, ref_name;
    uint16_t key_length, ref_length;
    int16_t offset;
    uint16_t kind;
    uint8_t direction, actor, outcome;
};

struct workload {
    uint32_t customers;
};

// The first symbol of each group of names.
enum {
    SYMBOL_SOURCE = 1,
    SYMBOL_REF = 2,
    SYMBOL_CHANNEL = 3,
    SYMBOL_INTENT = SYMBOL_CHANNEL + 6,
    SYMBOL_SEGMENT = SYMBOL_INTENT + 40,
    SYMBOL_TEAM = SYMBOL_SEGMENT + 4,
    SYMBOL_AGENT = SYMBOL_TEAM + 30,
    SYMBOL_CUSTOMER = SYMBOL_AGENT + 2000,
};

// Word `purpose` (1 to 15) of event `index`: splitmix64 of 16 * index + purpose.
static inline uint64_t workload_mix(uint64_t index, uint64_t purpose) {
    uint64_t z = 16 * index + purpose + UINT64_C(0x9e3779b97f4a7c15);
    z = (z ^ (z >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
    z = (z ^ (z >> 27)) * UINT64_C(0x94d049bb133111eb);
    return z ^ (z >> 31);
}

// A bijection on 48 bits, so that keys are unique and in no order.
static inline uint64_t workload_scatter(uint64_t index) {
    const uint64_t mask = (UINT64_C(1) << 48) - 1;
    uint64_t x = (index * UINT64_C(0x9e3779b97f4b)) & mask;
    x ^= x >> 24;
    x = (x * UINT64_C(0xbf58476d1ce5)) & mask;
    return x ^ (x >> 24);
}

// Fills `events` with those from `first` on. `text` has TEXT_STRIDE_BYTES for each and
// TEXT_SLACK_BYTES more.
void workload_fill(
    const struct workload *workload, uint64_t first, size_t count, struct event *events,
    uint8_t *text);

// How many symbols the workload has, the empty one included.
uint32_t workload_symbol_count(const struct workload *workload);

// Writes the name of a symbol and gives its length.
size_t workload_name(const struct workload *workload, uint32_t symbol, char name[NAME_CAPACITY]);

// Prints the five golden events, one JSON object a line.
void workload_print_golden(const struct workload *workload);
