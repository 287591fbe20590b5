#ifndef SAMPAN_CLINUX_H
#define SAMPAN_CLINUX_H
// What Glibc's module map leaves out: epoll, eventfd, inotify, prctl, and functions that glibc declares under _GNU_SOURCE only
// (defining that here would make this module's structs differ from Glibc's).
#include <link.h>
#include <netinet/tcp.h>
#include <pthread.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/inotify.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/socket.h>

int pipe2(int ends[2], int flags);
int accept4(int fd, struct sockaddr *address, socklen_t *length, int flags);
int pthread_setname_np(pthread_t thread, const char *name);

// prctl takes a variable list of arguments, which Swift cannot call.
static inline int set_timer_slack(unsigned long nanoseconds) { return prctl(PR_SET_TIMERSLACK, nanoseconds, 0UL, 0UL, 0UL); }

// glibc declares dl_iterate_phdr(3) and its struct under _GNU_SOURCE only; as elf(5) and the manual page have them.
struct loaded_object {
    ElfW(Addr) base;
    const char *name;
    const ElfW(Phdr) *headers;
    ElfW(Half) header_count;
};
int dl_iterate_phdr(int (*visit)(struct loaded_object *, size_t, void *), void *context);

#endif
