internal import SampanCrypto
internal import SampanDomain

/// A content on its way out, chunk by chunk: at most one of them is in memory. Before each, what let the reader in is looked at again, so
/// that a consent that is withdrawn ends the stream at its next byte. One reader.
package actor ContentStream {
    private let reader: RecordReader
    private let request: AccessRequest
    private let bases: [AccessBasis]
    package nonisolated let entry: DocumentEntry
    private let hash: SHA256Stream
    private var number: Int64 = 0
    private var size: Int64 = 0
    private var isBusy = false
    private var hasEnded = false

    init(_ reader: RecordReader, _ request: AccessRequest, bases: [AccessBasis], entry: DocumentEntry) throws(RecordsError) {
        (self.reader, self.request, self.bases, self.entry) = (reader, request, bases, entry)
        hash = try RecordsError.crypto { () throws(CryptoError) in try SHA256Stream() }
    }

    /// The next bytes, up to 64 KiB; nil after the last. What throws ends the stream. The last bytes are given only when the whole content
    /// is what its address says.
    package func next() async throws(AccessRefusal) -> [UInt8]? {
        guard !hasEnded, !isBusy else { return nil }
        isBusy = true
        defer { isBusy = false }
        do throws(AccessRefusal) {
            let (bytes, isLast) = try await reader.chunk(number, of: entry, request, bases)
            number += 1
            size += Int64(bytes.count)
            do throws(RecordsError) { try check(bytes, isLast: isLast) } catch { throw AccessRefusal.records(error) }
            hasEnded = isLast
            return bytes
        } catch {
            hasEnded = true
            throw error
        }
    }

    /// Looks again whether what let the reader in holds: for who gives out something that was made of the whole content, before each piece
    /// of it. Throws as `next` does.
    package func confirm() async throws(AccessRefusal) {
        _ = try await reader.chunk(0, of: entry, request, bases)
    }

    private func check(_ bytes: [UInt8], isLast: Bool) throws(RecordsError) {
        try RecordsError.crypto { () throws(CryptoError) in try hash.update(bytes) }
        guard isLast else { return }
        let digest = try RecordsError.crypto { () throws(CryptoError) in try hash.finish() }
        guard digest == entry.digest, size == entry.size else { throw .damaged("a document's content") }
    }
}
