#ifndef SAMPAN_CZLIB_H
#define SAMPAN_CZLIB_H
#include <zlib.h>

// These are macros over the size of the struct, which Swift cannot import. 16 added to the window bits stands for gzip (zlib.h).
static inline int sampan_gzip_deflate_init(z_stream *stream, int level) {
    return deflateInit2(stream, level, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY);
}
static inline int sampan_gzip_inflate_init(z_stream *stream) {
    return inflateInit2(stream, 15 + 16);
}
// A negative window stands for deflate without any header, as an archive holds it.
static inline int sampan_raw_inflate_init(z_stream *stream) {
    return inflateInit2(stream, -15);
}

#endif
