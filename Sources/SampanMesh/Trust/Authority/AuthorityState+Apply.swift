internal import SampanDomain

extension AuthorityState {
    /// Takes in what is durable. The only way in which the state changes.
    package mutating func apply(_ record: AuthorityRecord) {
        for event in record.events { apply(event, at: record.at) }
    }

    mutating func apply(_ event: AuthorityEvent, at now: UnixTime) {
        switch event {
        case .founded(let trustDomain, let root, let issuer):
            self.trustDomain = trustDomain
            roots = [Anchor(certificate: root, standing: .active)]
            issuers = [Anchor(certificate: issuer, standing: .active)]
        case .tokenCreated(let token):
            tokens = tokens.filter { now <= $0.value.token.expiresAt.advanced(byNanoseconds: Self.tokenMemory) }
            tokens[token.hash] = Token(token: token, usedFor: nil)
        case .certificateIssued(let certificate, let token):
            nodes[certificate.identity, default: AuthorityNode()].add(certificate, at: now)
            if let token { tokens[token]?.usedFor = certificate }
        case .denialMade(let denial, let forgetAt): denials[denial.subject] = StandingDenial(denial: denial, forgetAt: forgetAt)
        case .denialLifted(let subject): denials[subject] = nil
        case .rolloverPlanned(let number, let kind): plan(number, kind)
        case .rolloverPrepared(_, let material):
            prepared = material
            rollover?.apply(.prepare, incoming: material.side, epochNumber: 0)
        case .rolloverAdvanced(_, let verb, let epochNumber): advance(verb, epochNumber)
        case .nodesLeftBehind(let identities): for identity in identities { nodes[identity]?.isLeftBehind = true }
        case .nodeAcknowledged(let identity, let number, let issuerKeyID):
            nodes[identity]?.acknowledged = number
            nodes[identity]?.shownIssuer = issuerKeyID
            if isCaughtUp(number, issuerKeyID) { nodes[identity]?.isLeftBehind = false }
        case .settingsChanged(let settings): self.settings = settings
        case .routeChanged(let name, let route):
            settings.routes = settings.routes.filter { $0.name != name } + (route.map { [$0] } ?? [])
            settings.routes.sort { $0.name < $1.name }
        case .custodianChanged(let matter, let custodian):
            custodians = custodians.filter { $0.matter != matter } + (custodian.map { [$0] } ?? [])
            custodians.sort(by: <)
        case .epochIssued(_, let bytes, let hash):
            newestEpoch = bytes
            epochHashes.append(hash)
        }
    }

    /// Caught up is who trusts what all trust now and shows what all trust now; not who has only been seen again.
    func isCaughtUp(_ number: UInt64, _ issuerKeyID: [UInt8]) -> Bool {
        number == epochNumber && issuers.contains { $0.certificate.keyID == issuerKeyID }
    }

    /// Nanoseconds for which a token is remembered behind its end: a week, in which the same request gets the same answer.
    private static let tokenMemory: Int64 = 7 * 86_400_000_000_000

    // MARK: Rollover

    private mutating func plan(_ number: UInt64, _ kind: Rollover.Kind) {
        guard let root = activeRoot, let issuer = activeIssuer else { return }
        prepared = nil
        let outgoing = Rollover.Side(root: kind == .root ? root.keyID : nil, issuer: issuer.keyID)
        rollover = Rollover(number: number, kind: kind, outgoing: outgoing)
    }

    /// What the epochs after each verb say of the side that goes and of the one that comes.
    private mutating func advance(_ verb: Rollover.Verb, _ epochNumber: UInt64) {
        guard let before = rollover else { return }
        rollover?.apply(verb, incoming: nil, epochNumber: epochNumber)
        switch verb {
        case .trust: introduce()
        case .activate:
            stand(before.incoming, .active)
            stand(before.outgoing, .trusted)
        case .taint: stand(before.outgoing, .tainted)
        case .retire: remove(before.outgoing)
        case .abort:
            prepared = nil
            if before.phase == .activated {
                stand(before.outgoing, .active)
                stand(before.incoming, .trusted)
            } else if before.phase == .trusted {
                remove(before.incoming)
            }
        case .plan, .prepare: break
        }
    }

    private mutating func introduce() {
        guard let material = prepared else { return }
        prepared = nil
        issuers.append(Anchor(certificate: material.issuer, standing: .trusted))
        guard let root = material.root else { return }
        roots.append(Anchor(certificate: root, standing: .trusted))
        if let bridge = material.bridge {
            // The oldest goes: who has missed that many changes of roots enrolls again.
            bridges = bridges.suffix(EpochLimits.bridges.upperBound - 1) + [Bridge(root: root.keyID, certificate: bridge)]
        }
    }

    private mutating func stand(_ side: Rollover.Side?, _ standing: TrustAnchor.Standing) {
        guard let side else { return }
        for index in issuers.indices where issuers[index].certificate.keyID == side.issuer { issuers[index].standing = standing }
        for index in roots.indices where roots[index].certificate.keyID == side.root { roots[index].standing = standing }
    }

    private mutating func remove(_ side: Rollover.Side?) {
        guard let side else { return }
        issuers.removeAll { $0.certificate.keyID == side.issuer }
        guard let root = side.root else { return }
        let gone = roots.filter { $0.certificate.keyID == root }.map(\.certificate)
        roots.removeAll { $0.certificate.keyID == root }
        // One that was taken back has nobody under it: all had renewed.
        if rollover?.isAborted != true { retiredRoots = (retiredRoots + gone).suffix(EpochLimits.bridges.upperBound) }
        // A bridge leads to a root that is trusted, or on towards one that is; to one that was taken back it leads nobody.
        if rollover?.isAborted == true { bridges.removeAll { $0.root == root } }
    }
}
