#include "fuzz_probe.h"

#include <fcntl.h>
#include <stdatomic.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

/* What this file does must not be counted, least of all the counting. */
#define UNCOUNTED __attribute__((no_sanitize("coverage")))

static uint8_t *record;
static size_t record_capacity;

UNCOUNTED int fuzz_record_open(const char *path, size_t capacity) {
    int file = open(path, O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    if (file < 0) return -1;
    size_t bytes = capacity + sizeof(uint64_t);
    void *mapped = ftruncate(file, (off_t)bytes) == 0 ? mmap(NULL, bytes, PROT_READ | PROT_WRITE, MAP_SHARED, file, 0) : MAP_FAILED;
    close(file);
    if (mapped == MAP_FAILED) return -1;
    record = mapped;
    record_capacity = capacity;
    return 0;
}

/* Eight bytes of length (host order), then the input. */
UNCOUNTED void fuzz_record(const uint8_t *bytes, size_t count) {
    if (record == NULL) return;
    uint64_t kept = count < record_capacity ? count : record_capacity;
    memcpy(record, &kept, sizeof kept);
    if (kept > 0) memcpy(record + sizeof kept, bytes, kept);
}

UNCOUNTED void fuzz_deadline(unsigned seconds) { alarm(seconds); }

/* Built with -sanitize-coverage=edge,trace-pc-guard, the compiler gives every edge a guard and calls these two. */
#define EDGES_MAX (1u << 22)
static uint8_t met[EDGES_MAX];
static uint32_t guard_count;
/* Atomic: the tests run several engines at once, and then only have to be safe, not exact. */
static _Atomic size_t edge_count, new_edge_count;

UNCOUNTED void __sanitizer_cov_trace_pc_guard_init(uint32_t *start, uint32_t *stop) {
    if (start == stop || *start != 0) return;
    for (uint32_t *guard = start; guard < stop; guard++) *guard = guard_count + 1 < EDGES_MAX ? ++guard_count : 0;
}

UNCOUNTED void __sanitizer_cov_trace_pc_guard(uint32_t *guard) {
    uint32_t number = *guard;
    if (number == 0 || met[number]) return;
    met[number] = 1;
    edge_count++;
    new_edge_count++;
}

UNCOUNTED size_t fuzz_edges(void) { return edge_count; }

UNCOUNTED size_t fuzz_new_edges(void) {
    return atomic_exchange_explicit(&new_edge_count, 0, memory_order_relaxed);
}

UNCOUNTED int fuzz_is_instrumented(void) { return guard_count > 0; }
