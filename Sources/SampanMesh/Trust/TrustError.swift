package import SampanCrypto

/// Why a trust domain's files could not be made or used.
package struct TrustError: Error, Sendable, Hashable {
    package enum Reason: Sendable, Hashable {
        /// The file is there already and was not to be replaced.
        case fileExists
        /// The disk refused: full, read-only, no permission.
        case fileNotWritten
        /// The role, institution, node or trust domain is not one (see `PeerIdentity`).
        case badIdentity
        /// A number of days below 1 or above 100 years.
        case badLifetime
        /// The directory holds no authority, or one that does not fit together.
        case badAuthority
        /// A key, certificate or name was refused.
        case crypto(CryptoError.Reason)
    }

    package let reason: Reason
    /// What was wrong and what to do; for the person at the terminal.
    package let detail: String

    package init(_ reason: Reason, _ detail: String) {
        self.reason = reason
        self.detail = detail
    }

    /// Runs `body` and names what it throws in this layer's words.
    static func translating<Value>(_ body: () throws(CryptoError) -> Value) throws(TrustError) -> Value {
        do { return try body() } catch { throw TrustError(.crypto(error.reason), error.detail) }
    }
}

extension TrustError: CustomStringConvertible {
    package var description: String { detail }
}
