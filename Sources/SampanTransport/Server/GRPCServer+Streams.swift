package import SampanRPC

extension GRPCServer {
    /// Ends the open streams for which `why` has a reason, each with that reason; their connections, unary calls and everybody else's
    /// streams go on. Asked once for every open stream, on its loop: `why` must not block. Returns how many were ended. From any task; not
    /// after
    /// `shutdown`.
    package func endStreams(_ why: @escaping @Sendable (CallContext) -> RPCError?) async -> Int { await sweep(why, alsoUnary: false) }

    func sweep(_ why: @escaping @Sendable (CallContext) -> RPCError?, alsoUnary: Bool) async -> Int {
        let state = state
        return await withTaskGroup(of: Int.self) { tasks in
            for loop in group.loops {
                tasks.addTask {
                    await withCheckedContinuation { continuation in
                        loop.submit {
                            StreamSweep(loop, state.connections(on: loop), alsoUnary: alsoUnary, why: why) {
                                continuation.resume(returning: $0)
                            }.resume()
                        }
                    }
                }
            }
            return await tasks.reduce(0, +)
        }
    }
}
