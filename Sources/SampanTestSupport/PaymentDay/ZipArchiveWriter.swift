internal import SampanCompression

/// Makes zip archives (APPNOTE 6.3) for tests: as the channels make them, or damaged.
package struct ZipArchiveWriter {
    private var body: [UInt8] = []
    private var directory: [UInt8] = []
    private var entries: UInt16 = 0

    package init() {}

    /// Adds an entry.
    /// - Parameters:
    ///   - name: its bytes, in whatever encoding.
    ///   - flags: general purpose bits (bit 0 encrypted, bit 11 UTF-8).
    ///   - method: told in the headers; 8 deflates, anything else stores.
    ///   - checksum: told in place of the right one.
    ///   - size: told in place of the right one.
    package mutating func add(
        name: [UInt8], _ content: [UInt8], flags: UInt16 = 0, method: UInt16 = 8, checksum: UInt32? = nil, size: UInt32? = nil
    ) throws {
        // A gzip member is deflate between a head of 10 bytes and an end of 8 (RFC 1952).
        let member = try Gzip.compress(content, prefixLength: 0)
        let data = method == 8 ? Array(member[10..<member.count - 8]) : content
        let right = member.suffix(8).prefix(4).reversed().reduce(UInt32(0)) { $0 << 8 | UInt32($1) }
        var head: [UInt8] = []
        for number in [flags, method, 0, 0x5972] as [UInt16] { head.append(number: number) }
        for number in [checksum ?? right, UInt32(data.count), size ?? UInt32(content.count)] { head.append(number: number) }
        head.append(number: UInt16(name.count))
        head.append(number: UInt16(0))
        directory += [0x50, 0x4B, 1, 2, 20, 0, 20, 0] + head
        directory += [0, 0, 0, 0, 0, 0, 0, 0, 0, 0]
        directory.append(number: UInt32(body.count))
        directory += name
        body += [0x50, 0x4B, 3, 4, 20, 0] + head + name + data
        entries += 1
    }

    /// The whole archive.
    package var bytes: [UInt8] {
        var end: [UInt8] = [0x50, 0x4B, 5, 6, 0, 0, 0, 0]
        end.append(number: entries)
        end.append(number: entries)
        end.append(number: UInt32(directory.count))
        end.append(number: UInt32(body.count))
        return body + directory + end + [0, 0]
    }
}

extension [UInt8] {
    fileprivate mutating func append(number: some FixedWidthInteger & UnsignedInteger) {
        for shift in stride(from: 0, to: number.bitWidth, by: 8) { append(UInt8(truncatingIfNeeded: number >> shift)) }
    }
}
