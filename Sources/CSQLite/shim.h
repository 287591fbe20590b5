#ifndef SAMPAN_CSQLITE_H
#define SAMPAN_CSQLITE_H
#include <sqlite3.h>
#endif
