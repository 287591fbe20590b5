internal import Synchronization

/// The loops of a process. Connections are spread over them and stay where they are.
public final class EventLoopGroup: Sendable {
    public let loops: [EventLoop]
    private let nextIndex = Atomic<Int>(0)

    /// Starts `count` loops, at least one. One per core serves best; a small node needs no more than one.
    public init(count: Int) throws(SocketError) {
        var loops: [EventLoop] = []
        for index in 0..<max(1, count) { loops.append(try EventLoop(name: "sampan-loop-\(index)")) }
        self.loops = loops
    }

    /// The loop for the next connection: the caller's own when it is on one, so that nested calls need no hop.
    var nextLoop: EventLoop {
        for loop in loops where loop.isOnLoop { return loop }
        let index = nextIndex.wrappingAdd(1, ordering: .relaxed).oldValue
        return loops[abs(index % loops.count)]
    }

    /// Ends every loop. Close servers and channels first.
    public func shutdown() async {
        for loop in loops { await loop.stop() }
    }
}
