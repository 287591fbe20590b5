internal import SampanCompression

/// The content of one entry of a zip archive, inflated while it is read. At its end, size and checksum have been compared.
final class ZipSource: ByteSource {
    private static let pieceBytes = 64 * 1_024

    private let file: OpenFile
    private let name: String
    private let entry: ZipEntry
    private let inflater: RawInflater?
    private var input = [UInt8](repeating: 0, count: pieceBytes)
    /// What of `input` has been read and not been inflated yet.
    private var waiting = 0..<0
    /// Compressed bytes not read yet, from where.
    private var offset: Int
    private var left: Int
    private var produced = 0
    private var checksum = CyclicChecksum()
    private var isAtEnd = false

    /// - Parameter name: what messages call it.
    init(_ file: OpenFile, entry: ZipEntry, name: String) throws(ReconciliationError) {
        self.file = file
        self.name = name
        self.entry = entry
        do {
            inflater = entry.method == .deflated ? try RawInflater() : nil
            let size = try file.size()
            guard entry.headerOffset + ZipEntry.localHeaderBytes <= size else {
                throw ZipError.malformed("an entry lies outside of the file")
            }
            let header = try file.bytes(entry.headerOffset..<entry.headerOffset + ZipEntry.localHeaderBytes)
            offset = try entry.contentOffset(localHeader: header, fileSize: size)
        } catch {
            throw Self.wrong(name, error)
        }
        left = entry.compressedSize
    }

    func read(into buffer: inout [UInt8], from start: Int) throws(ReconciliationError) -> Int {
        let room = start..<buffer.count
        guard !isAtEnd, !room.isEmpty else { return 0 }
        do {
            let count = try inflater.map { inflater in try inflate(inflater, into: &buffer, at: room) } ?? stored(into: &buffer, at: room)
            produced += count
            guard produced <= entry.size else { throw ZipError.tooLarge(limit: entry.size) }
            checksum.add(buffer, start..<start + count)
            if isAtEnd {
                guard produced == entry.size else { throw ZipError.malformed("an entry of another size than told") }
                guard checksum.value == entry.checksum else { throw ZipError.wrongChecksum }
            }
            return count
        } catch {
            throw Self.wrong(name, error)
        }
    }

    private func inflate(_ inflater: RawInflater, into buffer: inout [UInt8], at room: Range<Int>) throws -> Int {
        var done = room.lowerBound
        while done < room.upperBound, !isAtEnd {
            if waiting.isEmpty { try refill() }
            let step = try inflater.inflate(input, from: waiting, into: &buffer, at: done..<room.upperBound)
            waiting = waiting.lowerBound + step.consumed..<waiting.upperBound
            done += step.produced
            isAtEnd = step.isAtEnd
            if !isAtEnd, step.produced == 0, waiting.isEmpty, left == 0 { throw ZipError.malformed("an entry ends early") }
        }
        return done - room.lowerBound
    }

    private func refill() throws {
        guard left > 0 else { return }
        let count = try file.read(into: &input, from: 0, at: offset)
        guard count > 0 else { throw ZipError.malformed("an entry ends early") }
        waiting = 0..<min(count, left)
        offset += waiting.count
        left -= waiting.count
    }

    private func stored(into buffer: inout [UInt8], at room: Range<Int>) throws -> Int {
        guard left > 0 else {
            isAtEnd = true
            return 0
        }
        let count = min(try file.read(into: &buffer, from: room.lowerBound, at: offset), left)
        guard count > 0 else { throw ZipError.malformed("an entry ends early") }
        offset += count
        left -= count
        isAtEnd = left == 0
        return count
    }

    private static func wrong(_ name: String, _ error: any Error) -> ReconciliationError {
        if let error = error as? ReconciliationError { return error }
        if case .malformed? = error as? CompressionError {
            return .badData(file: name, line: nil, column: nil, problem: "its compressed content is damaged; fetch the file again")
        }
        return .badData(file: name, line: nil, column: nil, problem: "\(error)")
    }
}
