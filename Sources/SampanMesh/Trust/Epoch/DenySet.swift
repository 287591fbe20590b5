package import SampanDomain
package import SampanRPC

/// Who is refused, ready to be asked at every handshake and every call of a live connection. A value: replaced whole by the next epoch.
///
/// Serial numbers lie sorted in one array for each issuer (24 bytes each, and 4 for what is said about it), found by halving: 17 steps for
/// 100,000. Nothing is allocated by a look-up. Safe to use from any task.
package struct DenySet: Sendable {
    /// The denied serial numbers of one issuer.
    private struct Issuer: Sendable {
        let keyID: [UInt8]
        /// Ascending, each once.
        var serials: [SerialNumber] = []
        /// For each serial, where in `denials` it is told about.
        var denials: [Int32] = []
    }

    private let denials: [Denial]
    /// A region has a few issuers: looked through one by one.
    private let issuers: [Issuer]
    private let nodes: [PeerIdentity: Int32]
    private let institutions: [String: Int32]

    /// Nobody is refused.
    package static let empty = DenySet([])

    /// Of two denials of one subject, the one that lasts longer counts.
    package init(_ denials: [Denial]) {
        var certificates: [[UInt8]: [(serial: SerialNumber, denial: Int32)]] = [:]
        var nodes: [PeerIdentity: Int32] = [:]
        var institutions: [String: Int32] = [:]
        func lasting(_ old: Int32, _ new: Int32) -> Int32 { Self.lastsLonger(denials[Int(new)], denials[Int(old)]) ? new : old }
        for (index, denial) in denials.enumerated() {
            let index = Int32(clamping: index)
            switch denial.subject {
            case .certificate(let name): certificates[name.issuerKeyID, default: []].append((name.serial, index))
            case .node(let identity): nodes[identity] = nodes[identity].map { lasting($0, index) } ?? index
            case .institution(let code): institutions[code] = institutions[code].map { lasting($0, index) } ?? index
            }
        }
        self.denials = denials
        self.nodes = nodes
        self.institutions = institutions
        issuers = certificates.map { keyID, entries in
            var issuer = Issuer(keyID: keyID)
            for entry in entries.sorted(by: { $0.serial < $1.serial }) {
                if issuer.serials.last == entry.serial, let last = issuer.denials.popLast() {
                    issuer.denials.append(lasting(last, entry.denial))
                } else {
                    issuer.serials.append(entry.serial)
                    issuer.denials.append(entry.denial)
                }
            }
            return issuer
        }
    }

    /// How many denials it was made of.
    package var count: Int { denials.count }

    /// Why this peer is refused; nil when it is not.
    ///
    /// - Parameters:
    ///   - chain: the names of the members of the chain that was *verified*, never of what the peer has sent: a peer sends what it likes.
    ///   - identity: from the leaf of that chain; nil for a peer that is no node.
    ///   - now: decides about locks only.
    package func denial(of chain: [CertificateName], identity: PeerIdentity?, at now: UnixTime) -> Denial? {
        for name in chain {
            if let denial = inForce(index(of: name), now) { return denial }
        }
        guard let identity else { return nil }
        return inForce(nodes[identity], now) ?? inForce(institutions[identity.institution], now)
    }

    private func index(of name: CertificateName) -> Int32? {
        for issuer in issuers where issuer.keyID == name.issuerKeyID {
            var (low, high) = (0, issuer.serials.count)
            while low < high {
                let middle = (low + high) / 2
                if issuer.serials[middle] < name.serial { low = middle + 1 } else { high = middle }
            }
            return low < issuer.serials.count && issuer.serials[low] == name.serial ? issuer.denials[low] : nil
        }
        return nil
    }

    private func inForce(_ index: Int32?, _ now: UnixTime) -> Denial? {
        guard let index else { return nil }
        let denial = denials[Int(index)]
        return denial.isInForce(at: now) ? denial : nil
    }

    private static func lastsLonger(_ left: Denial, _ right: Denial) -> Bool {
        guard let rightEnd = right.endsAt else { return false }
        return left.endsAt.map { $0 > rightEnd } ?? true
    }
}
