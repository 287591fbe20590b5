internal import Foundation

/// What the kernel's tables of both sides say, again and again, while requests flow.
struct GapLooks: Sendable {
    private(set) var count = 0
    /// Listening sockets inside, of any kind; the most in one look.
    private(set) var listeners = 0
    /// Ports that the inside opened connections from.
    private(set) var insidePorts: Set<UInt16> = []
    private(set) var faults: [String] = []

    /// Looks until its task is cancelled.
    static func take(_ region: Region, _ gap: GapNamespaces) async throws -> GapLooks {
        var looks = GapLooks()
        repeat {
            looks.add(inside: try SocketTable(of: gap.insideProcess), outside: try SocketTable(), gatewayPort: region.gatewayPort)
            try? await Task.sleep(for: .milliseconds(100))
        } while !Task.isCancelled
        if looks.insidePorts.isEmpty { looks.faults.append("no connection across the gap was seen") }
        return looks
    }

    private mutating func add(inside: SocketTable, outside: SocketTable, gatewayPort: UInt16) {
        count += 1
        let listening = inside.tcp.filter(\.isListening).count + inside.otherListeners.count
        listeners = max(listeners, listening)
        if listening > 0 { note("\(listening) sockets listen inside") }
        for entry in inside.tcp where !entry.isListening {
            if entry.remote.port == gatewayPort {
                insidePorts.insert(entry.local.port)
            } else {
                note("a connection inside that leads elsewhere")
            }
        }
        // Of connections with the inside, the outside has the gateway's end: it took them, and opened none.
        for entry in outside.tcp where entry.local.port != gatewayPort && entry.remote.address.hasSuffix(GapNamespaces.insideInTables) {
            note("the outside has opened a connection to the inside")
        }
    }

    /// Each once.
    private mutating func note(_ fault: String) {
        if !faults.contains(fault) { faults.append(fault) }
    }
}
