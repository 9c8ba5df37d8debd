// What reading all of a log comes to, once from its blocks and once from the events that were put
// in: the two must be equal.

#include "blocks.h"

#include "ids.h"

// The hashes of all texts of a column. Loads of whole words may reach beyond the last text: blocks
// end in padding or in another column.
static uint64_t sum_of_text_hashes(const struct block *block, int column, int length_column) {
    const uint8_t *bytes = block_bytes(block);
    const struct column *lengths = &block->column[length_column];
    const uint8_t *text = bytes + block->column[column].offset;
    uint64_t sum = 0;
    if (lengths->width == 0) {
        size_t length = (size_t)lengths->base;
        for (uint32_t index = 0; index < block->count; index++, text += length)
            sum += ids_hash(1, text, length);
        return sum;
    }
    for (uint32_t index = 0; index < block->count; index++) {
        size_t length = (size_t)column_value(lengths, bytes, index);
        sum += ids_hash(1, text, length);
        text += length;
    }
    return sum;
}

void totals_add_block(struct totals *totals, const struct block *block) {
    totals->events += block->count;
    for (int column = 0; column < VALUE_COLUMNS; column++) {
        totals->columns[column] +=
            column_sum(&block->column[column], block_bytes(block), block->count);
    }
    totals->key_hashes += sum_of_text_hashes(block, COLUMN_KEY, COLUMN_KEY_LENGTH);
    totals->ref_hashes += sum_of_text_hashes(block, COLUMN_REF, COLUMN_REF_LENGTH);
}

void totals_add_event(
    struct totals *totals, const struct event *event, const uint32_t *map, int64_t recorded_at) {
    const int64_t values[VALUE_COLUMNS] = {
        [COLUMN_AT] = event->at, [COLUMN_RECORDED_AT] = recorded_at,
        [COLUMN_AUTOMATION] = event->automation, [COLUMN_WAIT] = event->wait,
        [COLUMN_TALK] = event->talk, [COLUMN_HOLD] = event->hold,
        [COLUMN_WRAP_UP] = event->wrap_up, [COLUMN_ENDED] = event->ended,
        [COLUMN_MONEY] = event->money, [COLUMN_OFFSET] = event->offset,
        [COLUMN_SOURCE] = map[event->source], [COLUMN_CUSTOMER] = map[event->customer],
        [COLUMN_ISSUE] = map[event->issue], [COLUMN_CHANNEL] = map[event->channel],
        [COLUMN_MODALITY] = map[event->modality], [COLUMN_INTENT] = map[event->intent],
        [COLUMN_SEGMENT] = map[event->segment], [COLUMN_TEAM] = map[event->team],
        [COLUMN_TIER] = map[event->tier], [COLUMN_AGENT] = map[event->agent],
        [COLUMN_TRANSFER_TARGET] = map[event->transfer_target],
        [COLUMN_REF_NAME] = map[event->ref_name], [COLUMN_KIND] = event->kind,
        [COLUMN_DIRECTION] = event->direction, [COLUMN_ACTOR] = event->actor,
        [COLUMN_OUTCOME] = event->outcome, [COLUMN_KEY_LENGTH] = event->key_length,
        [COLUMN_REF_LENGTH] = event->ref_length,
    };
    totals->events++;
    for (int column = 0; column < VALUE_COLUMNS; column++)
        totals->columns[column] += (uint64_t)values[column];
    totals->key_hashes += ids_hash(1, event->key, event->key_length);
    totals->ref_hashes += ids_hash(1, event->ref, event->ref_length);
}

void totals_add(struct totals *totals, const struct totals *other) {
    totals->events += other->events;
    for (int column = 0; column < VALUE_COLUMNS; column++)
        totals->columns[column] += other->columns[column];
    totals->key_hashes += other->key_hashes;
    totals->ref_hashes += other->ref_hashes;
}
