internal import SampanAPI
package import SampanRPC
internal import Synchronization

/// Keeps a node's board in line with the registry over a stream that the node opens, until its task is cancelled.
package struct StandingFollower: Sendable {
    /// Between two attempts: 200 ms. A node without the stream believes nobody after two seconds, so it does not wait long to ask again.
    private static let pause: Duration = .milliseconds(200)
    /// A stream that says nothing for as long is given up: its other end may be gone without a word. 1.5 s: three of its half seconds.
    private static let silence: Duration = .milliseconds(1_500)

    private let client: MeshV1.StandingServiceClient
    private let board: StandingBoard
    private let pause: @Sendable (Duration) async -> Void
    private let tell: @Sendable (Event) -> Void

    package enum Event: Sendable {
        case connected
        case disconnected(RPCError)
    }

    /// - Parameters:
    ///   - caller: a channel to the platform.
    ///   - pause: waits, or less when its task is cancelled.
    ///   - tell: of the stream; called from this follower's task only.
    package init(
        _ caller: any Caller, board: StandingBoard, pause: @escaping @Sendable (Duration) async -> Void,
        tell: @escaping @Sendable (Event) -> Void = { _ in }
    ) {
        client = MeshV1.StandingServiceClient(caller)
        self.board = board
        self.pause = pause
        self.tell = tell
    }

    package func run() async {
        while !Task.isCancelled {
            do {
                try await follow()
            } catch {
                if !Task.isCancelled { tell(.disconnected(RPCError(translating: error))) }
            }
            guard !Task.isCancelled else { return }
            await pause(Self.pause)
        }
    }

    private func follow() async throws {
        let heard = Heard()
        let (client, board, pause, tell) = (client, board, pause, tell)
        try await withThrowingTaskGroup(of: Void.self) { tasks in
            tasks.addTask {
                let responses = try await client.followStanding(MeshV1.FollowStandingRequest())
                while let response = try await responses.next() {
                    heard.count.add(1, ordering: .relaxed)
                    board.take(response.changes, begins: response.begins, isComplete: response.isComplete)
                    if response.isComplete { tell(.connected) }
                }
            }
            tasks.addTask {
                var before = heard.count.load(ordering: .relaxed)
                while !Task.isCancelled {
                    await pause(Self.silence)
                    let now = heard.count.load(ordering: .relaxed)
                    guard now != before || Task.isCancelled else {
                        throw RPCError(code: .unavailable, message: "the registry's stream has said nothing for a while")
                    }
                    before = now
                }
            }
            defer { tasks.cancelAll() }
            try await tasks.next()
        }
    }

    /// Messages of one stream.
    private final class Heard: Sendable {
        let count = Atomic<Int>(0)
    }
}
