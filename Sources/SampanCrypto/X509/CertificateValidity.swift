/// When a certificate holds, in seconds since 1970-01-01 00:00:00 UTC, both ends included.
package struct CertificateValidity: Sendable, Hashable {
    /// A new certificate starts this many seconds before it was made, for peers whose clocks are slow.
    package static let backdating: Int64 = 300

    package var notBefore: Int64
    package var notAfter: Int64

    package init(notBefore: Int64, notAfter: Int64) {
        self.notBefore = notBefore
        self.notAfter = notAfter
    }

    /// Backdated five minutes, and `seconds` long from `now`.
    package init(from now: Int64, lasting seconds: Int64) {
        self.init(notBefore: now - Self.backdating, notAfter: now + seconds)
    }

    package func contains(_ time: Int64) -> Bool {
        (notBefore...max(notBefore, notAfter)).contains(time)
    }

    /// When both hold; nil when that is less than a second.
    package func intersection(_ other: CertificateValidity) -> CertificateValidity? {
        let (start, end) = (max(notBefore, other.notBefore), min(notAfter, other.notAfter))
        return start < end ? CertificateValidity(notBefore: start, notAfter: end) : nil
    }
}
