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
}
