internal import SampanRPC

/// Limits of messages that differ from the server's own, found by the handler of a method.
struct MessageLimits: Sendable {
    private var limits: [ObjectIdentifier: Int] = [:]

    /// `names`: of methods (`package.Service/Method`) and of services. Nil when there are none; throws for a name that is not served.
    init?(_ names: [String: Int], _ routes: RouteTable) throws(RouteError) {
        guard !names.isEmpty else { return nil }
        var unused = Set(names.keys)
        for handler in routes.handlers {
            let method = "\(handler.method)"
            unused.remove(method)
            unused.remove(handler.method.service)
            limits[ObjectIdentifier(handler)] = names[method] ?? names[handler.method.service]
        }
        if let name = unused.min() { throw .unknownName(name) }
    }

    subscript(handler: MethodHandler) -> Int? { limits[ObjectIdentifier(handler)] }
}
