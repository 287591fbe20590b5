import SampanCompression
import SampanTestSupport
import Testing

@Suite("zip archives")
struct ZipTests {
    private func entries(_ archive: [UInt8], limits: ZipLimits = .bill) throws -> [ZipEntry] {
        let directory = try ZipDirectory(end: Array(archive.suffix(ZipDirectory.longestEnd)), fileSize: archive.count, limits: limits)
        return try directory.entries(Array(archive[directory.place]), limits: limits)
    }

    /// The content, inflated in pieces of a few bytes.
    private func content(_ entry: ZipEntry, _ archive: [UInt8], piece: Int) throws -> [UInt8] {
        let header = Array(archive[entry.headerOffset..<entry.headerOffset + ZipEntry.localHeaderBytes])
        var at = try entry.contentOffset(localHeader: header, fileSize: archive.count)
        let end = at + entry.compressedSize
        let inflater = try RawInflater()
        var (output, space) = ([UInt8](), [UInt8](repeating: 0, count: piece))
        while true {
            let step = try inflater.inflate(archive, from: at..<min(end, at + piece), into: &space, at: 0..<piece)
            output += space.prefix(step.produced)
            at += step.consumed
            if step.isAtEnd { return output }
            try #require(step.consumed + step.produced > 0)
        }
    }

    @Test("there and back, in pieces of any size", arguments: [1, 7, 64, 100_000])
    func roundTrip(piece: Int) throws {
        var random = SeededRandom(seed: 3)
        let contents = [[], [1], [UInt8](repeating: 9, count: 5_000), (0..<5_000).map { _ in UInt8.random(in: 0...255, using: &random) }]
        var writer = ZipArchiveWriter()
        for (index, content) in contents.enumerated() { try writer.add(name: [UInt8(65 + index)], content) }
        let found = try entries(writer.bytes)
        #expect(found.map(\.name) == [[65], [66], [67], [68]])
        for (entry, expected) in zip(found, contents) {
            #expect(try content(entry, writer.bytes, piece: piece) == expected)
            var checksum = CyclicChecksum()
            checksum.add(expected, 0..<expected.count / 2)
            checksum.add(expected, expected.count / 2..<expected.count)
            #expect(checksum.value == entry.checksum)
            #expect(entry.size == expected.count)
        }
    }

    @Test("CRC-32 of the standard's test word")
    func checksum() {
        var sum = CyclicChecksum()
        sum.add(Array("123456789".utf8), 0..<9)
        #expect(sum.value == 0xCBF4_3926)
    }

    @Test("limits, at the boundary", arguments: [(2, 3, 100, true), (1, 3, 100, false), (2, 2, 100, false), (2, 3, 0, true)])
    func limits(entries count: Int, bytes: Int, ratio: Int, isTaken: Bool) throws {
        var writer = ZipArchiveWriter()
        for _ in 0..<2 { try writer.add(name: [65], [1, 2, 3]) }
        let limits = ZipLimits(entries: count, entryBytes: bytes, ratio: ratio)
        #expect((try? entries(writer.bytes, limits: limits))?.count == (isTaken ? 2 : nil))
    }

    @Test("a folder is no entry, a comment and bytes in front of the archive's end do no harm")
    func shapes() throws {
        var writer = ZipArchiveWriter()
        try writer.add(name: Array("账单/".utf8), [])
        try writer.add(name: [65], [1])
        var archive = writer.bytes
        archive[archive.count - 2] = 3
        archive += [0x50, 0x4B, 5]
        #expect(try entries(archive).map(\.name) == [[65]])
    }

    @Test("bytes cut off or changed anywhere are refused or read, and never trap")
    func damage() throws {
        var writer = ZipArchiveWriter()
        try writer.add(name: [65], Array("hello, hello, hello".utf8))
        let whole = writer.bytes
        for length in 0..<whole.count { #expect(throws: ZipError.self) { try entries(Array(whole.prefix(length))) } }
        for place in 0..<whole.count {
            for value in [0, 1, 0x7F, 0xFF] as [UInt8] {
                var archive = whole
                archive[place] = value
                for entry in (try? entries(archive)) ?? [] where entry.headerOffset + ZipEntry.localHeaderBytes <= archive.count {
                    let header = Array(archive[entry.headerOffset..<entry.headerOffset + ZipEntry.localHeaderBytes])
                    guard let start = try? entry.contentOffset(localHeader: header, fileSize: archive.count) else { continue }
                    #expect(start + entry.compressedSize <= archive.count)
                }
            }
        }
    }

    @Test("what is not deflate is refused")
    func malformed() throws {
        var space = [UInt8](repeating: 0, count: 10)
        let inflater = try RawInflater()
        #expect(throws: CompressionError.malformed) { try inflater.inflate([0xFF, 0xFF], from: 0..<2, into: &space, at: 0..<10) }
    }
}
