internal import Glibc

/// A bounded queue between any number of tasks and the threads that serve it.
///
/// `@unchecked Sendable`: `items`, `head` and `isClosed` are touched only between lock and unlock of `mutex`; the two
/// pointers are set in `init`, freed in `deinit`, and never leave this class.
@safe
final class WorkQueue<Item: Sendable>: @unchecked Sendable {
    private let limit: Int
    private let mutex: UnsafeMutablePointer<pthread_mutex_t>
    private let condition: UnsafeMutablePointer<pthread_cond_t>
    private var items: [Item] = []
    /// Items before it have been taken; they are cut off in one go, so that taking one by one stays cheap.
    private var head = 0
    private var isClosed = false

    init(limit: Int) {
        self.limit = limit
        unsafe mutex = .allocate(capacity: 1)
        unsafe condition = .allocate(capacity: 1)
        unsafe pthread_mutex_init(mutex, nil)
        unsafe pthread_cond_init(condition, nil)
    }

    deinit {
        unsafe pthread_cond_destroy(condition)
        unsafe pthread_mutex_destroy(mutex)
        unsafe condition.deallocate()
        unsafe mutex.deallocate()
    }

    /// Never blocks for longer than another `append` or `take` takes.
    func append(_ item: Item) -> QueueAdmission {
        unsafe pthread_mutex_lock(mutex)
        defer { unsafe pthread_mutex_unlock(mutex) }
        if isClosed { return .closed }
        if items.count - head >= limit { return .full }
        items.append(item)
        unsafe pthread_cond_signal(condition)
        return .accepted
    }

    /// Blocks until there is something; the oldest `count` items at the most, nil when closed and empty.
    func take(upTo count: Int) -> [Item]? {
        unsafe pthread_mutex_lock(mutex)
        defer { unsafe pthread_mutex_unlock(mutex) }
        while head == items.count {
            if isClosed { return nil }
            unsafe pthread_cond_wait(condition, mutex)
        }
        let taken = Array(items[head..<min(items.count, head + count)])
        head += taken.count
        if head == items.count {
            items.removeAll(keepingCapacity: items.capacity <= 4_096)
            head = 0
        } else {
            if head > items.count / 2 {
                items.removeFirst(head)
                head = 0
            }
            unsafe pthread_cond_signal(condition)
        }
        return taken
    }

    /// No more items are accepted; those inside are still taken.
    func close() {
        unsafe pthread_mutex_lock(mutex)
        isClosed = true
        unsafe pthread_cond_broadcast(condition)
        unsafe pthread_mutex_unlock(mutex)
    }
}

enum QueueAdmission {
    case accepted, full, closed
}
