internal import SampanTransport

/// Addresses that only this machine reaches (RFC 1122 §3.2.1.3, RFC 4291 §2.5.3).
enum Loopback {
    private static let ranges = ["127.0.0.0/8", "::1"].compactMap { AddressRange($0) }

    /// False for everything that is no numeric address.
    static func contains(_ host: String) -> Bool {
        guard let address = NumericAddress(host) else { return false }
        return ranges.contains { $0.contains(address) }
    }
}
