internal import SampanCrypto
internal import SampanRPC
internal import Synchronization

/// The two TLS contexts of one set of credentials; immutable, and kept by every connection that was made with it.
struct SecurityContexts: Sendable {
    let credentials: NodeCredentials
    let server: TLSContext
    let client: TLSContext
    private let use: ContextUse

    /// Makes both. Takes 0.3 ms: not on a loop.
    init(_ credentials: NodeCredentials, gate: AdmissionGate) throws(SwapError) {
        self.credentials = credentials
        let use = ContextUse()
        self.use = use
        let refusal: @Sendable (VerifiedPeer, TLSRole) -> String? = { use.hasBegun ? gate.denial(ofNewcomer: $0, $1)?.message : nil }
        do throws(CredentialsError) {
            server = try credentials.context(.server) { refusal($0, .server) }
        } catch {
            throw SwapError(.serverContext, error.description)
        }
        do throws(CredentialsError) {
            client = try credentials.context(.client) { refusal($0, .client) }
        } catch {
            throw SwapError(.clientContext, error.description)
        }
    }

    /// From here on the gate is asked as well. Not before: a node that is denied itself could not be tried on itself.
    func beginUse() { use.begin() }
}

/// Whether contexts are used for connections to others yet.
private final class ContextUse: Sendable {
    private let flag = Atomic<Bool>(false)

    var hasBegun: Bool { flag.load(ordering: .acquiring) }

    func begin() { flag.store(true, ordering: .releasing) }
}
