internal import SampanAPI
internal import SampanCrypto
internal import SampanDomain
internal import SampanRPC
internal import SampanTransport
internal import Synchronization

/// What the follower of epochs asks for, done.
extension NodeTrust {
    /// Puts an event to the follower, and does everything that comes of it, before the next event. `arrived`: when it came (uptime).
    func handle(_ event: EpochFollower.Event, arrived: Int64) async {
        await turnstile.turn { await drive(event, arrived: arrived) }
    }

    /// The same within a turn.
    func drive(_ event: EpochFollower.Event, arrived: Int64) async {
        let now = time.wall()
        var actions = state.withLock { $0.follower.handle(event, at: now) }
        while !actions.isEmpty {
            let action = actions.removeFirst()
            guard let answer = await perform(action, arrived: arrived) else { continue }
            let now = time.wall()
            actions += state.withLock { $0.follower.handle(answer, at: now) }
        }
    }

    private func perform(_ action: EpochFollower.Action, arrived: Int64) async -> EpochFollower.Event? {
        switch action {
        case .tryOut(let epoch, _): return .tried(await tryOut(epoch.epoch))
        case .write(let epoch): return .written(failure: write(epoch))
        case .apply(let epoch):
            apply(epoch)
            return .applied
        case .cut(let epoch): return .cut(await cut(epoch, arrived: arrived))
        case .acknowledge(let acknowledgement): acknowledge(acknowledgement)
        case .refuse(let refusal): refuse(refusal)
        case .ask:
            state.withLock { $0.isAsked = true }
            pullNudge.give()
        case .renew: issuerChanged()
        case .tellDenied(let denial):
            state.withLock { $0.denial = denial }
            report(.denied(denial))
        case .tellOutdated(let level):
            state.withLock { $0.outdated = level }
            report(.outdated(minimumProtocol: level))
        }
        return nil
    }

    // MARK: Steps

    private func tryOut(_ epoch: TrustEpoch) async -> EpochTrialFailure? {
        if !epoch.policy.isEmpty, let problem = settings.policy.check(epoch.policy) { return .policy(problem) }
        let next: NodeCredentials
        do throws(CryptoError) {
            next = credentials.credentials.believing(
                try Certificate.list(epoch.roots.map(\.certificate)),
                bridges: settings.returning == nil ? [] : try Certificate.list(epoch.bridges),
                retiredRoots: try Certificate.list(settings.returning?.retiredRoots() ?? []))
        } catch {
            return .context(error.detail)
        }
        // What is in force already shakes hands with itself already. Most epochs change no root, and come to all nodes in the same instant.
        let isInForce = state.withLock { $0.applied != nil } && next.isSame(as: credentials.credentials)
        if isInForce {
            state.withLock { $0.prepared = nil }
        } else if let failure = await trial(of: next) {
            return failure
        }
        // Everybody else will ask for an issuer that the epoch names.
        let issuer = EpochFollower.Own(next).issuer
        return epoch.issuers.contains { $0.certificate == issuer } ? nil : .locksItselfOut
    }

    private func trial(of next: NodeCredentials) async -> EpochTrialFailure? {
        do throws(SwapError) {
            let prepared = try await credentials.prepare(next)
            state.withLock { $0.prepared = prepared }
            return switch prepared.trialFailure?.step {
            case nil: nil
            case .shownAsClient, .shownAsServer: .locksItselfOut
            case .identity, .serverContext, .clientContext, .exchange: .handshake(prepared.trialFailure?.description ?? "")
            }
        } catch {
            return .context(error.description)
        }
    }

    private func write(_ epoch: SignedEpoch) -> String? {
        do throws(NodeTrustFolderError) {
            try folder.write(epoch)
            state.withLock { $0.problems[folder.epochFile] = nil }
            return nil
        } catch {
            return error.description
        }
    }

    private func apply(_ epoch: SignedEpoch) {
        if let prepared = state.withLock({ $0.prepared }), !prepared.credentials.isSame(as: credentials.credentials) {
            _ = credentials.use(prepared)
        }
        let policy = epoch.epoch.policy.isEmpty ? settings.policy.ownText : epoch.epoch.policy
        // SHA-256 and the hashes of issuers fail only without memory; what was in force before then refuses more, not less.
        let admission = try? admission(epoch.epoch)
        let policyHash = (try? SignedEpoch.hash(Array(policy.utf8))) ?? []
        state.withLock { state in
            state.prepared = nil
            if let admission { state.admission = admission }
            state.policyHash = policyHash
        }
        settings.policy.use(policy)
        settings.takeRoutes(epoch.epoch.directory)
        keepRoots(credentials.credentials.roots)
    }

    /// For a start without an epoch, and for people: what counts is written already.
    private func keepRoots(_ roots: [Certificate]) {
        do throws(NodeTrustFolderError) {
            try folder.write(roots: roots)
            state.withLock { $0.problems[folder.trustFile] = nil }
        } catch {
            let isNews = state.withLock { $0.problems.updateValue(error.description, forKey: folder.trustFile) } == nil
            if isNews { report(.notWritten(error.description)) }
        }
    }

    private func cut(_ epoch: SignedEpoch, arrived: Int64) async -> EpochCut {
        guard let admission = state.withLock({ $0.admission }) else { return .nothing }
        let began = time.uptime()
        var cut = await credentials.deny(
            everybody(admission), newcomers: newcomers(admission), confinement: confinement(admission))
        if admission.isOutdated { cut.add(await credentials.cut { admission.outdatedness(towards: $0) }) }
        // Those whose issuer goes make way while both issuers are good, so that when it is gone nothing hangs on it any more. So does the
        // stream to the platform, which would last for an hour.
        let isStreamOutgoing = await channel.count { admission.isOutgoing($0) }.connections > 0
        await drainOutgoing(admission)
        if isStreamOutgoing { streamNudge.give() }
        let isHanging = await credentials.count { admission.isGone($0) }.connections > 0
        let now = time.uptime()
        let nanoseconds = max(0, began - arrived) + cut.silencedNanoseconds
        let result = EpochCut(
            connections: cut.connections, streams: cut.streams, milliseconds: (nanoseconds + 999_999) / 1_000_000)
        state.withLock { state in
            state.applied = (epoch.epoch.number, epoch.hash)
            state.appliedIssuedAt = epoch.epoch.issuedAt
            state.refusal = nil
            state.denial = nil
            state.outdated = nil
            state.retiredSince = isHanging ? state.retiredSince ?? now : nil
        }
        report(.epochApplied(number: epoch.epoch.number, cut: result))
        return result
    }

    /// A platform is above the least level that it asks for (`AuthorityDesk`), and nothing could mend a region that it does not talk to.
    func admission(_ epoch: TrustEpoch) throws(EpochError) -> NodeAdmission {
        try NodeAdmission(epoch, level: settings.returning == nil ? settings.protocolLevel : .max, wall: time.wall)
    }

    private func drainOutgoing(_ admission: NodeAdmission) async {
        let spread = settings.drainSpread.nanosecondsClamped
        guard spread > 0, settings.returning == nil else { return await drain(admission) }
        var jitter = DrawnRandom(draw: random)
        let delay = Duration.nanoseconds(Int64.random(in: 0...spread, using: &jitter))
        // On its own: the acknowledgement does not wait for it.
        Task { [time] in
            try? await time.clock.sleep(for: delay)
            await drain(admission)
        }
    }

    /// Has what hangs on an issuer that goes make way, at either end.
    func drain(_ admission: NodeAdmission) async {
        let current = credentials.credentials.chain.dropFirst().first?.fingerprint ?? []
        await credentials.drain { admission.isOutgoing($0, current: current) }
    }

    func setDenial(_ admission: NodeAdmission) {
        credentials.setDenial(
            everybody(admission), newcomers: newcomers(admission), confinement: confinement(admission))
    }

    /// What is left, after `retiredIssuerGrace`, of connections that hang on an issuer which is gone.
    func cutRetired() async {
        let now = time.uptime()
        let admission = state.withLock { state -> NodeAdmission? in
            guard let since = state.retiredSince, now - since >= settings.retiredIssuerGrace.nanosecondsClamped else { return nil }
            state.retiredSince = nil
            return state.admission
        }
        if let admission { _ = await credentials.cut { admission.isGone($0) ? admission.retirement(of: $0) : nil } }
    }

    private func everybody(_ admission: NodeAdmission) -> AdmissionGate.Question {
        guard settings.retiredIssuerGrace <= .zero, settings.returning == nil else { return { admission.denial(of: $0) } }
        return { admission.denial(of: $0) ?? (admission.isGone($0) ? admission.retirement(of: $0) : nil) }
    }

    /// Callers need an issuer that is in force; so does whom we call, but for the platform, which may be ahead of us.
    private func newcomers(_ admission: NodeAdmission) -> AdmissionGate.NewcomerQuestion? {
        guard settings.returning == nil else { return nil }
        return { peer, role in
            if role == .client, let outdatedness = admission.outdatedness(towards: peer) { return outdatedness }
            return role == .server || admission.isGone(peer) ? admission.retirement(of: peer) : nil
        }
    }

    private func confinement(_ admission: NodeAdmission) -> AdmissionGate.Confinement? {
        if settings.returning != nil { return { @Sendable in admission.confinement(of: $0) } }
        return admission.isOutdated ? { @Sendable in admission.confinementByLevel(of: $0) } : nil
    }

    // MARK: Answers

    private func acknowledge(_ acknowledgement: EpochAcknowledgement) {
        let cut = acknowledgement.cut
        let policyHash = state.withLock { $0.policyHash }
        let message = TrustV1.EpochAcknowledgement(
            number: acknowledgement.number, hash: acknowledgement.hash, policyHash: policyHash,
            connectionsCut: UInt32(clamping: cut.connections), streamsCut: UInt32(clamping: cut.streams),
            took: GoogleProtobuf.Duration(.milliseconds(cut.milliseconds)))
        state.withLock { $0.acknowledgement = message }
        send(.acknowledgement(message))
    }

    private func refuse(_ refusal: EpochRefusal) {
        send(.refusal(refusal.message))
        // Offered again every few seconds, it is told once.
        let isNews = state.withLock { state in
            defer { state.refusal = refusal }
            return state.refusal != refusal
        }
        if isNews { report(.epochRefused(refusal)) }
    }

    /// Renews within `renewalSpread`.
    func issuerChanged() {
        var jitter = DrawnRandom(draw: random)
        let now = time.moment
        let spread = settings.returning == nil ? settings.renewalSpread.nanosecondsClamped : 0
        state.withLock { $0.schedule.issuerChanged(within: spread, now: now, jitter: &jitter) }
        renewalNudge.give()
    }
}
