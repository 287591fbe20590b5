internal import SampanFerry
internal import SampanRPC
internal import Synchronization

/// Where documents are read and converted: away from the loops that serve calls, a few at a time, and with a bound on what they hold. Safe
/// from any task.
final class DocumentWorkshop: Sendable {
    private struct State {
        /// Bytes of contents that are held.
        var held = 0
        /// The last work of each bench: the next one there begins after it.
        var benches: [Task<Void, Never>?]
        var next = 0
    }

    /// Bytes of contents that are held at once. 128 MiB: eight of the largest; most documents have some ten kilobytes.
    private let mostHeld: Int
    private let state: Mutex<State>

    /// - Parameter benches: works at once: 2, as a content of 16 MiB takes up to 245 MB while it is read.
    init(benches: Int = 2, mostHeld: Int = 128 << 20) {
        self.mostHeld = mostHeld
        state = Mutex(State(benches: Array(repeating: nil, count: max(1, benches))))
    }

    /// Bytes that are held: they count against the bound until this goes.
    final class Content: Sendable {
        private let workshop: DocumentWorkshop
        private let held = Mutex<[UInt8]>([])

        fileprivate init(_ workshop: DocumentWorkshop) { self.workshop = workshop }

        deinit { workshop.giveBack(held.withLock { $0.count }) }

        var bytes: [UInt8] { held.withLock { $0 } }
        var count: Int { held.withLock { $0.count } }

        /// A few of the bytes.
        func bytes(_ range: Range<Int>) -> [UInt8] { held.withLock { Array($0[range]) } }

        /// Throws RESOURCE_EXHAUSTED for more than `DocumentStandard.mostBytes`, UNAVAILABLE where too many are held.
        func append(_ bytes: [UInt8]) throws(RPCError) {
            guard count + bytes.count <= DocumentStandard.mostBytes else {
                throw RPCError(
                    .resourceExhausted, reason: "CONTENT_TOO_LARGE",
                    "a content that follows a standard has at most \(DocumentStandard.mostBytes) bytes")
            }
            try keep(bytes)
        }

        /// As `append`, without a limit of its own: for what was made here.
        fileprivate func keep(_ bytes: [UInt8]) throws(RPCError) {
            try workshop.hold(bytes.count)
            held.withLock { $0 += bytes }
        }
    }

    /// A content that grows while it is received.
    func content() -> Content { Content(self) }

    /// What was made of one. Throws UNAVAILABLE where too many are held.
    func content(holding bytes: [UInt8]) throws(RPCError) -> Content {
        let content = Content(self)
        try content.keep(bytes)
        return content
    }

    /// What `body` gives, computed on one of the benches.
    func work<T: Sendable>(_ body: @escaping @Sendable () throws(RPCError) -> T) async throws(RPCError) -> T {
        // A task without the executor of the call's loop.
        let task = state.withLock { state in
            let (before, bench) = (state.benches[state.next], state.next)
            let task = Task.detached { () async -> Result<T, RPCError> in
                await before?.value
                do throws(RPCError) { return .success(try body()) } catch { return .failure(error) }
            }
            state.benches[bench] = Task.detached { _ = await task.value }
            state.next = (bench + 1) % state.benches.count
            return task
        }
        return try await task.value.get()
    }

    private func hold(_ count: Int) throws(RPCError) {
        let hasRoom = state.withLock { state in
            guard state.held + count <= mostHeld else { return false }
            state.held += count
            return true
        }
        guard hasRoom else {
            throw RPCError(.unavailable, reason: "TOO_MANY_DOCUMENTS", "too many documents are being read at once; try again")
        }
    }

    private func giveBack(_ count: Int) { state.withLock { $0.held -= count } }
}
