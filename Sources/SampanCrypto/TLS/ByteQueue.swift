internal import Glibc

/// Bytes waiting between OpenSSL and the transport, in one block of memory that exists only while it is not empty.
///
/// A class, so that the BIO can hold its address; owned by one `TLSConnection` and confined to its thread. OpenSSL's own memory BIO
/// never shrinks: 10 000 idle connections would keep 40 KB each after one burst.
@safe final class ByteQueue {
    private var block: UnsafeMutableRawPointer?
    private var capacity = 0
    private var start = 0
    private var end = 0

    deinit {
        unsafe free(block)
    }

    var count: Int { end - start }

    /// Bytes of memory held.
    var allocated: Int { capacity }

    /// The waiting bytes, valid until the next change.
    var bytes: UnsafeBufferPointer<UInt8> {
        guard let block = unsafe block, count > 0 else { return unsafe UnsafeBufferPointer(start: nil, count: 0) }
        return unsafe UnsafeBufferPointer(start: (block + start).assumingMemoryBound(to: UInt8.self), count: count)
    }

    /// Makes room for `extra` more bytes at the end; false when there is no memory for it.
    func reserve(_ extra: Int) -> Bool {
        if capacity - end >= extra { return true }
        if let block = unsafe block, start > 0, capacity - count >= extra, start >= count {
            // The front half has been taken: move the rest down instead of growing.
            unsafe memcpy(block, block + start, count)
            (start, end) = (0, count)
            return true
        }
        let needed = max(512, end + extra, end == 0 ? 0 : capacity * 2)
        guard let grown = unsafe realloc(block, needed) else { return false }
        unsafe block = grown
        capacity = needed
        return true
    }

    /// Adds bytes at the end; false when there is no memory for them.
    func append(_ source: UnsafeRawBufferPointer) -> Bool {
        guard let address = source.baseAddress, source.count > 0 else { return true }
        guard reserve(source.count), let block = unsafe block else { return false }
        unsafe memcpy(block + end, address, source.count)
        end += source.count
        return true
    }

    /// Takes up to `target.count` bytes from the front; returns how many.
    func take(into target: UnsafeMutableRawBufferPointer) -> Int {
        let taken = min(count, target.count)
        guard taken > 0, let address = target.baseAddress, let block = unsafe block else { return 0 }
        unsafe memcpy(address, block + start, taken)
        drop(taken)
        return taken
    }

    /// Removes bytes from the front; more than there are is all of them. The last one gives the memory back.
    func drop(_ dropped: Int) {
        start += min(max(dropped, 0), count)
        guard start == end else { return }
        unsafe free(block)
        unsafe block = nil
        (capacity, start, end) = (0, 0, 0)
    }
}
