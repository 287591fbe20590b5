package import SampanDomain
internal import SampanRPC

/// What a decision is made from besides the state: everything that the state has not.
package struct AuthorityCircumstances: Sendable {
    /// Who commands.
    package let actor: String
    package let now: UnixTime
    /// Nanoseconds of a clock that only counts; the one of `presence`.
    package let uptime: Int64
    package let presence: NodePresence

    package init(actor: String, now: UnixTime, uptime: Int64, presence: NodePresence) {
        self.actor = actor
        self.now = now
        self.uptime = uptime
        self.presence = presence
    }
}

extension AuthorityState {
    /// What a command would change, for the journal; nil when it was done before. Changes nothing; throws why not.
    package func decide(_ command: AuthorityCommand, _ circumstances: AuthorityCircumstances) throws(AuthorityRefusal) -> AuthorityRecord? {
        let now = circumstances.now
        if case .found = command {} else if trustDomain.isEmpty { throw .notFounded }
        switch command {
        case .found(let trustDomain, let root, let issuer, let settings):
            try checkFounding(trustDomain, root, issuer, now)
            return try record(
                [.founded(trustDomain: trustDomain, root: root, issuer: issuer), .settingsChanged(settings)], circumstances, newEpoch: true)
        case .createToken(let token): return try record(createToken(token), circumstances)
        case .enroll(let token, let certificate): return try record(enroll(token, certificate, now), circumstances)
        case .renew(let name, let certificate): return try record(renew(name, certificate, now), circumstances)
        case .deny(let denial): return try record(deny(denial), circumstances, newEpoch: true)
        case .lift(let subject): return try record(lift(subject, now), circumstances, newEpoch: true)
        case .plan(let number, let kind): return try record(plan(number, kind, circumstances), circumstances)
        case .prepare(let number, let material): return try record(prepare(number, material, circumstances), circumstances)
        case .advance(let number, let verb):
            let events = try advance(number, verb, circumstances)
            return try record(events, circumstances, newEpoch: Self.makesEpoch(events))
        case .acknowledge(let node, let number, let hash, let issuerKeyID):
            return try record(acknowledge(node, number, hash, issuerKeyID), circumstances)
        case .change(let settings):
            return try record(settings == self.settings ? [] : [.settingsChanged(settings)], circumstances, newEpoch: true)
        case .register(let route):
            let isNews = settings.routes.first { $0.name == route.name } != route
            return try record(isNews ? [.routeChanged(route.name, route)] : [], circumstances, newEpoch: true)
        case .withdraw(let name):
            let isNews = settings.routes.contains { $0.name == name }
            return try record(isNews ? [.routeChanged(name, nil)] : [], circumstances, newEpoch: true)
        case .keep(let matter, let custodian):
            return try record(keep(matter, custodian), circumstances, newEpoch: true)
        case .tidy: return try record(lapsed(now), circumstances, newEpoch: true)
        }
    }

    /// With a new epoch, what has lapsed goes out of it on the way.
    private func record(
        _ events: [AuthorityEvent], _ circumstances: AuthorityCircumstances, newEpoch: Bool = false
    ) throws(AuthorityRefusal) -> AuthorityRecord? {
        guard !events.isEmpty else { return nil }
        var events = events
        if newEpoch {
            let said = Set(events)
            events = lapsed(circumstances.now).filter { !said.contains($0) } + events
            var after = self
            for event in events { after.apply(event, at: circumstances.now) }
            do throws(EpochError) {
                let bytes = try after.nextEpoch(at: circumstances.now).serialized()
                events.append(.epochIssued(number: epochNumber + 1, bytes: bytes, hash: try SignedEpoch.hash(bytes)))
            } catch {
                throw .epoch(error)
            }
        }
        return AuthorityRecord(at: circumstances.now, actor: circumstances.actor, events: events)
    }

    /// The epoch that says what this state is.
    private func nextEpoch(at now: UnixTime) throws(EpochError) -> TrustEpoch {
        // By what they say, so that the same state gives the same bytes.
        let denials = denials.values.map(\.denial).sorted { $0.sortKey < $1.sortKey }
        return try TrustEpoch(
            number: epochNumber + 1, previousHash: epochHashes.last ?? [], trustDomain: trustDomain, issuedAt: now,
            roots: roots.map { TrustAnchor(certificate: $0.certificate.certificate, standing: $0.standing) },
            issuers: issuers.map { TrustAnchor(certificate: $0.certificate.certificate, standing: $0.standing) },
            bridges: bridges.map(\.certificate), denials: denials, policy: settings.policy, routes: settings.routes,
            minimumProtocol: settings.minimumProtocol, custodians: custodians)
    }

    // MARK: Founding and settings

    private func checkFounding(
        _ trustDomain: String, _ root: AuthorityCertificate, _ issuer: AuthorityCertificate, _ now: UnixTime
    ) throws(AuthorityRefusal) {
        guard self.trustDomain.isEmpty else { throw .alreadyFounded }
        guard TrustDomainName.isValid(trustDomain) else { throw .wrongDomain(trustDomain) }
        guard root.isRoot else { throw .badAuthority("the root is not its own issuer") }
        guard issuer.parentKeyID == root.keyID, !issuer.isRoot else { throw .badAuthority("the root has not signed the issuer") }
        guard issuer.endsAt <= root.endsAt else { throw .badAuthority("the issuer ends after its root") }
        guard now < issuer.endsAt else { throw .badAuthority("the issuer has ended") }
    }

    private func keep(_ matter: EpochCustodian.Matter, _ custodian: String?) throws(AuthorityRefusal) -> [AuthorityEvent] {
        var entry: EpochCustodian?
        if let custodian {
            do throws(EpochError) { entry = try EpochCustodian(matter, custodian: custodian) } catch { throw .epoch(error) }
        }
        guard custodians.first(where: { $0.matter == matter }) != entry else { return [] }
        if let entry, let other = EpochCustodian.conflict(of: entry, with: custodians) {
            throw .custodyChain(other.matter.institution, custodian: other.custodian)
        }
        return [.custodianChanged(matter, entry)]
    }

    // MARK: Denials

    private func deny(_ denial: Denial) throws(AuthorityRefusal) -> [AuthorityEvent] {
        if case .node(let identity) = denial.subject, identity.trustDomain != trustDomain { throw .wrongDomain(identity.trustDomain) }
        // What is revoked stays so, and a lock over it would let it in when it ends.
        if let standing = denials[denial.subject]?.denial, standing.endsAt == nil || standing == denial { return [] }
        return [.denialMade(denial, forgetAt: end(of: denial.subject))]
    }

    /// When what is denied has ended anyway, with a day to spare; nil when that is not known.
    private func end(of subject: Denial.Subject) -> UnixTime? {
        guard case .certificate(let name) = subject else { return nil }
        for node in nodes.values {
            if let found = node.certificates.first(where: { $0.name == name }) {
                return found.endsAt.advanced(byNanoseconds: AuthorityNode.forgetAfter)
            }
        }
        return nil
    }

    private func lift(_ subject: Denial.Subject, _ now: UnixTime) throws(AuthorityRefusal) -> [AuthorityEvent] {
        guard let standing = denials[subject]?.denial else { return [] }
        guard standing.endsAt != nil else { throw .revokedForGood }
        return [.denialLifted(subject)]
    }

    /// Denials that go in one record, which holds 1,024 events. The others go with the next: `tidy` is repeated until it changes nothing.
    private static let lapsesAtOnce = 512

    private func lapsed(_ now: UnixTime) -> [AuthorityEvent] {
        denials.values
            .filter { !$0.denial.isInForce(at: now) || $0.forgetAt.map { $0 <= now } ?? false }
            .map(\.denial).sorted { $0.sortKey < $1.sortKey }.prefix(Self.lapsesAtOnce)
            .map { .denialLifted($0.subject) }
    }

    // MARK: Acknowledgements

    /// The last word of a node counts, also when it is lower than one before (a message that was late; a disk that was restored): gates
    /// err on the side of waiting, and the next report, 10 s later, says it again.
    private func acknowledge(
        _ identity: PeerIdentity, _ number: UInt64, _ hash: [UInt8], _ issuerKeyID: [UInt8]
    ) throws(AuthorityRefusal) -> [AuthorityEvent] {
        guard let node = nodes[identity] else { throw .unknownNode }
        if number > 0 {
            guard number <= epochNumber, epochHashes[Int(number) - 1] == hash else { throw .foreignEpoch(identity, number: number) }
        }
        let event = AuthorityEvent.nodeAcknowledged(identity, number: number, issuerKeyID: issuerKeyID)
        let isNews = node.acknowledged != number || node.shownIssuer != issuerKeyID
        return isNews || (node.isLeftBehind && isCaughtUp(number, issuerKeyID)) ? [event] : []
    }
}

extension Denial {
    /// Sorts denials by what they say.
    fileprivate var sortKey: String {
        switch subject {
        case .certificate(let name): "1 \(Hexadecimal.text(name.issuerKeyID)) \(name.serial)"
        case .node(let identity): "2 \(identity.uri)"
        case .institution(let code): "3 \(code)"
        }
    }
}
