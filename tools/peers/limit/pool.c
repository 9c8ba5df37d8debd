// The helper sleeps between pieces of work; parts are taken from one counter, so that a slow part
// holds nobody up.

#include "pool.h"

#include "../support.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>

struct pool {
    uint32_t threads;
    pthread_t helper;
    pthread_mutex_t mutex;
    pthread_cond_t wake, done;
    // All below is under the mutex, but for the counter.
    uint64_t round, finished_round;
    bool stopping;
    uint32_t count;
    pool_work *work;
    void *context;
    atomic_uint next;
};

static void take_parts(struct pool *pool, uint32_t thread) {
    for (;;) {
        uint32_t part = atomic_fetch_add_explicit(&pool->next, 1, memory_order_relaxed);
        if (part >= pool->count) return;
        pool->work(pool->context, part, thread);
    }
}

static void *help(void *argument) {
    struct pool *pool = argument;
    uint64_t seen = 0;
    pthread_mutex_lock(&pool->mutex);
    for (;;) {
        while (pool->round == seen && !pool->stopping) {
            pthread_cond_wait(&pool->wake, &pool->mutex);
        }
        if (pool->stopping) break;
        seen = pool->round;
        pthread_mutex_unlock(&pool->mutex);
        take_parts(pool, 1);
        pthread_mutex_lock(&pool->mutex);
        pool->finished_round = seen;
        pthread_cond_signal(&pool->done);
    }
    pthread_mutex_unlock(&pool->mutex);
    return NULL;
}

struct pool *pool_make(uint32_t threads) {
    struct pool *pool = allocate(sizeof *pool);
    *pool = (struct pool){.threads = threads};
    pthread_mutex_init(&pool->mutex, NULL);
    pthread_cond_init(&pool->wake, NULL);
    pthread_cond_init(&pool->done, NULL);
    if (threads > 1 && pthread_create(&pool->helper, NULL, help, pool) != 0) {
        fail("cannot start a thread");
    }
    return pool;
}

void pool_free(struct pool *pool) {
    if (pool->threads > 1) {
        pthread_mutex_lock(&pool->mutex);
        pool->stopping = true;
        pthread_cond_signal(&pool->wake);
        pthread_mutex_unlock(&pool->mutex);
        pthread_join(pool->helper, NULL);
    }
    pthread_mutex_destroy(&pool->mutex);
    pthread_cond_destroy(&pool->wake);
    pthread_cond_destroy(&pool->done);
    free(pool);
}

uint32_t pool_threads(const struct pool *pool) { return pool->threads; }

void pool_run(struct pool *pool, uint32_t count, pool_work *work, void *context) {
    if (pool->threads < 2 || count < 2) {
        for (uint32_t part = 0; part < count; part++) work(context, part, 0);
        return;
    }
    pthread_mutex_lock(&pool->mutex);
    pool->count = count;
    pool->work = work;
    pool->context = context;
    atomic_store(&pool->next, 0);
    uint64_t round = ++pool->round;
    pthread_cond_signal(&pool->wake);
    pthread_mutex_unlock(&pool->mutex);
    take_parts(pool, 0);
    pthread_mutex_lock(&pool->mutex);
    while (pool->finished_round < round) pthread_cond_wait(&pool->done, &pool->mutex);
    pthread_mutex_unlock(&pool->mutex);
}
