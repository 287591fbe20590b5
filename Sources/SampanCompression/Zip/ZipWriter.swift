/// Writes a zip archive of stored entries in one pass (APPNOTE 6.3.10): whoever calls sends on what it returns, in order. Pure; it keeps
/// some 100 bytes of each entry until `directory`.
///
/// Every byte follows from names, sizes and contents: no times, no comments, no choice. Entries and archives beyond 32 bits are zip64; no
/// others are. At most 65,534 entries, of names in ASCII.
package struct ZipWriter: Sendable {
    private struct Entry: Sendable {
        let name: [UInt8]
        let flags: UInt16
        var checksum = CyclicChecksum()
        var size: UInt64
        let offset: UInt64
    }

    /// A size or place from here on takes 64 bits.
    private static let limit = UInt64(UInt32.max)
    /// Sizes and checksum stand behind the content (4.4.4, bit 3).
    private static let streamed: UInt16 = 1 << 3

    private var entries: [Entry] = []
    private var written: UInt64 = 0
    private var promised: UInt64 = 0

    package init() {}

    /// An entry that is there as a whole.
    package mutating func whole(_ name: String, _ content: [UInt8]) -> [UInt8] {
        var entry = Entry(name: Array(name.utf8), flags: 0, size: UInt64(content.count), offset: written)
        entry.checksum.add(content, content.indices)
        let header = Self.header(entry, size: entry.size, checksum: entry.checksum.value)
        entries.append(entry)
        written += UInt64(header.count + content.count)
        return header + content
    }

    /// What stands before an entry that comes in pieces.
    /// - Parameter size: bytes that will come, as far as it is known: from 4 GiB on the entry has to be zip64.
    package mutating func begin(_ name: String, size: Int64) -> [UInt8] {
        promised = UInt64(clamping: size)
        let entry = Entry(name: Array(name.utf8), flags: Self.streamed, size: 0, offset: written)
        let header = Self.header(entry, size: promised, checksum: 0)
        entries.append(entry)
        written += UInt64(header.count)
        return header
    }

    /// Counts bytes of the entry that was begun, which stand in the archive as they are.
    package mutating func add(_ bytes: [UInt8]) {
        guard !entries.isEmpty else { return }
        entries[entries.count - 1].checksum.add(bytes, bytes.indices)
        entries[entries.count - 1].size += UInt64(bytes.count)
        written += UInt64(bytes.count)
    }

    /// What stands behind an entry that came in pieces.
    package mutating func end() -> [UInt8] {
        guard let entry = entries.last else { return [] }
        var bytes: [UInt8] = [0x50, 0x4B, 7, 8]
        bytes.add(UInt64(entry.checksum.value), 4)
        for _ in 0..<2 { bytes.add(entry.size, promised >= Self.limit ? 8 : 4) }
        written += UInt64(bytes.count)
        return bytes
    }

    /// The end of the archive.
    package func directory() -> [UInt8] {
        var bytes: [UInt8] = []
        for entry in entries { bytes += Self.directoryEntry(entry) }
        let (count, size) = (UInt64(entries.count), UInt64(bytes.count))
        let isLarge = written >= Self.limit || size >= Self.limit
        if isLarge {
            bytes += [0x50, 0x4B, 6, 6]
            bytes.add(44, 8)
            for version in [UInt64(45), 45] { bytes.add(version, 2) }
            bytes.add(0, 8)
            for value in [count, count, size, written] { bytes.add(value, 8) }
            bytes += [0x50, 0x4B, 6, 7, 0, 0, 0, 0]
            bytes.add(written + size, 8)
            bytes.add(1, 4)
        }
        bytes += [0x50, 0x4B, 5, 6, 0, 0, 0, 0]
        for _ in 0..<2 { bytes.add(count, 2) }
        bytes.add(isLarge ? Self.limit : size, 4)
        bytes.add(isLarge ? Self.limit : written, 4)
        bytes.add(0, 2)
        return bytes
    }

    /// Local header (4.3.7). Of an entry that comes in pieces, sizes and checksum are behind it.
    private static func header(_ entry: Entry, size: UInt64, checksum: UInt32) -> [UInt8] {
        let (isLarge, isStreamed) = (size >= limit, entry.flags & streamed != 0)
        var bytes: [UInt8] = [0x50, 0x4B, 3, 4]
        bytes.addCommon(entry.flags, isLarge: isLarge)
        bytes.add(UInt64(checksum), 4)
        for _ in 0..<2 { bytes.add(isLarge ? limit : isStreamed ? 0 : size, 4) }
        bytes.add(UInt64(entry.name.count), 2)
        bytes.add(isLarge ? 20 : 0, 2)
        bytes += entry.name
        if isLarge {
            bytes += [1, 0, 16, 0]
            for _ in 0..<2 { bytes.add(isStreamed ? 0 : size, 8) }
        }
        return bytes
    }

    /// Header in the directory (4.3.12). Where one of sizes and place takes 64 bits, all of them are written so.
    private static func directoryEntry(_ entry: Entry) -> [UInt8] {
        let isLarge = entry.size >= limit || entry.offset >= limit
        var bytes: [UInt8] = [0x50, 0x4B, 1, 2]
        bytes.add(isLarge ? 45 : 20, 2)
        bytes.addCommon(entry.flags, isLarge: isLarge)
        bytes.add(UInt64(entry.checksum.value), 4)
        for _ in 0..<2 { bytes.add(isLarge ? limit : entry.size, 4) }
        bytes.add(UInt64(entry.name.count), 2)
        bytes.add(isLarge ? 28 : 0, 2)
        // Comment, disk, attributes inside and outside.
        bytes.add(0, 10)
        bytes.add(isLarge ? limit : entry.offset, 4)
        bytes += entry.name
        if isLarge {
            bytes += [1, 0, 24, 0]
            for value in [entry.size, entry.size, entry.offset] { bytes.add(value, 8) }
        }
        return bytes
    }
}

extension [UInt8] {
    /// The low bytes of a number, the lowest first; of more than eight, the rest is zero.
    fileprivate mutating func add(_ value: UInt64, _ count: Int) {
        for place in 0..<count { append(place < 8 ? UInt8(truncatingIfNeeded: value >> UInt64(8 * place)) : 0) }
    }

    /// Version that is needed, flags, method (stored), time and day (1 January 1980).
    fileprivate mutating func addCommon(_ flags: UInt16, isLarge: Bool) {
        add(isLarge ? 45 : 20, 2)
        add(UInt64(flags), 2)
        add(0, 2)
        add(0, 2)
        add(0x21, 2)
    }
}
