internal import SampanAPI
package import SampanRPC
package import SampanTransport

/// Which peers may come from which addresses (GW-13): what a firewall's list says, said of certificates as well. A certificate that is good
/// does not help from an address that is not its own, nor does an address without a certificate.
package struct PeerAllowList: Sendable, Hashable {
    /// Peers that may come from some addresses.
    package struct Entry: Sendable, Hashable {
        package let from: [AddressRange]
        package let roles: Set<PeerIdentity.Role>
        package let institutions: InstitutionPattern

        package init(from: [AddressRange], roles: Set<PeerIdentity.Role>, institutions: InstitutionPattern) {
            self.from = from
            self.roles = roles
            self.institutions = institutions
        }

        func contains(_ address: NumericAddress) -> Bool { from.contains { $0.contains(address) } }

        func isAbout(_ peer: PeerIdentity) -> Bool { roles.contains(peer.role) && institutions.contains(peer.institution) }
    }

    /// Of error details.
    package static let reason = "ADDRESS_NOT_LISTED"

    package let entries: [Entry]

    package init(_ entries: [Entry]) { self.entries = entries }

    /// Whether anybody may come from an address (numeric, without a port).
    package func knows(_ host: String) -> Bool {
        guard let address = NumericAddress(host) else { return false }
        return entries.contains { $0.contains(address) }
    }

    /// Whether a peer may come from an address: some entry names both.
    package func admits(_ peer: PeerIdentity, from host: String) -> Bool {
        guard let address = NumericAddress(host) else { return false }
        return entries.contains { $0.isAbout(peer) && $0.contains(address) }
    }

    /// Why a peer may not come from an address; nil where it may.
    package func refusal(of peer: PeerIdentity, from host: String) -> RPCError? {
        guard !admits(peer, from: host) else { return nil }
        let info = GoogleRPC.ErrorInfo(
            reason: Self.reason, domain: NodeAdmission.errorDomain, metadata: ["node": peer.uri, "address": host])
        return RPCError(
            code: .permissionDenied, message: "\(peer) may not come from \(host); ask whoever keeps this node to list the address",
            details: [info])
    }
}
