#ifndef SAMPAN_CSQLITE_H
#define SAMPAN_CSQLITE_H
#include <sqlite3.h>

// sqlite3_config is variadic. Without statistics, allocating takes no global lock; it has to come before the first connection.
static inline int sampan_disable_memory_statistics(void) {
    return sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0);
}
// SQLITE_TRANSIENT is a cast macro, which Swift cannot import: SQLite copies the bytes before these return.
static inline int sampan_bind_text(sqlite3_stmt *statement, int index, const char *bytes, int length) {
    return sqlite3_bind_text(statement, index, bytes, length, SQLITE_TRANSIENT);
}
static inline int sampan_bind_blob(sqlite3_stmt *statement, int index, const void *bytes, int length) {
    // A null pointer would bind NULL instead of an empty blob.
    if (length == 0) return sqlite3_bind_zeroblob(statement, index, 0);
    return sqlite3_bind_blob(statement, index, bytes, length, SQLITE_TRANSIENT);
}

#endif
