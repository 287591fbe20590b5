internal import SampanAPI
internal import SampanCrypto
internal import SampanDomain
internal import SampanMesh
internal import SampanRPC

/// Denials: what they cut, and what they would cut.
extension Authority {
    /// Who is refused by a request, read before anything is done. Exactly one certificate, node or institution.
    static func denial(_ message: TrustV1.Denial?, isLock: Bool) throws(AuthorityError) -> Denial {
        guard let message else { throw .invalid(field: "denial", "it names nobody") }
        let denial = try AuthorityError.epoch { () throws(EpochError) in
            let subject = try Denial.Subject(message)
            guard let read = try Denial.values([message]).first else { throw EpochError(.missing, "denial", "it names nobody") }
            return try Denial(subject, reason: read.reason, message: read.message, endsAt: read.endsAt)
        }
        guard isLock == (denial.endsAt != nil) else {
            throw .invalid(field: "denial.ends_at", isLock ? "a lock has an end" : "a revocation has no end; lock instead")
        }
        return denial
    }

    /// Denies, pushes, and waits until all who are there have acknowledged, or its patience is over. The cuts of a repetition are those of
    /// the first time, as far as they are remembered.
    func deny(_ denial: Denial, by actor: String, request: RequestKey) async throws(AuthorityError) -> (UInt64, [TrustV1.CutReport]) {
        let outcome = try await execute(by: actor, request: request) { _, now throws(AuthorityError) in
            // Here, so that a repetition behind the lock's end is one all the same.
            guard denial.isInForce(at: now) else { throw .invalid(field: "denial.ends_at", "it lies in the past") }
            return .deny(denial)
        } answer: { change throws(AuthorityError) in
            try Self.bytes(TrustV1.RevokeResponse(epochNumber: change.epochNumber ?? change.state.epochNumber))
        }
        let signedAt = clock.uptime()
        let kept: TrustV1.RevokeResponse = try Self.message(outcome.answer)
        guard outcome.change?.epochNumber != nil else { return (kept.epochNumber, reports(kept.epochNumber, since: nil)) }
        facts.began(kept.epochNumber, at: signedAt)
        await waitForAcknowledgements(of: kept.epochNumber)
        return (kept.epochNumber, reports(kept.epochNumber, since: signedAt))
    }

    /// Returns when every member that is there has acknowledged, or the patience is over.
    private func waitForAcknowledgements(of number: UInt64) async {
        let acknowledgements = facts.acknowledgements(of: number)
        defer { facts.endWaiting(for: number) }
        await clock.wait(on: acknowledgements, atMost: configuration.cutPatience) { [self] in
            let cuts = facts.cuts(number)
            // Who is past it has lost its word about it with a stream.
            return present().allSatisfy { cuts[$0.node] != nil || $0.acknowledged > number }
        }
    }

    private func present() -> [RolloverMember] {
        state.members(facts.presence, at: clock.wall(), uptime: clock.uptime()).filter { !$0.isAbsent }
    }

    /// A row for every node that is there, or has answered; without a time for one that has not.
    private func reports(_ number: UInt64, since signedAt: Int64?) -> [TrustV1.CutReport] {
        let cuts = facts.cuts(number)
        let began = signedAt ?? facts.beginning(of: number)
        return Set(present().map(\.node)).union(cuts.keys).sorted { $0.uri < $1.uri }.map { node in
            guard let cut = cuts[node] else { return TrustV1.CutReport(node: node.uri) }
            let took = began.map { max(0, cut.at - $0) }
            return TrustV1.CutReport(
                node: node.uri, connections: cut.connections, streams: cut.streams,
                took: took.flatMap { GoogleProtobuf.Duration(.nanoseconds($0)) })
        }
    }

    /// Asks every node that follows what a denial would cut there, for at most `questionPatience`.
    func estimate(_ denial: Denial) async throws(AuthorityError) -> [TrustV1.CutReport] {
        let id = Hexadecimal.text(try AuthorityError.crypto { () throws(CryptoError) in try RandomBytes.make(16) })
        let answers = estimates.begin(id)
        defer { estimates.end(id) }
        let asked = followers.all
        for follower in asked { follower.ask(TrustV1.CutQuestion(questionID: id, denials: [denial.entry])) }
        await clock.wait(on: answers, atMost: configuration.questionPatience) { [self] in
            let known = estimates.answers(id)
            return asked.allSatisfy { known[$0.node] != nil }
        }
        return estimates.answers(id).sorted { $0.key.uri < $1.key.uri }.map { node, answer in
            TrustV1.CutReport(node: node.uri, connections: answer.connections, streams: answer.streams)
        }
    }
}

extension AuthorityClock {
    /// Returns when `isDone`, which is asked at first and whenever the stream speaks, or when the time is over.
    func wait(on events: AsyncStream<Void>, atMost time: Duration, _ isDone: @escaping @Sendable () -> Bool) async {
        if isDone() { return }
        let pause = pause
        await withTaskGroup(of: Void.self) { tasks in
            tasks.addTask { for await _ in events where isDone() { return } }
            tasks.addTask { await pause(time) }
            await tasks.next()
            tasks.cancelAll()
        }
    }
}
