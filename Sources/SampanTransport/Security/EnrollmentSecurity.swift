internal import SampanCrypto
internal import Synchronization

/// TLS for the one listener that asks its clients for no certificate: where nodes enrol that have none. It shows what the node's live
/// credentials show. Safe from any task.
///
/// Nobody is known by such a connection: a handler finds no identity, and an access policy refuses every other service.
final class EnrollmentSecurity: Sendable {
    let credentials: LiveCredentials
    private let made: Mutex<(generation: Int, context: TLSContext)>

    /// Throws for what OpenSSL refuses.
    init(_ credentials: LiveCredentials) throws(CredentialsError) {
        self.credentials = credentials
        made = Mutex((credentials.generation, try credentials.credentials.enrollmentContext()))
    }

    /// The context of a connection that is made now. After a swap it is made anew, 0.1 ms on the loop of the listener: enrolments are rare,
    /// and swaps too. One that cannot be made leaves the last.
    func context() -> TLSContext {
        made.withLock { made in
            let generation = credentials.generation
            if generation != made.generation, let context = try? credentials.credentials.enrollmentContext() {
                made = (generation, context)
            }
            return made.context
        }
    }
}
