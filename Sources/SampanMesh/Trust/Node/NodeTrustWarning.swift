internal import SampanDomain

/// What an admin should know of a node now.
package enum NodeTrustWarning: Sendable, Hashable {
    /// Its clock minus the authority's, in nanoseconds: 2 s or more.
    case skew(nanoseconds: Int64)
    /// It should have renewed long ago: less than a sixth of the certificate's life is left, so many whole hours.
    case nearExpiry(hours: Int64)
    case expired
    /// The stream to the platform is down.
    case unreachable(String)
    case denied(Denial)
    case outdated(minimumProtocol: UInt32)
    /// An epoch that is not taken, and why.
    case refusesEpoch(EpochRefusal)
    /// A file of the trust folder.
    case file(String)

    /// What it is about, whatever it says: told once for as long as it holds.
    enum Kind: Hashable {
        case skew, nearExpiry, expired, unreachable, denied, outdated, refusesEpoch
        case file(String)
    }

    var kind: Kind {
        switch self {
        case .skew: .skew
        case .nearExpiry: .nearExpiry
        case .expired: .expired
        case .unreachable: .unreachable
        case .denied: .denied
        case .outdated: .outdated
        case .refusesEpoch: .refusesEpoch
        case .file(let problem): .file(problem)
        }
    }

    /// Nanoseconds of skew from which on it is told. 2 s.
    static let longestSkew: Int64 = 2_000_000_000
}

extension NodeTrustWarning: CustomStringConvertible {
    package var description: String {
        switch self {
        case .skew(let nanoseconds):
            let tenths = nanoseconds / 100_000_000
            return "the clock is \(Double(abs(tenths)) / 10) s \(tenths < 0 ? "behind" : "ahead of") the authority's"
        case .nearExpiry(let hours): return "the certificate ends in \(hours) hours and was not renewed"
        case .expired: return "the certificate has ended: enrol anew, or put another identity.pem in its place"
        case .unreachable(let why): return "the authority is out of reach: \(why)"
        case .denied(let denial): return "this node is denied (\(denial.reason))" + (denial.message.isEmpty ? "" : ": \(denial.message)")
        case .outdated(let level): return "the region asks for protocol level \(level), which this program does not speak"
        case .refusesEpoch(let refusal): return "epoch \(refusal.number) was refused: \(refusal.detail)"
        case .file(let problem): return problem
        }
    }
}
