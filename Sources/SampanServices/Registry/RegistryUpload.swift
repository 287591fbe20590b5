internal import SampanAPI
internal import SampanFerry
internal import SampanProtobuf
internal import SampanRPC

/// A file that comes in pieces, with what is wanted of it on the first.
enum RegistryUpload {
    /// Of institutions, staff and mappings. 16 MiB: some 100,000 rows.
    static let mostBytes = 16 << 20
    /// Of code tables. 64 MiB: a table of drugs has some 200,000 rows.
    static let mostCodeBytes = 64 << 20

    /// The first message without its piece, and the whole file. Throws INVALID_ARGUMENT for no message at all, RESOURCE_EXHAUSTED for a
    /// file that is too large.
    static func collect<Piece: Message>(
        _ pieces: MessageStream<Piece>, most: Int, _ bytes: (Piece) -> [UInt8]
    ) async throws(RPCError) -> (first: Piece, csv: [UInt8]) {
        guard let first = try await pieces.next() else {
            throw RPCError(.invalidArgument, reason: "NOTHING_SENT", "a file comes with at least one message")
        }
        var csv = bytes(first)
        while let piece = try await pieces.next() {
            let more = bytes(piece)
            guard csv.count + more.count <= most else { throw tooLarge(most) }
            csv += more
        }
        guard csv.count <= most else { throw tooLarge(most) }
        return (first, csv)
    }

    private static func tooLarge(_ most: Int) -> RPCError {
        RPCError(.resourceExhausted, reason: "FILE_TOO_LARGE", "the file has more than \(most) bytes")
    }
}
