/// The bytes of a zip archive of stored entries (APPNOTE 6.3.10) that are no content. They follow from names, sizes and checksums alone,
/// so a verifier makes them again and compares. Written apart from the product's writer on purpose.
struct ZipShape {
    private struct Entry {
        let name: [UInt8]
        let isStreamed: Bool
        let begunChecksum: UInt32
        var size: UInt64
        var checksum: UInt32
        let offset: UInt64
    }

    private static let limit: UInt64 = 0xFFFF_FFFF

    private var entries: [Entry] = []
    private var length: UInt64 = 0

    /// The local header of the next entry.
    mutating func begin(_ name: String, size: UInt64, checksum: UInt32, isStreamed: Bool) -> [UInt8] {
        let entry = Entry(
            name: Array(name.utf8), isStreamed: isStreamed, begunChecksum: checksum, size: size, checksum: checksum, offset: length)
        let large = size >= Self.limit
        let shown = large ? Self.limit : isStreamed ? 0 : size
        var bytes: [UInt8] = [0x50, 0x4B, 3, 4] + Self.common(entry, large) + Self.bytes(UInt64(checksum), 4)
        bytes += Self.bytes(shown, 4) + Self.bytes(shown, 4) + Self.bytes(UInt64(entry.name.count), 2) + Self.bytes(large ? 20 : 0, 2)
        bytes += entry.name
        if large { bytes += [1, 0, 16, 0] + Self.bytes(isStreamed ? 0 : size, 8) + Self.bytes(isStreamed ? 0 : size, 8) }
        entries.append(entry)
        length += UInt64(bytes.count) + size
        return bytes
    }

    /// What stands behind the content: nothing behind an entry that is not streamed, and then nil, when its checksum was right in its
    /// header.
    mutating func end(size: UInt64, checksum: UInt32) -> [UInt8]? {
        let last = entries.count - 1
        entries[last].checksum = checksum
        guard entries[last].isStreamed else { return entries[last].begunChecksum == checksum ? nil : [] }
        let width = size >= Self.limit ? 8 : 4
        let bytes = [0x50, 0x4B, 7, 8] + Self.bytes(UInt64(checksum), 4) + Self.bytes(size, width) + Self.bytes(size, width)
        length += UInt64(bytes.count)
        return bytes
    }

    /// What the directory says of each entry.
    func directory() -> [(name: String, bytes: [UInt8])] {
        entries.map { entry in
            let large = entry.size >= Self.limit || entry.offset >= Self.limit
            var bytes: [UInt8] = [0x50, 0x4B, 1, 2] + Self.bytes(large ? 45 : 20, 2) + Self.common(entry, large)
            bytes += Self.bytes(UInt64(entry.checksum), 4)
            for _ in 0..<2 { bytes += Self.bytes(large ? Self.limit : entry.size, 4) }
            bytes += Self.bytes(UInt64(entry.name.count), 2) + Self.bytes(large ? 28 : 0, 2) + [UInt8](repeating: 0, count: 10)
            bytes += Self.bytes(large ? Self.limit : entry.offset, 4) + entry.name
            if large {
                bytes += [1, 0, 24, 0] + Self.bytes(entry.size, 8) + Self.bytes(entry.size, 8) + Self.bytes(entry.offset, 8)
            }
            return (String(decoding: entry.name, as: UTF8.self), bytes)
        }
    }

    /// What stands behind the directory.
    func ending() -> [UInt8] {
        let size = UInt64(directory().reduce(0) { $0 + $1.bytes.count })
        let (count, large) = (UInt64(entries.count), length >= Self.limit || size >= Self.limit)
        var bytes: [UInt8] = []
        if large {
            bytes += [0x50, 0x4B, 6, 6] + Self.bytes(44, 8) + Self.bytes(45, 2) + Self.bytes(45, 2) + Self.bytes(0, 8)
            for value in [count, count, size, length] { bytes += Self.bytes(value, 8) }
            bytes += [0x50, 0x4B, 6, 7] + Self.bytes(0, 4) + Self.bytes(length + size, 8) + Self.bytes(1, 4)
        }
        bytes += [0x50, 0x4B, 5, 6] + Self.bytes(0, 4) + Self.bytes(count, 2) + Self.bytes(count, 2)
        return bytes + Self.bytes(large ? Self.limit : size, 4) + Self.bytes(large ? Self.limit : length, 4) + Self.bytes(0, 2)
    }

    /// Version, flags, method, time and day.
    private static func common(_ entry: Entry, _ large: Bool) -> [UInt8] {
        bytes(large ? 45 : 20, 2) + bytes(entry.isStreamed ? 8 : 0, 2) + [0, 0, 0, 0, 0x21, 0]
    }

    private static func bytes(_ value: UInt64, _ count: Int) -> [UInt8] {
        (0..<count).map { UInt8(truncatingIfNeeded: value >> UInt64(8 * $0)) }
    }

    static func number(_ bytes: ArraySlice<UInt8>) -> UInt64 { bytes.reversed().reduce(0) { $0 << 8 | UInt64($1) } }
}

/// CRC-32 as zip has it (APPNOTE 4.4.7).
struct Checksum {
    private static let table: [UInt32] = (0..<256).map { place in
        (0..<8).reduce(UInt32(place)) { value, _ in value & 1 == 1 ? 0xEDB8_8320 ^ value >> 1 : value >> 1 }
    }

    private var state: UInt32 = .max

    var value: UInt32 { ~state }

    mutating func add(_ bytes: [UInt8]) {
        for byte in bytes { state = Self.table[Int(UInt8(truncatingIfNeeded: state) ^ byte)] ^ state >> 8 }
    }
}
