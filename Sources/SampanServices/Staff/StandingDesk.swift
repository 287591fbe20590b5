package import SampanAPI
internal import SampanMesh
package import SampanRPC

/// `sampan.mesh.v1.StandingService`: what nodes believe staff tokens by.
package struct StandingDesk: MeshV1.StandingServiceHandler {
    /// Entries of one message: some 60 bytes each.
    private static let piece = 1_000
    /// A message at least so often. 500 ms: a node that misses three of them believes nobody.
    package static let beat: Duration = .milliseconds(500)

    private let book: StandingBook
    private let pause: @Sendable (Duration) async -> Void

    /// - Parameter pause: waits, or less when its task is cancelled.
    package init(_ book: StandingBook, pause: @escaping @Sendable (Duration) async -> Void) {
        self.book = book
        self.pause = pause
    }

    package func followStanding(
        _ request: MeshV1.FollowStandingRequest, responses: MessageWriter<MeshV1.FollowStandingResponse>, context: CallContext
    ) async throws {
        _ = try context.requireIdentity()
        let (everybody, follower) = book.join()
        defer { book.leave(follower) }
        var begins = true
        var rest = everybody[...]
        repeat {
            let piece = rest.prefix(Self.piece)
            rest = rest.dropFirst(Self.piece)
            try await responses.send(MeshV1.FollowStandingResponse(piece, begins: begins, isComplete: rest.isEmpty))
            begins = false
        } while !rest.isEmpty
        while true {
            await next(follower)
            try Task.checkCancellation()
            let (changes, isOver) = follower.take()
            if isOver { throw RPCError(code: .unavailable, message: "the node goes out of service") }
            var rest = changes[...]
            repeat {
                try await responses.send(MeshV1.FollowStandingResponse(rest.prefix(Self.piece)))
                rest = rest.dropFirst(Self.piece)
            } while !rest.isEmpty
        }
    }

    /// Returns when something has changed, or it is time for a message.
    private func next(_ follower: StandingBook.Follower) async {
        let pause = pause
        await withTaskGroup(of: Void.self) { tasks in
            tasks.addTask { await follower.wait() }
            tasks.addTask { await pause(Self.beat) }
            await tasks.next()
            tasks.cancelAll()
        }
    }
}
