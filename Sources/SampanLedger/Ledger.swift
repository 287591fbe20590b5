/// The double-entry ledger of one file. A value without state: everything happens in the caller's transaction, so that what the caller
/// does and what is booked about it are one. Safe to use from any thread that has a transaction.
///
/// Everything here throws `LedgerError` or `StorageError` and nothing else.
package struct Ledger: Sendable {
    /// SHA-256. Handed in, since this target stands below none that owns OpenSSL.
    package typealias Digest = @Sendable ([UInt8]) throws -> [UInt8]

    private let sha256: Digest

    /// - Parameter digest: SHA-256 of bytes.
    package init(digest: @escaping Digest) { sha256 = digest }

    func digest(_ bytes: [UInt8]) throws(LedgerError) -> [UInt8] {
        do { return try sha256(bytes) } catch { throw .digest("\(error)") }
    }
}
