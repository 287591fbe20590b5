import SampanDomain
import SampanMesh
import Testing

extension Region {
    /// A node begins with what is on its disk.
    mutating func start(_ index: Int) {
        let node = nodes[index]
        nodes[index].follower = EpochFollower(
            own: own(node), written: node.written, firstRoots: issuers[node.certificate.name.issuerKeyID].map { [$0.root] } ?? [],
            protocolLevel: 1, verifier: FakeSigner())
        handle(.started, at: index)
    }

    private func own(_ node: RegionNode) -> EpochFollower.Own {
        EpochFollower.Own(
            identity: node.identity, chain: [node.certificate.name], issuer: issuers[node.certificate.name.issuerKeyID]?.issuer ?? [])
    }

    private mutating func handle(_ event: EpochFollower.Event, at index: Int) {
        let now = now
        let actions = nodes[index].follower?.handle(event, at: now) ?? []
        nodes[index].work += actions
    }

    /// Does the first thing that a node's follower wants. False when there is nothing.
    @discardableResult
    mutating func work(_ index: Int) -> Bool {
        guard !nodes[index].work.isEmpty else { return false }
        switch nodes[index].work.removeFirst() {
        case .tryOut(let epoch, _): handle(.tried(isGood(epoch, for: nodes[index]) ? nil : .locksItselfOut), at: index)
        case .write(let epoch):
            nodes[index].written = epoch
            handle(.written(failure: nil), at: index)
        case .apply(let epoch):
            nodes[index].inForce = epoch
            handle(.applied, at: index)
        case .cut: handle(.cut(.nothing), at: index)
        case .acknowledge: report(index)
        case .refuse(let refusal): nodes[index].refusals.append(refusal)
        case .ask(let number): send(.ask(from: index, number: number))
        case .renew:
            // The key is kept: the same request again, until a certificate comes of it.
            let request = (try? SignedEpoch.hash(Array("\(nodes[index].certificate.name)".utf8))) ?? []
            send(.renew(from: index, over: nodes[index].certificate.name, request: request))
        case .tellDenied, .tellOutdated: break
        }
        return true
    }

    private func isGood(_ epoch: SignedEpoch, for node: RegionNode) -> Bool {
        guard let (issuer, root) = issuers[node.certificate.name.issuerKeyID] else { return false }
        return Self.believes(epoch.epoch, issuer, root)
    }

    private mutating func send(_ mail: RegionMail) {
        if nodes[mail.node].isOnline { self.mail.append(mail) }
    }

    /// What the node says every 10 s: what it has in force, and whose certificate it shows.
    mutating func report(_ index: Int) {
        let node = nodes[index]
        guard let epoch = node.inForce else { return }
        send(.report(from: index, number: epoch.epoch.number, hash: epoch.hash, issuer: node.certificate.name.issuerKeyID))
    }

    /// What a node does with the authority's mail; what a node sends goes to the authority.
    mutating func deliver(_ mail: RegionMail) throws {
        switch mail {
        case .epoch(let index, let epoch):
            guard nodes[index].isOnline, nodes[index].follower != nil else { return }
            handle(.offered(try epoch.serialized()), at: index)
        case .certificate(let index, let certificate):
            // Out of order it could be an older one: a node never goes back to one.
            guard nodes[index].isOnline, nodes[index].follower != nil, nodes[index].certificate.name.serial < certificate.name.serial else {
                return
            }
            nodes[index].certificate = certificate
            handle(.certificateChanged(own(nodes[index])), at: index)
        case .upToDate(let index): if nodes[index].isOnline { handle(.nothingNewer, at: index) }
        case .report, .ask, .renew: try receive(mail)
        }
    }

    /// Lets every node that is online and up catch up, or one only.
    mutating func settle(only chosen: Int? = nil) {
        let indices = chosen.map { $0...$0 } ?? 0...max(0, nodes.count - 1)
        for _ in 0..<2_000 {
            var isQuiet = true
            for index in indices where index < nodes.count && nodes[index].isOnline && nodes[index].follower != nil {
                while work(index) { isQuiet = false }
            }
            while let at = mail.firstIndex(where: { indices.contains($0.node) }) {
                isQuiet = false
                let letter = mail.remove(at: at)
                do { try deliver(letter) } catch { Issue.record("\(letter): \(error)") }
            }
            guard isQuiet else { continue }
            let behind = indices.filter { $0 < nodes.count && nodes[$0].isOnline && nodes[$0].follower != nil && isBehind($0) }
            if behind.isEmpty { return }
            behind.forEach { report($0) }
        }
        Issue.record("the region does not come to rest")
    }

    private func isBehind(_ index: Int) -> Bool {
        let node = nodes[index]
        guard let known = state.nodes[node.identity], !isDenied(index) else { return false }
        return known.acknowledged < state.epochNumber || known.shownIssuer != node.certificate.name.issuerKeyID || known.isLeftBehind
            || known.shownIssuer != state.activeIssuer?.keyID
    }
}
