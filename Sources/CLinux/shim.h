#ifndef SAMPAN_CLINUX_H
#define SAMPAN_CLINUX_H
// What Glibc's module map leaves out: epoll, eventfd, accept4 (needs _GNU_SOURCE).
#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif
#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <sys/uio.h>

// Declared by <sys/socket.h> only under _GNU_SOURCE, which an earlier include of Glibc's module may have missed.
int accept4(int fd, struct sockaddr *address, socklen_t *length, int flags);

#endif
