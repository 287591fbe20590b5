internal import SampanAPI
internal import SampanCrypto
internal import SampanRPC
internal import SampanTransport
internal import Synchronization

/// The node's certificate: renewed in time, and taken from the disk when somebody has put another there.
extension NodeTrust {
    /// Time for the answer to a request for a certificate.
    private static let renewalTimeout: Duration = .seconds(20)
    /// Certificates of an answer: leaf, issuer, and some to spare.
    private static let longestChain = 4

    /// Renews when the schedule says so, until the task is cancelled.
    func renewals() async {
        while !Task.isCancelled {
            let now = time.moment
            switch state.withLock({ $0.schedule.decide(now) }) {
            case .wait(let nanoseconds): await renewalNudge.wait(orFor: .nanoseconds(nanoseconds), on: time.clock)
            case .renew: await renew()
            }
        }
    }

    /// Takes another certificate now, whatever is left of the one there is: for an admin who wants it so. Throws when the authority, or the
    /// disk, does not let it; the old one is in force then. Only while `run` runs.
    package func renewNow() async throws { try await obtain() }

    private func renew() async {
        do {
            try await obtain()
        } catch {
            noteFailure(error)
        }
    }

    private func obtain() async throws {
        let pending = try pendingRenewal()
        let answer = try await client.renew(
            TrustV1.RenewRequest(requestID: pending.requestID, certificateRequest: pending.request),
            options: CallOptions(timeout: Self.renewalTimeout))
        // Whatever is wrong with it, it will not get better by being asked for again.
        state.withLock { $0.renewal = nil }
        guard (1...Self.longestChain).contains(answer.certificateChain.count) else {
            throw CertificateRefusal(description: "a chain of \(answer.certificateChain.count) certificates")
        }
        let next = try credentials.credentials.showing(pending.identity(answer.certificateChain))
        try await adopt(next, isRenewal: true)
    }

    private func pendingRenewal() throws(CryptoError) -> PendingRenewal {
        if let pending = state.withLock({ $0.renewal }) { return pending }
        let name = (0..<2).map { _ in String(random(), radix: 16) }.joined(separator: "-")
        let pending = try PendingRenewal(for: credentials.identity, requestID: name)
        state.withLock { $0.renewal = pending }
        return pending
    }

    private func noteFailure(_ error: any Error) {
        guard !Task.isCancelled else { return }
        let rpc = error as? RPCError
        var jitter = DrawnRandom(draw: random)
        let now = time.moment
        let wait = rpc?.retryInfo?.retryDelay?.duration?.nanosecondsClamped
        state.withLock { state in
            state.schedule.failed(retryAfter: wait, now: now, jitter: &jitter)
            // A refusal is an outcome: the same request would get it again.
            if let rpc, !rpc.mayHaveBeenLost { state.renewal = nil }
        }
        report(.renewalFailed(rpc.map { "\($0.code): \($0.message)" } ?? "\(error)"))
    }

    // MARK: Another certificate

    /// Has other credentials take the place of those in force: on the disk first where they are new to it. Throws when they do not work;
    /// nothing has changed then.
    ///
    /// An epoch that does not know their issuer is older than they are (the node was away), and says nothing against them.
    private func adopt(_ next: NodeCredentials, isRenewal: Bool) async throws {
        try await turnstile.turn {
            let prepared = try await credentials.prepare(next)
            if let failure = prepared.trialFailure, isKnown(EpochFollower.Own(next).issuer) { throw failure }
            if isRenewal { try folder.write(next.identityShown) }
            await use(prepared, isRenewal: isRenewal)
        }
        // What hangs on the old certificate is the stream alone; it is opened anew, and reports.
        await channel.drain()
        // A node that renews when its issuer is going, or gone, has connections that others will not hear of any more. Where the epoch
        // that says so is still to come, they go with it.
        if let admission = state.withLock({ $0.admission }) { await drain(admission) }
        streamNudge.give()
        renewalNudge.give()
    }

    private func isKnown(_ issuer: [UInt8]) -> Bool {
        state.withLock { state in
            guard let held = state.follower.held else { return true }
            return held.epoch.issuers.contains { $0.certificate == issuer }
        }
    }

    /// Within a turn.
    private func use(_ prepared: PreparedCredentials, isRenewal: Bool) async {
        _ = credentials.use(prepared)
        let next = prepared.credentials
        let window = UnixWindow(next.leaf)
        let now = time.moment
        var jitter = DrawnRandom(draw: random)
        state.withLock { state in
            state.schedule.adopted(notBefore: window.start, notAfter: window.end, now: now, jitter: &jitter)
            state.problems[folder.identityFile] = nil
        }
        report(.certificateChanged(serial: SerialNumber(next.leaf.serial), isRenewal: isRenewal))
        await drive(.certificateChanged(EpochFollower.Own(next)), arrived: time.uptime())
    }

    // MARK: The disk

    /// Takes over an `identity.pem` that somebody has put in the place of ours.
    func watchFiles() async {
        let files = CredentialFiles(
            certificateFile: folder.identityFile, keyFile: folder.identityFile, trustFile: folder.trustFile,
            trustDomain: credentials.identity.trustDomain)
        await files.watch(on: group, clock: time.clock, report: noteFiles) { [self] next in
            // Written after each epoch: who keeps the folder has taken one.
            if settings.isCompanion { await takeWrittenEpoch() }
            let current = credentials.credentials
            // Its roots are those of the file; whom the node believes is said by the epoch.
            let next = try current.showing(next.identityShown)
            guard next.chain != current.chain else { return nil }
            try await adopt(next, isRenewal: false)
            return credentials.generation
        }
    }

    private func takeWrittenEpoch() async {
        guard let bytes = try? folder.read().epoch?.serialized() else { return }
        let hasIt = state.withLock { state in state.applied?.hash }
        guard let epoch = try? SignedEpoch(serialized: bytes), epoch.hash != hasIt else { return }
        await handle(.offered(bytes), arrived: time.uptime())
    }

    private func noteFiles(_ event: CredentialFiles.Event) {
        guard case .broken(let problem) = event else { return }
        state.withLock { $0.problems[folder.identityFile] = problem }
        report(.identityFileBroken(problem))
    }
}

/// Why an answer is no certificate for this node.
private struct CertificateRefusal: Error, CustomStringConvertible {
    let description: String
}

extension RPCError {
    /// Whether the other side may have done what was asked, and its answer was lost.
    fileprivate var mayHaveBeenLost: Bool {
        switch code {
        case .unavailable, .deadlineExceeded, .cancelled, .unknown, .internal: true
        default: false
        }
    }
}
