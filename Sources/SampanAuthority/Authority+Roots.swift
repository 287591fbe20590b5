internal import SampanCrypto
internal import SampanMesh

/// The region's roots, as certificates.
extension Authority {
    /// The root that signs now (DER): what a ticket carries. Throws `refused` before there is one.
    package func rootCertificate() throws(AuthorityError) -> [UInt8] {
        guard let root = state.activeRoot else { throw .refused(.notFounded) }
        return root.certificate
    }

    /// Roots that have gone (DER), as far back as bridges reach: nodes that were away come with certificates under them. Blocks on the disk.
    package func retiredRoots() -> [[UInt8]] {
        let state = state
        let current = Set(state.rootCertificates.map(\.keyID))
        let founding = (try? CredentialFile.certificates(folder.rootCertificate))?.first
        let bridged = state.bridgesToRoots.compactMap { keys.certificate($0.root) }
        return ([founding].compactMap { $0 } + bridged).filter { !current.contains($0.subjectKeyID) }.map(\.der)
    }
}
