/// Path of a call → its method, found without making a string: open addressing over FNV-1a of the path's bytes.
///
/// Built once when a server starts; any thread may read it.
public struct RouteTable: Sendable {
    private struct Route: Sendable {
        let path: [UInt8]
        let handler: MethodHandler
    }

    private let routes: [Route]
    /// Index into `routes`, or -1; a power of two, at most half full, so that a look-up ends.
    private let slots: [Int32]

    /// Throws when two services claim the same method.
    public init(_ services: [any RPCService]) throws(RouteError) {
        let routes = services.flatMap(\.methodHandlers).map { Route(path: Array($0.method.path.utf8), handler: $0) }
        var capacity = 16
        while capacity < routes.count * 2 { capacity *= 2 }
        var slots = [Int32](repeating: -1, count: capacity)
        for (index, route) in routes.enumerated() {
            var slot = Int(truncatingIfNeeded: Self.hash(route.path.span)) & (capacity - 1)
            while slots[slot] >= 0 {
                guard routes[Int(slots[slot])].path != route.path else {
                    throw RouteError.duplicateMethod(route.handler.method)
                }
                slot = (slot + 1) & (capacity - 1)
            }
            slots[slot] = Int32(truncatingIfNeeded: index)
        }
        self.routes = routes
        self.slots = slots
    }

    /// Every method that is served.
    public var methods: [MethodDescriptor] { routes.map(\.handler.method) }

    /// What serves every method.
    package var handlers: [MethodHandler] { routes.map(\.handler) }

    package subscript(path: Span<UInt8>) -> MethodHandler? {
        var slot = Int(truncatingIfNeeded: Self.hash(path)) & (slots.count - 1)
        while slots[slot] >= 0 {
            let route = routes[Int(slots[slot])]
            if path.equals(route.path) { return route.handler }
            slot = (slot + 1) & (slots.count - 1)
        }
        return nil
    }

    private static func hash(_ bytes: Span<UInt8>) -> UInt64 {
        var hash: UInt64 = 0xCBF2_9CE4_8422_2325
        for index in 0..<bytes.count { hash = (hash ^ UInt64(bytes[index])) &* 0x100_0000_01B3 }
        return hash ^ hash >> 32
    }
}

/// Why a set of services cannot be served together.
public enum RouteError: Error, Sendable, Hashable {
    case duplicateMethod(MethodDescriptor)
    /// A limit was set for a service or method that is not served: most likely it is misspelt, and would protect nothing.
    case unknownName(String)
}
