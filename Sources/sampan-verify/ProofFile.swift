import Foundation

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
    private let handle: FileHandle
    private var buffer: [UInt8] = []
    private var offset = 0

    init(_ path: String) throws(VerifyError) {
        guard let handle = FileHandle(forReadingAtPath: path) else {
            throw .unreadable("\(path): there is no such file, or it may not be read")
        }
        let line = (try? handle.read(upToCount: 64)).flatMap { $0 }.map(Array.init) ?? []
        guard let kind = Kind.allCases.first(where: { line.starts(with: $0.line.utf8) }) else {
            throw .unreadable("\(path): no export and no proof of an audit log")
        }
        (self.kind, self.handle) = (kind, handle)
        (buffer, offset) = (line, kind.line.utf8.count)
    }

    /// All the rest of it, as one message.
    mutating func message() throws(VerifyError) -> ProtoFields {
        while buffer.count <= Self.messageLimit { if !(try more()) { return try ProtoFields(buffer[offset...]) } }
        throw .unreadable("the file is longer than \(Self.messageLimit) bytes")
    }

    mutating func frame() throws(VerifyError) -> (kind: UInt8, bytes: [UInt8]) {
        let start = try take(5)
        let count = start[1...].reduce(0) { $0 << 8 | Int($1) }
        guard count <= Self.frameLimit else { throw .unreadable("a frame of \(count) bytes") }
        return (start[0], try take(count))
    }

    mutating func isAtEnd() throws(VerifyError) -> Bool { offset == buffer.count ? !(try more()) : false }

    private mutating func take(_ count: Int) throws(VerifyError) -> [UInt8] {
        while buffer.count - offset < count { if !(try more()) { throw .unreadable("the file ends early: it was cut") } }
        offset += count
        return Array(buffer[offset - count..<offset])
    }

    /// False at the end of the file.
    private mutating func more() throws(VerifyError) -> Bool {
        if offset > Self.frameLimit {
            buffer.removeFirst(offset)
            offset = 0
        }
        do {
            guard let data = try handle.read(upToCount: 1 << 18), !data.isEmpty else { return false }
            buffer += data
            return true
        } catch {
            throw .unreadable("the file cannot be read: \(error)")
        }
    }
}
