/// One file in a zip archive, as the central directory tells it (APPNOTE 4.3.12).
package struct ZipEntry: Sendable, Hashable {
    package enum Method: Sendable, Hashable {
        case stored
        case deflated
    }

    /// The name as it stands there; in which encoding, only `isNameUTF8` says (bit 11 of the flags).
    package let name: [UInt8]
    package let isNameUTF8: Bool
    package let method: Method
    /// CRC-32 of the content.
    package let checksum: UInt32
    /// Bytes in the archive.
    package let compressedSize: Int
    /// Bytes of the content.
    package let size: Int
    /// Where its local header begins.
    package let headerOffset: Int
}

extension ZipEntry {
    /// Bytes of a local header before name and extra field (APPNOTE 4.3.7).
    package static let localHeaderBytes = 30

    /// Where the content begins, by the local header, which may have another extra field than the directory.
    package func contentOffset(localHeader: [UInt8], fileSize: Int) throws(ZipError) -> Int {
        guard localHeader.count >= Self.localHeaderBytes, localHeader.starts(with: [0x50, 0x4B, 3, 4]) else {
            throw .malformed("no local header where the directory says")
        }
        let start =
            headerOffset + Self.localHeaderBytes + Int(localHeader.littleEndian16(at: 26)) + Int(localHeader.littleEndian16(at: 28))
        guard start + compressedSize <= fileSize else { throw .malformed("an entry reaches beyond the end of the file") }
        return start
    }
}

extension [UInt8] {
    /// Two bytes, the low one first. The caller has seen to it that they are there.
    func littleEndian16(at place: Int) -> UInt16 { UInt16(self[place]) | UInt16(self[place + 1]) << 8 }

    /// Four bytes, the low one first.
    func littleEndian32(at place: Int) -> UInt32 { UInt32(littleEndian16(at: place)) | UInt32(littleEndian16(at: place + 2)) << 16 }
}
