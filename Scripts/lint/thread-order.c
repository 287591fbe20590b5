// Tells ThreadSanitizer of two orders between threads that Swift's runtime makes and the sanitizer cannot see, since the runtime is not
// built with it. Loaded before the tests by Scripts/sanitize (LD_PRELOAD): the code under test is not changed, and races stay races.
//
// 1. Synchronization.Mutex. Its fast path is inlined into our code and seen; a contended lock and unlock go through the two functions below,
//    into a futex of the kernel. A lock is an acquire of the mutex's word, an unlock a release of it.
// 2. A continuation that is resumed before its task awaits it. `swift_continuation_resume` announces its release of the task, and a task that
//    has to wait is acquired when it is run again; the task that need not wait goes straight on, and nobody announces that acquire.
//
// Names and layouts are those of Swift 6.3 on x86-64 and arm64 Linux (stdlib/public/Synchronization/Mutex/LinuxImpl.swift,
// include/swift/ABI/Task.h). Another compiler may have others: then the reports of before come back, or the canary of Scripts/sanitize fails.
#define _GNU_SOURCE
#include <dlfcn.h>
#include <stdatomic.h>
#include <stdint.h>
#include <stdlib.h>

#define SWIFT __attribute__((swiftcall))
#define SELF __attribute__((swift_context))
#define ASYNC __attribute__((swiftasynccall))
#define FRAME __attribute__((swift_async_context))

#define LOCK_SLOW "$s15Synchronization12_MutexHandleV9_lockSlowyys6UInt32VF"
#define UNLOCK_SLOW "$s15Synchronization12_MutexHandleV11_unlockSlowyyF"

// Absent in processes that were not built with the sanitizer: `swift test` itself, Python.
extern void __tsan_acquire(void *) __attribute__((weak));
extern void __tsan_release(void *) __attribute__((weak));
extern SWIFT void *swift_task_getCurrent(void) __attribute__((weak));

static void acquire(void *word) {
    if (__tsan_acquire) __tsan_acquire(word);
}

static void release(void *word) {
    if (__tsan_release) __tsan_release(word);
}

// The runtime's own function of that name, found once.
static void *original(_Atomic(void *) *known, const char *name) {
    void *found = atomic_load_explicit(known, memory_order_relaxed);
    if (!found) {
        found = dlsym(RTLD_NEXT, name);
        if (!found) abort();
        atomic_store_explicit(known, found, memory_order_relaxed);
    }
    return found;
}

typedef SWIFT void lock_slow(uint32_t thread, SELF void *mutex);
typedef SWIFT void unlock_slow(SELF void *mutex);

SWIFT void lock(uint32_t thread, SELF void *mutex) __asm__(LOCK_SLOW);
SWIFT void lock(uint32_t thread, SELF void *mutex) {
    static _Atomic(void *) known;
    ((lock_slow *)original(&known, LOCK_SLOW))(thread, mutex);
    acquire(mutex);
}

SWIFT void unlock(SELF void *mutex) __asm__(UNLOCK_SLOW);
SWIFT void unlock(SELF void *mutex) {
    static _Atomic(void *) known;
    release(mutex);
    ((unlock_slow *)original(&known, UNLOCK_SLOW))(mutex);
}

// The head of a ContinuationAsyncContext.
struct continuation {
    void *parent;
    ASYNC void (*resume)(FRAME struct continuation *);
};
typedef ASYNC void resume_function(FRAME struct continuation *);
typedef ASYNC void await_function(struct continuation *);

static _Thread_local resume_function *resume_at_once;

static ASYNC void resumed_before(FRAME struct continuation *context) {
    acquire(swift_task_getCurrent());
    __attribute__((musttail)) return resume_at_once(context);
}

// A task that has to wait was given its way back when the continuation was made; what stands in the context at this moment is called only
// if there is nothing to wait for, on this thread, before this function returns.
ASYNC void swift_continuation_await(struct continuation *context) {
    static _Atomic(void *) known;
    await_function *await = (await_function *)original(&known, "swift_continuation_await");
    resume_at_once = context->resume;
    context->resume = resumed_before;
    __attribute__((musttail)) return await(context);
}
