/* What the language has no word for. */

/* Fetches the line of an address into the processor's caches; nothing waits for it. An address that
   cannot be read does no harm. */
static inline void cprocessor_prefetch(const void *address) { __builtin_prefetch(address, 0, 3); }
