#ifndef FUZZ_PROBE_H
#define FUZZ_PROBE_H

#include <stddef.h>
#include <stdint.h>

/* A file that the kernel keeps even when this process dies between two instructions: the input under way is written there. */
int fuzz_record_open(const char *path, size_t capacity);
/* Copies an input there, cut at the capacity. Nothing before fuzz_record_open. */
void fuzz_record(const uint8_t *bytes, size_t count);

/* Ends this process with SIGALRM when the run that begins now takes longer; 0 takes the alarm back. */
void fuzz_deadline(unsigned seconds);

/* Edges of instrumented code that have been met in all, and since the last call of fuzz_new_edges; both 0 in a plain build. */
size_t fuzz_edges(void);
size_t fuzz_new_edges(void);
/* Whether any code of this build reports edges. */
int fuzz_is_instrumented(void);

#endif
