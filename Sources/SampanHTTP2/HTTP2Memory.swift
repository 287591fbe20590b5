internal import CNghttp2
internal import Glibc

/// Memory of the sessions of one thread: blocks that nghttp2 gives back are kept for its next stream.
///
/// nghttp2 takes and gives eight small blocks a call; with many streams under way at once they go past the C library's own cache, and
/// were a twentieth of the cost of a call. Confined to the thread of its sessions, which hold it.
@safe package final class HTTP2Memory {
    private let blocks: UnsafeMutablePointer<FreeBlocks>

    package init() {
        unsafe blocks = .allocate(capacity: 1)
        unsafe blocks.initialize(to: FreeBlocks())
    }

    deinit {
        unsafe blocks.pointee.clear()
        unsafe blocks.deallocate()
    }

    /// nghttp2's view of it; valid while this object lives.
    var table: nghttp2_mem {
        unsafe nghttp2_mem(
            mem_user_data: UnsafeMutableRawPointer(blocks),
            malloc: { size, user in unsafe HTTP2Memory.blocks(user).pointee.take(size) },
            free: { block, user in unsafe HTTP2Memory.blocks(user).pointee.give(block) },
            calloc: { count, size, user in
                let (bytes, overflow) = count.multipliedReportingOverflow(by: size)
                guard !overflow, let block = unsafe HTTP2Memory.blocks(user).pointee.take(bytes) else { return nil }
                return unsafe memset(block, 0, bytes)
            },
            realloc: { block, size, user in unsafe HTTP2Memory.blocks(user).pointee.resize(block, size) })
    }

    @inline(__always)
    private static func blocks(_ user: UnsafeMutableRawPointer?) -> UnsafeMutablePointer<FreeBlocks> {
        // nghttp2 hands back what `table` gave it.
        unsafe user.unsafelyUnwrapped.assumingMemoryBound(to: FreeBlocks.self)
    }
}

/// Classes of free blocks.
private enum BlockSize {
    /// Width of a class, and of the header: the alignment that malloc promises.
    static let step = 16
    /// Largest payload that is kept, in bytes; beyond it are only the few buffers that live as long as a session.
    static let largest = 1_024
    /// Most bytes that are kept. 4 MiB: what some thousand streams under way need; a quiet process keeps no more.
    static let keptLimit = 4 << 20
    static let classes = largest / step + 1
}

/// Free blocks by size. Each block has a header that says its class, since nghttp2 frees without a size.
@unsafe private struct FreeBlocks {
    private var heads = unsafe InlineArray<65, UnsafeMutableRawPointer?>(repeating: nil)
    private var kept = 0

    @inline(__always)
    mutating func take(_ size: Int) -> UnsafeMutableRawPointer? {
        let index = (size + BlockSize.step - 1) / BlockSize.step
        guard size >= 0, index < BlockSize.classes else { return unsafe Self.large(size) }
        if let block = unsafe heads[index] {
            unsafe heads[index] = block.load(as: UnsafeMutableRawPointer?.self)
            unsafe kept -= (index + 1) * BlockSize.step
            return unsafe block
        }
        return unsafe Self.fresh(index, bytes: index * BlockSize.step)
    }

    @inline(__always)
    mutating func give(_ block: UnsafeMutableRawPointer?) {
        guard let block = unsafe block else { return }
        let index = unsafe (block - BlockSize.step).load(as: Int.self)
        guard index < BlockSize.classes, unsafe kept < BlockSize.keptLimit else {
            unsafe free(block - BlockSize.step)
            return
        }
        unsafe block.storeBytes(of: heads[index], as: UnsafeMutableRawPointer?.self)
        unsafe heads[index] = block
        unsafe kept += (index + 1) * BlockSize.step
    }

    mutating func resize(_ block: UnsafeMutableRawPointer?, _ size: Int) -> UnsafeMutableRawPointer? {
        guard let block = unsafe block else { return unsafe take(size) }
        let index = unsafe (block - BlockSize.step).load(as: Int.self)
        if index < BlockSize.classes {
            let room = index * BlockSize.step
            if size <= room { return unsafe block }
            guard let larger = unsafe take(size) else { return nil }
            unsafe memcpy(larger, block, room)
            unsafe give(block)
            return unsafe larger
        }
        guard size >= 0, size < .max - BlockSize.step, let moved = unsafe realloc(block - BlockSize.step, size + BlockSize.step) else {
            return nil
        }
        return unsafe moved + BlockSize.step
    }

    mutating func clear() {
        for index in 0..<BlockSize.classes {
            while let block = unsafe heads[index] {
                unsafe heads[index] = block.load(as: UnsafeMutableRawPointer?.self)
                unsafe free(block - BlockSize.step)
            }
        }
        unsafe kept = 0
    }

    private static func large(_ size: Int) -> UnsafeMutableRawPointer? {
        guard size >= 0, size < .max - BlockSize.step else { return nil }
        return unsafe fresh(BlockSize.classes, bytes: size)
    }

    @inline(never)
    private static func fresh(_ index: Int, bytes: Int) -> UnsafeMutableRawPointer? {
        // An empty block still holds the link of the free list.
        guard let memory = unsafe malloc(max(bytes, BlockSize.step) + BlockSize.step) else { return nil }
        unsafe memory.storeBytes(of: index, as: Int.self)
        return unsafe memory + BlockSize.step
    }
}
