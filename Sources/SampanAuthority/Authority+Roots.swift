internal import SampanMesh

/// The region's root, as a certificate.
extension Authority {
    /// The root that signs now (DER): what a ticket carries. Throws `refused` before there is one.
    package func rootCertificate() throws(AuthorityError) -> [UInt8] {
        guard let root = state.activeRoot else { throw .refused(.notFounded) }
        return root.certificate
    }
}
