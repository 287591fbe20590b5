package import SampanRPC

extension EventLoopGroup {
    /// Has calls that end from now on be remembered where they do not end well, and their callers be told an identifier. From any task.
    /// - Parameter find: what stands behind a status; asked on loops, must not block.
    package func recordCalls(_ find: @escaping @Sendable (RPCError, PeerIdentity?, MethodDescriptor) -> CallRecord.Finding) async {
        for loop in loops {
            await loop.run {
                unsafe loop.callRecorder = CallRecorder(find)
                unsafe loop.slowThreshold = SlowCalls.threshold
            }
        }
    }

    /// The calls that are remembered by now, for which `which` says so: those that did not end well, and the slowest. From any task.
    package func callRecords(
        _ which: @escaping @Sendable (CallRecord) -> Bool
    ) async -> (failed: [CallRecord], slow: [CallRecord]) {
        var all: (failed: [CallRecord], slow: [CallRecord]) = ([], [])
        for loop in loops {
            let part = await loop.run { unsafe loop.callRecorder?.all ?? (failed: [], slow: []) }
            all.failed += part.failed.filter(which)
            all.slow += part.slow.filter(which)
        }
        return all
    }
}
