#ifndef SAMPAN_CPROTOBUFC_H
#define SAMPAN_CPROTOBUFC_H
#include <protobuf-c/protobuf-c.h>
#endif
