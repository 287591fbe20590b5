internal import SampanCrypto
internal import SampanDomain
package import SampanMesh
package import SampanRecords

/// Puts notices into a directory, where the region's SMS gateway takes them: one file a notice, mode 0600, there whole or not at all.
/// Names are random and tell nothing. Whoever takes a file deletes it.
package struct SpoolNoticeSender: NoticeSender {
    private let directory: String

    /// - Parameter directory: made, for its owner alone, when it is missing. Blocks.
    package init(directory: String) throws(TrustError) {
        try WholeFile.makeDirectory(directory)
        self.directory = directory
    }

    /// On a thread of the pool: writing waits for the disk.
    @concurrent package func send(_ notice: Notice) async throws {
        let name = Hexadecimal.lowercase(try RandomBytes.make(16))
        try WholeFile.write(NoticeText.bytes(notice), to: "\(directory)/\(name).json", mode: 0o600, overwrite: false)
    }
}
