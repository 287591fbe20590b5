internal import SampanFerry
internal import SampanMesh
internal import SampanRPC

/// Who asks the registry.
struct RegistryCaller: Sendable {
    let identity: PeerIdentity

    init(_ context: CallContext) throws(RPCError) { identity = try context.requireIdentity() }

    /// An admin or a platform: they act for the region.
    var isRegion: Bool { identity.role == .admin || identity.role == .platform }

    /// Throws unless it is the region, or the institution itself.
    func require(institution: String) throws(RPCError) {
        guard isRegion || identity.institution == institution else { throw RegistryError.otherInstitution.rpcError }
    }
}
