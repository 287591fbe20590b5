/// One run of a worker, by a name of its own choice.
package struct WorkerSession: Sendable, Hashable {
    private static let lengths = 1...64

    package let text: String

    /// Throws unless it is 1 to 64 printable ASCII characters.
    package init(_ text: String) throws(RequestStoreError) {
        guard Self.lengths.contains(text.utf8.count), text.utf8.allSatisfy({ (0x21...0x7E).contains($0) }) else {
            throw .invalidClaim("a session that is not 1 to 64 printable ASCII characters")
        }
        self.text = text
    }
}
