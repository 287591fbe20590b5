/// A file that begins with a line that says what it is. Read in pieces; limits on everything, since anybody may have made it.
struct ProofFile: ~Copyable {
    enum Kind: String, CaseIterable {
        case export, inclusion, consistency, readers, head

        var line: String { "sampan audit \(rawValue) v1\n" }
    }

    /// Bytes of a frame or of a file with one message, at most.
    private static let frameLimit = 1 << 20
    private static let messageLimit = 256 << 20

    let kind: Kind
    private var file: SequentialFile

    init(_ path: String) throws(VerifyError) {
        var file = try SequentialFile(path)
        let line = try file.peek(64)
        guard let kind = Kind.allCases.first(where: { line.starts(with: $0.line.utf8) }) else {
            throw .unreadable("\(path): no export and no proof of an audit log")
        }
        _ = try file.take(kind.line.utf8.count)
        self.kind = kind
        self.file = file
    }

    /// All the rest of it, as one message.
    mutating func message() throws(VerifyError) -> ProtoFields {
        let rest = try file.take(Self.messageLimit + 1)
        guard rest.count <= Self.messageLimit else { throw .unreadable("the file is longer than \(Self.messageLimit) bytes") }
        return try ProtoFields(rest[...])
    }

    mutating func frame() throws(VerifyError) -> (kind: UInt8, bytes: [UInt8]) {
        let start = try take(5)
        let count = start[1...].reduce(0) { $0 << 8 | Int($1) }
        guard count <= Self.frameLimit else { throw .unreadable("a frame of \(count) bytes") }
        return (start[0], try take(count))
    }

    mutating func isAtEnd() throws(VerifyError) -> Bool { try file.peek(1).isEmpty }

    private mutating func take(_ count: Int) throws(VerifyError) -> [UInt8] {
        let bytes = try file.take(count)
        guard bytes.count == count else { throw .unreadable("the file ends early: it was cut") }
        return bytes
    }
}
