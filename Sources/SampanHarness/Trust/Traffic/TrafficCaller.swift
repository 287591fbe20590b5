internal import SampanRPC
internal import SampanTransport

/// Calls one other node without end: callers that each make their next call when the last has ended, and a stream that stays.
struct TrafficCaller: Sendable {
    /// The other node's name.
    let peer: String
    let channel: ClientChannel
    let ledger: TrafficLedger
    /// Calls under way at once.
    let callers: Int
    /// From the end of one call to the next, so that a load can be less than all there is.
    let pause: Duration

    /// 128 bytes: the message of the benchmarks.
    private static let payload = [UInt8](repeating: 7, count: 128)
    /// Longer than anything but a dead peer takes. Without waiting for a connection: one that cannot be had is a call that failed.
    private static let options = CallOptions(timeout: .seconds(5))
    /// From one message on the stream to the next.
    private static let beat: Duration = .milliseconds(20)

    /// Until its task is cancelled.
    func run() async {
        await withDiscardingTaskGroup { tasks in
            for _ in 0..<callers { tasks.addTask { await call() } }
            tasks.addTask { await hold() }
        }
    }

    private func call() async {
        while !Task.isCancelled {
            let start = ContinuousClock.now
            do throws(RPCError) {
                _ = try await channel.unary(TrafficService.echo, try FramedMessage(payload: Self.payload), Self.options)
                ledger.called(peer, took: start.duration(to: .now))
            } catch {
                guard !Task.isCancelled else { return }
                ledger.failed(peer, error)
                // Not a flood of refusals.
                try? await Task.sleep(for: Self.beat)
            }
            if pause > .zero { try? await Task.sleep(for: pause) }
        }
    }

    private func hold() async {
        while !Task.isCancelled {
            do throws(RPCError) {
                try await echoes()
            } catch {
                guard !Task.isCancelled else { return }
                ledger.broke(peer, error)
                try? await Task.sleep(for: Self.beat)
            }
        }
    }

    private func echoes() async throws(RPCError) {
        let stream = try await channel.open(TrafficService.hold, CallOptions(timeout: .seconds(3_600), waitForReady: true))
        defer { stream.cancel() }
        while !Task.isCancelled {
            try await stream.send(try FramedMessage(payload: Self.payload))
            guard try await stream.next() != nil else { throw RPCError(code: .unknown, message: "the stream was ended with OK") }
            ledger.echoed(peer)
            try? await Task.sleep(for: Self.beat)
        }
    }
}
