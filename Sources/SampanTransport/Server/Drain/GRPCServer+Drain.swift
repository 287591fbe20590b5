package import SampanRPC

/// Emptying a server, step by step: `shutdown` ends what is left.
extension GRPCServer {
    /// Has every connection but those that stay take no new calls (two-phase GOAWAY, RFC 9113 §6.8), and takes no new connection of
    /// others. Calls under way go on.
    /// - Parameter whenLess: told on a loop that a call or a connection has ended, which may be often; must not block.
    package func closeDoors(_ doors: ClosedDoors, whenLess: @escaping @Sendable () -> Void) async {
        let state = state
        for loop in group.loops { await loop.run { state.close(loop, doors, whenLess) } }
    }

    /// What is left after `closeDoors`.
    package func occupancy() async -> ServerOccupancy {
        let state = state
        var total = ServerOccupancy()
        for loop in group.loops {
            let part = await loop.run { state.occupancy(loop) }
            total.calls += part.calls
            total.connections += part.connections
        }
        return total
    }

    /// Ends the open calls, of every kind, for which `why` has a reason, each with that reason; connections stay. Asked once for each, on
    /// its loop: `why` must not block. Returns how many were ended. Not after `shutdown`.
    package func endCalls(_ why: @escaping @Sendable (CallContext) -> RPCError?) async -> Int { await sweep(why, alsoUnary: true) }
}
