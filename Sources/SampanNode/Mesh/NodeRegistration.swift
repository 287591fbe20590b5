internal import SampanAPI
internal import SampanMesh
package import SampanTransport

/// What a node's file says of it to the region.
///
/// ```yaml
/// mesh:
///   advertise: [10.20.1.5:7443, 192.168.7.5:7443]   # where others reach it, the best line first
///   parent: "4699010000"                            # the institution above its own; left out: none
///   capacity: 400                                   # calls at once, its share beside other nodes; left out: calls-at-once of `limits`
///   versions:                                       # of services that it serves; left out: nobody is told
///     - { service: sampan.payment.v1.PaymentService, version: 1.4.0 }
/// ```
package struct NodeRegistration: Sendable {
    /// Best first, 1 to 16.
    package let endpoints: [HostAndPort]
    /// Empty for none.
    package let parent: String
    /// Calls at once, at most 10,000,000; 0: not said.
    package let capacity: Int
    private let versions: [ServiceVersion]
    private let services: [String]

    /// As many as a route has.
    private static let endpointLimit = 16
    /// As `EpochRoute.capacity`.
    private static let capacities = 1...10_000_000

    /// Nil where the file has no `mesh`.
    /// - Parameters:
    ///   - limits: of the same file.
    ///   - services: what others call the node for.
    static func read(_ mapping: YAMLMapping, _ limits: LoadLimits, serving services: [String]) throws(ConfigurationError)
        -> NodeRegistration?
    {
        guard mapping.has("mesh") else { return nil }
        let mesh = try mapping.mapping("mesh")
        let texts = try mesh.strings("advertise")
        let endpoints = texts.compactMap { HostAndPort($0) }
        guard (1...endpointLimit).contains(texts.count), endpoints.count == texts.count else {
            throw mesh.invalid("advertise", "must be 1 to \(endpointLimit) of host:port, such as [10.20.1.5:7443]")
        }
        let parent = try mesh.optionalString("parent") ?? ""
        var isInstitution = parent.isEmpty
        if case .institution = CallTarget(parent) { isInstitution = true }
        guard isInstitution else {
            throw mesh.invalid("parent", "must be the code of an institution")
        }
        // Where an institution may have any number of calls, nothing is known of how many the node can serve.
        let capacity = try mesh.integer("capacity", default: limits.callsAtOnce, in: capacities)
        let versions = try versions(mesh, services)
        try mesh.finish()
        return NodeRegistration(endpoints: endpoints, parent: parent, capacity: capacity, versions: versions, services: services)
    }

    private static func versions(_ mesh: YAMLMapping, _ services: [String]) throws(ConfigurationError) -> [ServiceVersion] {
        guard mesh.has("versions") else { return [] }
        var versions: [ServiceVersion] = []
        for entry in try mesh.mappings("versions") {
            let (service, version) = (try entry.string("service"), try entry.string("version"))
            guard services.contains(service) else {
                throw entry.invalid("service", "is none that this node serves to others: \(services.joined(separator: ", "))")
            }
            guard !versions.contains(where: { $0.service == service }) else { throw entry.invalid("service", "stands twice") }
            do throws(EpochError) { versions.append(try ServiceVersion(service: service, version: version)) } catch {
                throw entry.invalid("version", error.detail)
            }
            try entry.finish()
        }
        return versions
    }

    /// What the node says of itself, as its route is to be called.
    func route(_ name: String) throws(EpochError) -> EpochRoute {
        try EpochRoute(
            name: name, endpoints: endpoints.map { "\(Endpoint($0))" }, services: services, parent: parent, capacity: UInt32(capacity),
            programVersion: ProgramVersion.text, versions: versions)
    }
}

extension EpochRoute {
    /// As it is registered; the name is that of the certificate.
    var request: MeshV1.RegisterRequest {
        MeshV1.RegisterRequest(
            endpoints: endpoints, services: services, parent: parent, capacity: capacity, programVersion: programVersion,
            versions: versions.map(\.message))
    }
}
