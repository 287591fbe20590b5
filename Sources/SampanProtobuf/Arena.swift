internal import CProtobufC
internal import Glibc

/// Memory of one encoding or decoding: taken by moving a pointer, given back all at once, never more than a set number of bytes.
///
/// Lives on the stack of the call that made it and is used by that thread only.
@unsafe struct Arena {
    private var next: UnsafeMutableRawPointer
    private var end: UnsafeMutableRawPointer
    /// Chunks from `malloc`, each linked by its first word.
    private var chunks: UnsafeMutableRawPointer?
    /// Bytes that may still be taken.
    private var remaining: Int
    private var nextChunkBytes = 8 * 1024
    /// Whether a request failed because of the limit, rather than for lack of memory.
    private(set) var limitReached = false

    /// Starts in memory of the caller, which must outlive the arena and be aligned to 16 bytes.
    init(first: UnsafeMutableRawBufferPointer, limit: Int) {
        // A temporary allocation of more than zero bytes has an address.
        unsafe next = first.baseAddress ?? UnsafeMutableRawPointer(bitPattern: 16).unsafelyUnwrapped
        unsafe end = next + first.count
        unsafe remaining = limit
    }

    /// Makes sure that this many bytes come without another `malloc`.
    mutating func prepare(_ bytes: Int) {
        if unsafe bytes > end - next { unsafe nextChunkBytes = max(nextChunkBytes, bytes) }
    }

    /// Uninitialised memory, aligned to 8 bytes; nil past the limit or when the system has none.
    @inline(__always)
    mutating func take(_ bytes: Int) -> UnsafeMutableRawPointer? {
        let (rounded, overflow) = bytes.addingReportingOverflow(7)
        let size = rounded & ~7
        guard !overflow, bytes >= 0, unsafe size <= remaining else {
            unsafe limitReached = true
            return nil
        }
        unsafe remaining -= size
        if unsafe size > end - next {
            guard unsafe grow(size) else { return nil }
        }
        let taken = unsafe next
        unsafe next += size
        return unsafe taken
    }

    /// Counts memory that is spent elsewhere (Swift values) against the limit. False when there is not that much left.
    mutating func charge(_ bytes: Int) -> Bool {
        guard bytes >= 0, unsafe bytes <= remaining else {
            unsafe limitReached = true
            return false
        }
        unsafe remaining -= bytes
        return true
    }

    @inline(never)
    private mutating func grow(_ size: Int) -> Bool {
        let bytes = unsafe max(nextChunkBytes, size) + 16
        guard let chunk = unsafe malloc(bytes) else { return false }
        unsafe chunk.storeBytes(of: chunks, as: UnsafeMutableRawPointer?.self)
        unsafe chunks = chunk
        unsafe next = chunk + 16
        unsafe end = chunk + bytes
        unsafe nextChunkBytes = min(nextChunkBytes * 2, 4 << 20)
        return true
    }

    /// Gives everything back. Nothing taken from the arena may be used afterwards.
    mutating func reset() {
        while let chunk = unsafe chunks {
            unsafe chunks = chunk.load(as: UnsafeMutableRawPointer?.self)
            unsafe free(chunk)
        }
    }

    /// The arena as protobuf-c sees it: `allocator_data` points to it, `free` does nothing.
    static func allocator(for arena: UnsafeMutablePointer<Arena>) -> ProtobufCAllocator {
        unsafe ProtobufCAllocator(
            alloc: { data, size in unsafe data?.assumingMemoryBound(to: Arena.self).pointee.take(size) },
            free: { _, _ in },
            allocator_data: UnsafeMutableRawPointer(arena))
    }
}
