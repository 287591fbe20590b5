internal import CNghttp2
internal import Glibc

/// Memory of the sessions of one thread.
///
/// Small blocks that nghttp2 gives back are kept for its next stream: it takes and gives eight a call; with many streams under way at once
/// they go past the C library's own cache, and were a twentieth of the cost of a call. Its one large block per session, the buffer of a
/// whole frame, gets pages of its own, of which an idle connection touches one: from the heap it took those that the handshake had left
/// dirty, and stayed resident (43.6 KiB per idle connection over mutual TLS, 33.8 KiB so). Confined to the thread of its sessions, which
/// hold it.
///
/// Under the address sanitizer every block comes from the heap in its exact size and goes back there at once: what is kept could be used
/// after it was given back, and nobody would see.
@safe package final class HTTP2Memory {
    private let blocks: UnsafeMutablePointer<FreeBlocks>

    package init() {
        unsafe blocks = .allocate(capacity: 1)
        unsafe blocks.initialize(to: FreeBlocks(isWatched: Self.isHeapWatched))
    }

    /// Whether the address sanitizer is in this process: its runtime exports this symbol.
    private static let isHeapWatched = unsafe dlsym(nil, "__asan_init") != nil

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
    /// What the header says of a block that malloc has made for itself, and of one on pages of its own.
    static let large = classes
    static let mapped = classes + 1
    /// From here on a block gets pages of its own, in bytes.
    static let mappedFrom = 16 * 1_024
}

/// Free blocks by size. Each block has a header that says its class, since nghttp2 frees without a size.
@unsafe private struct FreeBlocks {
    private var heads = unsafe InlineArray<65, UnsafeMutableRawPointer?>(repeating: nil)
    private var kept = 0
    /// Classes of blocks that are made to be kept: all, or none where the heap is watched.
    private let classes: Int
    /// From here on a block gets pages of its own, in bytes.
    private let mappedFrom: Int

    init(isWatched: Bool) {
        unsafe classes = isWatched ? 0 : BlockSize.classes
        unsafe mappedFrom = isWatched ? .max : BlockSize.mappedFrom
    }

    @inline(__always)
    mutating func take(_ size: Int) -> UnsafeMutableRawPointer? {
        let index = (size + BlockSize.step - 1) / BlockSize.step
        guard size >= 0, unsafe index < classes else { return unsafe large(size) }
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
            unsafe Self.release(block, index)
            return
        }
        unsafe block.storeBytes(of: heads[index], as: UnsafeMutableRawPointer?.self)
        unsafe heads[index] = block
        unsafe kept += (index + 1) * BlockSize.step
    }

    mutating func resize(_ block: UnsafeMutableRawPointer?, _ size: Int) -> UnsafeMutableRawPointer? {
        guard let block = unsafe block else { return unsafe take(size) }
        let index = unsafe (block - BlockSize.step).load(as: Int.self)
        if index == BlockSize.large, size >= 0, size < .max - BlockSize.step {
            guard let moved = unsafe realloc(block - BlockSize.step, size + BlockSize.step) else { return nil }
            return unsafe moved + BlockSize.step
        }
        let room = unsafe index == BlockSize.mapped ? Self.mappedBytes(block) - BlockSize.step : index * BlockSize.step
        if size <= room { return unsafe block }
        guard let larger = unsafe take(size) else { return nil }
        unsafe memcpy(larger, block, room)
        unsafe give(block)
        return unsafe larger
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

    private func large(_ size: Int) -> UnsafeMutableRawPointer? {
        guard size >= 0, size < .max - BlockSize.step else { return nil }
        guard unsafe size >= mappedFrom else { return unsafe Self.fresh(BlockSize.large, bytes: size) }
        let bytes = size + BlockSize.step
        let pages = unsafe mmap(nil, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0)
        guard let pages = unsafe pages, unsafe pages != MAP_FAILED else { return nil }
        unsafe pages.storeBytes(of: BlockSize.mapped, as: Int.self)
        unsafe pages.storeBytes(of: bytes, toByteOffset: MemoryLayout<Int>.size, as: Int.self)
        return unsafe pages + BlockSize.step
    }

    /// Length of the mapping of a block on pages of its own.
    private static func mappedBytes(_ block: UnsafeMutableRawPointer) -> Int {
        unsafe (block - BlockSize.step).load(fromByteOffset: MemoryLayout<Int>.size, as: Int.self)
    }

    @inline(never)
    private static func release(_ block: UnsafeMutableRawPointer, _ index: Int) {
        if index == BlockSize.mapped {
            unsafe munmap(block - BlockSize.step, mappedBytes(block))
        } else {
            unsafe free(block - BlockSize.step)
        }
    }

    @inline(never)
    private static func fresh(_ index: Int, bytes: Int) -> UnsafeMutableRawPointer? {
        // An empty block still holds the link of the free list.
        guard let memory = unsafe malloc(max(bytes, BlockSize.step) + BlockSize.step) else { return nil }
        unsafe memory.storeBytes(of: index, as: Int.self)
        return unsafe memory + BlockSize.step
    }
}
