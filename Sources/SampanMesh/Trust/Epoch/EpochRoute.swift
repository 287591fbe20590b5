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
    /// Calls at once that the node is willing to serve, at most 10,000,000; 0: not said.
    package let capacity: UInt32
    /// Of the node's program, at most 64 printable ASCII characters; may be empty. For people.
    package let programVersion: String
    /// At most 64, each service once, and of `services` where those are named.
    package let versions: [ServiceVersion]

    /// Throws an `EpochError` that names the field.
    package init(
        name: String, endpoints: [String], services: [String] = [], parent: String = "", capacity: UInt32 = 0,
        programVersion: String = "", versions: [ServiceVersion] = []
    ) throws(EpochError) {
        try EpochError.check(count: name.utf8.count, in: EpochLimits.routeNameBytes, "routes.name")
        try Self.checkPrintable([name], "routes.name")
        try EpochError.check(count: endpoints.count, in: EpochLimits.endpoints, "routes.endpoints")
        for endpoint in endpoints { try EpochError.check(count: endpoint.utf8.count, in: EpochLimits.endpointBytes, "routes.endpoints") }
        try Self.checkPrintable(endpoints, "routes.endpoints")
        try EpochError.check(count: services.count, in: EpochLimits.services, "routes.services")
        for service in services { try EpochError.check(count: service.utf8.count, in: EpochLimits.serviceBytes, "routes.services") }
        try Self.checkPrintable(services, "routes.services")
        try EpochError.check(count: parent.utf8.count, in: EpochLimits.parentBytes, "routes.parent")
        try Self.checkPrintable([parent], "routes.parent")
        try EpochError.check(count: Int(capacity), in: EpochLimits.capacity, "routes.capacity")
        try EpochError.check(count: programVersion.utf8.count, in: EpochLimits.programVersionBytes, "routes.program_version")
        try Self.checkPrintable([programVersion], "routes.program_version")
        try EpochError.check(count: versions.count, in: EpochLimits.services, "routes.versions")
        guard Set(versions.map(\.service)).count == versions.count else {
            throw EpochError(.repeated, "routes.versions.service", "a service has one version")
        }
        guard services.isEmpty || versions.allSatisfy({ services.contains($0.service) }) else {
            throw EpochError(.badValue, "routes.versions.service", "not one of the services that the node serves")
        }
        (self.name, self.endpoints, self.services, self.parent) = (name, endpoints, services, parent)
        (self.capacity, self.programVersion, self.versions) = (capacity, programVersion, versions)
    }

    /// As the route of a node is called.
    package static func name(of node: PeerIdentity) -> String { "\(node.institution)/\(node.node)" }

    static func checkPrintable(_ texts: [String], _ field: String) throws(EpochError) {
        guard texts.allSatisfy({ $0.utf8.allSatisfy { (0x21...0x7E).contains($0) } }) else {
            throw EpochError(.badValue, field, "not printable ASCII")
        }
    }
}
