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
        let route = try Self.route(name, request)
        let outcome = try await authority.execute(by: node.uri) { state, _ throws(AuthorityError) in
            guard state.settings.routes.first(where: { $0.name == name }) != route else { return nil }
            var settings = state.settings
            settings.routes.removeAll { $0.name == name }
            if let route { settings.routes.append(route) }
            settings.routes.sort { $0.name < $1.name }
            return .change(settings)
        }
        let number = outcome.change.map { $0.epochNumber ?? $0.state.epochNumber }
        return MeshV1.RegisterResponse(epochNumber: number ?? authority.state.epochNumber)
    }

    /// Nil for a node that takes no calls any more.
    private static func route(_ name: String, _ request: MeshV1.RegisterRequest) throws(AuthorityError) -> EpochRoute? {
        guard !request.endpoints.isEmpty else { return nil }
        return try AuthorityError.epoch { () throws(EpochError) in
            try EpochRoute(name: name, endpoints: request.endpoints, services: request.services, parent: request.parent)
        }
    }
}
