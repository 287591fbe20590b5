internal import SampanCrypto

/// Where listeners and subchannels get the TLS context of each next connection from.
enum ConnectionSecurity: Sendable {
    /// No TLS: for tests and benchmarks.
    case plaintext
    /// The same for every connection.
    case fixed(TLSContext)
    /// What is in force when the connection is made.
    case live(LiveCredentials)
    /// The same for a channel that talks to certain nodes only.
    case peers(LiveCredentials, ExpectedPeer)
    /// A listener that asks for no certificate.
    case enrollment(EnrollmentSecurity)

    init(_ context: TLSContext?) { self = context.map { .fixed($0) } ?? .plaintext }

    /// The TLS of a connection that is made now; nil without. A lock, and no more: contexts are made elsewhere.
    func connection(_ role: TLSRole) throws(TLSError) -> TLSConnection? {
        switch self {
        case .plaintext: nil
        case .fixed(let context): try TLSConnection(context)
        case .live(let credentials): try TLSConnection(credentials.context(role))
        case .peers(let credentials, let expected):
            try TLSConnection(credentials.context(role)) { VerifiedPeer($0).map { expected.isMet(by: $0.identity) } ?? false }
        case .enrollment(let security): try TLSConnection(security.context())
        }
    }

    var isTLS: Bool {
        if case .plaintext = self { false } else { true }
    }

    /// Whom connections refuse. At the listener for enrolment nobody is known, so nobody is refused by name.
    var gate: AdmissionGate {
        // One that never changes, where nobody can change it.
        credentials?.gate ?? AdmissionGate()
    }

    /// Nil where nothing is ever replaced.
    var credentials: LiveCredentials? {
        switch self {
        case .live(let credentials), .peers(let credentials, _): credentials
        case .plaintext, .fixed, .enrollment: nil
        }
    }
}
