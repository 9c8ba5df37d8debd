// The generator of the workload, and the printed events that its twins are held against.

#include "workload.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

static void write_hex(uint8_t *text, uint64_t value, int digits) {
    for (int place = digits - 1; place >= 0; place--) {
        text[place] = (uint8_t)"0123456789abcdef"[value & 15];
        value >>= 4;
    }
}

static void fill(
    const struct workload *workload, uint64_t index, struct event *event, uint8_t *text) {
    const int64_t second = 1000000;
    text[0] = 'e';
    write_hex(text + 1, workload_scatter(index), 12);
    write_hex(text + KEY_LENGTH, workload_mix(index, 15), REF_LENGTH);
    *event = (struct event){
        .at = INT64_C(1767225600000000) + (int64_t)index * 777000
            + (int64_t)(workload_mix(index, 2) % 60000) * 1000,
        .automation = ABSENT,
        .wait = (int64_t)(workload_mix(index, 11) % 600) * second,
        .talk = (int64_t)(workload_mix(index, 12) % 900) * second,
        .hold = ABSENT,
        .wrap_up = (int64_t)(workload_mix(index, 13) % 120) * second,
        .ended = ABSENT,
        .money = (int64_t)(workload_mix(index, 14) % 5000) * 1000,
        .key = text,
        .ref = text + KEY_LENGTH,
        .source = SYMBOL_SOURCE,
        .customer = SYMBOL_CUSTOMER + (uint32_t)(workload_mix(index, 1) % workload->customers),
        .channel = SYMBOL_CHANNEL + (uint32_t)(workload_mix(index, 3) % 6),
        .intent = SYMBOL_INTENT + (uint32_t)(workload_mix(index, 4) % 40),
        .segment = SYMBOL_SEGMENT + (uint32_t)(workload_mix(index, 5) % 4),
        .team = SYMBOL_TEAM + (uint32_t)(workload_mix(index, 6) % 30),
        .agent = SYMBOL_AGENT + (uint32_t)(workload_mix(index, 7) % 2000),
        .ref_name = SYMBOL_REF,
        .key_length = KEY_LENGTH,
        .ref_length = REF_LENGTH,
        .kind = 1,
        .outcome = (uint8_t)(workload_mix(index, 8) % 8),
        .direction = (uint8_t)(workload_mix(index, 9) % 3),
        .actor = (uint8_t)(workload_mix(index, 10) % 6),
    };
}

void workload_fill(
    const struct workload *workload, uint64_t first, size_t count, struct event *events,
    uint8_t *text) {
    for (size_t place = 0; place < count; place++) {
        fill(workload, first + place, &events[place], text + place * TEXT_STRIDE_BYTES);
    }
}

uint32_t workload_symbol_count(const struct workload *workload) {
    return SYMBOL_CUSTOMER + workload->customers;
}

size_t workload_name(const struct workload *workload, uint32_t symbol, char name[NAME_CAPACITY]) {
    (void)workload;
    int length = 0;
    if (symbol >= SYMBOL_CUSTOMER) {
        length = snprintf(name, NAME_CAPACITY, "c%07" PRIu32, symbol - SYMBOL_CUSTOMER);
    } else if (symbol >= SYMBOL_AGENT) {
        length = snprintf(name, NAME_CAPACITY, "agent%04" PRIu32, symbol - SYMBOL_AGENT);
    } else if (symbol >= SYMBOL_TEAM) {
        length = snprintf(name, NAME_CAPACITY, "team%02" PRIu32, symbol - SYMBOL_TEAM);
    } else if (symbol >= SYMBOL_SEGMENT) {
        length = snprintf(name, NAME_CAPACITY, "segment%" PRIu32, symbol - SYMBOL_SEGMENT);
    } else if (symbol >= SYMBOL_INTENT) {
        length = snprintf(name, NAME_CAPACITY, "intent%02" PRIu32, symbol - SYMBOL_INTENT);
    } else if (symbol >= SYMBOL_CHANNEL) {
        length = snprintf(name, NAME_CAPACITY, "channel%" PRIu32, symbol - SYMBOL_CHANNEL);
    } else {
        length = snprintf(
            name, NAME_CAPACITY, "%s",
            symbol == SYMBOL_REF ? "ref" : symbol == SYMBOL_SOURCE ? "bench" : "");
    }
    return (size_t)length;
}

static void print_name(const struct workload *workload, const char *field, uint32_t symbol) {
    char name[NAME_CAPACITY];
    workload_name(workload, symbol, name);
    printf(", \"%s\": \"%s\"", field, name);
}

void workload_print_golden(const struct workload *workload) {
    const uint64_t indices[] = {0, 1, 2, 99999, 9999999};
    for (size_t place = 0; place < sizeof indices / sizeof *indices; place++) {
        struct event event;
        uint8_t text[TEXT_STRIDE_BYTES];
        fill(workload, indices[place], &event, text);
        printf("{\"index\": %" PRIu64 ", \"key\": \"%.13s\"", indices[place], event.key);
        printf(", \"at\": %" PRId64, event.at);
        print_name(workload, "source", event.source);
        print_name(workload, "customer", event.customer);
        print_name(workload, "channel", event.channel);
        print_name(workload, "intent", event.intent);
        print_name(workload, "segment", event.segment);
        print_name(workload, "team", event.team);
        print_name(workload, "agent", event.agent);
        printf(
            ", \"outcome\": %d, \"direction\": %d, \"actor\": %d", event.outcome, event.direction,
            event.actor);
        printf(
            ", \"wait\": %" PRId64 ", \"talk\": %" PRId64 ", \"wrapUp\": %" PRId64
            ", \"money\": %" PRId64 ", \"ref\": \"%.10s\"}\n",
            event.wait, event.talk, event.wrap_up, event.money, event.ref);
    }
}
