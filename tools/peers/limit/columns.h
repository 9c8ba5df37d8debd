// Columns of a block: how numbers and symbols become few bytes that can be read in place.
#pragma once

#include "../workload.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

enum { BLOCK_CAPACITY = 4096 };

enum column_form {
    // value = base + code * divisor. Width 0: all values are the base. Where some are absent, code
    // 0 is absent and the codes of the others are one more.
    FORM_INTEGER,
    // One byte a value, a place in the list of 32-bit values that stands before them; `base` is how
    // long that list is.
    FORM_CODES,
    // Bytes one after another; their lengths are a column of their own.
    FORM_BYTES,
};

struct column {
    // From the beginning of the block.
    uint32_t offset;
    uint8_t form, width, divisor, has_absent;
    int64_t base;
};

// The divisors by number: none, a millisecond or a minor unit, a second, a minute.
static inline int64_t column_divisor(uint8_t number) {
    static const int64_t divisors[4] = {1, 1000, 1000000, 60000000};
    return divisors[number & 3];
}

static inline uint64_t column_code(const uint8_t *codes, uint8_t width, uint32_t index) {
    switch (width) {
    case 0: return 0;
    case 1: return codes[index];
    case 2: return ((const uint16_t *)codes)[index];
    case 4: return ((const uint32_t *)codes)[index];
    default: return ((const uint64_t *)codes)[index];
    }
}

// The value at `index` of a column of numbers or symbols.
static inline int64_t column_value(
    const struct column *column, const uint8_t *block, uint32_t index) {
    const uint8_t *bytes = block + column->offset;
    if (column->form == FORM_CODES) {
        uint64_t listed = ((uint64_t)column->base + 1) / 2 * 8;
        return ((const uint32_t *)bytes)[bytes[listed + index]];
    }
    uint64_t code = column_code(bytes, column->width, index);
    if (column->has_absent) {
        if (code == 0) return ABSENT;
        code--;
    }
    return (int64_t)((uint64_t)column->base + code * (uint64_t)column_divisor(column->divisor));
}

// What coding symbols needs: for each symbol of the log the round in which it was seen and its code
// of that round.
struct code_book {
    uint32_t *seen;
    uint32_t capacity;
    uint32_t round;
};

void code_book_reserve(struct code_book *book, uint32_t symbols);

// Writes the column's bytes to `out`, aligned to 8, fills in the description but for the offset,
// and gives the number of bytes, a multiple of 8. `scratch` has room for `count` words.
size_t column_encode_integers(
    struct column *column, const int64_t *values, uint32_t count, uint64_t *scratch, uint8_t *out);
size_t column_encode_symbols(
    struct column *column, const uint32_t *values, uint32_t count, struct code_book *book,
    uint8_t *out);

// The sum of all values, modulo 2 to the 64.
uint64_t column_sum(const struct column *column, const uint8_t *block, uint32_t count);
