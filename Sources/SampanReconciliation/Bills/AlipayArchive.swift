internal import SampanCompression

/// An Alipay bill as it is delivered: a zip archive of CSV files in GBK, whose names inside are GBK too.
struct AlipayArchive {
    let path: String
    let parts: [Part]
    private let file: OpenFile

    /// One CSV file of it.
    struct Part {
        /// As messages name it: archive and entry.
        let name: String
        fileprivate let entry: ZipEntry
    }

    init(_ path: String) throws(ReconciliationError) {
        self.path = path
        file = try .reading(path)
        do {
            let size = try file.size()
            let end = try file.bytes(max(0, size - ZipDirectory.longestEnd)..<size)
            let directory = try ZipDirectory(end: end, fileSize: size, limits: .bill)
            let entries = try directory.entries(try file.bytes(directory.place), limits: .bill)
            parts = try entries.map { Part(name: "\(path): \(try Self.name($0))", entry: $0) }
        } catch {
            throw error as? ReconciliationError ?? .badData(file: path, line: nil, column: nil, problem: "\(error)")
        }
    }

    /// The lines of a part.
    func lines(_ part: Part) throws(ReconciliationError) -> LineReader {
        try LineReader(try ZipSource(file, entry: part.entry, name: part.name), name: part.name)
    }

    /// Without what a terminal would take for a command.
    private static func name(_ entry: ZipEntry) throws(ReconciliationError) -> String {
        let text = entry.isNameUTF8 ? String(validating: entry.name, as: UTF8.self) : try GB18030.decode(entry.name)
        return String((text ?? "entry").unicodeScalars.prefix(128).map { $0.properties.generalCategory == .control ? "?" : Character($0) })
    }
}
