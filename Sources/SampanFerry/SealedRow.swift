internal import SampanDomain

/// What a sealed payload is bound to: the row that it is in. Outside, where rows are kept, nobody can open a payload, nor put it into
/// another row, nor let it count as another institution's or another kind.
enum SealedRow {
    private static let purpose = "sampan request row 1"

    /// The bytes that sealing and opening need alike. Each part is led by its length, so that no two rows have the same.
    static func binding(seq: Int64, submitter: InstitutionCode, requestID: RequestID, kind: String) -> [UInt8] {
        var bytes: [UInt8] = []
        for part in [purpose, String(seq), submitter.text, requestID.text, kind] {
            let text = Array(part.utf8)
            bytes += [UInt8(text.count >> 8), UInt8(text.count & 0xFF)] + text
        }
        return bytes
    }
}
