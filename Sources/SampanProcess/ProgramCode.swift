internal import CLinux
internal import Glibc

/// The code and constants of this program and its libraries, as they lie in memory.
package enum ProgramCode {
    /// Takes the pages of all of it out of this process, as the kernel does when memory is short: what is used again is mapped again out of
    /// the page cache, a few hundred faults of some microseconds each. For a process that has nothing to do: reading configuration,
    /// certificates and policies, and a burst of calls, touch far more of it than waiting does.
    ///
    /// Only segments that the process may not write: their pages are those of the file. Safe from any thread, at any time.
    ///
    /// - Returns: bytes of the segments, resident or not.
    @discardableResult
    package static func letGo() -> Int {
        var bytes = 0
        _ = unsafe dl_iterate_phdr(
            { object, _, context in
                guard let object = unsafe object?.pointee, let headers = unsafe object.headers else { return 0 }
                for index in 0..<Int(unsafe object.header_count) {
                    let header = unsafe headers[index]
                    guard header.p_type == UInt32(PT_LOAD), header.p_flags & UInt32(PF_W) == 0 else { continue }
                    let page = UInt(getpagesize())
                    let start = UInt(unsafe object.base) + UInt(header.p_vaddr)
                    // Whole pages only: the rest of the outer ones may belong to a segment that is written.
                    let (first, end) = ((start + page - 1) / page * page, (start + UInt(header.p_memsz)) / page * page)
                    guard first < end, let address = unsafe UnsafeMutableRawPointer(bitPattern: first) else { continue }
                    guard unsafe madvise(address, Int(end - first), MADV_DONTNEED) == 0 else { continue }
                    unsafe context?.assumingMemoryBound(to: Int.self).pointee += Int(end - first)
                }
                return 0
            }, &bytes)
        return bytes
    }

    /// CPU time of this process, all threads, in nanoseconds.
    package static var cpuNanoseconds: Int64 {
        var time = timespec()
        guard unsafe clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time) == 0 else { return 0 }
        return Int64(time.tv_sec) * 1_000_000_000 + Int64(time.tv_nsec)
    }
}
