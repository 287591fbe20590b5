/// A file from its beginning to its end.
final class FileSource: ByteSource {
    private let file: OpenFile
    private var offset = 0

    init(_ file: OpenFile) { self.file = file }

    func read(into buffer: inout [UInt8], from start: Int) throws(ReconciliationError) -> Int {
        let count = try file.read(into: &buffer, from: start, at: offset)
        offset += count
        return count
    }
}
