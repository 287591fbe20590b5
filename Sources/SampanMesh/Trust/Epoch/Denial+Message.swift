package import SampanAPI
internal import SampanDomain
internal import SampanRPC

extension Denial {
    /// What the certificates of one entry of a message have in common.
    private struct Group: Hashable {
        let issuerKeyID: [UInt8]
        let reason: Reason
        let message: String
        let endsAt: UnixTime?
    }

    /// One message for a node or an institution; certificates that differ only in their serial number share one (18 bytes each).
    /// In an order that depends on what is said alone: the same denials give the same bytes.
    package static func messages(_ denials: [Denial]) -> [TrustV1.Denial] {
        var serials: [Group: [SerialNumber]] = [:]
        var order: [Group] = []
        var messages: [TrustV1.Denial] = []
        for denial in denials {
            guard case .certificate(let name) = denial.subject else {
                messages.append(denial.entry)
                continue
            }
            let group = Group(issuerKeyID: name.issuerKeyID, reason: denial.reason, message: denial.message, endsAt: denial.endsAt)
            if serials[group] == nil { order.append(group) }
            serials[group, default: []].append(name.serial)
        }
        for group in order {
            let numbers = (serials[group] ?? []).sorted().map(\.bytes)
            messages.append(
                TrustV1.Denial(
                    reason: group.reason.message, message: group.message, endsAt: group.endsAt.map(\.message),
                    subject: .certificates(TrustV1.CertificateDenial(issuerKeyID: group.issuerKeyID, serials: numbers))))
        }
        return messages
    }

    /// Reads entries as they travel. Throws what is wrong with the first bad one.
    package static func values(_ messages: [TrustV1.Denial]) throws(EpochError) -> [Denial] {
        try EpochError.check(count: messages.count, in: EpochLimits.denialEntries, "denials")
        var denials: [Denial] = []
        for message in messages { try append(message, to: &denials) }
        return denials
    }

    private static func append(_ message: TrustV1.Denial, to denials: inout [Denial]) throws(EpochError) {
        let endsAt = try UnixTime(message.endsAt, field: "denials.ends_at")
        let reason = try Reason(message.reason, isLock: endsAt != nil)
        guard case .certificates(let certificates) = message.subject else {
            denials.append(try Denial(Subject(message), reason: reason, message: message.message, endsAt: endsAt))
            return
        }
        try EpochError.check(count: certificates.serials.count, in: 1...EpochLimits.serials, "denials.serials")
        guard Set(certificates.serials).count == certificates.serials.count else {
            throw EpochError(.repeated, "denials.serials", "a serial number twice")
        }
        guard denials.count + certificates.serials.count <= EpochLimits.serials + EpochLimits.denialEntries.upperBound else {
            throw EpochError(.tooLarge, "denials.serials", "more than \(EpochLimits.serials)")
        }
        for serial in certificates.serials {
            let name = try CertificateName(issuerKeyID: certificates.issuerKeyID, serialBytes: serial)
            denials.append(try Denial(.certificate(name), reason: reason, message: message.message, endsAt: endsAt))
        }
    }

    /// One entry of its own.
    package var entry: TrustV1.Denial {
        TrustV1.Denial(reason: reason.message, message: message, endsAt: endsAt.map(\.message), subject: subject.message)
    }
}

extension Denial.Subject {
    var message: TrustV1.Denial.Subject {
        switch self {
        case .certificate(let name):
            .certificates(TrustV1.CertificateDenial(issuerKeyID: name.issuerKeyID, serials: [name.serial.bytes]))
        case .node(let identity): .node(identity.uri)
        case .institution(let code): .institution(code)
        }
    }

    /// The subject of an entry that names one. Throws `badValue` for an entry with several serial numbers.
    package init(_ message: TrustV1.Denial?) throws(EpochError) {
        switch message?.subject {
        case nil: throw EpochError(.missing, "denials.subject", "it names nobody")
        case .node(let uri): self = .node(try PeerIdentity(field: "denials.node", uri))
        case .institution(let code):
            guard (try? PeerIdentity(trustDomain: "0", role: .platform, institution: code, node: "0")) != nil else {
                throw EpochError(.badValue, "denials.institution", "not an institution's code")
            }
            self = .institution(code)
        case .certificates(let certificates):
            guard let serial = certificates.serials.first, certificates.serials.count == 1 else {
                throw EpochError(.badValue, "denials.serials", "exactly one")
            }
            self = .certificate(try CertificateName(issuerKeyID: certificates.issuerKeyID, serialBytes: serial))
        }
    }
}

extension CertificateName {
    fileprivate init(issuerKeyID: [UInt8], serialBytes: [UInt8]) throws(EpochError) {
        try EpochError.check(count: issuerKeyID.count, in: EpochLimits.keyIDBytes, "denials.issuer_key_id")
        guard let serial = SerialNumber(serialBytes) else { throw EpochError(.badValue, "denials.serials", "1 to 20 bytes") }
        self.init(issuerKeyID: issuerKeyID, serial: serial)
    }
}

extension Denial.Reason {
    fileprivate init(_ message: TrustV1.DenialReason, isLock: Bool) throws(EpochError) {
        switch message {
        case .keyCompromise: self = .keyCompromise
        case .cessation: self = .cessation
        case .superseded: self = .superseded
        case .privilegeWithdrawn: self = .privilegeWithdrawn
        case .locked: self = .locked
        // A reason of a later contract is a reason all the same: nobody is let in for want of a word.
        case .unrecognized: self = isLock ? .locked : .privilegeWithdrawn
        case .unspecified: throw EpochError(.missing, "denials.reason", "a denial has a reason")
        }
    }

    fileprivate var message: TrustV1.DenialReason {
        switch self {
        case .keyCompromise: .keyCompromise
        case .cessation: .cessation
        case .superseded: .superseded
        case .privilegeWithdrawn: .privilegeWithdrawn
        case .locked: .locked
        }
    }
}
