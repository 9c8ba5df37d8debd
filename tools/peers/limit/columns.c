// Encoding and summing of columns. The loops are plain, over arrays, without branches on values,
// so that the compiler makes vector code of them.

#include "columns.h"

#include "../support.h"

#include <stdlib.h>

static uint8_t width_of(uint64_t greatest) {
    if (greatest == 0) return 0;
    if (greatest <= UINT8_MAX) return 1;
    if (greatest <= UINT16_MAX) return 2;
    if (greatest <= UINT32_MAX) return 4;
    return 8;
}

static size_t round_to_words(size_t bytes) { return (bytes + 7) & ~(size_t)7; }

static size_t pack(const uint64_t *codes, uint32_t count, uint8_t width, uint8_t *out) {
    switch (width) {
    case 0: break;
    case 1:
        for (uint32_t index = 0; index < count; index++) out[index] = (uint8_t)codes[index];
        break;
    case 2:
        for (uint32_t index = 0; index < count; index++)
            ((uint16_t *)out)[index] = (uint16_t)codes[index];
        break;
    case 4:
        for (uint32_t index = 0; index < count; index++)
            ((uint32_t *)out)[index] = (uint32_t)codes[index];
        break;
    default: memcpy(out, codes, (size_t)count * 8);
    }
    size_t bytes = (size_t)count * width, padded = round_to_words(bytes);
    memset(out + bytes, 0, padded - bytes);
    return padded;
}

// Divides each number by `divisor` = odd << shift, by multiplying with the inverse of the odd part
// modulo 2 to the 64 and turning the word; a number that is no multiple comes out greater than
// any quotient can be. `codes` is unspecified where the answer is false.
static inline __attribute__((always_inline)) bool divide_exactly(
    const int64_t *values, uint32_t count, uint64_t base, uint64_t divisor, uint64_t *codes) {
    int shift = __builtin_ctzll(divisor);
    uint64_t odd = divisor >> shift, inverse = odd;
    for (int step = 0; step < 6; step++) inverse *= 2 - odd * inverse;
    uint64_t limit = UINT64_MAX / divisor;
    for (uint32_t start = 0; start < count; start += 256) {
        uint32_t end = start + 256 < count ? start + 256 : count;
        uint64_t misses = 0;
        for (uint32_t index = start; index < end; index++) {
            uint64_t difference =
                values[index] == ABSENT ? 0 : (uint64_t)values[index] - base;
            uint64_t product = difference * inverse;
            uint64_t quotient = product >> shift | product << ((64 - shift) & 63);
            misses |= quotient > limit;
            codes[index] = quotient;
        }
        if (misses) return false;
    }
    return true;
}

// Finds the narrowest form: each divisor is a multiple of the one before, so the first that does
// not divide ends the search.
static uint8_t choose_divisor(
    const int64_t *values, uint32_t count, uint64_t base, uint64_t range, uint64_t extra,
    uint64_t *codes) {
    uint8_t chosen = 0, width = width_of(range + extra);
    if (width_of(range / 60000000 + extra) == width) return 0;
    if (!divide_exactly(values, count, base, 1000, codes)) return 0;
    if (width_of(range / 1000 + extra) < width) {
        chosen = 1;
        width = width_of(range / 1000 + extra);
    }
    if (width_of(range / 60000000 + extra) == width) return chosen;
    if (!divide_exactly(values, count, base, 1000000, codes)) return chosen;
    if (width_of(range / 1000000 + extra) < width) {
        chosen = 2;
        width = width_of(range / 1000000 + extra);
    }
    if (width_of(range / 60000000 + extra) == width) return chosen;
    return divide_exactly(values, count, base, 60000000, codes) ? 3 : chosen;
}

size_t column_encode_integers(
    struct column *column, const int64_t *values, uint32_t count, uint64_t *scratch,
    uint8_t *out) {
    int64_t least = INT64_MAX, greatest = INT64_MIN;
    uint64_t absent = 0;
    for (uint32_t index = 0; index < count; index++) {
        int64_t value = values[index];
        int64_t low = value == ABSENT ? INT64_MAX : value;
        absent += value == ABSENT;
        least = low < least ? low : least;
        greatest = value > greatest ? value : greatest;
    }
    *column = (struct column){.form = FORM_INTEGER, .base = absent == count ? ABSENT : least};
    if (absent == count || (absent == 0 && least == greatest)) return 0;
    uint64_t base = (uint64_t)least, range = (uint64_t)greatest - base, extra = absent > 0;
    if (range + extra < range) fail("values lie too far apart for one column");
    uint8_t divisor = choose_divisor(values, count, base, range, extra, scratch);
    switch (divisor) {
    case 0:
        for (uint32_t index = 0; index < count; index++)
            scratch[index] = values[index] == ABSENT ? 0 : (uint64_t)values[index] - base;
        break;
    case 1: divide_exactly(values, count, base, 1000, scratch); break;
    case 2: divide_exactly(values, count, base, 1000000, scratch); break;
    default: divide_exactly(values, count, base, 60000000, scratch);
    }
    if (absent > 0) {
        for (uint32_t index = 0; index < count; index++)
            scratch[index] = values[index] == ABSENT ? 0 : scratch[index] + 1;
    }
    column->divisor = divisor;
    column->has_absent = (uint8_t)extra;
    column->width = width_of(range / (uint64_t)column_divisor(divisor) + extra);
    return pack(scratch, count, column->width, out);
}

// MARK: - Symbols

void code_book_reserve(struct code_book *book, uint32_t symbols) {
    if (symbols <= book->capacity) return;
    uint32_t capacity = symbols * 2;
    book->seen = realloc(book->seen, (size_t)capacity * sizeof *book->seen);
    if (book->seen == NULL) fail("no memory for a book of codes");
    memset(book->seen + book->capacity, 0, (size_t)(capacity - book->capacity) * 4);
    book->capacity = capacity;
}

// Writes codes and then the list; 0 where there are more than 256 values.
static size_t encode_by_list(
    struct column *column, const uint32_t *values, uint32_t count, struct code_book *book,
    uint8_t *out) {
    // A round has 24 bits beside the 8 of the code.
    if (++book->round == UINT32_C(1) << 24) {
        memset(book->seen, 0, (size_t)book->capacity * sizeof *book->seen);
        book->round = 1;
    }
    uint32_t listed = 0, list[256];
    uint8_t codes[BLOCK_CAPACITY];
    for (uint32_t index = 0; index < count; index++) {
        uint32_t *seen = &book->seen[values[index]];
        if (*seen >> 8 != book->round) {
            if (listed == 256) return 0;
            *seen = book->round << 8 | listed;
            list[listed++] = values[index];
        }
        codes[index] = (uint8_t)*seen;
    }
    if (listed % 2 == 1) list[listed] = 0;
    size_t list_bytes = round_to_words((size_t)listed * 4), padded = round_to_words(count);
    memcpy(out, list, list_bytes);
    memcpy(out + list_bytes, codes, count);
    memset(out + list_bytes + count, 0, padded - count);
    *column = (struct column){.form = FORM_CODES, .width = 1, .base = listed};
    return list_bytes + padded;
}

size_t column_encode_symbols(
    struct column *column, const uint32_t *values, uint32_t count, struct code_book *book,
    uint8_t *out) {
    uint32_t least = UINT32_MAX, greatest = 0;
    for (uint32_t index = 0; index < count; index++) {
        least = values[index] < least ? values[index] : least;
        greatest = values[index] > greatest ? values[index] : greatest;
    }
    *column = (struct column){.form = FORM_INTEGER, .base = least};
    uint8_t width = width_of(greatest - least);
    if (width == 0) return 0;
    if (width > 1 && book != NULL) {
        size_t bytes = encode_by_list(column, values, count, book, out);
        if (bytes > 0) return bytes;
    }
    column->width = width;
    if (width == 1) {
        for (uint32_t index = 0; index < count; index++)
            out[index] = (uint8_t)(values[index] - least);
    } else if (width == 2) {
        for (uint32_t index = 0; index < count; index++)
            ((uint16_t *)out)[index] = (uint16_t)(values[index] - least);
    } else {
        for (uint32_t index = 0; index < count; index++)
            ((uint32_t *)out)[index] = values[index] - least;
    }
    size_t bytes = (size_t)count * width, padded = round_to_words(bytes);
    memset(out + bytes, 0, padded - bytes);
    return padded;
}

// MARK: - Sums

#define SUM_OF(type)                                                                              \
    do {                                                                                          \
        const type *codes = (const type *)bytes;                                                  \
        for (uint32_t index = 0; index < count; index++)                                          \
            sum += base + (uint64_t)codes[index] * divisor;                                       \
    } while (0)

uint64_t column_sum(const struct column *column, const uint8_t *block, uint32_t count) {
    const uint8_t *bytes = block + column->offset;
    uint64_t base = (uint64_t)column->base, sum = 0;
    uint64_t divisor = (uint64_t)column_divisor(column->divisor);
    if (column->form == FORM_CODES) {
        const uint32_t *list = (const uint32_t *)bytes;
        const uint8_t *codes = bytes + (base + 1) / 2 * 8;
        for (uint32_t index = 0; index < count; index++) sum += list[codes[index]];
        return sum;
    }
    if (column->has_absent) {
        for (uint32_t index = 0; index < count; index++)
            sum += (uint64_t)column_value(column, block, index);
        return sum;
    }
    switch (column->width) {
    case 0: return base * count;
    case 1: SUM_OF(uint8_t); break;
    case 2: SUM_OF(uint16_t); break;
    case 4: SUM_OF(uint32_t); break;
    default: SUM_OF(uint64_t);
    }
    return sum;
}
