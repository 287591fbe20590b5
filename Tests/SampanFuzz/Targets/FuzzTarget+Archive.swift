internal import SampanCompression
internal import SampanTestSupport

extension FuzzTarget {
    /// A zip archive, as a channel's bill comes: entries lie inside of the file and within the limits, and inflate to no more than told.
    static let zip = FuzzTarget(
        "zip", dictionary: [[0x50, 0x4B, 1, 2], [0x50, 0x4B, 3, 4], [0x50, 0x4B, 5, 6], [0xFF, 0xFF, 0xFF, 0xFF], [8, 0], [0, 0]],
        samples: { _ in
            var writer = ZipArchiveWriter()
            try writer.add(name: Array("a.csv".utf8), Array("a,b\r\n1,2\r\n".utf8))
            try writer.add(name: [0xD5, 0xCB, 0xB5, 0xA5], [UInt8](repeating: 65, count: 3_000), method: 0)
            return [writer.bytes]
        }
    ) { bytes in
        let limits = ZipLimits(entries: 4, entryBytes: 10_000, ratio: 50)
        let end = Array(bytes.suffix(ZipDirectory.longestEnd))
        guard let directory = try? ZipDirectory(end: end, fileSize: bytes.count, limits: limits) else { return nil }
        guard directory.place.upperBound <= bytes.count else { return "a directory outside of the file" }
        guard let entries = try? directory.entries(Array(bytes[directory.place]), limits: limits) else { return nil }
        guard entries.count <= limits.entries else { return "\(entries.count) entries" }
        for entry in entries {
            guard entry.size <= limits.entryBytes else { return "an entry of \(entry.size) bytes" }
            guard entry.headerOffset + ZipEntry.localHeaderBytes <= bytes.count else { continue }
            let header = Array(bytes[entry.headerOffset..<entry.headerOffset + ZipEntry.localHeaderBytes])
            guard let start = try? entry.contentOffset(localHeader: header, fileSize: bytes.count) else { continue }
            guard start + entry.compressedSize <= bytes.count else { return "an entry outside of the file" }
            if let problem = inflated(bytes, start..<start + entry.compressedSize, entry) { return problem }
        }
        return nil
    }

    /// Inflates an entry to the size that it tells, and a byte more.
    private static func inflated(_ bytes: [UInt8], _ place: Range<Int>, _ entry: ZipEntry) -> String? {
        guard entry.method == .deflated, let inflater = try? RawInflater() else { return nil }
        var output = [UInt8](repeating: 0, count: entry.size + 1)
        var (at, made) = (place.lowerBound, 0)
        while made < output.count,
            let step = try? inflater.inflate(bytes, from: at..<place.upperBound, into: &output, at: made..<output.count)
        {
            guard step.consumed >= 0, step.produced >= 0, at + step.consumed <= place.upperBound else {
                return "a step outside of its parts"
            }
            at += step.consumed
            made += step.produced
            if step.isAtEnd || step.consumed + step.produced == 0 { break }
        }
        return nil
    }
}
