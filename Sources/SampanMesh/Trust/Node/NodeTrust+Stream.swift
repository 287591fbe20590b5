internal import SampanAPI
internal import SampanCrypto
internal import SampanDomain
internal import SampanProtobuf
internal import SampanRPC
internal import SampanTransport
internal import Synchronization

/// The stream to the platform, and the pulls while it is down.
extension NodeTrust {
    /// Longest time that a stream is asked to last. 1 day: the platform ends it earlier, and it is opened again.
    private static let streamLife: Duration = .seconds(86_400)
    /// Messages that wait for a platform that does not read: more end the stream.
    private static let outboxLimit = 256
    /// Wait before the second attempt to open a stream, doubled for each further one, ±50 %: an authority that starts again is not stormed.
    private static let firstPause: Duration = .milliseconds(200)
    private static let longestPause: Duration = .seconds(10)
    /// Time for the answer to a pull.
    private static let pullTimeout: Duration = .seconds(10)

    /// Keeps a stream open until the task is cancelled.
    func follow() async {
        var pause = Self.firstPause
        while !Task.isCancelled {
            if await converse() { pause = Self.firstPause }
            guard !Task.isCancelled else { return }
            var jitter = DrawnRandom(draw: random)
            await streamNudge.wait(orFor: pause * Int64.random(in: 500...1_500, using: &jitter) / 1_000, on: time.clock)
            pause = min(pause * 2, Self.longestPause)
        }
    }

    /// One stream, from its opening to its end; whether the platform said anything.
    private func converse() async -> Bool {
        let (outbox, continuation) = AsyncStream.makeStream(
            of: TrustV1.FollowEpochsRequest.self, bufferingPolicy: .bufferingOldest(Self.outboxLimit))
        var end = "the stream ended"
        do {
            try await client.followEpochs(options: CallOptions(timeout: Self.streamLife)) { writer, responses in
                await begin(continuation)
                try await withThrowingTaskGroup(of: Void.self) { tasks in
                    tasks.addTask { for await message in outbox { try await writer.send(message) } }
                    tasks.addTask { await self.reports() }
                    tasks.addTask { while let response = try await responses.next() { await self.received(response) } }
                    tasks.addTask { await self.streamNudge.wait() }
                    defer { tasks.cancelAll() }
                    try await tasks.next()
                }
            }
        } catch {
            end = (error as? RPCError).map { "\($0.code): \($0.message)" } ?? "\(error)"
            noteRetirement(error as? RPCError)
        }
        continuation.finish()
        return noteEnd(end)
    }

    /// A new stream is there for sending; what it says first is how the node is, and what it acknowledged last.
    private func begin(_ continuation: AsyncStream<TrustV1.FollowEpochsRequest>.Continuation) async {
        let first = TrustV1.FollowEpochsRequest(content: .report(await makeReport()))
        state.withLock { state in
            // Nothing comes before the report, and nothing between it and the acknowledgement.
            continuation.yield(first)
            if let acknowledgement = state.acknowledgement {
                continuation.yield(TrustV1.FollowEpochsRequest(content: .acknowledgement(acknowledgement)))
            }
            state.outbox = continuation
        }
    }

    private func noteEnd(_ why: String) -> Bool {
        let now = time.uptime()
        let (wasUp, isNews) = state.withLock { state in
            if state.isUp { state.lastHeard = now }
            defer { (state.outbox, state.isUp, state.unreachable) = (nil, false, why) }
            return (state.isUp, state.isUp || state.unreachable == nil)
        }
        if isNews, !Task.isCancelled { report(.disconnected(why)) }
        return wasUp
    }

    private func reports() async {
        while !Task.isCancelled {
            guard (try? await time.clock.sleep(for: settings.reportInterval)) != nil else { return }
            send(.report(await makeReport()))
        }
    }

    /// Sends on the stream that is there; without one what counts is said again on the next.
    func send(_ content: TrustV1.FollowEpochsRequest.Content) {
        let outbox = state.withLock { $0.outbox }
        // A platform that does not read gets another stream.
        if case .dropped = outbox?.yield(TrustV1.FollowEpochsRequest(content: content)) { streamNudge.give() }
    }

    private func makeReport() async -> TrustV1.NodeReport {
        let count = await credentials.count()
        let leaf = credentials.credentials.leaf
        var message = TrustV1.NodeReport()
        state.withLock { state in
            message.epochNumber = state.applied?.number ?? 0
            message.epochHash = state.applied?.hash ?? []
        }
        message.issuerKeyID = leaf.issuerKeyID
        message.serial = leaf.serial
        message.certificateEndsAt = UnixWindow(leaf).end.message
        message.clock = time.wall().message
        message.version = String(settings.version.prefix(64))
        message.protocol = settings.protocolLevel
        message.connections = UInt32(clamping: count.connections)
        message.streams = UInt32(clamping: count.streams)
        return message
    }

    /// The platform lets this node do one thing only: its issuer was retired while it was away.
    private func noteRetirement(_ error: RPCError?) {
        if let info = error?.errorInfo, info.domain == NodeAdmission.errorDomain, info.reason == NodeAdmission.retiredReason {
            issuerChanged()
        }
    }

    // MARK: What the platform says

    private func received(_ response: TrustV1.FollowEpochsResponse) async {
        let arrived = time.uptime()
        let isFirst = state.withLock { state in
            defer { (state.isUp, state.unreachable) = (true, nil) }
            return !state.isUp
        }
        if isFirst { report(.connected) }
        if let clock = response.clock?.nanosecondsSince1970 { noteSkew(against: clock) }
        switch response.content {
        case .epoch(let epoch): await offer(epoch, arrived: arrived)
        case .cutQuestion(let question): await answer(question)
        case .upToDate(let newest):
            if newest.number == state.withLock({ $0.applied?.number ?? 0 }) { await handle(.nothingNewer, arrived: arrived) }
        case nil: break
        }
    }

    private func noteSkew(against clock: Int64) {
        let (skew, overflow) = time.wall().nanoseconds.subtractingReportingOverflow(clock)
        state.withLock { $0.skew = overflow ? (clock > 0 ? .min : .max) : skew }
        tellWarnings()
    }

    private func noteHeard() {
        let now = time.uptime()
        state.withLock { $0.lastHeard = now }
    }

    private func offer(_ epoch: TrustV1.SignedTrustEpoch, arrived: Int64) async {
        // One that cannot be encoded again was not read either.
        guard let bytes = try? epoch.serialized() else { return }
        await handle(.offered(bytes), arrived: arrived)
    }

    private func answer(_ question: TrustV1.CutQuestion) async {
        var estimate = TrustV1.CutEstimate(questionID: question.questionID)
        // Denials that cannot be read cut nobody, and the authority refuses to make them.
        if let denials = try? Denial.values(question.denials) {
            let (denySet, now) = (DenySet(denials), time.wall())
            let count = await credentials.count { NodeAdmission.denial(of: $0, denySet, at: now) != nil }
            estimate.connections = UInt32(clamping: count.connections)
            estimate.streams = UInt32(clamping: count.streams)
            estimate.calls = UInt32(clamping: count.calls)
        }
        send(.cutEstimate(estimate))
    }

    // MARK: Pulls

    /// Pulls when an epoch is missing, and every so often while the stream is down.
    func pulls() async {
        while !Task.isCancelled {
            await pullNudge.wait(orFor: settings.pullInterval, on: time.clock)
            let isWanted = state.withLock { state in
                defer { state.isAsked = false }
                return state.isAsked || !(state.isUp || settings.isCompanion)
            }
            if isWanted, !Task.isCancelled { await pull() }
        }
    }

    /// Takes one epoch after the other, until there is none, or one is not taken; returns why the platform could not be asked.
    @discardableResult
    func pull() async -> RPCError? {
        while !Task.isCancelled {
            let wanted = state.withLock { $0.follower.wanted }
            do throws(RPCError) {
                let answer = try await client.getEpoch(
                    TrustV1.GetEpochRequest(number: wanted), options: CallOptions(timeout: Self.pullTimeout))
                noteHeard()
                guard let epoch = answer.epoch else { return nil }
                await offer(epoch, arrived: time.uptime())
                guard state.withLock({ $0.follower.wanted }) != wanted else { return nil }
            } catch {
                noteRetirement(error)
                guard error.code == .notFound else { return error }
                noteHeard()
                await handle(.nothingNewer, arrived: time.uptime())
                return nil
            }
        }
        return nil
    }
}
