internal import SampanCrypto
internal import SampanMesh
internal import SampanRPC
internal import SampanStorage

extension AuthorityError: CustomStringConvertible {
    /// For the person who has the authority's folder before them; what is sent to others is `rpcError`.
    package var description: String {
        switch self {
        case .crypto(let error) where error.reason == .wrongPassphrase: "a passphrase is not the right one: \(error.detail)"
        case .crypto(let error): error.detail
        case .storage(let error): "\(error)"
        case .journal(let fault): "the journal is damaged: \(fault)"
        case .files(let error): "\(error)"
        case .exists(let folder): "\(folder) holds an authority already"
        case .absent: "there is no authority; found one with: sampan authority init"
        default: rpcError.message
        }
    }
}
