/// Why a zip archive is refused.
package enum ZipError: Error, Sendable, Hashable {
    /// No end record: not an archive, or one that was cut off.
    case noEndRecord
    /// A record or a content lies outside of the file, or contradicts another one.
    case malformed(String)
    case tooManyEntries(limit: Int)
    /// An entry promises, or inflates to, more than it may.
    case tooLarge(limit: Int)
    case encrypted
    /// Neither stored nor deflated; the number of APPNOTE 4.4.5.
    case unsupportedMethod(UInt16)
    /// Sizes or places beyond 32 bits (APPNOTE 4.3.14).
    case beyond32Bits
    case wrongChecksum
}

extension ZipError: CustomStringConvertible {
    package var description: String {
        switch self {
        case .noEndRecord: "not a zip archive, or one that was cut off: its end record is missing; fetch the file again"
        case .malformed(let what): "the zip archive is damaged (\(what)); fetch the file again"
        case .tooManyEntries(let limit): "the zip archive has more than \(limit) entries, which no bill has"
        case .tooLarge(let limit): "the entry is larger than the \(limit) bytes that it may have: damaged, or a zip bomb"
        case .encrypted: "the entry is encrypted; save the bill without a password"
        case .unsupportedMethod(let number): "the entry is compressed by method \(number); only stored and deflated ones are read"
        case .beyond32Bits: "the archive uses zip64, which no bill below 4 GiB needs"
        case .wrongChecksum: "the content does not have the checksum that the archive tells; fetch the file again"
        }
    }
}
