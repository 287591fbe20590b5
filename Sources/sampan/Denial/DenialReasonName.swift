import ArgumentParser
import SampanAPI

/// Why somebody is revoked, as it is typed; a lock has no other reason than that it is one.
enum DenialReasonName: String, ExpressibleByArgument, CaseIterable, Sendable {
    case keyCompromise = "key-compromise"
    case cessation
    case superseded
    case privilegeWithdrawn = "privilege-withdrawn"

    var message: TrustV1.DenialReason {
        switch self {
        case .keyCompromise: .keyCompromise
        case .cessation: .cessation
        case .superseded: .superseded
        case .privilegeWithdrawn: .privilegeWithdrawn
        }
    }

    static func text(_ reason: TrustV1.DenialReason) -> String {
        if reason == .locked { return "locked" }
        return allCases.first { $0.message == reason }?.rawValue ?? "reason \(reason.rawValue)"
    }
}
