internal import SampanAPI
internal import SampanMesh
package import SampanTransport

/// What a node's file says of it to the region.
///
/// ```yaml
/// mesh:
///   advertise: [10.20.1.5:7443, 192.168.7.5:7443]   # where others reach it, the best line first
///   parent: "4699010000"                            # the institution above its own; left out: none
/// ```
package struct NodeRegistration: Sendable, Hashable {
    /// Best first, 1 to 16.
    package let endpoints: [HostAndPort]
    /// Empty for none.
    package let parent: String

    /// As many as a route has.
    private static let endpointLimit = 16

    /// Nil where the file has no `mesh`.
    static func read(_ mapping: YAMLMapping) throws(ConfigurationError) -> NodeRegistration? {
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
        try mesh.finish()
        return NodeRegistration(endpoints: endpoints, parent: parent)
    }

    func request(services: [String]) -> MeshV1.RegisterRequest {
        MeshV1.RegisterRequest(endpoints: endpoints.map { "\(Endpoint($0))" }, services: services, parent: parent)
    }
}
