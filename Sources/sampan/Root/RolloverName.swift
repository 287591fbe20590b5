import ArgumentParser
import SampanAPI

/// What is replaced, as it is named at the terminal.
enum RolloverKindName: String, ExpressibleByArgument, CaseIterable, Sendable {
    case root, issuer

    init?(_ kind: TrustV1.RolloverKind) {
        switch kind {
        case .root: self = .root
        case .issuer: self = .issuer
        case .unspecified, .unrecognized: return nil
        }
    }

    var message: TrustV1.RolloverKind { self == .root ? .root : .issuer }
}

extension TrustV1.RolloverVerb {
    /// The verbs that lead from one certificate to the next, in their order.
    static let steps: [TrustV1.RolloverVerb] = [.plan, .prepare, .trust, .activate, .taint, .retire]

    /// As it is typed.
    var name: String {
        switch self {
        case .plan: "plan"
        case .prepare: "prepare"
        case .trust: "trust"
        case .activate: "activate"
        case .taint: "taint"
        case .retire: "retire"
        case .abort: "abort"
        case .unspecified: "none"
        case .unrecognized(let number): "verb \(number)"
        }
    }
}
