package import SampanRPC

/// Where a node is, and what it serves (Docs/Mesh.md).
package struct EpochRoute: Sendable, Hashable {
    /// `INSTITUTION/NODE`: 1 to 128 printable ASCII characters.
    package let name: String
    /// `host:port`, best first, 1 to 16 of at most 255 bytes.
    package let endpoints: [String]
    /// Full names of services, at most 64 of at most 255 bytes; none: the node serves whatever it is asked.
    package let services: [String]
    /// Code of the institution above the node's own; empty for none.
    package let parent: String

    package init(name: String, endpoints: [String], services: [String] = [], parent: String = "") throws(EpochError) {
        try EpochError.check(count: name.utf8.count, in: EpochLimits.routeNameBytes, "routes.name")
        try Self.check([name], "routes.name")
        try EpochError.check(count: endpoints.count, in: EpochLimits.endpoints, "routes.endpoints")
        for endpoint in endpoints { try EpochError.check(count: endpoint.utf8.count, in: EpochLimits.endpointBytes, "routes.endpoints") }
        try Self.check(endpoints, "routes.endpoints")
        try EpochError.check(count: services.count, in: EpochLimits.services, "routes.services")
        for service in services { try EpochError.check(count: service.utf8.count, in: EpochLimits.serviceBytes, "routes.services") }
        try Self.check(services, "routes.services")
        try EpochError.check(count: parent.utf8.count, in: EpochLimits.parentBytes, "routes.parent")
        try Self.check([parent], "routes.parent")
        (self.name, self.endpoints, self.services, self.parent) = (name, endpoints, services, parent)
    }

    /// As the route of a node is called.
    package static func name(of node: PeerIdentity) -> String { "\(node.institution)/\(node.node)" }

    private static func check(_ texts: [String], _ field: String) throws(EpochError) {
        guard texts.allSatisfy({ $0.utf8.allSatisfy { (0x21...0x7E).contains($0) } }) else {
            throw EpochError(.badValue, field, "not printable ASCII")
        }
    }
}
