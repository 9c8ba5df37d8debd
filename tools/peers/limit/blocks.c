// Events to blocks: gathered into columns in small tiles, which stay in the nearest cache, then
// each column encoded by itself.

#include "blocks.h"

#include "../support.h"
#include "ids.h"

#include <openssl/evp.h>
#include <stdlib.h>

enum { TILE = 64 };

// MARK: - Hashes

static const EVP_MD *sha256_method(void) {
    static const EVP_MD *method;
    const EVP_MD *known = __atomic_load_n(&method, __ATOMIC_ACQUIRE);
    if (known == NULL) {
        known = EVP_MD_fetch(NULL, "SHA2-256", NULL);
        if (known == NULL) fail("libcrypto has no SHA-256");
        __atomic_store_n(&method, known, __ATOMIC_RELEASE);
    }
    return known;
}

void sha256(const void *bytes, size_t count, uint8_t out[HASH_BYTES]) {
    static _Thread_local EVP_MD_CTX *context;
    if (context == NULL) context = EVP_MD_CTX_new();
    if (context == NULL || EVP_DigestInit_ex2(context, sha256_method(), NULL) != 1
        || EVP_DigestUpdate(context, bytes, count) != 1
        || EVP_DigestFinal_ex(context, out, NULL) != 1) {
        fail("libcrypto failed to hash");
    }
}

void chain_hash(
    const uint8_t previous[HASH_BYTES], const uint8_t digest[HASH_BYTES], uint8_t out[HASH_BYTES]) {
    uint8_t both[2 * HASH_BYTES];
    memcpy(both, previous, HASH_BYTES);
    memcpy(both + HASH_BYTES, digest, HASH_BYTES);
    sha256(both, sizeof both, out);
}

void block_digest(const struct block *block, uint8_t digest[HASH_BYTES]) {
    sha256(block_bytes(block) + BLOCK_HASHED_FROM, block->bytes - BLOCK_HASHED_FROM, digest);
}

// MARK: - Encoding

void block_encoder_make(struct block_encoder *encoder) {
    *encoder = (struct block_encoder){0};
    for (int column = 0; column < VALUE_COLUMNS; column++) {
        if (column < INTEGER_COLUMNS) {
            encoder->integers[column] = allocate(BLOCK_CAPACITY * sizeof(int64_t));
        } else {
            encoder->symbols[column - INTEGER_COLUMNS] = allocate(BLOCK_CAPACITY * 4);
        }
    }
    encoder->scratch = allocate(BLOCK_CAPACITY * sizeof(uint64_t));
}

void block_encoder_free(struct block_encoder *encoder) {
    for (int column = 0; column < INTEGER_COLUMNS; column++) free(encoder->integers[column]);
    for (int column = INTEGER_COLUMNS; column < VALUE_COLUMNS; column++)
        free(encoder->symbols[column - INTEGER_COLUMNS]);
    free(encoder->scratch);
    free(encoder->book.seen);
}

size_t block_bound(const struct event *events, uint32_t count) {
    size_t bytes = sizeof(struct block) + (size_t)count * (INTEGER_COLUMNS * 8)
        + (size_t)count * (VALUE_COLUMNS - INTEGER_COLUMNS) * 4 + COLUMN_COUNT * (256 * 4 + 16);
    for (uint32_t index = 0; index < count; index++)
        bytes += (size_t)events[index].key_length + events[index].ref_length;
    return bytes + 64;
}

#define INTEGERS(column, expression)                                                              \
    do {                                                                                          \
        int64_t *to = encoder->integers[column];                                                  \
        for (uint32_t index = start; index < end; index++) {                                      \
            const struct event *event = &events[index];                                           \
            to[index] = (expression);                                                             \
        }                                                                                         \
    } while (0)

#define SYMBOLS(column, expression)                                                               \
    do {                                                                                          \
        uint32_t *to = encoder->symbols[(column) - INTEGER_COLUMNS];                              \
        for (uint32_t index = start; index < end; index++) {                                      \
            const struct event *event = &events[index];                                           \
            to[index] = (expression);                                                             \
        }                                                                                         \
    } while (0)

static void gather(
    struct block_encoder *encoder, const struct event *events, uint32_t start, uint32_t end,
    const uint32_t *map) {
    INTEGERS(COLUMN_AT, event->at);
    INTEGERS(COLUMN_AUTOMATION, event->automation);
    INTEGERS(COLUMN_WAIT, event->wait);
    INTEGERS(COLUMN_TALK, event->talk);
    INTEGERS(COLUMN_HOLD, event->hold);
    INTEGERS(COLUMN_WRAP_UP, event->wrap_up);
    INTEGERS(COLUMN_ENDED, event->ended);
    INTEGERS(COLUMN_MONEY, event->money);
    INTEGERS(COLUMN_OFFSET, event->offset);
    SYMBOLS(COLUMN_SOURCE, map[event->source]);
    SYMBOLS(COLUMN_CUSTOMER, map[event->customer]);
    SYMBOLS(COLUMN_ISSUE, map[event->issue]);
    SYMBOLS(COLUMN_CHANNEL, map[event->channel]);
    SYMBOLS(COLUMN_MODALITY, map[event->modality]);
    SYMBOLS(COLUMN_INTENT, map[event->intent]);
    SYMBOLS(COLUMN_SEGMENT, map[event->segment]);
    SYMBOLS(COLUMN_TEAM, map[event->team]);
    SYMBOLS(COLUMN_TIER, map[event->tier]);
    SYMBOLS(COLUMN_AGENT, map[event->agent]);
    SYMBOLS(COLUMN_TRANSFER_TARGET, map[event->transfer_target]);
    SYMBOLS(COLUMN_REF_NAME, map[event->ref_name]);
    SYMBOLS(COLUMN_KIND, event->kind);
    SYMBOLS(COLUMN_DIRECTION, event->direction);
    SYMBOLS(COLUMN_ACTOR, event->actor);
    SYMBOLS(COLUMN_OUTCOME, event->outcome);
    SYMBOLS(COLUMN_KEY_LENGTH, event->key_length);
    SYMBOLS(COLUMN_REF_LENGTH, event->ref_length);
}

// Copies texts one behind the other; those of up to 16 bytes with two words each, which may write
// beyond their end and are then written over.
static size_t copy_texts(
    struct column *column, const struct event *events, uint32_t count, bool is_key, uint8_t *out) {
    uint8_t *to = out;
    for (uint32_t index = 0; index < count; index++) {
        const uint8_t *from = is_key ? events[index].key : events[index].ref;
        size_t length = is_key ? events[index].key_length : events[index].ref_length;
        if (length <= 16) memcpy(to, from, 16);
        else memcpy(to, from, length);
        to += length;
    }
    size_t bytes = (size_t)(to - out);
    memset(to, 0, 16);
    *column = (struct column){.form = FORM_BYTES, .base = (int64_t)bytes};
    return (bytes + 7) & ~(size_t)7;
}

static void find_range(
    const int64_t *values, uint32_t count, int64_t *least, int64_t *greatest) {
    int64_t low = values[0], high = values[0];
    for (uint32_t index = 0; index < count; index++) {
        low = values[index] < low ? values[index] : low;
        high = values[index] > high ? values[index] : high;
    }
    *least = low;
    *greatest = high;
}

static void fill_header(
    struct block_encoder *encoder, const struct block_input *input, struct block *out) {
    memset(out, 0, sizeof *out);
    out->version = BLOCK_VERSION;
    out->count = input->count;
    out->first_position = input->first_position;
    out->columns = COLUMN_COUNT;
    find_range(
        encoder->integers[COLUMN_AT], input->count, &out->least_at, &out->greatest_at);
    if (input->recorded_at_each == NULL) {
        out->least_recorded_at = out->greatest_recorded_at = input->recorded_at;
    } else {
        find_range(
            input->recorded_at_each, input->count, &out->least_recorded_at,
            &out->greatest_recorded_at);
    }
}

static size_t encode_column(
    struct block_encoder *encoder, const struct block_input *input, int number,
    struct column *column, uint8_t *to) {
    if (number == COLUMN_RECORDED_AT) {
        *column = (struct column){.form = FORM_INTEGER, .base = input->recorded_at};
        if (input->recorded_at_each == NULL) return 0;
        return column_encode_integers(
            column, input->recorded_at_each, input->count, encoder->scratch, to);
    }
    if (number < INTEGER_COLUMNS) {
        return column_encode_integers(
            column, encoder->integers[number], input->count, encoder->scratch, to);
    }
    if (number < VALUE_COLUMNS) {
        struct code_book *book = number < SYMBOL_COLUMNS_END ? &encoder->book : NULL;
        return column_encode_symbols(
            column, encoder->symbols[number - INTEGER_COLUMNS], input->count, book, to);
    }
    return copy_texts(column, input->events, input->count, number == COLUMN_KEY, to);
}

void block_encode(
    struct block_encoder *encoder, const struct block_input *input, struct block *out,
    uint8_t digest[HASH_BYTES]) {
    for (uint32_t start = 0; start < input->count; start += TILE) {
        uint32_t end = start + TILE < input->count ? start + TILE : input->count;
        gather(encoder, input->events, start, end, input->symbol_map);
    }
    fill_header(encoder, input, out);
    code_book_reserve(&encoder->book, input->symbols);
    uint8_t *begin = (uint8_t *)out, *to = begin + sizeof *out;
    for (int number = 0; number < COLUMN_COUNT; number++) {
        struct column *column = &out->column[number];
        size_t bytes = encode_column(encoder, input, number, column, to);
        column->offset = (uint32_t)(to - begin);
        to += bytes;
    }
    out->bytes = (uint32_t)(to - begin);
    block_digest(out, digest);
}

// MARK: - Reading

// Where the text at `index` begins.
static const uint8_t *text_at(
    const struct block *block, int column, int length_column, uint32_t index) {
    const struct column *lengths = &block->column[length_column];
    uint64_t before = lengths->width == 0
        ? (uint64_t)lengths->base * index
        : column_sum(lengths, block_bytes(block), index);
    return block_bytes(block) + block->column[column].offset + before;
}

void block_event(
    const struct block *block, uint32_t index, struct event *event, int64_t *recorded_at) {
    int64_t values[VALUE_COLUMNS];
    for (int column = 0; column < VALUE_COLUMNS; column++)
        values[column] = block_value(block, column, index);
    *recorded_at = values[COLUMN_RECORDED_AT];
    *event = (struct event){
        .at = values[COLUMN_AT], .automation = values[COLUMN_AUTOMATION],
        .wait = values[COLUMN_WAIT], .talk = values[COLUMN_TALK], .hold = values[COLUMN_HOLD],
        .wrap_up = values[COLUMN_WRAP_UP], .ended = values[COLUMN_ENDED],
        .money = values[COLUMN_MONEY], .offset = (int16_t)values[COLUMN_OFFSET],
        .key = text_at(block, COLUMN_KEY, COLUMN_KEY_LENGTH, index),
        .ref = text_at(block, COLUMN_REF, COLUMN_REF_LENGTH, index),
        .source = (uint32_t)values[COLUMN_SOURCE], .customer = (uint32_t)values[COLUMN_CUSTOMER],
        .issue = (uint32_t)values[COLUMN_ISSUE], .channel = (uint32_t)values[COLUMN_CHANNEL],
        .modality = (uint32_t)values[COLUMN_MODALITY], .intent = (uint32_t)values[COLUMN_INTENT],
        .segment = (uint32_t)values[COLUMN_SEGMENT], .team = (uint32_t)values[COLUMN_TEAM],
        .tier = (uint32_t)values[COLUMN_TIER], .agent = (uint32_t)values[COLUMN_AGENT],
        .transfer_target = (uint32_t)values[COLUMN_TRANSFER_TARGET],
        .ref_name = (uint32_t)values[COLUMN_REF_NAME], .kind = (uint16_t)values[COLUMN_KIND],
        .direction = (uint8_t)values[COLUMN_DIRECTION], .actor = (uint8_t)values[COLUMN_ACTOR],
        .outcome = (uint8_t)values[COLUMN_OUTCOME],
        .key_length = (uint16_t)values[COLUMN_KEY_LENGTH],
        .ref_length = (uint16_t)values[COLUMN_REF_LENGTH],
    };
}
