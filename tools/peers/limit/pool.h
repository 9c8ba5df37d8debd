// Two threads that share the parts of one piece of work: the caller and one helper.
#pragma once

#include <stdint.h>

struct pool;

// `thread` is 0 for the caller and 1 for the helper.
typedef void pool_work(void *context, uint32_t part, uint32_t thread);

struct pool *pool_make(uint32_t threads);
void pool_free(struct pool *pool);
uint32_t pool_threads(const struct pool *pool);
// Does parts 0..<count, each once, and returns when all are done.
void pool_run(struct pool *pool, uint32_t count, pool_work *work, void *context);
