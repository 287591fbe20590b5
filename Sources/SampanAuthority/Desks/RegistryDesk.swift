package import SampanAPI
internal import SampanMesh
package import SampanRPC

/// `sampan.mesh.v1.RegistryService`: nodes say where they are. What a node says is one route, under the name of its certificate, in the
/// settings of the next epoch.
package struct RegistryDesk: MeshV1.RegistryServiceHandler {
    private let authority: Authority

    package init(_ authority: Authority) { self.authority = authority }

    package func register(_ request: MeshV1.RegisterRequest, context: CallContext) async throws -> MeshV1.RegisterResponse {
        guard let node = context.peer.identity else { throw AuthorityError.refused(.unknownCertificate) }
        let name = EpochRoute.name(of: node)
        let command = try Self.route(name, request).map { AuthorityCommand.register($0) } ?? .withdraw(route: name)
        let outcome = try await authority.execute(by: node.uri) { _, _ throws(AuthorityError) in command }
        let number = outcome.change.map { $0.epochNumber ?? $0.state.epochNumber }
        return MeshV1.RegisterResponse(epochNumber: number ?? authority.state.epochNumber)
    }

    /// Nil for a node that takes no calls any more.
    private static func route(_ name: String, _ request: MeshV1.RegisterRequest) throws(AuthorityError) -> EpochRoute? {
        guard !request.endpoints.isEmpty else { return nil }
        return try AuthorityError.epoch { () throws(EpochError) in
            try EpochRoute(
                name: name, endpoints: request.endpoints, services: request.services, parent: request.parent, capacity: request.capacity,
                programVersion: request.programVersion, versions: ServiceVersion.values(request.versions))
        }
    }
}
