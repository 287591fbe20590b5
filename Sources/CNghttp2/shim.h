#ifndef SAMPAN_CNGHTTP2_H
#define SAMPAN_CNGHTTP2_H
#include <nghttp2/nghttp2.h>
#endif
