extension GRPCServer: CredentialsUser {
    /// Who asks next is shaken hands with by other credentials; nothing of a server waits.
    func credentialsChanged() {}

    /// Ends the connections of clients whose verified certificate `why` has a reason for: each of their calls with that reason, then
    /// GOAWAY, then the connection; others go on. Nothing more is read from them once their loop has asked. Returns when the last is
    /// closed. From any task; not after `shutdown`.
    package func cut(_ why: @escaping AdmissionGate.Question) async -> CutReport {
        let began = EventLoop.readClock()
        let state = state
        return await withTaskGroup(of: CutReport.self) { tasks in
            for loop in group.loops {
                tasks.addTask {
                    await withCheckedContinuation { continuation in
                        loop.submit { state.cut(loop, why, began: began) { continuation.resume(returning: $0) } }
                    }
                }
            }
            return await tasks.reduce(into: .nothing) { $0.add($1) }
        }
    }

    /// Has connections of clients that `which` names take no new calls; those under way may end. From any task.
    package func drain(_ which: @escaping @Sendable (ConnectionTrust) -> Bool) async {
        let state = state
        for loop in group.loops { await loop.run { state.drain(loop, which) } }
    }

    /// Connections of clients that `which` names. From any task.
    package func count(_ which: @escaping @Sendable (VerifiedPeer) -> Bool) async -> ConnectionCount {
        let state = state
        var total = ConnectionCount()
        for loop in group.loops {
            total.add(
                await loop.run {
                    state.connections(on: loop).reduce(into: ConnectionCount()) { $0.add($1, if: which) }
                })
        }
        return total
    }

    /// How the connections of clients are that `which` names. From any task.
    package func figures(_ which: @escaping @Sendable (VerifiedPeer) -> Bool) async -> [ConnectionFigures] {
        let state = state
        var figures: [ConnectionFigures] = []
        for loop in group.loops {
            figures += await loop.run {
                state.connections(on: loop).compactMap { ConnectionFigures($0) }.filter { which($0.peer) }
            }
        }
        return figures
    }
}
