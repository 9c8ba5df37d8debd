// The room that appending a batch needs, kept between batches.
#pragma once

#include "store.h"

struct append_room;

struct append_room *append_room_make(void);
void append_room_free(struct append_room *room);
