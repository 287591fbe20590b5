/// The central directory of a zip archive: where it is, and what it lists. Pure; the caller reads the parts that it is told.
///
/// The directory is believed, never the local headers: what a reader shows and what it unpacks are then the same.
package struct ZipDirectory: Sendable, Hashable {
    /// The longest end of a file that can hold the end record: 22 bytes and a comment of 65,535.
    package static let longestEnd = endRecordBytes + 65_535

    /// Where the directory lies in the file.
    package let place: Range<Int>
    private let count: Int

    /// Finds the directory.
    /// - Parameter end: the last bytes of the file, as many as `longestEnd` or all of it.
    package init(end: [UInt8], fileSize: Int, limits: ZipLimits) throws(ZipError) {
        guard let at = Self.endRecord(in: end) else { throw .noEndRecord }
        guard end.littleEndian16(at: at + 4) == 0, end.littleEndian16(at: at + 6) == 0 else { throw .malformed("it has several parts") }
        let (count, size, offset) = (end.littleEndian16(at: at + 10), end.littleEndian32(at: at + 12), end.littleEndian32(at: at + 16))
        guard count != .max, size != .max, offset != .max else { throw .beyond32Bits }
        guard count == end.littleEndian16(at: at + 8) else { throw .malformed("two counts of entries") }
        guard Int(count) <= limits.entries else { throw .tooManyEntries(limit: limits.entries) }
        let endRecordOffset = fileSize - end.count + at
        guard Int(offset) + Int(size) <= endRecordOffset else { throw .malformed("the directory reaches beyond its end") }
        // 46 bytes and the longest name, extra field and comment.
        guard Int(size) <= Int(count) * (Self.headerBytes + 3 * 65_535) else { throw .malformed("the directory is too long") }
        place = Int(offset)..<Int(offset) + Int(size)
        self.count = Int(count)
    }

    /// The entries, from the bytes at `place`. Folders are left out.
    package func entries(_ bytes: [UInt8], limits: ZipLimits) throws(ZipError) -> [ZipEntry] {
        var entries: [ZipEntry] = []
        var at = 0
        for _ in 0..<count {
            guard at + Self.headerBytes <= bytes.count, bytes[at...].starts(with: [0x50, 0x4B, 1, 2]) else {
                throw .malformed("the directory ends early")
            }
            let nameEnd = at + Self.headerBytes + Int(bytes.littleEndian16(at: at + 28))
            let next = nameEnd + Int(bytes.littleEndian16(at: at + 30)) + Int(bytes.littleEndian16(at: at + 32))
            guard next <= bytes.count else { throw .malformed("the directory ends early") }
            let entry = try Self.entry(bytes, at: at, name: Array(bytes[at + Self.headerBytes..<nameEnd]), limits: limits)
            if entry.name.last != UInt8(ascii: "/") { entries.append(entry) }
            at = next
        }
        return entries
    }

    private static func entry(_ bytes: [UInt8], at: Int, name: [UInt8], limits: ZipLimits) throws(ZipError) -> ZipEntry {
        let flags = bytes.littleEndian16(at: at + 8)
        guard flags & 1 == 0 else { throw .encrypted }
        let sizes = (bytes.littleEndian32(at: at + 20), bytes.littleEndian32(at: at + 24), bytes.littleEndian32(at: at + 42))
        guard sizes.0 != .max, sizes.1 != .max, sizes.2 != .max else { throw .beyond32Bits }
        let method: ZipEntry.Method
        switch bytes.littleEndian16(at: at + 10) {
        case 0: method = .stored
        case 8: method = .deflated
        case let other: throw .unsupportedMethod(other)
        }
        let (compressed, size) = (Int(sizes.0), Int(sizes.1))
        guard method == .deflated || compressed == size else { throw .malformed("a stored entry of two sizes") }
        let bound = limits.bound(compressed: compressed)
        guard size <= bound else { throw .tooLarge(limit: bound) }
        return ZipEntry(
            name: name, isNameUTF8: flags & 1 << 11 != 0, method: method, checksum: bytes.littleEndian32(at: at + 16),
            compressedSize: compressed, size: size, headerOffset: Int(sizes.2))
    }

    /// The last one whose comment ends with the file.
    private static func endRecord(in end: [UInt8]) -> Int? {
        var at = end.count - endRecordBytes
        while at >= 0 {
            if end[at...].starts(with: [0x50, 0x4B, 5, 6]), at + endRecordBytes + Int(end.littleEndian16(at: at + 20)) == end.count {
                return at
            }
            at -= 1
        }
        return nil
    }

    private static let endRecordBytes = 22
    private static let headerBytes = 46
}
