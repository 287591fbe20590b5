/// Calls that wait for a connection, first come first served. Those that ended meanwhile are passed over.
struct CallQueue {
    private var calls: [OutboundCall?] = []
    private var first = 0

    var isEmpty: Bool { first == calls.count }
    /// With calls that have ended and were not met since.
    var count: Int { calls.count - first }

    mutating func append(_ call: OutboundCall) { calls.append(call) }

    /// Puts a call back in front that was taken from there.
    mutating func putBack(_ call: OutboundCall) {
        guard first > 0 else { return calls.insert(call, at: 0) }
        first -= 1
        calls[first] = call
    }

    /// Whether any call still waits.
    mutating func isAwaited() -> Bool {
        while first < calls.count, calls[first]?.hasEnded != false { dropFirst() }
        return !isEmpty
    }

    mutating func popFirst() -> OutboundCall? {
        guard isAwaited() else { return nil }
        let call = calls[first]
        dropFirst()
        return call
    }

    /// Takes everything out that still waits.
    mutating func takeAll() -> [OutboundCall] {
        let all = calls[first...].compactMap { $0 }.filter { !$0.hasEnded }
        calls = []
        first = 0
        return all
    }

    mutating func dropEnded() { calls = takeAll() }

    private mutating func dropFirst() {
        calls[first] = nil
        first += 1
        if first == calls.count {
            calls.removeAll(keepingCapacity: true)
            first = 0
        } else if first >= 1_024, first * 2 >= calls.count {
            calls.removeFirst(first)
            first = 0
        }
    }
}
